//! `/zorg/vragen`: asking a patient for permission.

use axum::body::Bytes;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Value, json};
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::category::SYSTEM as CATEGORIES_SYSTEM;
use spil_fhir_profiles::time::format_instant;

use crate::access::{ASK_CODE, Entry, Interaction, TASK_SYSTEM};
use crate::error::Error;

use super::super::super::provider::ask;
use super::super::super::shared::category::{CATEGORIES, choices};
use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::form::Fields;
use super::super::visit::{Professional, Visit, go, html};
use super::super::words;
use super::search::{number, wrong};

/// Most characters of a reason.
const LONGEST: usize = 1_000;

/// The empty form, or that the question was sent.
pub async fn form(Professional(visit): Professional) -> Response {
    visit.answer(page(&visit, &Fields::default(), Errors::default()))
}

/// Sends the question. Whether there is such a patient, and whether a question is open already, is not told.
pub async fn send(Professional(visit): Professional, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let errors = check(&visit, &form);
        let (Some(bsn), false) = (number(form.get("bsn")), errors.any()) else {
            return page(&visit, &form, errors);
        };
        let Some(professional) = visit.session.professional() else { return Err(Error::not_found()) };
        let organisation = json!({
            "reference": format!("Organization/{}", professional.organisation_id),
            "display": professional.organisation,
        });
        let url = format!("urn:uuid:{}", visit.app.random.uuid());
        let patient = json!({
            "resourceType": "Patient",
            "identifier": [{"system": BSN, "value": bsn}],
            "managingOrganization": organisation,
        });
        let condition = vec![
            ("identifier".to_owned(), format!("{BSN}|{bsn}")),
            ("organization".to_owned(), format!("Organization/{}", professional.organisation_id)),
        ];
        let create = |rtype: &str, body: Value, if_none_exist| Interaction::Create {
            rtype: rtype.to_owned(),
            body,
            if_none_exist,
        };
        let task = question(&visit, &form, &url, &organisation);
        let entries = [
            Entry { at: 0, full_url: Some(url), interaction: create("Patient", patient, Some(condition)) },
            Entry { at: 1, full_url: None, interaction: create("Task", task, None) },
        ];
        match visit.access.transaction(&entries).await {
            Ok(_) => Ok(go(&format!("{}?verstuurd=1", paths::CARE_ASK))),
            Err(error) if error.status == 422 => {
                let text = visit.t(
                    "Uw organisatie stelde deze patiënt al een vraag. Wacht op het antwoord.",
                    "Your organisation already asked this patient. Wait for the answer.",
                );
                page(&visit, &form, Errors::default().with("bsn", text))
            }
            Err(error) => Err(error),
        }
    };
    visit.answer(done.await)
}

fn question(visit: &Visit, form: &Fields, patient: &str, organisation: &Value) -> Value {
    let chosen = form.all("category");
    let inputs = CATEGORIES.iter().filter(|category| chosen.contains(&category.code)).map(|category| {
        json!({
            "type": {"coding": [{"system": TASK_SYSTEM, "code": "category"}]},
            "valueCodeableConcept": {"coding": [{"system": CATEGORIES_SYSTEM, "code": category.code}]},
        })
    });
    let mut task = json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": TASK_SYSTEM, "code": ASK_CODE}]},
        "description": form.get("why"),
        "for": {"reference": patient},
        "authoredOn": format_instant(visit.now),
        "requester": organisation,
        "input": inputs.collect::<Vec<_>>(),
    });
    if !form.get("until").is_empty() {
        task["restriction"] = json!({"period": {"end": form.get("until")}});
    }
    task
}

fn check(visit: &Visit, form: &Fields) -> Errors {
    let mut errors = if number(form.get("bsn")).is_none() { wrong(visit.lang) } else { Errors::default() };
    let chosen = form.all("category");
    if !CATEGORIES.iter().any(|category| chosen.contains(&category.code)) {
        errors = errors.with("category", visit.t("Kruis aan wat u wilt zien.", "Tick what you want to see."));
    }
    if !(5..=LONGEST).contains(&form.get("why").chars().count()) {
        let text = visit.t("Schrijf op waarom u dit vraagt.", "Write down why you ask this.");
        errors = errors.with("why", text);
    }
    let until = form.get("until");
    let today = words::today(visit.now);
    if !until.is_empty() && !until.parse::<Date>().is_ok_and(|day| day >= today && day.year() < 2200) {
        errors = errors.with("until", visit.t("Kies een dag vanaf vandaag.", "Choose a day from today on."));
    }
    errors
}

fn page(visit: &Visit, form: &Fields, errors: Errors) -> Result<Response, Error> {
    let chosen = form.all("category");
    let mut categories = choices(visit.lang, false, &chosen);
    categories.extend(choices(visit.lang, true, &chosen));
    html(ask::page(&ask::Model {
        frame: visit.frame(Section::Search),
        sent: visit.query.get("verstuurd") == "1" && !errors.any(),
        bsn: form.get("bsn").to_owned(),
        categories,
        why: form.get("why").to_owned(),
        until: form.get("until").to_owned(),
        today: words::today(visit.now).to_string(),
        errors,
    }))
}
