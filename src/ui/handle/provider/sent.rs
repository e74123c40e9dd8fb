//! `/zorg/verzonden`: what the organisation handed over, what was answered, and whom it chooses.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::category::SYSTEM as CATEGORIES;
use spil_fhir_profiles::time::format_instant;

use crate::access::{ASK_CODE, Entry, Interaction, Patch, Stored, TASK_SYSTEM};
use crate::error::Error;

use super::super::super::provider::sent::{self, Answer, Ending, Sent};
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::visit::{Professional, Visit, go, html};
use super::super::words;
use super::hand_over::HANDOFFS;
use super::inbox::{ABORT, endings, handoffs, own, who};

/// SNOMED code of the handoff itself.
const DOCUMENT: &str = "11171000146100";

/// The list.
pub async fn list(Professional(visit): Professional) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let found = handoffs(visit, "requester").await?;
    let mut groups: Vec<(String, Vec<(Stored, Value)>)> = Vec::new();
    for stored in found.matches {
        let task = stored.value()?;
        let group = task["groupIdentifier"]["value"].as_str().unwrap_or(&stored.id).to_owned();
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, members)) => members.push((stored, task)),
            None => groups.push((group, vec![(stored, task)])),
        }
    }
    let documents = documents(visit, &groups.iter().map(|(group, _)| group.as_str()).collect::<Vec<_>>()).await?;
    let endings = endings(visit, "requester").await?;
    let mut sent = Vec::with_capacity(groups.len());
    for (group, members) in groups {
        let document = documents.get(&group);
        let mut answers = Vec::with_capacity(members.len());
        for (stored, task) in &members {
            let waits = is_open(task) && !task["for"].is_null() && !visit.access.reaches(&stored.id).await?;
            let mut answer = answer(visit.lang, stored, task, document.is_some(), waits);
            if answer.ending == Ending::Ask && endings.contains_key(&stored.id) {
                answer.ending = Ending::Asked;
            }
            answers.push(answer);
        }
        let when = members.first().and_then(|(_, task)| task["authoredOn"].as_str());
        let patient = match (document, members.first()) {
            (Some((_, patient)), _) => patient.clone(),
            (None, Some((_, task))) => about(visit, task, &found.included)?,
            (None, None) => String::new(),
        };
        sent.push(Sent {
            patient,
            document_href: document.map_or_else(String::new, |(id, _)| format!("{}/{id}/lezen", paths::CARE_INBOX)),
            when: when.map_or_else(String::new, |date| words::recorded(visit.lang, date)),
            answers,
        });
    }
    html(sent::page(&sent::Model { frame: visit.frame(Section::Inbox), sent }))
}

/// Whom a `Task` names.
fn about(visit: &Visit, task: &Value, included: &[Stored]) -> Result<String, Error> {
    let Some(reference) = task["for"]["reference"].as_str() else {
        return Ok(visit.t("Zonder naam", "Without a name").to_owned());
    };
    let patient = included.iter().find(|one| reference == format!("{}/{}", one.rtype, one.id));
    let Some(patient) = patient else { return Ok(visit.t("Patiënt", "Patient").to_owned()) };
    Ok(who(visit.lang, &patient.value()?))
}

fn is_open(task: &Value) -> bool {
    matches!(task["status"].as_str(), Some("requested" | "received" | "accepted" | "in-progress" | "on-hold"))
}

/// The handoffs by what they are known by: the id, and name and date of birth of the patient.
async fn documents(visit: &Visit, groups: &[&str]) -> Result<HashMap<String, (String, String)>, Error> {
    let mut documents = HashMap::new();
    for some in groups.chunks(50) {
        let known: Vec<String> = some.iter().map(|group| format!("{HANDOFFS}|{group}")).collect();
        let pairs = [
            ("identifier", known.join(",")),
            ("_include", "Composition:subject".to_owned()),
            ("_count", "200".to_owned()),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
        let found = visit.access.search("Composition", &pairs, false).await?.into_inner();
        for stored in &found.matches {
            let body = stored.value()?;
            let reference = body["subject"]["reference"].as_str().and_then(|text| text.strip_prefix("Patient/"));
            let patient =
                found.included.iter().find(|one| one.rtype == "Patient" && Some(one.id.as_str()) == reference);
            let told = match patient {
                Some(patient) => who(visit.lang, &patient.value()?),
                None => visit.t("Patiënt", "Patient").to_owned(),
            };
            let known = body["identifier"]["value"].as_str().unwrap_or_default();
            documents.insert(known.to_owned(), (stored.id.clone(), told));
        }
    }
    Ok(documents)
}

fn answer(lang: Lang, stored: &Stored, task: &Value, written: bool, waits: bool) -> Answer {
    let status = task["status"].as_str().unwrap_or_default();
    let (state, class) = match status {
        "requested" => (lang.t("Gevraagd", "Asked"), "wait"),
        "received" => (lang.t("Gelezen", "Read"), "wait"),
        "accepted" if task["for"].is_null() => (lang.t("Heeft plaats", "Has a place"), "good"),
        "accepted" => (lang.t("Gekozen", "Chosen"), "good"),
        "in-progress" => (lang.t("Bezig", "In progress"), "good"),
        "on-hold" => (lang.t("Wacht even", "On hold"), "wait"),
        "completed" => (lang.t("Afgerond", "Completed"), "good"),
        "rejected" => (lang.t("Geweigerd", "Rejected"), "bad"),
        "failed" => (lang.t("Ging niet door", "Did not take place"), "bad"),
        _ => (lang.t("Ingetrokken", "Cancelled"), "bad"),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Answer {
        action_href: format!("{}/{}", paths::CARE_SENT, stored.id),
        organisation: text(&task["owner"]["display"]),
        state: state.to_owned(),
        class,
        note: text(&task["statusReason"]["text"]),
        choose: written && status == "accepted" && task["for"].is_null(),
        waits,
        ending: match status {
            "requested" | "received" | "accepted" => Ending::Cancel,
            "in-progress" | "on-hold" => Ending::Ask,
            _ => Ending::No,
        },
    }
}

/// Chooses who takes over, asks the patient, or cancels, or asks to stop.
pub async fn act(Professional(visit): Professional, Path(id): Path<String>, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let stored = visit.access.read("Task", &id).await?.into_inner();
        let task = stored.value()?;
        match form.get("action") {
            "choose" => {
                choose(&visit, &stored, &task).await?;
                ask(&visit, &id).await?;
            }
            "ask" => ask(&visit, &id).await?,
            "cancel" => {
                let entry = cancelled(&visit, 0, &id, stored.version);
                visit.access.transaction(&[entry]).await?;
            }
            "stop" => {
                let (rtype, body) = ("Task".to_owned(), stop(&visit, &id, &task));
                visit.access.write(Interaction::Create { rtype, body, if_none_exist: None }).await?;
            }
            _ => return Err(Error::bad_request("value", "no such action")),
        }
        Ok(go(paths::CARE_SENT))
    };
    visit.answer(done.await)
}

/// The question to end a handoff that is under way.
fn stop(visit: &Visit, id: &str, task: &Value) -> Value {
    json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": ABORT.0, "code": ABORT.1}]},
        "focus": {"reference": format!("Task/{id}")},
        "requester": {"reference": own(visit)},
        "owner": task["owner"],
        "authoredOn": format_instant(visit.now),
    })
}

