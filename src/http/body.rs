//! Reading what the caller sends.

use std::io::Read as _;

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
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
        "application/fhir+json"
        | "application/json+fhir"
        | "application/json"
        | "application/json-patch+json"
        | "application/merge-patch+json"
        | "text/json" => json::parse(body),
        "application/fhir+xml" | "application/xml+fhir" | "application/xml" | "text/xml" => xml::to_json(body),
        _ => {
            let text = "possible content types: application/fhir+json, application/fhir+xml";
            return Err(Error::new(415, "not-supported", text));
        }
    };
    value.map_err(fault)
}

/// The bytes that `Content-Encoding` says a body stands for, never more than the limit.
///
/// # Errors
/// 413 when they are more, 415 for an encoding other than gzip, 400 when they cannot be unpacked.
pub fn unpacked(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Error> {
    let encoding = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    match encoding.as_deref() {
        None | Some("" | "identity") => return Ok(body),
        Some("gzip" | "x-gzip") => {}
        Some(_) => return Err(Error::new(415, "not-supported", "a body may be packed with gzip only")),
    }
    let limit = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(body.as_ref()).take(limit).read_to_end(&mut unpacked);
    read.map_err(|_| Error::bad_request("structure", "the body is not gzip, as its header says"))?;
    if unpacked.len() > BODY_LIMIT {
        return Err(Error::new(413, "too-long", "the body is over 10 MiB when unpacked"));
    }
    Ok(unpacked.into())
}

fn fault(issue: Issue) -> Error {
    let expression = (!issue.expression.is_empty()).then_some(issue.expression);
    Error::faults(400, vec![Fault { code: issue.code, diagnostics: issue.diagnostics, expression }])
}
