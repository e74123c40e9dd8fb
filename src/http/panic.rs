//! A fault of ours that nobody foresaw answers like every other failure, and harms no other request.

use std::panic::AssertUnwindSafe;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use crate::error::Error;

/// Turns a panic of a handler into 500 with an `OperationOutcome`. What was being written is not: a commit is whole or
/// absent.
pub async fn catch_panic(answering: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        let error = Error::new(500, "exception", "the server failed; nothing was changed");
        let headers = [(CONTENT_TYPE, "application/fhir+json; charset=utf-8")];
        (StatusCode::INTERNAL_SERVER_ERROR, headers, error.outcome().to_string()).into_response()
    })
}
