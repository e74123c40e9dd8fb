//! Batch: entries that stand alone; one that fails harms no other.

use axum::response::Response;
use serde_json::{Value, json};

use crate::error::Error;
use crate::http::query_pairs;

use super::bundle::BundleWriter;
use super::call::Call;
use super::search;
use super::transaction::{Asked, add_released, asked, status_line};

/// Answers a batch.
///
/// # Errors
/// Only when the whole cannot be answered; faults of entries are in their answers.
pub async fn batch(call: &Call, entries: Vec<Value>) -> Result<Response, Error> {
    let mut bundle = BundleWriter::new("batch-response", &[]);
    for entry in entries {
        let done = one(call, &mut bundle, entry).await;
        if let Err(error) = done {
            let response = json!({"status": status_line(error.status), "outcome": error.outcome()});
            bundle.entry(&[("response", response)], None);
        }
    }
    bundle.answer(call.form)
}

async fn one(call: &Call, bundle: &mut BundleWriter, entry: Value) -> Result<(), Error> {
    match asked(entry)? {
        Asked::Write(entry) => {
            let written = call.access.write(entry.interaction).await?;
            add_released(bundle, call, &written);
        }
        Asked::Get(url) => {
            let body = get(call, &url).await?;
            bundle.entry(&[("response", json!({"status": "200 OK"}))], Some(&body));
        }
    }
    Ok(())
}

/// A read or search inside a Bundle, as JSON.
///
/// # Errors
/// As the read or search alone.
pub async fn get(call: &Call, url: &str) -> Result<Vec<u8>, Error> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let pairs = query_pairs(query)?;
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        // Without a type: a search on those of `_type`.
        [rtype] => Ok(search::bundle(call, rtype, &pairs).await?.finish()),
        [rtype, id] => Ok(call.access.read(rtype, id).await?.into_inner().body),
        [rtype, id, "_history", version] => {
            let version = version.parse().map_err(|_| Error::not_found())?;
            Ok(call.access.vread(rtype, id, version).await?.into_inner().body)
        }
        _ => Err(Error::bad_request("value", "this address cannot be read in a Bundle").at("request.url")),
    }
}
