//! The checks of an authorization request, the same for a browser and for a pushed request
//! (<https://hl7.org/fhir/smart-app-launch/app-launch.html>).

use serde::{Deserialize, Serialize};

use super::form::{Fields, with_query};
use super::grant;
use super::refusal::Refusal;
use super::scope::Granted;
use crate::app::App;
use crate::store::sql::auth::Client;

/// Kind of the secret of a request that waits for the patient.
pub const KIND: &str = "launch";
/// How long a request waits for the patient, in ms.
pub const LIFE: i64 = 15 * 60 * 1000;

/// A good authorization request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Launch {
    /// The app.
    pub client_id: String,
    /// Where it wants the answer, as registered.
    pub redirect_uri: String,
    /// What it can be granted.
    pub scope: String,
    /// Its own state, sent back.
    pub state: String,
    /// PKCE challenge.
    pub challenge: String,
    /// Nonce for the id token.
    pub nonce: Option<String>,
}

/// The app and the address that it asks the answer at; wrong ones are never redirected to.
pub async fn client(app: &App, fields: &Fields) -> Result<(Client, String), Refusal> {
    let client = grant::public_client(app, fields.need("client_id")?).await?;
    let wanted = fields.need("redirect_uri")?;
    let registered = client.redirect_uris.iter().find(|uri| uri.as_str() == wanted).cloned();
    let redirect_uri = registered.ok_or_else(|| Refusal::request("`redirect_uri` is not registered"))?;
    Ok((client, redirect_uri))
}

/// Checks everything else.
pub fn check(app: &App, fields: &Fields, client: &Client, redirect_uri: String) -> Result<Launch, Refusal> {
    if fields.get("request").is_some() {
        return Err(Refusal::new("request_not_supported", "request objects are not read"));
    }
    if fields.need("response_type")? != "code" {
        return Err(Refusal::new("unsupported_response_type", "`response_type` must be `code`"));
    }
    if fields.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::request("`response_mode` must be `query`"));
    }
    if fields.get("prompt").is_some_and(|prompt| prompt == "none") {
        return Err(Refusal::new("interaction_required", "the patient is always asked"));
    }
    let state = limited(fields.need("state")?, "state", 1000)?;
    if fields.need("aud")? != app.config.fhir_base() {
        return Err(Refusal::request(format!("`aud` must be `{}`", app.config.fhir_base())));
    }
    if fields.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::request("`code_challenge_method` must be `S256`"));
    }
    let challenge = fields.need("code_challenge")?;
    let is_digest = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(is_digest) {
        return Err(Refusal::request("`code_challenge` must be an SHA-256 digest as base64url"));
    }
    let granted = Granted::parse(fields.need("scope")?).within(&Granted::parse(&client.scope), &["patient"]);
    if granted.resources.is_empty() {
        return Err(Refusal::scope("nothing of this scope is registered for the app"));
    }
    let nonce = fields.get("nonce").map(|nonce| limited(nonce, "nonce", 500)).transpose()?;
    Ok(Launch {
        client_id: client.client_id.clone(),
        redirect_uri,
        scope: granted.text(),
        state,
        challenge: challenge.to_owned(),
        nonce,
    })
}

/// The address that sends `refusal` back to the app.
pub fn refused(app: &App, redirect_uri: &str, state: Option<&str>, refusal: &Refusal) -> String {
    let base = app.config.server.base.as_str();
    let mut parameters = vec![("error", refusal.error), ("error_description", &refusal.description), ("iss", base)];
    if let Some(state) = state {
        parameters.push(("state", state));
    }
    with_query(redirect_uri, &parameters)
}

fn limited(text: &str, name: &str, most: usize) -> Result<String, Refusal> {
    if text.len() > most {
        return Err(Refusal::request(format!("`{name}` is longer than {most} bytes")));
    }
    Ok(text.to_owned())
}
