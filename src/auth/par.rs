//! `POST /oauth/par`: an app pushes its authorization request first (<https://www.rfc-editor.org/rfc/rfc9126>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::form::{Fields, with_query};
use super::refusal::Refusal;
use super::{answer, grant, launch, seal};
use crate::app::App;
use crate::error::Error;
use crate::store::sql::auth::Secret;

const KIND: &str = "par";
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
const LIFE: i64 = 60;

/// Checks and keeps a request.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    match push(&app, &headers, &body).await {
        Ok(body) => answer::json(StatusCode::CREATED, &body),
        Err(refusal) => refusal.into_response(),
    }
}

async fn push(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let fields = Fields::body(headers, body)?;
    if fields.get("request_uri").is_some() {
        return Err(Refusal::request("`request_uri` cannot be pushed"));
    }
    let (client, redirect_uri) = launch::client(app, &fields).await?;
    launch::check(app, &fields, &client, redirect_uri)?;
    let (id, now) = (app.random.secret(), app.clock.now());
    let pairs: Vec<(&str, &str)> = fields.iter().collect();
    let secret = Secret {
        digest: seal::sha256(&id),
        kind: KIND,
        body: with_query("", &pairs),
        subject: client.client_id,
        expires: now + LIFE * 1000,
        used: 0,
    };
    app.store.keep_secret(&secret, now).await?;
    Ok(json!({"request_uri": format!("{PREFIX}{id}"), "expires_in": LIFE}))
}

/// The pushed request of this client, once.
pub async fn take(app: &App, client_id: &str, request_uri: &str) -> Result<Fields, Refusal> {
    let bad = || Refusal::request("`request_uri` is unknown, used or over");
    let id = request_uri.strip_prefix(PREFIX).ok_or_else(bad)?;
    let now = app.clock.now();
    let secret = app.store.secret(KIND, &seal::sha256(id), now).await?;
    let secret = secret.filter(|secret| secret.subject == client_id).ok_or_else(bad)?;
    if !app.store.exchange_secret(&secret, None, grant::mark(app), now).await? {
        return Err(bad());
    }
    let query = secret.body.strip_prefix('?').ok_or_else(|| Error::internal("a pushed request is no query"))?;
    Fields::parse(query.as_bytes())
}
