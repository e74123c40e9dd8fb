//! One log line a request, without data of persons: the template of the address, never the address itself.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Level;

/// A request that is being answered.
pub struct Line {
    begun: Instant,
    method: Method,
    route: Option<String>,
    id: String,
}

impl Line {
    /// The line of a request that begins, if anybody reads it; with the template of its address where it is known.
    pub fn begin(method: &Method, headers: &HeaderMap, route: impl FnOnce() -> Option<String>) -> Option<Self> {
        if !tracing::enabled!(Level::INFO) {
            return None;
        }
        let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        // What a caller sends is cut to what an id looks like.
        let is_id = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        let id = given.filter(is_id).unwrap_or("-").to_owned();
        Some(Self { begun: Instant::now(), method: method.clone(), route: route(), id })
    }

    /// Writes method, address template, status, duration and request id.
    pub fn end(self, response: &Response) {
        let Self { begun, method, route, id } = self;
        let matched = response.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let route = route.as_deref().or(matched).unwrap_or("-");
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        tracing::info!(%method, route, status, ms, id, "request");
    }
}

/// Keeps the template of the address beside the answer, for its line.
pub async fn keep_template(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}
