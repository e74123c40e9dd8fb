//! `/zorg/toezicht`: the privacy officer reviews the emergencies of the organisation.

use axum::body::Bytes;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::time::{format_instant, parse_range};

use crate::access::{FINDING, FINDINGS, Interaction, Patch, REVIEW_CODE, TASK_SYSTEM};
use crate::error::Error;

use super::super::super::provider::review::{self, Review};
use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::visit::{Officer, Visit, go, html};
use super::super::words;

/// Most characters of a note.
const LONGEST: usize = 1_000;
/// Fewest characters of the note with which an access is called not justified.
const SHORTEST: usize = 5;

/// The list.
pub async fn list(Officer(visit): Officer) -> Response {
    visit.answer(show(&visit, Errors::default()).await)
}

async fn show(visit: &Visit, errors: Errors) -> Result<Response, Error> {
    let pairs = [
        ("code", format!("{TASK_SYSTEM}|{REVIEW_CODE}")),
        ("_sort", "-authored-on".to_owned()),
        ("_count", "500".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let found = visit.access.search("Task", &pairs, false).await?.into_inner();
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for stored in &found.matches {
        let task = stored.value()?;
        let review = read(visit.lang, &stored.id, &task);
        if task["status"] == "completed" { closed.push(review) } else { open.push(review) }
    }
    open.reverse();
    html(review::page(&review::Model { frame: visit.frame(Section::Reviews), open, closed, errors }))
}

fn read(lang: Lang, id: &str, task: &Value) -> Review {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let inputs = task["input"].as_array().into_iter().flatten();
    let who: Vec<&str> = inputs.filter_map(|input| input["valueString"].as_str()).collect();
    let opened = task["authoredOn"].as_str().and_then(parse_range);
    let patient = &task["for"];
    let number = patient["identifier"]["value"].as_str().or_else(|| patient["reference"].as_str());
    let finding = match task["output"][0]["valueCodeableConcept"]["coding"][0]["code"].as_str() {
        Some(code) if code == FINDINGS[0] => lang.t("Terecht", "Justified"),
        Some(_) => lang.t("Niet terecht", "Not justified"),
        None => "",
    };
    Review {
        id: id.to_owned(),
        when: opened.map_or_else(String::new, |(from, _)| words::moment(lang, from)),
        who: who.join(", "),
        patient: number.unwrap_or_default().to_owned(),
        reason: text(&task["reasonCode"]["text"]),
        finding: finding.to_owned(),
        note: text(&task["note"][0]["text"]),
    }
}

/// Records what was found.
pub async fn close(Officer(visit): Officer, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let (id, finding, note) = (form.get("id"), form.get("finding"), form.get("note").trim());
        let mut errors = Errors::default();
        if !FINDINGS.contains(&finding) {
            errors = errors.with(&format!("finding-{id}"), visit.t("Kies ja of nee.", "Choose yes or no."));
        }
        let length = note.chars().count();
        if length > LONGEST || (finding == FINDINGS[1] && length < SHORTEST) {
            let text = visit.t("Schrijf op waarom dit niet terecht was.", "Write down why this was not justified.");
            errors = errors.with(&format!("note-{id}"), text);
        }
        if errors.any() {
            return show(&visit, errors).await;
        }
        let stored = visit.access.read("Task", id).await?.into_inner();
        let coded = |code: &str| json!({"coding": [{"system": TASK_SYSTEM, "code": code}]});
        let now = format_instant(visit.now);
        let mut patch = vec![
            json!({"op": "replace", "path": "/status", "value": "completed"}),
            json!({"op": "add", "path": "/lastModified", "value": now}),
            json!({"op": "add", "path": "/output", "value": [{
                "type": coded(FINDING), "valueCodeableConcept": coded(finding),
            }]}),
        ];
        if !note.is_empty() {
            let note = json!([{"authorString": visit.session.name, "time": now, "text": note}]);
            patch.push(json!({"op": "add", "path": "/note", "value": note}));
        }
        let (rtype, id, if_match) = ("Task".to_owned(), id.to_owned(), Some(stored.version));
        visit.access.write(Interaction::Patch { rtype, id, patch: Patch::Json(json!(patch)), if_match }).await?;
        Ok(go(paths::CARE_REVIEWS))
    };
    visit.answer(done.await)
}
