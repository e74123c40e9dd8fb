//! The login form of the built-in provider (<https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint>).

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::password;
use crate::app::App;
use crate::auth::form::{Fields, with_query};
use crate::auth::{answer, login, provider, seal};
use crate::error::Error;
use crate::http::tls::Peer;
use crate::store::sql::auth::{Account, Secret};
use crate::ui::shared::form::Hidden;
use crate::ui::shared::login as page;

/// How long a form can be filled in, in ms.
const FORM_LIFE: i64 = 10 * 60 * 1000;
/// How long a code can be redeemed, in ms.
const CODE_LIFE: i64 = 60 * 1000;
/// Failures after which no more is tried for one name, and from one address.
const MOST_NAME: u32 = 10;
const MOST_ADDRESS: u32 = 100;

/// A good request; travels sealed through the form, and is kept with the code.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    /// Sent back.
    pub state: String,
    /// Stands in the id token.
    pub nonce: Option<String>,
    /// PKCE challenge.
    pub challenge: String,
    /// Whether a professional signs in.
    pub professional: bool,
    /// Until when the form can be filled in.
    pub until: i64,
}

/// The form.
pub async fn get(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if !provider::is_built_in(&app) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let fields = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    match asked(&app, &fields) {
        Some(asked) => form(&app, &headers, &asked, "", StatusCode::OK),
        None => bad(&headers),
    }
}

fn asked(app: &App, fields: &Fields) -> Option<Asked> {
    let callback = format!("{}{}", app.config.server.base, login::CALLBACK);
    let is_ours =
        fields.get("client_id") == Some(&app.config.idp.client_id) && fields.get("redirect_uri") == Some(&callback);
    let is_code = fields.get("response_type") == Some("code") && fields.get("code_challenge_method") == Some("S256");
    let is_openid = fields.get("scope")?.split(' ').any(|scope| scope == "openid");
    (is_ours && is_code && is_openid).then_some(())?;
    Some(Asked {
        state: fields.get("state")?.to_owned(),
        nonce: fields.get("nonce").map(str::to_owned),
        challenge: fields.get("code_challenge")?.to_owned(),
        professional: fields.get("role") == Some("professional"),
        until: app.clock.now() + FORM_LIFE,
    })
}

/// Checks name and password.
pub async fn post(
    State(app): State<Arc<App>>,
    address: Option<Extension<ConnectInfo<Peer>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !provider::is_built_in(&app) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let fields = Fields::body(&headers, &body).unwrap_or_default();
    let sealed = fields.get("request").and_then(|sealed| app.auth.unseal(sealed));
    let asked = sealed.and_then(|bytes| serde_json::from_slice::<Asked>(&bytes).ok());
    let Some(asked) = asked.filter(|asked| asked.until > app.clock.now()) else { return bad(&headers) };
    let username = fields.get("username").unwrap_or_default();
    let address = address.map(|Extension(ConnectInfo(Peer(address)))| address.ip().to_string()).unwrap_or_default();
    let keys = [(format!("name {}", seal::sha256(username)), MOST_NAME), (format!("address {address}"), MOST_ADDRESS)];
    let now = app.clock.now();
    if !keys.iter().all(|(key, most)| app.auth.throttle.may_try(key, *most, now)) {
        return form(&app, &headers, &asked, username, StatusCode::TOO_MANY_REQUESTS);
    }
    match sign_in(&app, username, fields.get("password").unwrap_or_default()).await {
        Ok(Some(account)) => {
            app.auth.throttle.succeeded(&keys[0].0);
            match code(&app, &account, &asked).await {
                Ok(location) => answer::see_other(&location),
                Err(error) => answer::failed(&headers, &error),
            }
        }
        Ok(None) => {
            for (key, _) in &keys {
                app.auth.throttle.failed(key, now);
            }
            form(&app, &headers, &asked, username, StatusCode::UNAUTHORIZED)
        }
        Err(error) => answer::failed(&headers, &error),
    }
}

/// The account with this name and password. An unknown name takes as long as a wrong password.
async fn sign_in(app: &App, username: &str, password: &str) -> Result<Option<Account>, Error> {
    let account = app.store.account(username).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let password = password.to_owned();
    let _place = app.auth.hashing.acquire().await.map_err(Error::internal)?;
    let check = tokio::task::spawn_blocking(move || password::is_right(&password, hash.as_deref()));
    let is_right = check.await.map_err(Error::internal)?;
    Ok(account.filter(|_| is_right))
}

async fn code(app: &App, account: &Account, asked: &Asked) -> Result<String, Error> {
    let (code, now) = (app.random.secret(), app.clock.now());
    let secret = Secret {
        digest: seal::sha256(&code),
        kind: super::CODE,
        body: json!(asked).to_string(),
        subject: account.subject.clone(),
        expires: now + CODE_LIFE,
        used: 0,
    };
    app.store.keep_secret(&secret, now).await?;
    let callback = format!("{}{}", app.config.server.base, login::CALLBACK);
    Ok(with_query(&callback, &[("code", &code), ("state", &asked.state), ("iss", &super::issuer(app))]))
}

fn form(app: &App, headers: &HeaderMap, asked: &Asked, username: &str, status: StatusCode) -> Response {
    let model = page::Model {
        frame: answer::frame(headers),
        action: "/idp/authorize".to_owned(),
        professional: asked.professional,
        failed: status != StatusCode::OK,
        username: username.to_owned(),
        hidden: vec![Hidden::new("request", &app.auth.seal(json!(asked).to_string().as_bytes()))],
    };
    answer::html(status, page::page(&model))
}

fn bad(headers: &HeaderMap) -> Response {
    answer::refuse(
        headers,
        StatusCode::BAD_REQUEST,
        ("Begin opnieuw met inloggen", "Start signing in again"),
        ("Deze pagina is verouderd of werd verkeerd geopend.", "This page is out of date or was opened wrongly."),
    )
}
