//! One FHIR request after authentication: the door, what the caller wants back, and the decoded query.

use std::mem;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;

use crate::access::Access;
use crate::app::App;
use crate::auth::authenticate;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{BODY_LIMIT, Form, Held, Offer, Prefer, accepted, query_pairs, unpacked, version};

use super::answer;
use super::posted::{HasTurn, Posted};
use super::shape::Shape;

/// A read that the server asks itself for an entry of a Bundle: the caller of the Bundle, and what it holds. Only this
/// program can put it beside a request.
#[derive(Debug, Clone)]
pub struct Inside {
    /// The caller of the Bundle.
    pub ctx: Ctx,
    /// What the entry says that the caller holds.
    pub held: Held,
}

/// An authenticated request.
pub struct Call {
    /// The door.
    pub access: Access,
    /// Server settings.
    pub app: Arc<App>,
    /// The form of the answer.
    pub form: Form,
    /// What the caller prefers.
    pub prefer: Prefer,
    /// The decoded query.
    pub pairs: Vec<(String, String)>,
    /// What the caller holds already.
    pub held: Held,
    /// The headers.
    pub headers: HeaderMap,
}

/// An authenticated request for a document.
pub struct DocumentCall(pub Call);

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        Self::begin(parts, app, Offer::Data).await
    }
}

impl FromRequestParts<Arc<App>> for DocumentCall {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        Call::begin(parts, app, Offer::Documents).await.map(Self)
    }
}

impl Call {
    async fn begin(parts: &mut Parts, app: &Arc<App>, offer: Offer) -> Result<Self, Response> {
        let call = async {
            let pairs = query_pairs(parts.uri.query().unwrap_or_default())?;
            if let Some(inside) = parts.extensions.remove::<Inside>() {
                parts.extensions.insert(HasTurn);
                return Ok((pairs, Form::Json, inside.ctx, inside.held));
            }
            let form = accepted(&parts.headers, &pairs, offer)?;
            let ctx = authenticate(app, &parts.headers).await?;
            if pairs.iter().any(|(name, value)| name == "_pretty" && value != "true" && value != "false") {
                return Err(Error::bad_request("value", "`_pretty` is `true` or `false`").at("_pretty"));
            }
            Ok((pairs, form, ctx, Held::read(&parts.headers)))
        };
        let (pairs, form, ctx, held) = call.await.map_err(|error: Error| answer::refuse(&error, Form::Json))?;
        let prefer = Prefer::read(&parts.headers);
        Ok(Self {
            access: Access::new(Arc::clone(app), ctx),
            app: Arc::clone(app),
            form,
            prefer,
            pairs,
            held,
            headers: if parts.method.is_safe() { mem::take(&mut parts.headers) } else { parts.headers.clone() },
        })
    }

    /// The query without what only shapes the answer.
    pub fn query(&self) -> Vec<(String, String)> {
        self.pairs.iter().filter(|(name, _)| name != "_format" && name != "_pretty").cloned().collect()
    }

    /// The resource in the body.
    ///
    /// # Errors
    /// 4xx with the place when it cannot be read.
    pub async fn body(&self, request: Request) -> Result<Value, Error> {
        Posted::take(request).await?.read(&self.headers).await
    }

    /// Which part of a resource of this type is asked, where nothing else can be asked.
    ///
    /// # Errors
    /// 400 for any other parameter.
    pub fn shape(&self, rtype: &str) -> Result<Shape, Error> {
        let (shape, rest) = Shape::split(self.query(), Some(rtype))?;
        match rest.first() {
            None => Ok(shape),
            Some((name, _)) => {
                let text = "possible here: _format, _pretty, _summary, _elements";
                Err(Error::bad_request("not-supported", text).at(name.clone()))
            }
        }
    }

    /// The version that a write relies on: that of `If-Match`, or 0 for `If-None-Match: *`, which wants that nothing is
    /// there.
    ///
    /// # Errors
    /// 400 when it is not an `ETag` of ours.
    pub fn if_match(&self) -> Result<Option<i64>, Error> {
        let text = |name| self.headers.get(name).map(|value| value.to_str().unwrap_or("?").trim().to_owned());
        expected(text(IF_MATCH).as_deref(), text(IF_NONE_MATCH).as_deref())
    }
}

/// The version that a write relies on, from `If-Match` and `If-None-Match`.
///
/// # Errors
/// 400 when they are not what a write can rely on.
pub fn expected(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Option<i64>, Error> {
    let refuse = |text: &str| Error::bad_request("value", text);
    match (if_match, if_none_match) {
        (None, None) => Ok(None),
        (Some(tag), None) => version(tag)
            .filter(|version| *version > 0)
            .map(Some)
            .ok_or_else(|| refuse("If-Match must look like W/\"3\"").at("If-Match")),
        (None, Some("*")) => Ok(Some(0)),
        _ => Err(refuse("a write takes If-Match: W/\"3\" or If-None-Match: *, not both").at("If-None-Match")),
    }
}

/// The bytes of a body, unpacked, up to the limit.
///
/// # Errors
/// 413 over the limit, 415 for an encoding that is not known here.
pub async fn bytes(request: Request) -> Result<Bytes, Error> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_LIMIT + 1).await;
    let too_long = || Error::new(413, "too-long", "the body is over 10 MiB");
    let body = body.map_err(|_| too_long())?;
    if body.len() > BODY_LIMIT { Err(too_long()) } else { unpacked(&parts.headers, body) }
}
