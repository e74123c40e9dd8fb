//! Reading what the caller sends.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;
use spil_fhir_profiles::validate::Issue;
use spil_fhir_profiles::{json, xml};

use crate::error::{Error, Fault};

/// Most bytes of a body: 10 MiB.
pub const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// A resource, patch or parameters, from JSON or XML.
///
/// # Errors
/// 413 over the limit, 415 for another media type, 400 with the place when it cannot be read.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Error> {
    if body.len() > BODY_LIMIT {
        return Err(Error::new(413, "too-long", "the body is over 10 MiB"));
    }
    if body.is_empty() {
        return Err(Error::bad_request("required", "the body is empty"));
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let value = match media.as_str() {
        "application/fhir+json" | "application/json" | "application/json-patch+json" | "text/json" => json::parse(body),
        "application/fhir+xml" | "application/xml" | "text/xml" => xml::to_json(body),
        _ => {
            let text = "possible content types: application/fhir+json, application/fhir+xml";
            return Err(Error::new(415, "not-supported", text));
        }
    };
    value.map_err(fault)
}

fn fault(issue: Issue) -> Error {
    let expression = (!issue.expression.is_empty()).then_some(issue.expression);
    Error::faults(400, vec![Fault { code: issue.code, diagnostics: issue.diagnostics, expression }])
}
