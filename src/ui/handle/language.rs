//! `/taal`: the language of the pages, kept in a cookie.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::http::query_pairs;

use super::super::shared::frame::Lang;
use super::super::shared::paths;
use super::form::Fields;

/// Name of the cookie.
const COOKIE: &str = "spil_lang";
/// For how long it is kept, in seconds: a year.
const KEEP: u32 = 31_536_000;

/// The language that the cookie names; Dutch without one.
pub fn of(headers: &HeaderMap) -> Lang {
    let lines = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map_or(Lang::Nl, |(_, code)| Lang::from_code(code))
}

/// The address that shows `path` in the other language.
pub fn switch(lang: Lang, path: &str) -> String {
    format!("/taal?naar={}&terug={}", lang.other().code(), urlencoding::encode(path))
}

/// Sets the cookie and goes back to the page.
pub async fn get(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields(query_pairs(query.as_deref().unwrap_or_default()).unwrap_or_default());
    let back = Some(fields.get("terug")).filter(|path| is_local(path)).unwrap_or(paths::HOME);
    let secure = if app.config.server.base.starts_with("https://") { "; Secure" } else { "" };
    let code = Lang::from_code(fields.get("naar")).code();
    let cookie = format!("{COOKIE}={code}; Path=/; Max-Age={KEEP}; HttpOnly; SameSite=Lax{secure}");
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    for (name, value) in [(LOCATION, back), (SET_COOKIE, cookie.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// Whether this is a path of ours: one slash, and nothing that a browser could take for another host.
pub fn is_local(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '\\';
    path.starts_with('/') && !path.starts_with("//") && path.len() <= 1500 && path.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_site() {
        assert!(is_local("/gegevens?x=1"));
        for bad in ["", "gegevens", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\nb"] {
            assert!(!is_local(bad), "{bad}");
        }
        assert_eq!(switch(Lang::Nl, "/gekeken?refused=1&to="), "/taal?naar=en&terug=%2Fgekeken%3Frefused%3D1%26to%3D");
    }
}
