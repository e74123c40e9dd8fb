//! What a patient granted an app: kept behind a code, then behind each refresh token.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access_token;
use super::refusal::Refusal;
use super::scope::Granted;
use super::seal;
use crate::app::App;
use crate::error::Error;
use crate::store::sql::auth::Secret;

/// Kind of the secret of an authorization code.
pub const CODE: &str = "code";
/// Kind of the secret of a refresh token.
pub const REFRESH: &str = "refresh";
/// How long a refresh token lives, in ms.
pub const REFRESH_LIFE: i64 = 30 * 24 * 3600 * 1000;

/// What was granted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// The app.
    pub client_id: String,
    /// The scope.
    pub scope: String,
    /// Who signed in.
    pub subject: String,
    /// `Patient` id.
    pub patient: String,
    /// All tokens that come of this share it.
    pub family: String,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// PKCE challenge.
    pub challenge: String,
    /// Nonce for the id token.
    pub nonce: Option<String>,
    /// Until when the code can be redeemed, ms since 1970; it is remembered longer, to notice a second try.
    pub until: i64,
}

impl Grant {
    /// Reads the body of a secret.
    pub fn read(secret: &Secret) -> Result<Self, Error> {
        serde_json::from_str(&secret.body).map_err(Error::internal)
    }

    /// A secret for this grant; gives the text to send and what to keep.
    pub fn keep(&self, app: &App, kind: &'static str, life: i64) -> (String, Secret) {
        let text = app.random.secret();
        let secret = Secret {
            digest: seal::sha256(&text),
            kind,
            body: json!(self).to_string(),
            subject: self.family.clone(),
            expires: app.clock.now() + life,
            used: 0,
        };
        (text, secret)
    }

    /// The answer to a token request, when the patient may still be asked for.
    pub async fn answer(&self, app: &App, granted: &Granted, refresh: Option<&str>) -> Result<Value, Refusal> {
        let now = app.clock.now();
        let found = super::grantee::find(app, &self.subject, &self.patient, now).await?;
        let found = found.ok_or_else(|| Refusal::grant("the patient's account has ended"))?;
        let scope = granted.text();
        let claims = json!({
            "scope": scope, "patient": self.patient, "person": found.person, "family": self.family,
        });
        let access_token = access_token::sign(app, &self.client_id, &self.subject, claims)?;
        let mut body = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": access_token::LIFE,
            "scope": scope, "patient": self.patient,
        });
        if granted.has("openid") {
            body["id_token"] = json!(self.id_token(app, granted, found.relation.is_none())?);
        }
        if let Some(refresh) = refresh {
            body["refresh_token"] = json!(refresh);
        }
        Ok(body)
    }

    fn id_token(&self, app: &App, granted: &Granted, is_own: bool) -> Result<String, Error> {
        let now = app.clock.now() / 1000;
        let mut claims = json!({
            "iss": app.config.server.base, "sub": self.subject, "aud": self.client_id, "iat": now,
            "exp": now + access_token::LIFE,
        });
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = json!(nonce);
        }
        if granted.has("fhirUser") && is_own {
            claims["fhirUser"] = json!(format!("{}/Patient/{}", app.config.fhir_base(), self.patient));
        }
        app.auth.signing.sign("JWT", &claims)
    }
}

/// A random number other than 0, to mark who used a secret.
pub fn mark(app: &App) -> i64 {
    let mut bytes = [0; 8];
    app.random.fill(&mut bytes);
    i64::from_be_bytes(bytes).saturating_abs().max(1)
}

/// Ends everything that came of a grant.
pub async fn end(app: &App, family: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let expires = now + (access_token::LIFE + 60) * 1000;
    app.auth.revoked.add(family, expires, now);
    app.store.drop_family(family, expires).await?;
    Ok(())
}

/// The public client that a form names, when it may sign in.
pub async fn public_client(app: &App, client_id: &str) -> Result<crate::store::sql::auth::Client, Refusal> {
    let client = app.store.client(client_id).await?;
    let client = client.filter(|client| client.active && client.org.is_none() && client.jwks.is_none());
    client.ok_or_else(|| Refusal::client("no such app"))
}
