//! Documents as a Bundle or as a readable page.

use axum::http::StatusCode;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::response::Response;

use crate::access::Gathered;
use crate::documents::{Document, Input, Lang, html, released_document};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::http::Form;

/// Composes a document of what was gathered and answers with it.
pub fn document(call: &Call, gathered: &Gathered, compose: impl FnOnce(&Input) -> Document) -> Result<Response, Error> {
    let (base, document_id) = (call.app.config.fhir_base(), call.app.random.uuid());
    let document = released_document(call.access.ctx(), gathered, &base, &document_id, compose)?;
    match call.form {
        Form::Html => Ok(page(call, &document)),
        form => answer::resource(StatusCode::OK, &document.bundle, form),
    }
}

fn page(call: &Call, document: &Document) -> Response {
    let wanted = call.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = if wanted.starts_with("en") { Lang::En } else { Lang::Nl };
    answer::bytes_answer(StatusCode::OK, html(&document.view, lang).into_bytes(), Form::Html)
}
