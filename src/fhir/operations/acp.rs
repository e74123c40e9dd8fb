//! `Patient/{id}/$acp`: treatment wishes and limits (advance care planning), composed from the building blocks of
//! IKNL PZP (<https://api.iknl.nl/docs/pzp/r4/>).

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::definitions::operations::ACP;
use crate::documents::{WISHES_TYPES, advance_care};
use crate::fhir::answer;
use crate::fhir::call::DocumentCall;

use super::input::Input;
use super::render;

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn get(DocumentCall(call): DocumentCall, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        Input::read(&call, request, &ACP.known()).await?;
        let gathered = call.access.collect(&id, &WISHES_TYPES, "$acp").await?;
        render::document(&call, gathered.get(), advance_care)
    };
    answer::render(call.form, done.await)
}
