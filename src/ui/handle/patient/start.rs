//! `/`: what Spil is, or the way to what belongs to who is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::App;
use crate::auth::session;

use super::super::super::shared::{landing, paths};
use super::super::failure::failure;
use super::super::language;
use super::super::visit::{around_nobody, go, html};

/// The start page.
pub async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let frame = around_nobody(language::of(&headers), paths::HOME);
    let page = match session(&app, &headers).await {
        Ok(Some(session)) if session.patient().is_some() => return go(paths::OVERVIEW),
        Ok(Some(_)) => return go(paths::CARE),
        Ok(None) => html(landing::page(&landing::Model { frame: frame.clone(), demo: app.config.idp.built_in })),
        Err(error) => Err(error),
    };
    page.unwrap_or_else(|error| failure(frame, &error, ""))
}
