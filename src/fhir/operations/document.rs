//! `Composition/{id}/$document` (<https://hl7.org/fhir/R4/composition-operation-document.html>): the stored Composition with
//! what it refers to, as far as the caller may see it.

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::documents::stored_document;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::DocumentCall;

use super::input::Input;
use super::render;

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn get(DocumentCall(call): DocumentCall, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        let input = Input::read(&call, request, &["persist", "_language"]).await?;
        if input.flag("persist")? == Some(true) {
            return Err(Error::bad_request("not-supported", "a document is given, not stored").at("persist"));
        }
        let released = call.access.composition(&id, None).await?;
        let (composition, gathered) = released.get();
        let composition = composition.value()?;
        render::document(&call, gathered, |input| stored_document(input, &composition))
    };
    answer::render(call.form, done.await)
}
