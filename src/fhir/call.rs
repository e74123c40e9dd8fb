//! One FHIR request after authentication: the door, what the caller wants back, and the decoded query.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::Value;

use crate::access::Access;
use crate::app::App;
use crate::auth::authenticate;
use crate::error::Error;
use crate::http::{BODY_LIMIT, Form, Prefer, accepted, query_pairs, read};

use super::answer;

/// A body of so many bytes is read beside the threads that answer requests.
const LONG: usize = 64 * 1024;

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
    /// The headers.
    pub headers: HeaderMap,
}

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let call = async {
            let pairs = query_pairs(parts.uri.query().unwrap_or_default())?;
            let form = accepted(&parts.headers, &pairs)?;
            let ctx = authenticate(app, &parts.headers).await?;
            Ok((pairs, form, ctx))
        };
        let (pairs, form, ctx) = call.await.map_err(|error: Error| answer::refuse(&error, Form::Json))?;
        Ok(Self {
            access: Access::new(Arc::clone(app), ctx),
            app: Arc::clone(app),
            form,
            prefer: Prefer::read(&parts.headers),
            pairs,
            headers: parts.headers.clone(),
        })
    }
}

impl Call {
    /// The query without what only shapes the answer.
    pub fn query(&self) -> Vec<(String, String)> {
        self.pairs.iter().filter(|(name, _)| name != "_format" && name != "_pretty").cloned().collect()
    }

    /// The resource in the body.
    ///
    /// # Errors
    /// 4xx with the place when it cannot be read.
    pub async fn body(&self, request: Request) -> Result<Value, Error> {
        let body = bytes(request).await?;
        if body.len() < LONG {
            return read(&self.headers, &body);
        }
        // Reading it takes milliseconds: others are answered meanwhile.
        let headers = self.headers.clone();
        let reading = tokio::task::spawn_blocking(move || read(&headers, &body));
        reading.await.map_err(Error::internal)?
    }

    /// The version in `If-Match`.
    ///
    /// # Errors
    /// 400 when it is not an `ETag` of ours.
    pub fn if_match(&self) -> Result<Option<i64>, Error> {
        let Some(header) = self.headers.get(IF_MATCH) else { return Ok(None) };
        version(header.to_str().unwrap_or_default())
            .map(Some)
            .ok_or_else(|| Error::bad_request("value", "If-Match must look like W/\"3\""))
    }

    /// Whether the caller already has this version.
    pub fn has_version(&self, current: i64) -> bool {
        let Some(header) = self.headers.get(IF_NONE_MATCH) else { return false };
        header.to_str().unwrap_or_default().split(',').any(|tag| version(tag.trim()) == Some(current))
    }
}

/// The bytes of a body, up to the limit.
///
/// # Errors
/// 413 over the limit.
pub async fn bytes(request: Request) -> Result<Vec<u8>, Error> {
    let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT + 1).await;
    let too_long = || Error::new(413, "too-long", "the body is over 10 MiB");
    let body = body.map_err(|_| too_long())?;
    if body.len() > BODY_LIMIT { Err(too_long()) } else { Ok(body.to_vec()) }
}

/// The version in `W/"3"`.
pub fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
