//! Who makes a request to the FHIR API: a bearer token of ours, and nothing else
//! (<https://www.rfc-editor.org/rfc/rfc6750>).

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::access_token::{self, Verified};
use super::seal;
use crate::app::App;
use crate::ctx::{Actor, Ctx};
use crate::error::Error;

/// How long a looked-up token is believed before client, organisation and revocation are asked again, in ms.
const FRESH: i64 = 1000;

/// The caller of a request, from its headers.
///
/// # Errors
/// 401 when there is no token, more than one, or one that is not good now.
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Ctx, Error> {
    let now = app.clock.now();
    let token = bearer(headers)?;
    let verified = verified(app, token, now).await?;
    let verified = verified.ok_or_else(|| Error::unauthorized("the access token is not valid"))?;
    Ok(Ctx {
        actor: verified.actor.clone(),
        purpose: verified.purpose.clone(),
        reason: verified.reason.clone(),
        scopes: Some(Arc::clone(&verified.scopes)),
        request_id: request_id(app, headers),
        now,
    })
}

/// `X-Request-Id` of the caller when it is short and printable, else a new one.
pub fn request_id(app: &App, headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let is_good = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    given.filter(is_good).map_or_else(|| app.random.uuid(), str::to_owned)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    let first = first.ok_or_else(|| Error::unauthorized("an access token is needed"))?;
    let text = first.to_str().unwrap_or_default();
    match (text.split_once(' '), second) {
        (Some((scheme, token)), None) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => Ok(token),
        _ => Err(Error::unauthorized("one `Authorization: Bearer` header is needed")),
    }
}

/// Who acts for another is asked for each time: it ends at once when it ends.
fn acts_for_another(verified: &Verified) -> bool {
    matches!(&verified.actor, Actor::Patient(actor) if actor.relation.is_some())
}

async fn verified(app: &App, token: &str, now: i64) -> Result<Option<Arc<Verified>>, Error> {
    let digest = seal::sha256(token);
    if let Some(known) = app.auth.tokens.get(&digest).filter(|known| !acts_for_another(known)) {
        let is_fresh = known.checked <= now && now < known.checked + FRESH;
        if is_fresh && now < known.expires {
            let is_revoked = app.auth.revoked.has(&known.jti, known.family.as_deref());
            return Ok((!is_revoked).then_some(known));
        }
    }
    let Some(fresh) = access_token::verify(app, token, now).await? else {
        app.auth.tokens.invalidate(&digest);
        return Ok(None);
    };
    let fresh = Arc::new(fresh);
    app.auth.tokens.insert(digest, Arc::clone(&fresh));
    Ok(Some(fresh))
}
