//! `Patient/{id}/$medication-overview`: the current medication overview, composed from MP9 building blocks
//! (<https://informatiestandaarden.nictiz.nl/wiki/Medicatieproces>).

use axum::extract::Path;
use axum::response::Response;

use crate::documents::{MEDICATION_TYPES, medication_overview};
use crate::fhir::answer;
use crate::fhir::call::DocumentCall;

use super::render;

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn get(DocumentCall(call): DocumentCall, Path(id): Path<String>) -> Response {
    let done = async {
        let gathered = call.access.collect(&id, &MEDICATION_TYPES, "$medication-overview").await?;
        render::document(&call, gathered.get(), medication_overview)
    };
    answer::render(call.form, done.await)
}
