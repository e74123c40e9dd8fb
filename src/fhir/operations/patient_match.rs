//! `Patient/$match` (<https://hl7.org/fhir/R4/patient-operation-match.html>): whom the details fit.

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::bundle::{BundleWriter, full_url};
use crate::fhir::call::Call;

use super::input::Input;

/// Where the grade of a match stands.
const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// Answers with a searchset, best first, each with `search.score` and its grade.
pub async fn run(call: Call, request: Request) -> Response {
    let done = found(&call, request).await;
    answer::render(call.form, done)
}

async fn found(call: &Call, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &["resource", "onlyCertainMatches", "count"]).await?;
    let details = input.resource("resource", Some("Patient"))?;
    let details = details.ok_or_else(|| Error::bad_request("required", "whom to look for").at("resource"))?;
    let certain = input.flag("onlyCertainMatches")?.unwrap_or(false);
    let released = call.access.match_patient(details, certain, input.count("count")?).await?;
    let base = call.app.config.fhir_base();
    let mut bundle = BundleWriter::new("searchset", &[("total", json!(released.get().len()))]);
    for likely in released.get() {
        let score: Value = serde_json::from_str(&format!("{}.{:02}", likely.score / 100, likely.score % 100))
            .map_err(Error::internal)?;
        let search = json!({
            "extension": [{"url": GRADE, "valueCode": likely.grade.code()}], "mode": "match", "score": score,
        });
        bundle.entry(&[("fullUrl", full_url(&base, &likely.stored)), ("search", search)], Some(&likely.stored.body));
    }
    bundle.answer(call.form)
}
