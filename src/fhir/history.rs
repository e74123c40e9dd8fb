//! History: `GET [base]/_history`, `[base]/[type]/_history` and `[base]/[type]/[id]/_history`
//! (<https://hl7.org/fhir/R4/http.html#history>).

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::{HistoryOf, HistoryPage, Version};
use crate::error::Error;

use super::answer;
use super::bundle::{BundleWriter, full_url};
use super::call::Call;
use super::search::self_url;
use super::shape::Shape;

/// Answers with the versions of one resource.
pub async fn instance(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = history(&call, HistoryOf::Instance(&rtype, &id)).await;
    answer::render(call.form, done)
}

/// Answers with the versions of all resources of a type.
pub async fn of_type(call: Call, Path(rtype): Path<String>) -> Response {
    let done = history(&call, HistoryOf::Type(&rtype)).await;
    answer::render(call.form, done)
}

/// Answers with the versions of all resources.
pub async fn system(call: Call) -> Response {
    let done = history(&call, HistoryOf::System).await;
    answer::render(call.form, done)
}

async fn history(call: &Call, of: HistoryOf<'_>) -> Result<Response, Error> {
    let rtype = match of {
        HistoryOf::System => None,
        HistoryOf::Type(rtype) | HistoryOf::Instance(rtype, _) => Some(rtype),
    };
    let (shape, mut pairs) = Shape::split(call.query(), rtype)?;
    if shape.count {
        pairs.retain(|(name, _)| name != "_count");
        pairs.push(("_count".to_owned(), "0".to_owned()));
    }
    let released = call.access.history_page(of, &pairs).await?;
    bundle(released.get(), &shape, &call.app.config.fhir_base(), &of.address(), call)?.answer(call.form)
}

fn bundle(page: &HistoryPage, shape: &Shape, base: &str, address: &str, call: &Call) -> Result<BundleWriter, Error> {
    let mut elements = Vec::new();
    if let Some(total) = page.total {
        elements.push(("total", json!(total)));
    }
    let shaped: Vec<(String, String)> =
        call.query().into_iter().filter(|(name, _)| name == "_summary" || name == "_elements").collect();
    let mut links = Vec::new();
    if !call.pairs.iter().any(|(name, _)| name == "_page") {
        links.push(json!({"relation": "self", "url": self_url(base, address, &call.query())}));
    }
    if let Some(next) = &page.next {
        let pairs: Vec<_> = shaped.into_iter().chain([("_page".to_owned(), next.clone())]).collect();
        links.push(json!({"relation": "next", "url": self_url(base, address, &pairs)}));
    }
    if !links.is_empty() {
        elements.push(("link", Value::Array(links)));
    }
    let mut bundle = BundleWriter::new("history", &elements);
    for version in &page.versions {
        let body = (!version.stored.body.is_empty()).then(|| shape.body(&version.stored)).transpose()?;
        bundle.entry(&about(version, base), body.as_deref());
    }
    Ok(bundle)
}

/// What an entry tells of a version, beside the resource.
fn about(version: &Version, base: &str) -> [(&'static str, Value); 3] {
    let stored = &version.stored;
    let url =
        if version.method == "POST" { stored.rtype.to_owned() } else { format!("{}/{}", stored.rtype, stored.id) };
    let status = match version.method {
        "DELETE" => "204",
        _ if stored.version == 1 => "201",
        _ => "200",
    };
    [
        ("fullUrl", full_url(base, stored)),
        ("request", json!({"method": version.method, "url": url})),
        (
            "response",
            json!({
                "status": status, "etag": format!("W/\"{}\"", stored.version),
                "lastModified": answer::instant(stored.updated),
            }),
        ),
    ]
}
