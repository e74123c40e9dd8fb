//! A token for a system of an organisation (<https://hl7.org/fhir/smart-app-launch/backend-services.html>).

use serde_json::{Value, json};

use super::form::Fields;
use super::iua::Iua;
use super::refusal::Refusal;
use super::scope::Granted;
use super::{access_token, assertion, token};
use crate::app::App;

/// Grants what of the wanted scope is registered.
pub async fn grant(app: &App, fields: &Fields) -> Result<Value, Refusal> {
    let proven = assertion::verify(app, fields, token::PATH).await?;
    let client = proven.client;
    let organisation = match client.org {
        Some(org) => app.store.organisation(org).await?,
        None => None,
    };
    let unauthorized = || Refusal::new("unauthorized_client", "the client belongs to no organisation");
    let organisation = organisation.ok_or_else(unauthorized)?;
    let wanted = fields.get("scope").ok_or_else(|| Refusal::scope("`scope` is missing"))?;
    let granted = Granted::parse(wanted).within(&Granted::parse(&client.scope), &["system"]);
    if granted.resources.is_empty() {
        return Err(Refusal::scope("nothing of this scope is registered for the client"));
    }
    let scope = Granted { plain: Vec::new(), ..granted }.text();
    let iua = Iua::parse(&proven.claims)?;
    let claims = json!({
        "scope": scope, "org": organisation.org, "ura": organisation.ura, "kind": organisation.kind,
        "extensions": iua.extension(),
    });
    let access_token = access_token::sign(app, &client.client_id, &client.client_id, claims)?;
    Ok(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": access_token::LIFE, "scope": scope,
    }))
}
