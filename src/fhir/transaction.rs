//! `POST [base]` with a Bundle: transaction or batch (<https://hl7.org/fhir/R4/http.html#transaction>).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::json as strict;

use crate::access::{Entry, Interaction, Released, Written};
use crate::error::Error;
use crate::http::{Return, query_pairs};

use super::answer;
use super::batch;
use super::bundle::BundleWriter;
use super::call::{Call, version};

/// Most entries of a Bundle.
const MOST: usize = 1_000;

/// What one entry asks.
pub enum Asked {
    /// A write.
    Write(Entry),
    /// A read or search: the address below the base.
    Get(String),
}

/// Answers a Bundle.
pub async fn bundle(call: Call, request: Request) -> Response {
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
            Some("transaction") => transaction(&call, entries).await,
            Some("batch") => batch::batch(&call, entries).await,
            _ => {
                let text = "the type of a Bundle posted here is transaction or batch";
                Err(Error::bad_request("value", text).at("Bundle.type"))
            }
        }
    };
    answer::render(call.form, done.await)
}

async fn transaction(call: &Call, entries: Vec<Value>) -> Result<Response, Error> {
    let mut writes = Vec::new();
    let mut plan = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        match asked(entry).map_err(|error| error.in_entry(at))? {
            Asked::Write(entry) => {
                plan.push(None);
                writes.push(Entry { at, ..entry });
            }
            Asked::Get(url) => plan.push(Some(url)),
        }
    }
    let written = if writes.is_empty() { Vec::new() } else { call.access.transaction(&writes).await?.into_inner() };
    let mut written = written.into_iter();
    let mut bundle = BundleWriter::new("transaction-response", &[]);
    for (at, get) in plan.into_iter().enumerate() {
        match get {
            None => {
                let Some(written) = written.next() else { continue };
                add_written(&mut bundle, call, &written);
            }
            Some(url) => {
                let body = batch::get(call, &url).await.map_err(|error| error.in_entry(at))?;
                bundle.entry(&[("response", json!({"status": "200"}))], Some(&body));
            }
        }
    }
    bundle.answer(call.form)
}

/// Adds the answer to a write.
pub fn add_written(bundle: &mut BundleWriter, call: &Call, written: &Written) {
    let base = call.app.config.fhir_base();
    let mut response = json!({"status": status_line(written.status)});
    if written.version > 0 {
        response["etag"] = json!(format!("W/\"{}\"", written.version));
        response["lastModified"] = json!(answer::instant(written.updated));
    }
    if written.stored.is_some() {
        response["location"] = json!(format!("{}/{}/_history/{}", written.rtype, written.id, written.version));
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

/// Adds the answer to a single write of a batch.
pub fn add_released(bundle: &mut BundleWriter, call: &Call, written: &Released<Written>) {
    add_written(bundle, call, written.get());
}

/// `201 Created` and the like.
pub fn status_line(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

/// What an entry asks.
///
/// # Errors
/// 400 when its request is missing or cannot be read.
pub fn asked(mut entry: Value) -> Result<Asked, Error> {
    if !entry.is_object() {
        return Err(Error::bad_request("structure", "an entry must be an object"));
    }
    let request = entry["request"].take();
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    let url = request["url"].as_str().unwrap_or_default().trim_start_matches('/').to_owned();
    let full_url = entry["fullUrl"].as_str().map(str::to_owned);
    let body = entry["resource"].take();
    let if_match = match request["ifMatch"].as_str() {
        None => None,
        Some(tag) => Some(
            version(tag)
                .ok_or_else(|| Error::bad_request("value", "ifMatch must look like W/\"3\"").at("request.ifMatch"))?,
        ),
    };
    let (path, query) = url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
    let query = query.map(query_pairs).transpose()?;
    let mut parts = path.split('/');
    let rtype = parts.next().unwrap_or_default().to_owned();
    let id = parts.next().map(str::to_owned);
    let too_deep = parts.next().is_some();
    if method == "GET" {
        return Ok(Asked::Get(url));
    }
    if too_deep || rtype.is_empty() {
        return Err(Error::bad_request("value", "the url of this entry cannot be written to").at("request.url"));
    }
    let interaction = match (method.as_str(), id, query) {
        ("POST", None, None) => {
            let condition = request["ifNoneExist"].as_str();
            let condition = condition.map(|text| text.split_once('?').map_or(text, |(_, query)| query));
            Interaction::Create { rtype, body, if_none_exist: condition.map(query_pairs).transpose()? }
        }
        ("PUT", Some(id), None) => Interaction::Update { rtype, id, body, if_match },
        ("PUT", None, Some(query)) => Interaction::ConditionalUpdate { rtype, query, body, if_match },
        ("PATCH", Some(id), None) => Interaction::Patch { rtype, id, patch: patch(&body)?, if_match },
        ("PATCH", None, Some(query)) => Interaction::ConditionalPatch { rtype, query, patch: patch(&body)?, if_match },
        ("DELETE", Some(id), None) => Interaction::Delete { rtype, id, if_match },
        ("DELETE", None, Some(query)) => Interaction::ConditionalDelete { rtype, query },
        _ => {
            let text = "the method and url of this entry do not go together";
            return Err(Error::bad_request("value", text).at("request"));
        }
    };
    if matches!(method.as_str(), "POST" | "PUT") && !interaction_body(&interaction).is_object() {
        return Err(Error::bad_request("required", "this entry needs a resource").at("resource"));
    }
    Ok(Asked::Write(Entry { at: 0, full_url, interaction }))
}

fn interaction_body(interaction: &Interaction) -> &Value {
    match interaction {
        Interaction::Create { body, .. }
        | Interaction::Update { body, .. }
        | Interaction::ConditionalUpdate { body, .. } => body,
        _ => &Value::Null,
    }
}

/// A patch in a Bundle is a Binary with the JSON Patch document.
fn patch(body: &Value) -> Result<Value, Error> {
    use base64::Engine as _;
    let refuse = || {
        let text = "a patch in a Bundle is a Binary of application/json-patch+json";
        Error::bad_request("value", text).at("resource")
    };
    if body["resourceType"] != "Binary" || body["contentType"] != "application/json-patch+json" {
        return Err(refuse());
    }
    let data = body["data"].as_str().ok_or_else(refuse)?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).map_err(|_| refuse())?;
    strict::parse(&bytes).map_err(|_| refuse())
}
