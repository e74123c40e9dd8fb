//! Patch: `PATCH [base]/[type]/[id]` and `PATCH [base]/[type]?…` (<https://hl7.org/fhir/R4/http.html#patch>), as JSON Patch,
//! JSON Merge Patch or `FHIRPath` Patch.

use axum::extract::{Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use base64::Engine as _;
use serde_json::Value;
use spil_fhir_profiles::json as strict;

use crate::access::{Interaction, Patch};
use crate::error::Error;

use super::answer;
use super::call::Call;

/// Media type of RFC 6902.
const JSON_PATCH: &str = "application/json-patch+json";
/// Media type of RFC 7386.
const MERGE_PATCH: &str = "application/merge-patch+json";

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

async fn document(call: &Call, request: Request) -> Result<Patch, Error> {
    let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind: fn(Value) -> Result<Patch, Error> = match media.as_str() {
        JSON_PATCH => |body| Ok(Patch::Json(body)),
        MERGE_PATCH => |body| Ok(Patch::Merge(body)),
        "application/fhir+json" | "application/fhir+xml" => parameters,
        _ => {
            let text = "a patch is application/json-patch+json, application/merge-patch+json, or Parameters as \
                        application/fhir+json or application/fhir+xml";
            return Err(Error::new(415, "not-supported", text));
        }
    };
    kind(call.body(request).await?)
}

fn parameters(body: Value) -> Result<Patch, Error> {
    if body["resourceType"] == "Parameters" {
        return Ok(Patch::FhirPath(body));
    }
    Err(Error::bad_request("invalid", "a FHIRPath patch is a Parameters resource").at("resourceType"))
}

/// The patch of an entry of a Bundle: Parameters, or a Binary with a JSON document.
///
/// # Errors
/// 400 when it is neither, or the document cannot be read.
pub fn of_entry(body: Value) -> Result<Patch, Error> {
    let refuse = || {
        let text = "a patch in a Bundle is a Parameters resource, or a Binary of application/json-patch+json or \
                    application/merge-patch+json";
        Error::bad_request("value", text).at("resource")
    };
    if body["resourceType"] != "Binary" {
        return parameters(body).map_err(|_| refuse());
    }
    let data = body["data"].as_str().ok_or_else(refuse)?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).map_err(|_| refuse())?;
    let document = strict::parse(&bytes).map_err(|_| refuse())?;
    match body["contentType"].as_str() {
        Some(JSON_PATCH) => Ok(Patch::Json(document)),
        Some(MERGE_PATCH) => Ok(Patch::Merge(document)),
        _ => Err(refuse()),
    }
}
