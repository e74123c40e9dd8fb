//! `/zorg/overdrachten`: handoffs to the organisation, and moving them on
//! (<https://informatiestandaarden.nictiz.nl/wiki/vpk:V4.0_FHIR_eOverdracht>).

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use crate::access::{Found, Interaction, Patch, Stored};
use crate::error::Error;

use super::super::super::provider::inbox::{self, Handoff, Stage};
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::visit::{Professional, Visit, go, html};
use super::super::words;
use super::search::{born, name};

/// SNOMED code of a handoff `Task`.
const HANDOFF: &str = "http://snomed.info/sct|308292007";
/// Code of a `Task` that asks to end another.
pub const ABORT: (&str, &str) = ("http://hl7.org/fhir/CodeSystem/task-code", "abort");
/// Most characters of a remark.
const LONGEST: usize = 1_000;

/// The inbox.
pub async fn list(Professional(visit): Professional) -> Response {
    visit.answer(show(&visit).await)
}

/// The organisation of who looks at the page, as a reference.
pub fn own(visit: &Visit) -> String {
    let id = visit.session.professional().map_or("", |professional| professional.organisation_id.as_str());
    format!("Organization/{id}")
}

/// The handoffs in which the organisation is the `owner` or the `requester`, with their patients, the newest first.
pub async fn handoffs(visit: &Visit, part: &str) -> Result<Found, Error> {
    let pairs = [
        (part, own(visit)),
        ("code", HANDOFF.to_owned()),
        ("_include", "Task:patient".to_owned()),
        ("_sort", "-_lastUpdated".to_owned()),
        ("_count", "200".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    Ok(visit.access.search("Task", &pairs, false).await?.into_inner())
}

/// The open questions to end a handoff, by the id of the handoff, in which the organisation is the `owner` or the `requester`.
pub async fn endings(visit: &Visit, part: &str) -> Result<HashMap<String, String>, Error> {
    let pairs = [
        (part, own(visit)),
        ("code", format!("{}|{}", ABORT.0, ABORT.1)),
        ("status", "requested,received".to_owned()),
        ("_count", "200".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let mut asked = HashMap::new();
    for stored in visit.access.search("Task", &pairs, false).await?.into_inner().matches {
        let task = stored.value()?;
        if let Some(id) = task["focus"]["reference"].as_str().and_then(|text| text.strip_prefix("Task/")) {
            asked.insert(id.to_owned(), stored.id.clone());
        }
    }
    Ok(asked)
}

/// Name and date of birth.
pub fn who(lang: Lang, patient: &Value) -> String {
    format!("{}, {}", name(lang, patient), born(lang, patient))
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let found = handoffs(visit, "owner").await?;
    let endings = endings(visit, "owner").await?;
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for stored in &found.matches {
        let task = stored.value()?;
        let Some(stage) = stage(&task) else { continue };
        let mut handoff = handoff(visit.lang, stored, &task, stage, &found)?;
        let stop = endings.get(&stored.id).filter(|_| matches!(stage, Stage::Started | Stage::Paused));
        handoff.stop_href = stop.map_or_else(String::new, |id| format!("{}/{id}", paths::CARE_INBOX));
        if stage.is_over() { &mut closed } else { &mut open }.push(handoff);
    }
    html(inbox::page(&inbox::Model { frame: visit.frame(Section::Inbox), open, closed }))
}

fn stage(task: &Value) -> Option<Stage> {
    Some(match task["status"].as_str()? {
        "requested" | "received" => Stage::Requested,
        "accepted" => Stage::Accepted,
        "in-progress" => Stage::Started,
        "on-hold" => Stage::Paused,
        "completed" => Stage::Completed,
        "rejected" => Stage::Rejected,
        "failed" => Stage::Failed,
        "cancelled" => Stage::Cancelled,
        _ => return None,
    })
}

fn handoff(lang: Lang, stored: &Stored, task: &Value, stage: Stage, found: &Found) -> Result<Handoff, Error> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reference = task["for"]["reference"].as_str().and_then(|text| text.strip_prefix("Patient/"));
    let patient = found.included.iter().find(|other| other.rtype == "Patient" && Some(other.id.as_str()) == reference);
    let patient_text = match patient {
        Some(patient) => who(lang, &patient.value()?),
        None if task["for"].is_null() => {
            lang.t("Nog zonder naam: alleen een vraag om plaats", "No name yet: only a question for a place").to_owned()
        }
        None => task["for"]["display"].as_str().unwrap_or(lang.t("Patiënt", "Patient")).to_owned(),
    };
    let inputs = task["input"].as_array().into_iter().flatten();
    let mut references = inputs.filter_map(|input| input["valueReference"]["reference"].as_str());
    let composition = references.find_map(|text| text.strip_prefix("Composition/"));
    let requester = text(&task["requester"]["display"]);
    let title = task["description"].as_str().unwrap_or(lang.t("Verpleegkundige overdracht", "Nursing handoff"));
    let note = task["statusReason"]["text"].as_str().or_else(|| task["note"][0]["text"].as_str());
    Ok(Handoff {
        key: stored.id.chars().filter(char::is_ascii_alphanumeric).collect(),
        action_href: format!("{}/{}", paths::CARE_INBOX, stored.id),
        patient: patient_text,
        patient_href: patient.map_or_else(String::new, |patient| format!("/zorg/patient/{}", patient.id)),
        is_notice: task["for"].is_null(),
        document_href: composition.map_or_else(String::new, |id| format!("{}/{id}/lezen", paths::CARE_INBOX)),
        sender: if requester.is_empty() { stored.source_name.clone() } else { requester },
        sent: task["authoredOn"].as_str().map_or_else(String::new, |date| words::recorded(lang, date)),
        about: title.to_owned(),
        stage,
        stop_href: String::new(),
        note: note.unwrap_or_default().to_owned(),
    })
}

/// Moves a handoff on.
pub async fn act(Professional(visit): Professional, Path(id): Path<String>, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let status = match form.get("action") {
            "accept" | "stop" => "accepted",
            "reject" | "go-on" => "rejected",
            "start" => "in-progress",
            "complete" => "completed",
            "pause" => "on-hold",
            "fail" => "failed",
            _ => return Err(Error::bad_request("value", "no such action")),
        };
        let stored = visit.access.read("Task", &id).await?.into_inner();
        let task = stored.value()?;
        let mut patch = vec![
            json!({"op": "replace", "path": "/status", "value": status}),
            json!({"op": "add", "path": "/lastModified", "value": format_instant(visit.now)}),
        ];
        let reason: String = form.get("reason").chars().take(LONGEST).collect();
        if matches!(form.get("action"), "reject" | "pause" | "fail") {
            if reason.trim().is_empty() {
                return Err(Error::bad_request("required", "this needs a reason"));
            }
            patch.push(json!({"op": "add", "path": "/statusReason", "value": {"text": reason}}));
        }
        if form.get("action") == "start" && !task["statusReason"].is_null() {
            // Why it waited no longer holds.
            patch.push(json!({"op": "remove", "path": "/statusReason"}));
        }
        if task["resourceType"] != "Task" {
            return Err(Error::not_found());
        }
        let (rtype, if_match) = ("Task".to_owned(), Some(stored.version));
        visit.access.write(Interaction::Patch { rtype, id, patch: Patch::Json(json!(patch)), if_match }).await?;
        Ok(go(paths::CARE_INBOX))
    };
    visit.answer(done.await)
}
