//! Search: `GET [base]/[type]?…` and `POST [base]/[type]/_search` (<https://hl7.org/fhir/R4/http.html#search>).

use axum::extract::{Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::{Found, Released, Stored};
use crate::error::Error;
use crate::http::query_pairs;
use crate::search::Summary;

use super::answer;
use super::bundle::{BundleWriter, full_url};
use super::call::{Call, bytes};

/// Answers a search by GET.
pub async fn get(call: Call, Path(rtype): Path<String>) -> Response {
    let pairs = call.query();
    let done = run(&call, &rtype, pairs).await;
    answer::render(call.form, done)
}

/// Answers a search by POST; parameters of the address and of the form count together.
pub async fn post(call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = async {
        let pairs = form_pairs(&call, request).await?;
        run(&call, &rtype, pairs).await
    };
    answer::render(call.form, done.await)
}

/// Answers a search on several types by GET: `GET [base]?_type=A,B&…`.
pub async fn system(call: Call) -> Response {
    let pairs = call.query();
    let done = run(&call, "", pairs).await;
    answer::render(call.form, done)
}

/// Answers a search on several types by POST to `[base]/_search`.
pub async fn system_post(call: Call, request: Request) -> Response {
    let done = async {
        let pairs = form_pairs(&call, request).await?;
        run(&call, "", pairs).await
    };
    answer::render(call.form, done.await)
}

/// The parameters of the address and of the form together.
///
/// # Errors
/// 415 for another media type than a form, 400 when it cannot be read.
pub async fn form_pairs(call: &Call, request: Request) -> Result<Vec<(String, String)>, Error> {
    let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::new(415, "not-supported", "a search by POST is application/x-www-form-urlencoded"));
    }
    let form = bytes(request).await?;
    let form = std::str::from_utf8(&form).map_err(|_| Error::bad_request("value", "the form is not UTF-8"))?;
    let mut pairs = call.query();
    pairs.extend(query_pairs(form)?.into_iter().filter(|(name, _)| name != "_format" && name != "_pretty"));
    Ok(pairs)
}

async fn run(call: &Call, rtype: &str, pairs: Vec<(String, String)>) -> Result<Response, Error> {
    bundle(call, rtype, &pairs).await?.answer(call.form)
}

/// The searchset of a search.
///
/// # Errors
/// As [`crate::access::Access::search`].
pub async fn bundle(call: &Call, rtype: &str, pairs: &[(String, String)]) -> Result<BundleWriter, Error> {
    let released = call.access.search(rtype, pairs, call.prefer.lenient).await?;
    searchset(&released, rtype, &call.app.config.fhir_base())
}

fn searchset(released: &Released<Found>, rtype: &str, base: &str) -> Result<BundleWriter, Error> {
    let found = released.get();
    if found.query.summary == Summary::True {
        let text = "_summary=true is not supported; possible: text, data, count, false";
        return Err(Error::bad_request("not-supported", text).at("_summary"));
    }
    if found.query.contained_alone && (!found.query.elements.is_empty() || found.query.summary != Summary::False) {
        let text = "`_containedType=contained` does not go with `_elements` and `_summary`";
        return Err(Error::bad_request("not-supported", text).at("_containedType"));
    }
    let mut elements = Vec::new();
    if let Some(total) = found.total {
        elements.push(("total", json!(total)));
    }
    let mut links = vec![json!({"relation": "self", "url": self_url(base, rtype, &found.query.self_pairs)})];
    if let Some(next) = &found.next {
        links.push(json!({"relation": "next", "url": format!("{}?_page={next}", address(base, rtype))}));
    }
    elements.push(("link", Value::Array(links)));
    let mut bundle = BundleWriter::new("searchset", &elements);
    let modes = [("match", &found.matches), ("include", &found.included)];
    for (mode, list) in modes {
        for stored in list {
            let elements = [("fullUrl", full_url(base, stored)), ("search", json!({"mode": mode}))];
            match reduced(stored, found)? {
                Some(body) => bundle.entry(&elements, Some(&body)),
                None => bundle.entry(&elements, Some(&stored.body)),
            }
        }
    }
    if !found.query.ignored.is_empty() {
        let issues: Vec<Value> = found
            .query
            .ignored
            .iter()
            .map(|problem| {
                json!({"severity": "warning", "code": problem.code, "diagnostics": problem.text,
                       "expression": [problem.param]})
            })
            .collect();
        let outcome = json!({"resourceType": "OperationOutcome", "issue": issues}).to_string();
        bundle.entry(&[("search", json!({"mode": "outcome"}))], Some(outcome.as_bytes()));
    }
    Ok(bundle)
}

/// The part of a resource that `_elements` or `_summary` asks for, marked as such; none for all of it.
fn reduced(stored: &Stored, found: &Found) -> Result<Option<Vec<u8>>, Error> {
    let elements = &found.query.elements;
    let summary = found.query.summary;
    if elements.is_empty() && summary == Summary::False {
        return Ok(None);
    }
    let mut value = stored.value()?;
    let definition = spil_fhir_profiles::definition::type_def(stored.rtype);
    if let Some(map) = value.as_object_mut() {
        let keep = |name: &str| {
            let plain = name.trim_start_matches('_');
            let required = definition
                .and_then(|definition| definition.property(plain))
                .and_then(|property| definition.map(|definition| property.of(definition).0.required));
            let asked = match summary {
                Summary::Text => plain == "text",
                Summary::Data => plain != "text",
                _ => elements.iter().any(|element| element == plain),
            };
            matches!(plain, "resourceType" | "id" | "meta") || asked || required == Some(true)
        };
        map.retain(|name, _| keep(name));
        let tag = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"});
        match map["meta"].get_mut("tag").and_then(Value::as_array_mut) {
            Some(tags) => tags.push(tag),
            None => map["meta"]["tag"] = json!([tag]),
        }
    }
    serde_json::to_vec(&value).map(Some).map_err(Error::internal)
}

fn self_url(base: &str, rtype: &str, pairs: &[(String, String)]) -> String {
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", urlencoding::encode(name), urlencoding::encode(value)))
        .collect();
    let address = address(base, rtype);
    if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
}

fn address(base: &str, rtype: &str) -> String {
    if rtype.is_empty() { base.to_owned() } else { format!("{base}/{rtype}") }
}
