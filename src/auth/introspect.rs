//! `POST /oauth/introspect`: what an access token says, for a registered system
//! (<https://www.rfc-editor.org/rfc/rfc7662>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::form::Fields;
use super::refusal::Refusal;
use super::{access_token, answer, assertion};
use crate::app::App;

/// Where this is served.
pub const PATH: &str = "/oauth/introspect";

const TOLD: [&str; 12] =
    ["iss", "aud", "sub", "client_id", "jti", "iat", "exp", "scope", "org", "ura", "patient", "extensions"];

/// Answers an introspection.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    match introspect(&app, &headers, &body).await {
        Ok(body) => answer::json(StatusCode::OK, &body),
        Err(refusal) => refusal.into_response(),
    }
}

async fn introspect(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let fields = Fields::body(headers, body)?;
    assertion::verify(app, &fields, PATH).await?;
    let (token, now) = (fields.need("token")?, app.clock.now());
    if access_token::verify(app, token, now).await?.is_none() {
        return Ok(json!({"active": false}));
    }
    let mut told = json!({"active": true, "token_type": "Bearer"});
    if let Some(jwt) = access_token::check(app, token, now) {
        for name in TOLD {
            if let Some(value) = jwt.claims.get(name) {
                told[name] = value.clone();
            }
        }
    }
    Ok(told)
}
