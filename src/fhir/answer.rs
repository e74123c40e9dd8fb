//! Answers: what was released, as JSON or XML, with the headers of the standard.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};
use spil_fhir_profiles::xml;

use crate::access::{Released, Stored, Written};
use crate::error::Error;
use crate::http::{Form, Held, Prefer, Return};

use super::shape::Shape;

/// The answer of a handler: refusals are rendered like everything else.
pub fn render(form: Form, result: Result<Response, Error>) -> Response {
    result.unwrap_or_else(|error| refuse(&error, form))
}

/// A refusal as an `OperationOutcome`.
pub fn refuse(error: &Error, form: Form) -> Response {
    if error.status >= 500 {
        let cause = error.source.as_deref().map(ToString::to_string).unwrap_or_default();
        tracing::error!(status = error.status, cause, "a request failed");
    }
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let outcome = error.outcome();
    let mut response = resource(status, &outcome, form).unwrap_or_else(|_| Response::new(Body::empty()));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"spil\""));
    }
    *response.status_mut() = status;
    response
}

/// A resource that the server made itself.
///
/// # Errors
/// When it cannot be written as XML.
pub fn resource(status: StatusCode, value: &Value, form: Form) -> Result<Response, Error> {
    let form = form.of_data();
    let bytes = match form {
        Form::Xml => xml::from_json(value).map_err(|issue| Error::internal(issue.diagnostics))?,
        Form::Json | Form::Html | Form::Pdf => serde_json::to_vec(value).map_err(Error::internal)?,
    };
    Ok(bytes_answer(status, bytes, form))
}

/// Bytes in a form.
pub fn bytes_answer(status: StatusCode, bytes: impl Into<Body>, form: Form) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    response
}

/// A stored resource: its bytes as they are, or the part that is asked; 304 when the caller holds this version.
///
/// # Errors
/// When it cannot be written as XML.
pub fn stored(released: &Released<Stored>, shape: &Shape, held: &Held, form: Form) -> Result<Response, Error> {
    let (stored, form) = (released.get(), form.of_data());
    let mut response = if held.is(stored.version, stored.updated) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        bytes_answer(StatusCode::OK, in_form(shape.body(stored)?, form)?, form)
    };
    version_headers(&mut response, stored.version, stored.updated);
    Ok(response)
}

/// JSON bytes in the form that is asked.
fn in_form(json: Bytes, form: Form) -> Result<Bytes, Error> {
    match form {
        Form::Xml => {
            let value = serde_json::from_slice(&json).map_err(Error::internal)?;
            xml::from_json(&value).map(Bytes::from).map_err(|issue| Error::internal(issue.diagnostics))
        }
        Form::Json | Form::Html | Form::Pdf => Ok(json),
    }
}

/// The answer to a write.
///
/// # Errors
/// When it cannot be written as XML.
pub fn written(released: &Released<Written>, prefer: Prefer, form: Form, base: &str) -> Result<Response, Error> {
    let (written, form) = (released.get(), form.of_data());
    let status = StatusCode::from_u16(written.status).unwrap_or(StatusCode::OK);
    let mut response = match (&written.stored, prefer.answer) {
        (Some(_), Some(Return::Outcome)) => resource(status, &all_ok(), form)?,
        (Some(stored), None | Some(Return::Representation)) => {
            bytes_answer(status, in_form(stored.body.clone(), form)?, form)
        }
        (_, _) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            response
        }
    };
    if written.version > 0 {
        version_headers(&mut response, written.version, written.updated);
    }
    if written.stored.is_some() {
        let location = format!("{base}/{}/{}/_history/{}", written.rtype, written.id, written.version);
        if let Ok(value) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(LOCATION, value);
        }
    }
    Ok(response)
}

/// An `OperationOutcome` without faults.
pub fn all_ok() -> Value {
    json!({"resourceType": "OperationOutcome", "issue": [
        {"severity": "information", "code": "informational", "diagnostics": "done"},
    ]})
}

/// Version and moment of what an answer holds, for whoever puts the answer into a Bundle.
#[derive(Debug, Clone, Copy)]
pub struct Versioned {
    /// Version.
    pub version: i64,
    /// `meta.lastUpdated`, ms.
    pub updated: i64,
}

fn version_headers(response: &mut Response, version: i64, updated: i64) {
    response.extensions_mut().insert(Versioned { version, updated });
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
        headers.insert(ETAG, value);
    }
    if let Ok(value) = HeaderValue::from_str(&http_date(updated)) {
        headers.insert(LAST_MODIFIED, value);
    }
}

/// A moment as RFC 9110 writes it.
fn http_date(ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A moment as FHIR writes it.
pub fn instant(ms: i64) -> String {
    spil_fhir_profiles::time::format_instant(ms)
}
