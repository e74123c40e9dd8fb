//! What a client must be to be registered.

use openidconnect::url::Url;
use serde_json::Value;

use super::jwt::key_set;
use super::scope::Granted;
use crate::error::Error;
use crate::store::sql::auth::Client;

/// Checks a client before it is registered.
///
/// # Errors
/// 422 with the fault: keys that cannot verify or hold a private part, addresses that an attacker could share, a scope
/// that cannot be granted.
pub fn check_client(client: &Client) -> Result<(), Error> {
    let bad = |text: &str| Err(Error::unprocessable("invalid", text));
    if client.client_id.is_empty() || !client.client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return bad("the client id must be printable, without spaces");
    }
    if Granted::parse(&client.scope).resources.is_empty() {
        return bad("the scope must name at least one kind of resource");
    }
    let has_keys = |jwks: &str| !key_set(jwks).is_empty() && !has_private_part(jwks);
    let has_addresses = !client.redirect_uris.is_empty() && client.redirect_uris.iter().all(|uri| is_redirect(uri));
    match (client.jwks.as_deref(), client.org) {
        (Some(jwks), Some(_)) if has_keys(jwks) && client.redirect_uris.is_empty() => Ok(()),
        (Some(_), Some(_)) => {
            bad("a system needs a set of public keys (EC P-256, P-384 or RSA), no private part and no redirect address")
        }
        (None, None) if has_addresses => Ok(()),
        (None, None) => {
            bad("an app needs redirect addresses: https, http on a loopback address, or a scheme of its own with a dot")
        }
        _ => bad("a client is a system of an organisation with keys, or an app of patients without"),
    }
}

fn has_private_part(jwks: &str) -> bool {
    let set: Value = serde_json::from_str(jwks).unwrap_or_default();
    let keys = set.get("keys").and_then(Value::as_array);
    keys.is_some_and(|keys| keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()))
}

fn is_redirect(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let is_plain =
        url.fragment().is_none() && url.username().is_empty() && uri.bytes().all(|byte| byte.is_ascii_graphic());
    let is_safe = match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")),
        own => own.contains('.'),
    };
    is_plain && is_safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_nobody_else_can_take_are_registered() {
        for good in ["https://app.example/cb", "http://127.0.0.1:8099/callback", "nl.example.app:/cb"] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "/cb",
            "http://app.example/cb",
            "https://a.example/#x",
            "https://me@a.example/",
            "app:/cb",
            "javascript:1",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }

    #[test]
    fn a_system_has_public_keys_and_an_app_has_addresses() {
        let app = Client {
            client_id: "app".to_owned(),
            scope: "patient/*.rs".to_owned(),
            redirect_uris: vec!["https://app.example/cb".to_owned()],
            ..Client::default()
        };
        assert!(check_client(&app).is_ok());
        assert!(check_client(&Client { redirect_uris: Vec::new(), ..app.clone() }).is_err());
        assert!(check_client(&Client { scope: "openid".to_owned(), ..app.clone() }).is_err());
        assert!(check_client(&Client { org: Some(10), ..app }).is_err());
        let keys = |more: &str| Some(format!(r#"{{"keys":[{{"kty":"RSA","n":"AQAB","e":"AQAB"{more}}}]}}"#));
        let system = Client {
            client_id: "system".to_owned(),
            scope: "system/*.rs".to_owned(),
            org: Some(10),
            jwks: keys(""),
            ..Client::default()
        };
        assert!(check_client(&system).is_ok());
        assert!(check_client(&Client { jwks: keys(r#","d":"AQAB""#), ..system.clone() }).is_err());
        assert!(check_client(&Client { jwks: Some("{}".to_owned()), ..system }).is_err());
    }
}
