//! What apps and systems read first: where the endpoints are and what they can do
//! (<https://hl7.org/fhir/smart-app-launch/conformance.html>, <https://www.rfc-editor.org/rfc/rfc8414>).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer;
use crate::app::App;

/// `/fhir/.well-known/smart-configuration`.
pub async fn smart(State(app): State<Arc<App>>) -> Response {
    let mut body = metadata(&app);
    body["capabilities"] = json!([
        "launch-standalone",
        "client-public",
        "client-confidential-asymmetric",
        "context-standalone-patient",
        "sso-openid-connect",
        "permission-offline",
        "permission-patient",
        "permission-v1",
        "permission-v2",
    ]);
    answer::public_json(&body)
}

/// `/.well-known/oauth-authorization-server`.
pub async fn oauth(State(app): State<Arc<App>>) -> Response {
    answer::public_json(&metadata(&app))
}

/// `/.well-known/openid-configuration`: who signs the id tokens of apps.
pub async fn openid(State(app): State<Arc<App>>) -> Response {
    let mut body = metadata(&app);
    body["subject_types_supported"] = json!(["public"]);
    body["id_token_signing_alg_values_supported"] = json!(["ES256"]);
    body["claims_supported"] = json!(["iss", "sub", "aud", "exp", "iat", "nonce", "fhirUser"]);
    answer::public_json(&body)
}

/// `/oauth/jwks`.
pub async fn jwks(State(app): State<Arc<App>>) -> Response {
    answer::public_json(&app.auth.signing.jwks())
}

fn metadata(app: &App) -> Value {
    let base = app.config.server.base.as_str();
    let at = |path: &str| format!("{base}{path}");
    let algorithms = json!(["ES256", "ES384", "RS256", "RS384"]);
    json!({
        "issuer": base,
        "jwks_uri": at("/oauth/jwks"),
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "introspection_endpoint": at("/oauth/introspect"),
        "revocation_endpoint": at("/oauth/revoke"),
        "pushed_authorization_request_endpoint": at("/oauth/par"),
        "require_pushed_authorization_requests": false,
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "scopes_supported": [
            "openid", "fhirUser", "launch/patient", "offline_access", "patient/*.rs", "patient/*.cruds",
            "system/*.rs", "system/*.cruds",
        ],
    })
}
