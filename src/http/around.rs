//! What happens around every request: a log line, headers, other origins, packing, and a net under a fault of ours.
//!
//! One service in place of a stack of layers on each route: a layer costs two allocations and a copy of the route on every
//! request, and most requests need none of them.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, ORIGIN};
use axum::http::{Method, Uri};
use axum::response::Response;
use futures_util::future::BoxFuture;
use tower::{Layer as _, Service, ServiceExt as _};
use tower_http::cors::CorsLayer;

use super::compress::{Packed, compression};
use super::log::Line;
use super::panic::catch_panic;
use super::pretty::{is_asked, laid_out};
use super::security::security_headers;

/// The whole server, for a listener.
#[derive(Clone)]
pub struct Around {
    plain: LaidOut,
    packed: Packed<LaidOut>,
    cors: CorsLayer,
    template: fn(&Uri) -> Option<String>,
}

impl Around {
    /// Around these routes; `template` gives the template of an address of the FHIR API, and nothing for others.
    pub fn new(routes: Router, cors: CorsLayer, template: fn(&Uri) -> Option<String>) -> Self {
        let plain = LaidOut(routes);
        Self { packed: compression().layer(plain.clone()), plain, cors, template }
    }

    async fn answer(self, request: Request) -> Response {
        let headers = request.headers();
        let is_foreign = headers.contains_key(ORIGIN) || request.method() == Method::OPTIONS;
        let is_packed = headers.contains_key(ACCEPT_ENCODING) && request.uri().path().starts_with("/fhir");
        match (is_foreign, is_packed) {
            (false, false) => never(self.plain.oneshot(request).await),
            (false, true) => never(self.packed.oneshot(request).await).map(Body::new),
            (true, false) => never(self.cors.layer(self.plain).oneshot(request).await),
            (true, true) => never(self.cors.layer(self.packed).oneshot(request).await).map(Body::new),
        }
    }
}

impl Service<Request> for Around {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let around = self.clone();
        Box::pin(async move {
            let line = Line::begin(request.method(), request.headers(), || (around.template)(request.uri()));
            let mut response = catch_panic(around.answer(request)).await;
            security_headers(response.headers_mut());
            if let Some(line) = line {
                line.end(&response);
            }
            Ok(response)
        })
    }
}

/// The routes, with the answer laid out where that is asked.
#[derive(Clone)]
struct LaidOut(Router);

impl Service<Request> for LaidOut {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let uri = request.uri();
        let is_asked = uri.path().starts_with("/fhir") && uri.query().is_some_and(is_asked);
        let answering = self.0.call(request);
        Box::pin(async move {
            let response = never(answering.await);
            Ok(if is_asked { laid_out(response).await } else { response })
        })
    }
}

fn never<T>(answer: Result<T, Infallible>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}
