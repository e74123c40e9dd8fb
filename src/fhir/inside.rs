//! Reads, searches and operations inside a Bundle: each goes through the table of routes like a request of its own, on
//! behalf of the caller of the Bundle.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler as _;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use axum::routing::{MethodRouter, any_service};
use serde_json::{Value, json};

use crate::error::Error;
use crate::http::BODY_LIMIT;

use super::answer::{self, Versioned};
use super::call::{Call, Inside};
use super::entry::Read;
use super::transaction::status_line;

/// Most bytes of the answer to one entry.
const MOST: usize = 8 * BODY_LIMIT;

/// The routes of the FHIR API, for what is inside a Bundle.
#[derive(Clone)]
pub struct Routes(Arc<MethodRouter>);

impl Routes {
    /// Those of a router.
    pub fn new(router: Router) -> Self {
        Self(Arc::new(any_service(router)))
    }
}

/// What a read came to: the elements of its entry, and its resource.
pub struct Done {
    /// `response`.
    pub response: Value,
    /// The resource, if there is one.
    pub body: Option<Vec<u8>>,
}

/// Answers a read, or an operation that changes nothing. A read that is refused says so in its answer.
///
/// # Errors
/// When the address cannot be read, or the answer is too large.
pub async fn read(call: &Call, routes: &Routes, read: Read) -> Result<Done, Error> {
    let refuse = || Error::bad_request("value", "this address cannot be read in a Bundle").at("request.url");
    let path = read.url.split('?').next().unwrap_or_default();
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(refuse());
    }
    let address = format!("/fhir/{}", read.url.replace('|', "%7C").replace(' ', "%20"));
    let (method, body) = match read.body {
        None => (Method::GET, Body::empty()),
        Some(Value::Null) => (Method::POST, Body::empty()),
        Some(body) => (Method::POST, Body::from(body.to_string())),
    };
    let mut request = Request::builder().method(method).uri(address).body(body).map_err(|_| refuse())?;
    if request.method() == Method::POST {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/fhir+json"));
    }
    // Of the headers of the Bundle only this one holds for its entries too.
    if let Some(prefer) = call.headers.get("prefer") {
        request.headers_mut().insert("prefer", prefer.clone());
    }
    request.extensions_mut().insert(Inside { ctx: call.access.ctx().clone(), held: read.held });
    done(MethodRouter::clone(&routes.0).call(request, ()).await, read.head).await
}

async fn done(response: Response, head: bool) -> Result<Done, Error> {
    let status = response.status();
    let versioned = response.extensions().get::<Versioned>().copied();
    let bytes = axum::body::to_bytes(response.into_body(), MOST)
        .await
        .map_err(|_| Error::new(413, "too-long", "the answer of this entry is too large for a Bundle"))?;
    let mut told = json!({"status": status_line(status.as_u16())});
    if let Some(versioned) = versioned {
        told["etag"] = json!(format!("W/\"{}\"", versioned.version));
        told["lastModified"] = json!(answer::instant(versioned.updated));
    }
    if !status.is_success() {
        if let Ok(outcome) = serde_json::from_slice::<Value>(&bytes) {
            told["outcome"] = outcome;
        }
        return Ok(Done { response: told, body: None });
    }
    let body = (!head && bytes.starts_with(b"{")).then(|| bytes.to_vec());
    Ok(Done { response: told, body })
}
