//! `/oauth/authorize`: a PGO app asks a patient for permission (SMART standalone launch,
//! <https://hl7.org/fhir/smart-app-launch/app-launch.html>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use openidconnect::url::Url;
use serde_json::json;

use super::form::{Fields, with_query};
use super::grant::{self, CODE, Grant};
use super::launch::{self, Launch};
use super::refusal::Refusal;
use super::session::{Role, Session};
use super::{answer, consent_page, par, seal, session};
use crate::app::App;
use crate::error::Error;
use crate::store::sql::auth::Secret;
use crate::ui::shared::assets;

/// Where a checked request waits for the patient.
pub const CONTINUE: &str = "/oauth/authorize/continue";
/// Where apps send patients, and where the decision is posted.
pub const PATH: &str = "/oauth/authorize";

/// How long a code can be redeemed, in ms.
const CODE_LIFE: i64 = 60 * 1000;
/// How long a code is remembered, in ms.
const CODE_KEPT: i64 = 10 * 60 * 1000;

/// Checks the request and keeps it until the patient has signed in and decided.
pub async fn get(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    match begin(&app, query.as_deref().unwrap_or_default()).await {
        Ok(location) => answer::see_other(&location),
        Err(refusal) => bad_app(&headers, &refusal),
    }
}

async fn begin(app: &App, query: &str) -> Result<String, Refusal> {
    let mut fields = Fields::parse(query.as_bytes())?;
    if let Some(request_uri) = fields.get("request_uri") {
        fields = par::take(app, fields.need("client_id")?, request_uri).await?;
    }
    let (client, redirect_uri) = launch::client(app, &fields).await?;
    match launch::check(app, &fields, &client, redirect_uri.clone()) {
        Ok(launch) => {
            let id = app.random.secret();
            let now = app.clock.now();
            let secret = Secret {
                digest: seal::sha256(&id),
                kind: launch::KIND,
                body: json!(launch).to_string(),
                subject: launch.client_id,
                expires: now + launch::LIFE,
                used: 0,
            };
            app.store.keep_secret(&secret, now).await?;
            Ok(with_query(CONTINUE, &[("request", &id)]))
        }
        Err(refusal) => Ok(launch::refused(app, &redirect_uri, fields.get("state"), &refusal)),
    }
}

/// Asks the patient, after signing in.
pub async fn proceed(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    match ask(&app, query.as_deref().unwrap_or_default(), &headers).await {
        Ok(response) => response,
        Err(refusal) => bad_app(&headers, &refusal),
    }
}

async fn ask(app: &App, query: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let fields = Fields::parse(query.as_bytes())?;
    let id = fields.need("request")?;
    let (_, launch) = waiting(app, id).await?;
    let Some(session) = session(app, headers).await? else {
        let back = with_query(CONTINUE, &[("request", id)]);
        return Ok(answer::see_other(&with_query("/login", &[("role", "patient"), ("return", &back)])));
    };
    let Role::Patient(patient) = &session.role else {
        let refusal = Refusal::new("access_denied", "a professional is signed in, not a patient");
        return Ok(answer::see_other(&launch::refused(app, &launch.redirect_uri, Some(&launch.state), &refusal)));
    };
    let client = grant::public_client(app, &launch.client_id).await?;
    let model = consent_page::model(app, headers, &session, patient, &client, &launch, id);
    let mut response = answer::html(StatusCode::OK, crate::ui::shared::authorize::page(&model));
    // Browsers hold the redirect that follows a form against `form-action`, so the app's origin is added here.
    let form_action = format!("form-action 'self' {}", origin(&launch.redirect_uri));
    let policy = assets::CONTENT_SECURITY_POLICY.replace("form-action 'self'", &form_action);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Takes the patient's decision.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    match decide(&app, &headers, &body).await {
        Ok(location) => answer::see_other(&location),
        Err(refusal) => bad_app(&headers, &refusal),
    }
}

async fn decide(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    let fields = Fields::body(headers, body)?;
    let session = session(app, headers).await?.ok_or_else(|| Refusal::request("nobody is signed in"))?;
    if !seal::same(fields.need("csrf")?, &session.csrf) {
        return Err(Refusal::request("the form is not of this session"));
    }
    let is_allowed = match fields.need("decision")? {
        "allow" => true,
        "refuse" => false,
        _ => return Err(Refusal::request("`decision` must be `allow` or `refuse`")),
    };
    let (secret, launch) = waiting(app, fields.need("request")?).await?;
    let now = app.clock.now();
    if !app.store.exchange_secret(&secret, None, grant::mark(app), now).await? {
        return Err(Refusal::request("this request was answered before"));
    }
    let Role::Patient(patient) = &session.role else {
        let refusal = Refusal::new("access_denied", "a professional is signed in, not a patient");
        return Ok(launch::refused(app, &launch.redirect_uri, Some(&launch.state), &refusal));
    };
    if !is_allowed {
        let refusal = Refusal::new("access_denied", "the patient refused");
        return Ok(launch::refused(app, &launch.redirect_uri, Some(&launch.state), &refusal));
    }
    let code = code(app, &session, patient.patient_id.clone(), &launch).await?;
    let parameters = [("code", code.as_str()), ("state", &launch.state), ("iss", &app.config.server.base)];
    Ok(with_query(&launch.redirect_uri, &parameters))
}

async fn code(app: &App, session: &Session, patient: String, launch: &Launch) -> Result<String, Error> {
    let now = app.clock.now();
    let grant = Grant {
        client_id: launch.client_id.clone(),
        scope: launch.scope.clone(),
        subject: session.subject.clone(),
        patient,
        family: app.random.uuid(),
        redirect_uri: launch.redirect_uri.clone(),
        challenge: launch.challenge.clone(),
        nonce: launch.nonce.clone(),
        until: now + CODE_LIFE,
    };
    let (code, secret) = grant.keep(app, CODE, CODE_KEPT);
    app.store.keep_secret(&secret, now).await?;
    Ok(code)
}

/// The request with this id, while it waits.
async fn waiting(app: &App, id: &str) -> Result<(Secret, Launch), Refusal> {
    let secret = app.store.secret(launch::KIND, &seal::sha256(id), app.clock.now()).await?;
    let secret = secret.filter(|secret| secret.used == 0);
    let secret = secret.ok_or_else(|| Refusal::request("this request was answered before, or has waited too long"))?;
    let launch = serde_json::from_str(&secret.body).map_err(Error::internal)?;
    Ok((secret, launch))
}

/// Scheme and host of an address, or its scheme when it is of an app on a device.
fn origin(address: &str) -> String {
    match Url::parse(address) {
        Ok(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::new(),
    }
}

/// What a person reads when an app asks wrongly and cannot be trusted with an answer.
fn bad_app(headers: &HeaderMap, refusal: &Refusal) -> Response {
    if refusal.error == "server_error" {
        tracing::error!(?refusal, "an authorization request failed");
    }
    answer::refuse(
        headers,
        StatusCode::BAD_REQUEST,
        ("Deze app vraagt iets dat niet klopt", "This app asks something that is not right"),
        (
            "Er is niets gedeeld. Ga terug naar de app en begin opnieuw, of vraag de maker van de app om hulp.",
            "Nothing was shared. Go back to the app and start again, or ask the maker of the app for help.",
        ),
    )
}
