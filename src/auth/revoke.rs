//! `POST /oauth/revoke`: a client ends one of its own tokens (<https://www.rfc-editor.org/rfc/rfc7009>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::form::Fields;
use super::grant::{self, REFRESH};
use super::refusal::Refusal;
use super::{access_token, answer, assertion, seal};
use crate::app::App;

/// Where this is served.
pub const PATH: &str = "/oauth/revoke";

/// Answers 200 whether or not the token existed.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    match revoke(&app, &headers, &body).await {
        Ok(()) => answer::json(StatusCode::OK, &json!({})),
        Err(refusal) => refusal.into_response(),
    }
}

async fn revoke(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let fields = Fields::body(headers, body)?;
    let client = match fields.get("client_assertion") {
        Some(_) => assertion::verify(app, &fields, PATH).await?.client,
        None => grant::public_client(app, fields.need("client_id")?).await?,
    };
    let (token, now) = (fields.need("token")?, app.clock.now());
    if let Some(jwt) = access_token::check(app, token, now) {
        let is_own = jwt.text("client_id") == Some(&client.client_id);
        if let (true, Some(jti), Some(expires)) = (is_own, jwt.text("jti"), jwt.moment("exp")) {
            app.auth.revoked.add(jti, expires, now);
            app.store.revoke(jti, expires, now).await?;
        }
        return Ok(());
    }
    if let Some(secret) = app.store.secret(REFRESH, &seal::sha256(token), now).await? {
        let granted = grant::Grant::read(&secret)?;
        if granted.client_id == client.client_id {
            grant::end(app, &granted.family).await?;
        }
    }
    Ok(())
}
