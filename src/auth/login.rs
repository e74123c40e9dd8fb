//! Signing in at the portal: to the identity provider, and back with a code.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::form::Fields;
use super::provider::{self, Attempt};
use super::{answer, cookie, seal, session};
use crate::app::App;
use crate::error::Error;
use crate::ui::shared::paths;

/// Where this begins.
pub const PATH: &str = "/login";
/// Where the identity provider sends people back to.
pub const CALLBACK: &str = "/login/callback";

const COOKIE: &str = "spil_login";
/// How long somebody can take to sign in, in seconds.
const LIFE: i64 = 600;

/// What the browser keeps, sealed, until it comes back.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    back: String,
    professional: bool,
    until: i64,
}

impl Kept {
    fn attempt(&self) -> Attempt<'_> {
        Attempt { state: &self.state, nonce: &self.nonce, verifier: &self.verifier }
    }
}

/// Sends somebody to the identity provider, in the role that the query names.
pub async fn get(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    away(&app, &fields, &headers, fields.get("role") == Some("professional")).await
}

/// Sends a patient to the identity provider.
pub async fn patient(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    away(&app, &fields, &headers, false).await
}

/// Sends a professional to the identity provider.
pub async fn professional(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    away(&app, &fields, &headers, true).await
}

async fn away(app: &App, fields: &Fields, headers: &HeaderMap, professional: bool) -> Response {
    let start = if professional { paths::CARE } else { paths::OVERVIEW };
    let back = fields.get("return").filter(|path| is_local(path)).unwrap_or(start);
    let kept = Kept {
        state: app.random.secret(),
        nonce: app.random.secret(),
        verifier: app.random.secret(),
        back: back.to_owned(),
        professional,
        until: app.clock.now() + LIFE * 1000,
    };
    match app.auth.provider.address(app, &kept.attempt(), professional).await {
        Ok(address) => {
            let sealed = app.auth.seal(json!(kept).to_string().as_bytes());
            answer::with_cookie(answer::see_other(&address), &cookie::set(&app.config, COOKIE, &sealed, LIFE))
        }
        Err(error) => answer::failed(headers, &error),
    }
}

/// Takes somebody back from the identity provider.
pub async fn callback(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let response = match back(&app, &fields, &headers).await {
        Ok(Some((place, session))) => answer::with_cookie(answer::see_other(&place), &session),
        Ok(None) => answer::refuse(
            &headers,
            StatusCode::FORBIDDEN,
            ("Inloggen is niet gelukt", "Signing in failed"),
            (
                "U bent niet ingelogd: het duurde te lang, u stopte zelf, of u bent hier niet bekend. Probeer het opnieuw.",
                "You are not signed in: it took too long, you stopped, or you are not known here. Please try again.",
            ),
        ),
        Err(error) => answer::failed(&headers, &error),
    };
    answer::with_cookie(response, &cookie::set(&app.config, COOKIE, "", 0))
}

/// Where to go and the cookie of the new session; none when this is not an attempt of this browser that succeeded.
async fn back(app: &App, fields: &Fields, headers: &HeaderMap) -> Result<Option<(String, String)>, Error> {
    let sealed = cookie::get(headers, &cookie::name(&app.config, COOKIE)).and_then(|sealed| app.auth.unseal(sealed));
    let kept = sealed.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let (Some(kept), Some(state), Some(code)) = (kept, fields.get("state"), fields.get("code")) else {
        return Ok(None);
    };
    let is_other_issuer = fields.get("iss").is_some_and(|issuer| issuer != provider::issuer(app));
    if !seal::same(state, &kept.state) || kept.until <= app.clock.now() || is_other_issuer {
        return Ok(None);
    }
    let subject = match app.auth.provider.subject(app, &kept.attempt(), code).await {
        Ok(subject) => subject,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the identity provider did not confirm a sign-in");
            return Ok(None);
        }
    };
    let Some(account) = app.store.account_of(&subject).await? else { return Ok(None) };
    let before = session(app, headers).await?;
    let session = session::begin(app, &account, kept.professional).await?;
    if let (Some(before), Some(_)) = (before, &session) {
        before.end(app).await?;
    }
    Ok(session.map(|session| (kept.back, session)))
}

/// Whether this is a path of ours: one slash, and nothing that a browser could take for another host.
fn is_local(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '\\';
    path.starts_with('/') && !path.starts_with("//") && path.len() <= 1500 && path.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        for good in ["/", "/overzicht", "/oauth/authorize/continue?request=a%2Fb", "/zorg/zoeken?x=//"] {
            assert!(is_local(good), "{good}");
        }
        for bad in
            ["", "overzicht", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/\t/evil", "/é"]
        {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
