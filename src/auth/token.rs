//! `POST /oauth/token` (<https://www.rfc-editor.org/rfc/rfc6749#section-3.2>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::form::Fields;
use super::refusal::Refusal;
use super::{answer, client_credentials, code_grant, refresh_grant};
use crate::app::App;

/// Where this is served.
pub const PATH: &str = "/oauth/token";

/// Answers a token request.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let grant = async {
        let fields = Fields::body(&headers, &body)?;
        match fields.need("grant_type")? {
            "client_credentials" => client_credentials::grant(&app, &fields).await,
            "authorization_code" => code_grant::grant(&app, &fields).await,
            "refresh_token" => refresh_grant::grant(&app, &fields).await,
            _ => Err(Refusal::new("unsupported_grant_type", "this grant is not served")),
        }
    };
    match grant.await {
        Ok(token) => answer::json(StatusCode::OK, &token),
        Err(refusal) => refusal.into_response(),
    }
}
