//! Our access tokens: signed, five minutes, for the FHIR API only (<https://www.rfc-editor.org/rfc/rfc9068>).

use std::sync::Arc;

use serde_json::{Value, json};

use super::iua::Iua;
use super::jwt::Jwt;
use super::scope::Granted;
use crate::app::App;
use crate::ctx::{Actor, OrganisationActor, PatientActor, Scopes};
use crate::error::Error;

/// How long an access token lives, in seconds.
pub const LIFE: i64 = 300;

const SKEW: i64 = 30 * 1000;

/// What a good token says, with who it is looked up.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who asks.
    pub actor: Actor,
    /// Why.
    pub purpose: String,
    /// The reason of an emergency access.
    pub reason: Option<String>,
    /// What the token allows.
    pub scopes: Arc<Scopes>,
    /// Id of the token.
    pub jti: String,
    /// The family of refresh tokens that it came from.
    pub family: Option<String>,
    /// When it ends, ms since 1970.
    pub expires: i64,
    /// When client, organisation and revocation were last looked up.
    pub checked: i64,
}

/// Signs an access token: `claims` are added to what every token has.
pub fn sign(app: &App, client_id: &str, subject: &str, claims: Value) -> Result<String, Error> {
    let now = app.clock.now() / 1000;
    let mut token = json!({
        "iss": app.config.server.base, "aud": app.config.fhir_base(), "sub": subject, "client_id": client_id,
        "jti": app.random.uuid(), "iat": now, "exp": now + LIFE,
    });
    if let (Some(token), Value::Object(claims)) = (token.as_object_mut(), claims) {
        token.extend(claims);
    }
    app.auth.signing.sign("at+jwt", &token)
}

/// Checks signature, type, issuer, audience and times: whether `token` is one of ours that has not ended.
pub fn check<'a>(app: &App, token: &'a str, now: i64) -> Option<Jwt<'a>> {
    let jwt = Jwt::parse(token)?;
    let is_ours = jwt.header("alg") == Some("ES256")
        && jwt.header("typ") == Some("at+jwt")
        && jwt.header("kid") == Some(&app.auth.signing.kid)
        && !jwt.points_elsewhere()
        && jwt.is_signed_by(&app.auth.signing.public);
    let is_for_us =
        jwt.text("iss") == Some(&app.config.server.base) && jwt.text("aud") == Some(&app.config.fhir_base());
    let is_now =
        jwt.moment("exp").is_some_and(|exp| exp > now) && jwt.moment("iat").is_some_and(|iat| iat <= now + SKEW);
    (is_ours && is_for_us && is_now && jwt.text("jti").is_some()).then_some(jwt)
}

/// Checks a token and everything behind it: the client, the organisation or the patient, and revocation.
pub async fn verify(app: &App, token: &str, now: i64) -> Result<Option<Verified>, Error> {
    let Some(jwt) = check(app, token, now) else { return Ok(None) };
    let (Some(jti), Some(client_id), Some(expires)) = (jwt.text("jti"), jwt.text("client_id"), jwt.moment("exp"))
    else {
        return Ok(None);
    };
    let family = jwt.text("family");
    if app.store.is_revoked(jti, family).await? {
        return Ok(None);
    }
    let Some(client) = app.store.client(client_id).await?.filter(|client| client.active) else { return Ok(None) };
    let (actor, purpose, reason) = match client.org {
        Some(org) => match organisation(app, &jwt, org, client_id).await? {
            Some((actor, iua)) => (Actor::Organisation(actor), iua.purpose, iua.reason),
            None => return Ok(None),
        },
        None => match patient(app, &jwt, client_id, now).await? {
            Some(actor) => (Actor::Patient(actor), "PATRQT".to_owned(), None),
            None => return Ok(None),
        },
    };
    let scopes = Arc::new(Granted::parse(jwt.text("scope").unwrap_or_default()).scopes());
    let (jti, family) = (jti.to_owned(), family.map(str::to_owned));
    Ok(Some(Verified { actor, purpose, reason, scopes, jti, family, expires, checked: now }))
}

async fn organisation(
    app: &App,
    jwt: &Jwt<'_>,
    org: i64,
    client_id: &str,
) -> Result<Option<(OrganisationActor, Iua)>, Error> {
    if jwt.claims.get("org").and_then(Value::as_i64) != Some(org) || jwt.claims.contains_key("patient") {
        return Ok(None);
    }
    let Ok(iua) = Iua::parse(&jwt.claims) else { return Ok(None) };
    let found = app.store.organisation(org).await?.map(|organisation| OrganisationActor {
        org,
        id: organisation.id,
        kind: organisation.kind,
        name: organisation.name,
        ura: organisation.ura,
        client_id: client_id.to_owned(),
        subject: iua.subject.clone(),
    });
    Ok(found.map(|actor| (actor, iua)))
}

async fn patient(app: &App, jwt: &Jwt<'_>, client_id: &str, now: i64) -> Result<Option<PatientActor>, Error> {
    let (Some(patient_id), Some(subject)) = (jwt.text("patient"), jwt.text("sub")) else { return Ok(None) };
    let Some(grantee) = super::grantee::find(app, subject, patient_id, now).await? else { return Ok(None) };
    Ok(Some(PatientActor {
        person: grantee.person,
        patient_id: patient_id.to_owned(),
        subject: subject.to_owned(),
        name: grantee.name,
        relation: grantee.relation,
        say: grantee.say,
        client_id: Some(client_id.to_owned()),
    }))
}
