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
use super::entry::{self, Asked, Read};
use super::inside::{self, Done, Routes};
use super::posted::Posted;

/// Most entries of a Bundle.
const MOST: usize = 1_000;

/// Answers a Bundle.
pub async fn bundle(call: Call, Extension(routes): Extension<Routes>, request: Request) -> Response {
    let done = async {
        // Its turn lasts until the answer is made.
        let posted = Posted::take(request).await?;
        let mut bundle = posted.read(&call.headers).await?;
        let entries = entries(&mut bundle)?;
        match bundle["type"].as_str() {
            Some("transaction") => transaction(&call, &routes, &posted, entries).await,
            Some("batch") => batch::batch(&call, &routes, entries).await,
            _ => {
                let text = "the type of a Bundle posted here is transaction or batch";
                Err(Error::bad_request("value", text).at("Bundle.type"))
            }
        }
    };
    answer::render(call.form, done.await)
}

/// Takes the entries out of a Bundle.
fn entries(bundle: &mut Value) -> Result<Vec<Value>, Error> {
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
    Ok(entries)
}

/// The writes of a transaction, and the reads by their place among the entries.
fn parted(entries: Vec<Value>, base: &str) -> Result<(Vec<Entry>, Vec<Option<Read>>), Error> {
    let mut writes = Vec::with_capacity(entries.len());
    let mut plan = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        match entry::read(entry, base).map_err(|error| error.in_entry(at))? {
            Asked::Write(entry) => {
                plan.push(None);
                writes.push(Entry { at, ..entry });
            }
            Asked::Read(read) => plan.push(Some(read)),
        }
    }
    Ok((writes, plan))
}

async fn transaction(call: &Call, routes: &Routes, posted: &Posted, all: Vec<Value>) -> Result<Response, Error> {
    let base = call.app.config.fhir_base();
    let (writes, plan) = parted(all, &base)?;
    let again = || Ok(parted(entries(&mut posted.read_here(&call.headers)?)?, &base)?.0);
    let written =
        if writes.is_empty() { Vec::new() } else { call.access.transaction_of(writes, again).await?.into_inner() };
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

/// Adds the answer to a write. Types and ids need no escapes in JSON.
pub fn add_written(bundle: &mut BundleWriter, call: &Call, written: &Written) {
    let Written { status, rtype, id, version, updated, stored } = written;
    let is_there = stored.is_some();
    let url = (is_there && !id.is_empty()).then(|| format!("{}/{rtype}/{id}", call.app.config.fhir_base()));
    let url = url.map(|url| format!("\"fullUrl\":{},", Value::String(url))).unwrap_or_default();
    let place = if is_there { format!(",\"location\":\"{rtype}/{id}/_history/{version}\"") } else { String::new() };
    let tag = if *version > 0 {
        let moment = answer::instant(*updated);
        format!(",\"etag\":\"W/\\\"{version}\\\"\",\"lastModified\":\"{moment}\"")
    } else {
        String::new()
    };
    let outcome = (call.prefer.answer == Some(Return::Outcome)).then(answer::all_ok);
    let outcome = outcome.map(|outcome| format!(",\"outcome\":{outcome}")).unwrap_or_default();
    let status = status_line(*status);
    let elements = format!("{url}\"response\":{{\"status\":\"{status}\"{place}{tag}{outcome}}}");
    let full = call.prefer.answer == Some(Return::Representation);
    let body = stored.as_ref().filter(|_| full).map(|stored| stored.body.as_ref());
    bundle.entry_of(&elements, body);
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
