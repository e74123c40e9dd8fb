//! `Patient/{id}/$acp`: treatment wishes and limits (advance care planning), composed from the building blocks of
//! IKNL PZP (<https://api.iknl.nl/docs/pzp/r4/>).

use axum::extract::Path;
use axum::response::Response;

use crate::documents::advance_care;
use crate::fhir::answer;
use crate::fhir::call::Call;

use super::render;

/// What the document is made of.
pub const TYPES: [&str; 11] = [
    "Consent",
    "Goal",
    "Observation",
    "Procedure",
    "Encounter",
    "DeviceUseStatement",
    "Device",
    "CommunicationRequest",
    "QuestionnaireResponse",
    "RelatedPerson",
    "DocumentReference",
];

/// Answers with the document as JSON, XML or HTML.
pub async fn get(call: Call, Path(id): Path<String>) -> Response {
    let done = async {
        let gathered = call.access.collect(&id, &TYPES, "$acp").await?;
        render::document(&call, gathered.get(), advance_care)
    };
    answer::render(call.form, done.await)
}
