//! `POST /idp/token`: an id token for a code (<https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::authorize::Asked;
use crate::app::App;
use crate::auth::form::Fields;
use crate::auth::refusal::Refusal;
use crate::auth::{answer, grant, login, provider, seal};
use crate::error::Error;

const LIFE: i64 = 300;

/// Redeems a code.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    if !provider::is_built_in(&app) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match redeem(&app, &headers, &body).await {
        Ok(body) => answer::json(StatusCode::OK, &body),
        Err(refusal) => refusal.into_response(),
    }
}

async fn redeem(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let fields = Fields::body(headers, body)?;
    let (id, secret) = credentials(headers, &fields).ok_or_else(|| Refusal::client("no client credentials"))?;
    if id != app.config.idp.client_id || !seal::same(&secret, &provider::secret(app)) {
        return Err(Refusal::client("wrong client credentials"));
    }
    if fields.need("grant_type")? != "authorization_code" {
        return Err(Refusal::new("unsupported_grant_type", "only `authorization_code` is served"));
    }
    let bad = || Refusal::grant("the code cannot be used");
    let now = app.clock.now();
    let secret = app.store.secret(super::CODE, &seal::sha256(fields.need("code")?), now).await?.ok_or_else(bad)?;
    let asked: Asked = serde_json::from_str(&secret.body).map_err(Error::internal)?;
    let callback = format!("{}{}", app.config.server.base, login::CALLBACK);
    let is_pkce = seal::same(&seal::sha256(fields.need("code_verifier")?), &asked.challenge);
    if fields.need("redirect_uri")? != callback || !is_pkce {
        return Err(bad());
    }
    if !app.store.exchange_secret(&secret, None, grant::mark(app), now).await? {
        return Err(bad());
    }
    let account = app.store.account_of(&secret.subject).await?.ok_or_else(bad)?;
    let seconds = now / 1000;
    let mut claims = json!({
        "iss": super::issuer(app), "sub": account.subject, "aud": app.config.idp.client_id, "iat": seconds,
        "exp": seconds + LIFE, "name": account.display,
    });
    if let Some(nonce) = asked.nonce {
        claims["nonce"] = json!(nonce);
    }
    let id_token = app.auth.signing.sign("JWT", &claims)?;
    // Nothing accepts this access token: the id token says all that there is.
    Ok(json!({"access_token": app.random.secret(), "token_type": "Bearer", "expires_in": LIFE, "id_token": id_token}))
}

/// Client id and secret, from the header or the form.
fn credentials(headers: &HeaderMap, fields: &Fields) -> Option<(String, String)> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Some((fields.get("client_id")?.to_owned(), fields.get("client_secret")?.to_owned()));
    };
    let encoded = header.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((urlencoding::decode(id).ok()?.into_owned(), urlencoding::decode(secret).ok()?.into_owned()))
}
