//! What the provider publishes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::auth::{answer, provider};

/// `/idp/.well-known/openid-configuration`.
pub async fn get(State(app): State<Arc<App>>) -> Response {
    if !provider::is_built_in(&app) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let issuer = super::issuer(&app);
    answer::public_json(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "name"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// `/idp/jwks`.
pub async fn jwks(State(app): State<Arc<App>>) -> Response {
    if provider::is_built_in(&app) {
        answer::public_json(&app.auth.signing.jwks())
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}
