//! `$latest-stops`, on the server, on `MedicationRequest` and on `MedicationDispense`
//! (<http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops>).

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::StopsAsked;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::bundle::{BundleWriter, full_url};
use crate::fhir::call::Call;

use super::input::{Input, pair};

/// On the whole server: agreements of prescribers and of pharmacies.
pub async fn system(call: Call, request: Request) -> Response {
    run(call, request, None).await
}

/// Of prescribers.
pub async fn requests(call: Call, request: Request) -> Response {
    run(call, request, Some("MedicationRequest")).await
}

/// Of pharmacies.
pub async fn dispenses(call: Call, request: Request) -> Response {
    run(call, request, Some("MedicationDispense")).await
}

async fn run(call: Call, request: Request, rtype: Option<&'static str>) -> Response {
    let done = found(&call, request, rtype).await;
    answer::render(call.form, done)
}

/// Answers with a searchset: the blocks as matches, what they were found among as included.
async fn found(call: &Call, request: Request, rtype: Option<&'static str>) -> Result<Response, Error> {
    let input = Input::read(call, request, &["patient", "category", "mbh", "include-details", "_format"]).await?;
    let identifiers = |name: &str| -> Result<Vec<(String, String)>, Error> {
        input.values(name).map(|value| pair(value, "value").ok_or_else(|| unreadable(name))).collect()
    };
    let categories: Vec<&Value> = input.values("category").collect();
    if categories.len() > 1 {
        return Err(Error::bad_request("value", "this parameter is there more than once").at("category"));
    }
    let codings = categories.iter().flat_map(|value| match value["coding"].as_array() {
        Some(list) => list.iter().collect(),
        None => vec![*value],
    });
    let category =
        codings.map(|coding| pair(coding, "code").ok_or_else(|| unreadable("category"))).collect::<Result<_, _>>()?;
    let details = input.flag("include-details")?.unwrap_or(false);
    let asked =
        StopsAsked { rtype, patient: input.identifier("patient")?, category, treatments: identifiers("mbh")?, details };
    let released = call.access.latest_stops(&asked).await?;
    let stops = released.get();
    let base = call.app.config.fhir_base();
    let mut bundle = BundleWriter::new("searchset", &[("total", json!(stops.blocks.len()))]);
    for (mode, list) in [("match", &stops.blocks), ("include", &stops.details)] {
        for stored in list {
            let elements = [("fullUrl", full_url(&base, stored)), ("search", json!({"mode": mode}))];
            bundle.entry(&elements, Some(&stored.body));
        }
    }
    bundle.answer(call.form)
}

fn unreadable(name: &str) -> Error {
    Error::bad_request("value", "not `system|value`, and nothing of the type that this parameter has").at(name)
}