fn cancelled(visit: &Visit, at: usize, id: &str, version: i64) -> Entry {
    let patch = json!([
        {"op": "replace", "path": "/status", "value": "cancelled"},
        {"op": "add", "path": "/lastModified", "value": format_instant(visit.now)},
    ]);
    let (rtype, id, if_match) = ("Task".to_owned(), id.to_owned(), Some(version));
    let interaction = Interaction::Patch { rtype, id, patch: Patch::Json(patch), if_match };
    Entry { at, full_url: None, interaction }
}

/// Says who it is about and what is handed over, and takes back the questions to the others.
async fn choose(visit: &Visit, stored: &Stored, task: &Value) -> Result<(), Error> {
    let group = task["groupIdentifier"]["value"].as_str().unwrap_or_default();
    if task["status"] != "accepted" || !task["for"].is_null() {
        return Err(
            Error::unprocessable("business-rule", "only who has accepted can be chosen, once").at("Task.status")
        );
    }
    let pairs = [("identifier".to_owned(), format!("{HANDOFFS}|{group}"))];
    let document = visit.access.search("Composition", &pairs, false).await?.into_inner().matches.into_iter().next();
    let document = document.ok_or_else(Error::not_found)?;
    let subject = document.value()?["subject"].clone();
    let kind = json!({"coding": [{"system": "http://snomed.info/sct", "code": DOCUMENT}]});
    let input = json!({"type": kind, "valueReference": {"reference": format!("Composition/{}", document.id)}});
    let patch = json!([
        {"op": "add", "path": "/for", "value": subject},
        {"op": "add", "path": "/businessStatus", "value": {"text": "selected"}},
        {"op": "add", "path": "/lastModified", "value": format_instant(visit.now)},
        {"op": "add", "path": "/input/-", "value": input},
    ]);
    let (rtype, id, if_match) = ("Task".to_owned(), stored.id.clone(), Some(stored.version));
    let interaction = Interaction::Patch { rtype, id, patch: Patch::Json(patch), if_match };
    let mut entries = vec![Entry { at: 0, full_url: None, interaction }];
    let pairs = [
        ("group-identifier".to_owned(), format!("{HANDOFFS}|{group}")),
        ("requester".to_owned(), own(visit)),
        ("status".to_owned(), "requested,received,accepted".to_owned()),
        ("_count".to_owned(), "200".to_owned()),
    ];
    for other in visit.access.search("Task", &pairs, false).await?.into_inner().matches {
        if other.id != stored.id {
            entries.push(cancelled(visit, entries.len(), &other.id, other.version));
        }
    }
    visit.access.transaction(&entries).await?;
    Ok(())
}

/// Asks the patient to let the chosen organisation read the handoff, where that is not so already.
async fn ask(visit: &Visit, id: &str) -> Result<(), Error> {
    if visit.access.reaches(id).await? {
        return Ok(());
    }
    let task = visit.access.read("Task", id).await?.into_inner().value()?;
    let own = visit.session.professional().map_or("", |professional| professional.organisation.as_str());
    let other = task["owner"]["display"].as_str().unwrap_or_default();
    let why = format!("{own} wil uw zorg overdragen aan {other}. {other} kan de overdracht pas lezen als u ja zegt.");
    let question = json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": TASK_SYSTEM, "code": ASK_CODE}]},
        "focus": {"reference": format!("Task/{id}")},
        "description": why,
        "for": task["for"],
        "authoredOn": format_instant(visit.now),
        "requester": task["owner"],
        "input": [{
            "type": {"coding": [{"system": TASK_SYSTEM, "code": "category"}]},
            "valueCodeableConcept": {"coding": [{"system": CATEGORIES, "code": "nursing"}]},
        }],
    });
    let create = Interaction::Create { rtype: "Task".to_owned(), body: question, if_none_exist: None };
    match visit.access.write(create).await {
        // A question is open already.
        Err(error) if error.status == 422 => Ok(()),
        done => done.map(drop),
    }
}
