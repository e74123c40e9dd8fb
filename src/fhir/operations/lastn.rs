//! `Observation/$lastn` (<https://hl7.org/fhir/R4/observation-operation-lastn.html>): the last observations of each kind.

use axum::extract::Request;
use axum::response::Response;
use serde_json::json;

use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::bundle::{BundleWriter, full_url};
use crate::fhir::call::Call;

use super::input::Input;

/// Answers with a searchset: kind by kind, each newest first.
pub async fn run(call: Call, request: Request) -> Response {
    let done = found(&call, request).await;
    answer::render(call.form, done)
}

async fn found(call: &Call, request: Request) -> Result<Response, Error> {
    let (most, pairs): (Vec<_>, Vec<_>) =
        Input::read_search(call, request).await?.into_iter().partition(|(name, _)| name == "max");
    let max = max(&most)?;
    let released = call.access.last_observations(&pairs, max).await?;
    let found = released.get();
    let base = call.app.config.fhir_base();
    let mut query = vec![format!("max={max}")];
    query.extend(
        pairs.iter().map(|(name, value)| format!("{}={}", urlencoding::encode(name), urlencoding::encode(value))),
    );
    let own = format!("{base}/Observation/$lastn?{}", query.join("&"));
    let elements = [("total", json!(found.matches.len())), ("link", json!([{"relation": "self", "url": own}]))];
    let mut bundle = BundleWriter::new("searchset", &elements);
    for stored in &found.matches {
        let elements = [("fullUrl", full_url(&base, stored)), ("search", json!({"mode": "match"}))];
        bundle.entry(&elements, Some(&stored.body));
    }
    bundle.answer(call.form)
}

/// How many of each kind: one, when nothing is said.
fn max(given: &[(String, String)]) -> Result<u32, Error> {
    let number = match given {
        [] => Some(1),
        [(_, text)] => text.parse().ok().filter(|number| *number > 0),
        _ => return Err(Error::bad_request("value", "this parameter is there more than once").at("max")),
    };
    number.ok_or_else(|| Error::bad_request("value", "not a whole number from 1 on").at("max"))
}
