//! Search: `GET [base]/[type]?…` and `POST [base]/[type]/_search` (<https://hl7.org/fhir/R4/http.html#search>).

use axum::extract::{Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::{Found, Released};
use crate::error::Error;
use crate::http::{Offer, query_pairs, wanted};

use super::answer;
use super::bundle::{BundleWriter, full_url};
use super::call::{Call, bytes};
use super::shape::Shape;

/// Answers a search by GET.
pub async fn get(call: Call, Path(rtype): Path<String>) -> Response {
    let pairs = call.query();
    let done = run(&call, &rtype, pairs).await;
    answer::render(call.form, done)
}

/// Answers a search by POST; parameters of the address and of the form count together.
pub async fn post(mut call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = async {
        let pairs = searched(&mut call, request).await?;
        run(&call, &rtype, pairs).await
    };
    let done = done.await;
    answer::render(call.form, done)
}

/// Answers a search on several types by GET: `GET [base]?_type=A,B&…`.
pub async fn system(call: Call) -> Response {
    let pairs = call.query();
    let done = run(&call, "", pairs).await;
    answer::render(call.form, done)
}

/// Answers a search on several types by POST to `[base]/_search`.
pub async fn system_post(mut call: Call, request: Request) -> Response {
    let done = async {
        let pairs = searched(&mut call, request).await?;
        run(&call, "", pairs).await
    };
    let done = done.await;
    answer::render(call.form, done)
}

/// The parameters of the address and of the form together.
///
/// # Errors
/// 415 for another media type than a form, 400 when it cannot be read.
pub async fn form_pairs(call: &Call, request: Request) -> Result<Vec<(String, String)>, Error> {
    let mut pairs = call.query();
    pairs.extend(form(call, request).await?.into_iter().filter(|(name, _)| name != "_format" && name != "_pretty"));
    Ok(pairs)
}

/// The same, where the form may say too in which form the answer is wanted.
///
/// # Errors
/// As [`form_pairs`]; 406 for a form of answers that is not there.
pub async fn searched(call: &mut Call, request: Request) -> Result<Vec<(String, String)>, Error> {
    let own = form(call, request).await?;
    call.form = wanted(&own, Offer::Data)?.unwrap_or(call.form);
    let mut pairs = call.query();
    pairs.extend(own.into_iter().filter(|(name, _)| name != "_format" && name != "_pretty"));
    Ok(pairs)
}

async fn form(call: &Call, request: Request) -> Result<Vec<(String, String)>, Error> {
    let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::new(415, "not-supported", "a search by POST is application/x-www-form-urlencoded"));
    }
    let form = bytes(request).await?;
    let form = std::str::from_utf8(&form).map_err(|_| Error::bad_request("value", "the form is not UTF-8"))?;
    query_pairs(form)
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

/// The searchset of what was found at an address below the base.
///
/// # Errors
/// 400 when the parts that are asked cannot be combined.
pub fn searchset(released: &Released<Found>, rtype: &str, base: &str) -> Result<BundleWriter, Error> {
    let found = released.get();
    let shape = Shape::of_search(&found.query)?;
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
            bundle.entry(&elements, Some(&*shape.body(stored)?));
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

/// The address of a query below the base.
pub fn self_url(base: &str, rtype: &str, pairs: &[(String, String)]) -> String {
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
