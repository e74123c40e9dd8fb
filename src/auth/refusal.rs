//! Refusals in the words of OAuth (<https://www.rfc-editor.org/rfc/rfc6749#section-5.2>).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer;
use crate::error::Error;
use crate::store::StoreError;

/// An OAuth error.
#[derive(Debug)]
pub struct Refusal {
    /// `error`, a code of the standard.
    pub error: &'static str,
    /// `error_description`, for the developer at the other side.
    pub description: String,
    cause: Option<Error>,
}

impl Refusal {
    /// A refusal.
    pub fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { error, description: description.into(), cause: None }
    }

    /// The request lacks something, has it twice or has it malformed.
    pub fn request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    /// The client is not who it says.
    pub fn client(description: impl Into<String>) -> Self {
        Self::new("invalid_client", description)
    }

    /// The code or refresh token cannot be used.
    pub fn grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }

    /// Nothing of the scope can be granted.
    pub fn scope(description: impl Into<String>) -> Self {
        Self::new("invalid_scope", description)
    }
}

impl From<Error> for Refusal {
    fn from(cause: Error) -> Self {
        Self { error: "server_error", description: "the server failed".to_owned(), cause: Some(cause) }
    }
}

impl From<StoreError> for Refusal {
    fn from(cause: StoreError) -> Self {
        Error::from(cause).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match (self.error, self.cause) {
            ("invalid_client", _) => StatusCode::UNAUTHORIZED,
            (_, Some(cause)) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "signing in failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::BAD_REQUEST,
        };
        answer::json(status, &json!({"error": self.error, "error_description": self.description}))
    }
}
