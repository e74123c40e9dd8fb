//! A confidential client proves who it is with a signed assertion, once
//! (<https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html>, <https://www.rfc-editor.org/rfc/rfc7523>).

use serde_json::{Map, Value};

use super::form::Fields;
use super::jwt::{Jwt, key_set};
use super::refusal::Refusal;
use crate::app::App;
use crate::store::sql::auth::Client;

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LONGEST: i64 = 5 * 60 * 1000;
const SKEW: i64 = 30 * 1000;
/// How much longer than its life an id is remembered, should the clock be set back.
const KEEP: i64 = 10 * 60 * 1000;

/// A client that proved who it is.
pub struct Proven {
    /// The client.
    pub client: Client,
    /// The claims that it signed.
    pub claims: Map<String, Value>,
}

/// Checks the assertion of a form that was sent to `path`.
pub async fn verify(app: &App, fields: &Fields, path: &str) -> Result<Proven, Refusal> {
    if fields.get("client_assertion_type") != Some(KIND) {
        return Err(Refusal::client(format!("`client_assertion_type` must be `{KIND}`")));
    }
    let token = fields.get("client_assertion").ok_or_else(|| Refusal::client("`client_assertion` is missing"))?;
    let jwt = Jwt::parse(token).ok_or_else(|| Refusal::client("the assertion is no JWT"))?;
    let client_id = jwt.text("iss").unwrap_or_default();
    if client_id.is_empty() || jwt.text("sub") != Some(client_id) {
        return Err(Refusal::client("`iss` and `sub` must both be the client id"));
    }
    if fields.get("client_id").is_some_and(|stated| stated != client_id) {
        return Err(Refusal::client("`client_id` is not the one of the assertion"));
    }
    check_header(&jwt)?;
    let client = app.store.client(client_id).await?.filter(|client| client.active);
    // One answer for an unknown client and for a wrong key: what is registered is nobody's business.
    let unproven = || Refusal::client("no registered key signed this assertion");
    let client = client.ok_or_else(unproven)?;
    let keys = key_set(client.jwks.as_deref().unwrap_or_default());
    let kid = jwt.header("kid");
    let fits = |named: Option<&str>| kid.is_none() || kid == named;
    if !keys.iter().any(|key| fits(key.kid.as_deref()) && jwt.is_signed_by(key)) {
        return Err(unproven());
    }
    let now = app.clock.now();
    let expires = check_claims(&jwt, &app.config.server.base, path, now)?;
    let jti = jwt.text("jti").filter(|jti| !jti.is_empty() && jti.len() <= 256);
    let jti = jti.ok_or_else(|| Refusal::client("`jti` must be a text of 1 to 256 bytes"))?;
    if !app.store.use_jti(client_id, jti, expires + KEEP, now).await? {
        return Err(Refusal::client("this assertion was used before"));
    }
    Ok(Proven { client, claims: jwt.claims })
}

fn check_header(jwt: &Jwt) -> Result<(), Refusal> {
    if jwt.points_elsewhere() {
        return Err(Refusal::client("`crit`, `jku`, `jwk`, `x5u` and `x5c` are not followed"));
    }
    if jwt.header.get("kid").is_some_and(|kid| !kid.is_string()) {
        return Err(Refusal::client("`kid` must be a text"));
    }
    let types = ["JWT", "client-authentication+jwt"];
    match jwt.header.get("typ") {
        None => Ok(()),
        Some(Value::String(typ)) if types.iter().any(|known| known.eq_ignore_ascii_case(typ)) => Ok(()),
        Some(_) => Err(Refusal::client("`typ` must be `JWT`")),
    }
}

/// Checks for whom and when the assertion is; gives when it ends.
fn check_claims(jwt: &Jwt, base: &str, path: &str, now: i64) -> Result<i64, Refusal> {
    let audience = match jwt.claims.get("aud") {
        Some(Value::String(one)) => one.as_str(),
        Some(Value::Array(list)) if list.len() == 1 => list[0].as_str().unwrap_or_default(),
        _ => "",
    };
    let endpoint = format!("{base}{path}");
    if audience != base && audience != endpoint {
        return Err(Refusal::client(format!("`aud` must be `{endpoint}`")));
    }
    let expires = jwt.moment("exp").ok_or_else(|| Refusal::client("`exp` must be a whole number"))?;
    if expires <= now {
        return Err(Refusal::client("the assertion has expired"));
    }
    if expires > now + LONGEST + SKEW {
        return Err(Refusal::client("`exp` must be at most five minutes ahead"));
    }
    for claim in ["iat", "nbf"] {
        if !jwt.claims.contains_key(claim) {
            continue;
        }
        let moment = jwt.moment(claim).ok_or_else(|| Refusal::client(format!("`{claim}` must be a whole number")))?;
        if moment > now + SKEW || (claim == "iat" && moment < now - LONGEST - SKEW) {
            return Err(Refusal::client(format!("`{claim}` is too far from now")));
        }
    }
    Ok(expires)
}
