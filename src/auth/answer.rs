//! Answers of this folder: never stored by anybody in between.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, PRAGMA, REFERRER_POLICY, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::cookie;
use crate::error::Error;
use crate::ui::shared::assets;
use crate::ui::shared::error as error_page;
use crate::ui::shared::form::Link;
use crate::ui::shared::frame::{Frame, Lang};
use crate::ui::shared::paths;

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: &Value) -> Response {
    private((status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response())
}

/// A JSON answer that anybody may keep for five minutes.
pub fn public_json(body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (StatusCode::OK, headers, body.to_string()).into_response()
}

/// A page that nobody keeps.
pub fn html(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    match page {
        Ok(page) => {
            let headers = [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_SECURITY_POLICY, assets::CONTENT_SECURITY_POLICY),
            ];
            private((status, headers, page).into_response())
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be made");
            private(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// 303 to `location`.
pub fn see_other(location: &str) -> Response {
    let mut response = private(StatusCode::SEE_OTHER.into_response());
    match HeaderValue::from_str(location) {
        Ok(value) => {
            response.headers_mut().insert(LOCATION, value);
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

/// Adds a cookie.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// What is around a page for somebody who is not signed in.
pub fn frame(headers: &HeaderMap) -> Frame {
    let lang = cookie::get(headers, "spil_lang").map_or(Lang::Nl, Lang::from_code);
    Frame { lang, switch_href: paths::HOME.to_owned(), ..Frame::default() }
}

/// A page that says in two languages what went wrong: title and text, each Dutch and English.
pub fn refuse(headers: &HeaderMap, status: StatusCode, title: (&str, &str), text: (&str, &str)) -> Response {
    let frame = frame(headers);
    let lang = frame.lang;
    let model = error_page::Model {
        status: status.as_u16(),
        title: lang.t(title.0, title.1).to_owned(),
        text: lang.t(text.0, text.1).to_owned(),
        advice: Vec::new(),
        links: vec![Link::new(paths::HOME, lang.t("Naar het begin", "To the start"))],
        reference: String::new(),
        frame,
    };
    html(status, error_page::page(&model))
}

/// The page for a failure of ours, which is logged here.
pub fn failed(headers: &HeaderMap, error: &Error) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "signing in failed");
    refuse(
        headers,
        StatusCode::INTERNAL_SERVER_ERROR,
        ("Er ging iets mis", "Something went wrong"),
        ("Dat ligt aan ons. Probeer het later opnieuw.", "This is our fault. Please try again later."),
    )
}

fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
