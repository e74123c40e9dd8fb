//! Signing out: ends the session here and asks the browser to forget.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::form::Fields;
use super::{answer, session};
use crate::app::App;
use crate::error::Error;
use crate::ui::shared::paths;

/// Ends the session when the form is of that session.
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    match end(&app, &headers, &body).await {
        Ok(Some(cookie)) => {
            let mut response = answer::with_cookie(answer::see_other(paths::HOME), &cookie);
            let forget = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
            response.headers_mut().insert("clear-site-data", forget);
            response
        }
        Ok(None) => answer::refuse(
            &headers,
            StatusCode::FORBIDDEN,
            ("U bent niet uitgelogd", "You are not signed out"),
            (
                "Deze knop was verouderd. Ga naar het begin en log daar uit.",
                "This button was out of date. Go to the start and sign out there.",
            ),
        ),
        Err(error) => answer::failed(&headers, &error),
    }
}

async fn end(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<Option<String>, Error> {
    let Ok(fields) = Fields::body(headers, body) else { return Ok(None) };
    let Some(session) = session(app, headers).await? else { return Ok(None) };
    if !session.is_own_form(fields.get("csrf").unwrap_or_default()) {
        return Ok(None);
    }
    session.end(app).await.map(Some)
}
