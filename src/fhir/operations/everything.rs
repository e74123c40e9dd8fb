//! `Patient/{id}/$everything` and `Patient/$everything`
//! (<https://hl7.org/fhir/R4/patient-operation-everything.html>), and `Encounter/{id}/$everything`
//! (<https://hl7.org/fhir/R4/encounter-operation-everything.html>): all that is kept, as far as the caller may see it.

use axum::extract::{Path, Request};
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::About;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::bundle::{BundleWriter, full_url};
use crate::fhir::call::Call;

use super::input::Input;

/// Everything of the person of a `Patient`.
pub async fn patient(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = run(&call, About::Patient(id), request).await;
    answer::render(call.form, done)
}

/// Everything of the patient who asks.
pub async fn own(call: Call, request: Request) -> Response {
    let done = run(&call, About::Own, request).await;
    answer::render(call.form, done)
}

/// Everything that was recorded in one `Encounter`.
pub async fn encounter(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = run(&call, About::Encounter(id), request).await;
    answer::render(call.form, done)
}

async fn run(call: &Call, about: About, request: Request) -> Result<Response, Error> {
    let pairs = Input::read_search(call, request).await?;
    let released = call.access.everything(&about, &pairs).await?;
    let page = released.get();
    let base = call.app.config.fhir_base();
    let address = format!("{base}/{}", about.path());
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", urlencoding::encode(name), urlencoding::encode(value)))
        .collect();
    let own = if query.is_empty() { address.clone() } else { format!("{address}?{}", query.join("&")) };
    let mut links = vec![json!({"relation": "self", "url": own})];
    if let Some(next) = &page.next {
        links.push(json!({"relation": "next", "url": format!("{address}?_page={next}")}));
    }
    let mut bundle = BundleWriter::new("searchset", &[("link", Value::Array(links))]);
    for (mode, list) in [("match", &page.records), ("include", &page.referred)] {
        for stored in list {
            let elements = [("fullUrl", full_url(&base, stored)), ("search", json!({"mode": mode}))];
            bundle.entry(&elements, Some(&stored.body));
        }
    }
    bundle.answer(call.form)
}
