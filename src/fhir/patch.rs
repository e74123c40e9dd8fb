//! Patch with JSON Patch (RFC 6902): `PATCH [base]/[type]/[id]` (<https://hl7.org/fhir/R4/http.html#patch>).

use axum::extract::{Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::Value;

use crate::access::Interaction;
use crate::error::Error;

use super::answer;
use super::call::Call;

/// Changes a part of a resource.
pub async fn patch(call: Call, Path((rtype, id)): Path<(String, String)>, request: Request) -> Response {
    let done = async {
        let if_match = call.if_match()?;
        let patch = document(&call, request).await?;
        let written = call.access.write(Interaction::Patch { rtype, id, patch, if_match }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}

/// The same for the one resource that a search finds.
pub async fn conditional(call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = async {
        let if_match = call.if_match()?;
        let query = call.query();
        let patch = document(&call, request).await?;
        let written = call.access.write(Interaction::ConditionalPatch { rtype, query, patch, if_match }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}

async fn document(call: &Call, request: Request) -> Result<Value, Error> {
    let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/json-patch+json") {
        return Err(Error::new(415, "not-supported", "a patch is application/json-patch+json"));
    }
    call.body(request).await
}
