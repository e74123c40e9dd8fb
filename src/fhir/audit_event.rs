//! `AuditEvent` for the patient: who looked, read back from the log (IHE BALP record repository, patient's view); and for the
//! privacy officer of an organisation: what it did.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::error::Error;
use crate::store::TrailFilter;

use super::answer;
use super::bundle::BundleWriter;
use super::call::Call;
use super::search::searched;

/// Records on a page.
const PAGE: i64 = 200;

/// Answers `GET AuditEvent?patient=…[&date=…][&outcome=4]`.
pub async fn search(call: Call) -> Response {
    let pairs = call.query();
    let done = page(&call, pairs).await;
    answer::render(call.form, done)
}

/// Answers the same by POST.
pub async fn post(mut call: Call, request: Request) -> Response {
    let done = async {
        let pairs = searched(&mut call, request).await?;
        page(&call, pairs).await
    };
    let done = done.await;
    answer::render(call.form, done)
}

async fn page(call: &Call, pairs: Vec<(String, String)>) -> Result<Response, Error> {
    let mut filter = TrailFilter::default();
    let mut patient = None;
    let kept = pairs.iter().filter(|(name, _)| name != "_page");
    let asked = kept.fold(String::new(), |asked, (name, value)| asked + name + "=" + &urlencoding::encode(value) + "&");
    for (name, value) in pairs {
        match name.as_str() {
            "patient" => patient = Some(value),
            "date" => narrow(&mut filter, &value)?,
            "outcome" => filter.refused = value == "4",
            "_page" => filter.before = Some(value.parse().map_err(|_| unreadable("_page"))?),
            "_count" => {}
            other => {
                let text = "possible: patient, date, outcome";
                return Err(Error::bad_request("not-supported", text).at(other.to_owned()));
            }
        }
    }
    let released = call.access.trail(patient.as_deref(), &filter, PAGE).await?;
    let page = released.get();
    let base = call.app.config.fhir_base();
    let mut links = vec![json!({"relation": "self", "url": format!("{base}/AuditEvent")})];
    if let Some(before) = page.next {
        links.push(json!({"relation": "next", "url": format!("{base}/AuditEvent?{asked}_page={before}")}));
    }
    let mut bundle = BundleWriter::new("searchset", &[("link", json!(links))]);
    for (seq, event) in &page.events {
        let elements = [("fullUrl", json!(format!("{base}/AuditEvent/{seq}"))), ("search", json!({"mode": "match"}))];
        bundle.entry(&elements, Some(event.to_string().as_bytes()));
    }
    bundle.answer(call.form)
}

/// Answers `GET AuditEvent/[id]`.
pub async fn read(call: Call, Path(id): Path<String>) -> Response {
    let done = async {
        let seq = id.parse().map_err(|_| Error::not_found())?;
        let event = call.access.trail_record(seq).await?;
        answer::resource(StatusCode::OK, event.get(), call.form)
    };
    answer::render(call.form, done.await)
}

fn unreadable(param: &str) -> Error {
    Error::bad_request("value", "this value cannot be read").at(param.to_owned())
}

fn narrow(filter: &mut TrailFilter, value: &str) -> Result<(), Error> {
    let split = value.find(|letter: char| letter.is_ascii_digit()).ok_or_else(|| unreadable("date"))?;
    let (prefix, date) = value.split_at(split);
    let (low, high) = spil_fhir_profiles::time::parse_range(date).ok_or_else(|| unreadable("date"))?;
    match prefix {
        "" | "eq" => (filter.from, filter.to) = (Some(low), Some(high)),
        "ge" => filter.from = Some(low),
        "gt" | "sa" => filter.from = Some(high),
        "lt" | "eb" => filter.to = Some(low),
        "le" => filter.to = Some(high),
        _ => return Err(unreadable("date")),
    }
    Ok(())
}
