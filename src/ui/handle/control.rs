//! `/controle/{token}`: whether this server made a document that somebody holds on paper. For everybody: the page says
//! nothing of a person, and nothing that the paper does not say.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::app::App;
use crate::documents;

use super::super::shared::control::{self, Fact};
use super::super::shared::paths;
use super::visit::{around_nobody, html_with};
use super::{language, words};

/// What the token says, or that it is not ours.
pub async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    token: Result<Path<String>, PathRejection>,
) -> Response {
    let lang = language::of(&headers);
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let claim = documents::proven(&token, &app.voucher);
    let here = format!("/controle/{token}");
    let frame = around_nobody(lang, if claim.is_some() { &here } else { paths::HOME });
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let facts = claim.as_ref().map(|claim| {
        vec![
            fact(lang.t("Soort document", "Kind of document"), words::say(lang, &claim.kind.name())),
            fact(lang.t("Gemaakt op", "Made on"), words::say(lang, &claim.made_words())),
            fact(lang.t("Controlenummer", "Control number"), claim.control()),
            fact(lang.t("Regels in tabellen", "Lines in tables"), claim.rows.to_string()),
        ]
    });
    let status = if facts.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    html_with(status, control::page(&control::Model { frame, facts: facts.unwrap_or_default() }))
}
