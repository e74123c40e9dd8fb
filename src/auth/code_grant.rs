//! A token for a code (<https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3>, <https://www.rfc-editor.org/rfc/rfc7636>).

use serde_json::Value;

use super::form::Fields;
use super::grant::{self, CODE, Grant, REFRESH, REFRESH_LIFE};
use super::refusal::Refusal;
use super::scope::Granted;
use super::seal;
use crate::app::App;

/// Redeems a code, once. A second try ends everything that the first one gave.
pub async fn grant(app: &App, fields: &Fields) -> Result<Value, Refusal> {
    let client = grant::public_client(app, fields.need("client_id")?).await?;
    let (code, redirect_uri) = (fields.need("code")?, fields.need("redirect_uri")?);
    let verifier = fields.need("code_verifier")?;
    let now = app.clock.now();
    let bad = || Refusal::grant("the code cannot be used");
    let secret = app.store.secret(CODE, &seal::sha256(code), now).await?.ok_or_else(bad)?;
    let granted = Grant::read(&secret)?;
    if granted.client_id != client.client_id || granted.redirect_uri != redirect_uri {
        return Err(bad());
    }
    if secret.used != 0 {
        grant::end(app, &granted.family).await?;
        return Err(bad());
    }
    if granted.until <= now {
        return Err(bad());
    }
    if !is_verifier(verifier) || !seal::same(&seal::sha256(verifier), &granted.challenge) {
        return Err(bad());
    }
    let scope = Granted::parse(&granted.scope);
    let refresh = scope.has("offline_access").then(|| granted.keep(app, REFRESH, REFRESH_LIFE));
    let kept = refresh.as_ref().map(|(_, kept)| kept);
    if !app.store.exchange_secret(&secret, kept, grant::mark(app), now).await? {
        grant::end(app, &granted.family).await?;
        return Err(bad());
    }
    granted.answer(app, &scope, refresh.as_ref().map(|(text, _)| text.as_str())).await
}

fn is_verifier(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_allowed)
}
