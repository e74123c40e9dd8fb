//! `/zorg`: what the workspace is, or the search for who is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::auth::session;

use super::super::super::provider::landing;
use super::super::super::shared::paths;
use super::super::failure::failure;
use super::super::language;
use super::super::visit::{Professional, around_nobody, html};
use super::search;

/// The start page of the workspace.
pub async fn care(State(app): State<Arc<App>>, headers: HeaderMap, visit: Result<Professional, Response>) -> Response {
    let frame = around_nobody(language::of(&headers), paths::CARE);
    match (visit, session(&app, &headers).await) {
        (Ok(visit), _) => search::form(visit).await,
        (Err(refused), Ok(Some(_))) => refused.into_response(),
        (Err(_), Ok(None)) => {
            let page = landing::page(&landing::Model { frame: frame.clone(), demo: app.config.idp.built_in });
            html(page).unwrap_or_else(|error| failure(frame, &error, ""))
        }
        (Err(_), Err(error)) => failure(frame, &error, ""),
    }
}
