//! `POST [base]` with a Bundle: transaction or batch (<https://hl7.org/fhir/R4/http.html#transaction>).
//!
//! The writes of a transaction are one commit; what it reads is read after that, so a read that finds nothing says so in
//! its own answer and takes nothing back.

use axum::Extension;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::{Entry, Written};
use crate::error::Error;
use crate::http::Return;

use super::answer;
use super::batch;
use super::bundle::BundleWriter;
use super::call::Call;
use super::entry::{self, Asked};
use super::inside::{self, Done, Routes};

/// Most entries of a Bundle.
const MOST: usize = 1_000;

/// Answers a Bundle.
pub async fn bundle(call: Call, Extension(routes): Extension<Routes>, request: Request) -> Response {
    let done = async {
        let mut bundle = call.body(request).await?;
        if bundle["resourceType"] != "Bundle" {
            return Err(Error::bad_request("invalid", "only a Bundle can be posted here").at("resourceType"));
        }
        let entries = match bundle["entry"].take() {
            Value::Array(entries) => entries,
            Value::Null => Vec::new(),
            _ => return Err(Error::bad_request("structure", "entry must be a list").at("Bundle.entry")),
        };
        if entries.len() > MOST {
            return Err(Error::new(413, "too-costly", "a Bundle may have at most 1,000 entries").at("Bundle.entry"));
        }
        match bundle["type"].as_str() {
            Some("transaction") => transaction(&call, &routes, entries).await,
            Some("batch") => batch::batch(&call, &routes, entries).await,
            _ => {
                let text = "the type of a Bundle posted here is transaction or batch";
                Err(Error::bad_request("value", text).at("Bundle.type"))
            }
        }
    };
    answer::render(call.form, done.await)
}

async fn transaction(call: &Call, routes: &Routes, entries: Vec<Value>) -> Result<Response, Error> {
    let base = call.app.config.fhir_base();
    let mut writes = Vec::new();
    let mut plan = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        match entry::read(entry, &base).map_err(|error| error.in_entry(at))? {
            Asked::Write(entry) => {
                plan.push(None);
                writes.push(Entry { at, ..entry });
            }
            Asked::Read(read) => plan.push(Some(read)),
        }
    }
    let written = if writes.is_empty() { Vec::new() } else { call.access.transaction(&writes).await?.into_inner() };
    let mut written = written.into_iter();
    let mut bundle = BundleWriter::new("transaction-response", &[]);
    for read in plan {
        match read {
            None => {
                let Some(written) = written.next() else { continue };
                add_written(&mut bundle, call, &written);
            }
            Some(read) => match inside::read(call, routes, read).await {
                Ok(done) => add_read(&mut bundle, &done),
                Err(error) => add_refused(&mut bundle, &error),
            },
        }
    }
    bundle.answer(call.form)
}

/// Adds the answer to a write.
pub fn add_written(bundle: &mut BundleWriter, call: &Call, written: &Written) {
    let base = call.app.config.fhir_base();
    let mut response = json!({"status": status_line(written.status)});
    if written.stored.is_some() {
        response["location"] = json!(format!("{}/{}/_history/{}", written.rtype, written.id, written.version));
    }
    if written.version > 0 {
        response["etag"] = json!(format!("W/\"{}\"", written.version));
        response["lastModified"] = json!(answer::instant(written.updated));
    }
    if call.prefer.answer == Some(Return::Outcome) {
        response["outcome"] = answer::all_ok();
    }
    let mut elements = Vec::new();
    if !written.id.is_empty() && written.stored.is_some() {
        elements.push(("fullUrl", json!(format!("{base}/{}/{}", written.rtype, written.id))));
    }
    elements.push(("response", response));
    let full = call.prefer.answer == Some(Return::Representation);
    let body = written.stored.as_ref().filter(|_| full).map(|stored| stored.body.as_slice());
    bundle.entry(&elements, body);
}

/// Adds the answer to a read.
pub fn add_read(bundle: &mut BundleWriter, done: &Done) {
    bundle.entry(&[("response", done.response.clone())], done.body.as_deref());
}

/// Adds the answer to an entry that could not be done.
pub fn add_refused(bundle: &mut BundleWriter, error: &Error) {
    let response = json!({"status": status_line(error.status), "outcome": error.outcome()});
    bundle.entry(&[("response", response)], None);
}

/// `201 Created` and the like.
pub fn status_line(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}
