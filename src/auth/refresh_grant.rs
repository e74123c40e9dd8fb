//! A token for a refresh token, which is replaced each time (<https://www.rfc-editor.org/rfc/rfc9700#section-4.14>).

use serde_json::Value;

use super::form::Fields;
use super::grant::{self, Grant, REFRESH, REFRESH_LIFE};
use super::refusal::Refusal;
use super::scope::Granted;
use super::seal;
use crate::app::App;

/// Replaces a refresh token. Whoever comes with one that was replaced ends the whole family.
pub async fn grant(app: &App, fields: &Fields) -> Result<Value, Refusal> {
    let client = grant::public_client(app, fields.need("client_id")?).await?;
    let now = app.clock.now();
    let bad = || Refusal::grant("the refresh token cannot be used");
    let digest = seal::sha256(fields.need("refresh_token")?);
    let secret = app.store.secret(REFRESH, &digest, now).await?.ok_or_else(bad)?;
    let granted = Grant::read(&secret)?;
    if granted.client_id != client.client_id {
        return Err(bad());
    }
    let all = Granted::parse(&granted.scope).within(&Granted::parse(&client.scope), &["patient"]);
    let scope = match fields.get("scope") {
        None => all,
        Some(wanted) => narrowed(wanted, &all)?,
    };
    let (text, kept) = granted.keep(app, REFRESH, REFRESH_LIFE);
    if !app.store.exchange_secret(&secret, Some(&kept), grant::mark(app), now).await? {
        grant::end(app, &granted.family).await?;
        return Err(bad());
    }
    let granted = Grant { nonce: None, ..granted };
    granted.answer(app, &scope, Some(&text)).await
}

/// The wanted scope, when it asks nothing that was not granted.
fn narrowed(wanted: &str, all: &Granted) -> Result<Granted, Refusal> {
    let wanted = Granted::parse(wanted);
    let common = wanted.within(all, &["patient"]);
    if common.resources.is_empty() || common != wanted {
        return Err(Refusal::scope("the scope goes beyond what was granted"));
    }
    Ok(common)
}
