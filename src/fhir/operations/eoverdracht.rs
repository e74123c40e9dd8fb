//! `Patient/{id}/$eoverdracht`: the nursing handoff. The newest one that a sender composed, or one composed from the record
//! by the section tree of eOverdracht (<https://informatiestandaarden.nictiz.nl/wiki/vpk:V4.0_FHIR_eOverdracht>).

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::definitions::operations::HANDOFF;
use crate::documents::{HANDOFF_TYPES, nursing_handoff};
use crate::fhir::answer;
use crate::fhir::call::DocumentCall;

use super::input::Input;
use super::render;

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn get(DocumentCall(call): DocumentCall, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        Input::read(&call, request, &HANDOFF.known()).await?;
        let gathered = call.access.collect(&id, &HANDOFF_TYPES, "$eoverdracht").await?;
        let composition = gathered.get().newest_handoff()?;
        render::document(&call, gathered.get(), |input| nursing_handoff(input, composition.as_ref()))
    };
    answer::render(call.form, done.await)
}
