//! `/zorg/patient/{id}`: what the professional may see of one patient.

use axum::extract::Path;
use axum::response::Response;
use serde_json::Value;
use spil_fhir_profiles::bsn;

use crate::access::{Gathered, Stored};
use crate::error::Error;

use super::super::super::provider::limits::List;
use super::super::super::provider::patient::{self, Document, Group, Item};
use super::super::super::shared::category::CATEGORIES;
use super::super::super::shared::form::Link;
use super::super::super::shared::frame::{Lang, Section};
use super::super::made::Kind;
use super::super::visit::{Professional, Visit, html};
use super::super::words;
use super::limits;
use super::search::{born, name};

/// Items of one kind on the page of a patient.
const FEW: usize = 5;
/// Items on the page of one kind.
const MANY: usize = 500;
/// Type of a handoff document.
const HANDOFF: &str = "11171000146100";

/// The types that the page shows.
const TYPES: [&str; 35] = [
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "CareTeam",
    "ClinicalImpression",
    "Communication",
    "CommunicationRequest",
    "Composition",
    "Condition",
    "Consent",
    "Coverage",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "ImagingStudy",
    "Immunization",
    "ImmunizationRecommendation",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "NutritionOrder",
    "Observation",
    "Procedure",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
    "Task",
];

/// The page of a patient.
pub async fn get(Professional(visit): Professional, Path(id): Path<String>) -> Response {
    visit.answer(show(&visit, &id, None).await)
}

/// The page of a patient with all of one kind of data.
pub async fn category(Professional(visit): Professional, Path((id, code)): Path<(String, String)>) -> Response {
    let done = async {
        let number = words::number(&code).ok_or_else(Error::not_found)?;
        show(&visit, &id, Some(number)).await
    };
    visit.answer(done.await)
}

async fn show(visit: &Visit, id: &str, only: Option<u8>) -> Result<Response, Error> {
    let lang = visit.lang;
    let (access, emergency) = super::door(visit, id);
    let gathered = access.collect(id, &TYPES, "$record").await?.into_inner();
    let body = gathered.patient.as_ref().ok_or_else(Error::not_found)?.value()?;
    let until = emergency.map(|emergency| limits::until(lang, emergency.until));
    let list = if until.is_some() { limits::agreed(visit, &gathered)? } else { List::default() };
    html(patient::page(&patient::Model {
        frame: visit.frame(Section::Search),
        name: name(lang, &body),
        born: born(lang, &body),
        bsn: masked(&body),
        limits_href: format!("/zorg/patient/{id}/grenzen"),
        list,
        hand_over_href: if until.is_none() { format!("/zorg/patient/{id}/overdragen") } else { String::new() },
        wishes_href: format!("/zorg/patient/{id}/wensen"),
        emergency_until: until,
        documents: documents(lang, id, &gathered)?,
        categories: groups(lang, id, &gathered, only)?,
    }))
}

/// The citizen service number with its middle hidden: enough to check, too little to copy.
fn masked(patient: &Value) -> String {
    let identifiers = patient["identifier"].as_array().into_iter().flatten();
    let mut bsn = identifiers
        .filter(|identifier| identifier["system"] == bsn::SYSTEM)
        .filter_map(|identifier| identifier["value"].as_str());
    match bsn.next() {
        Some(bsn) if bsn.len() == 9 && bsn.is_ascii() => format!("{}•••{}", &bsn[..4], &bsn[7..]),
        _ => "–".to_owned(),
    }
}

fn documents(lang: Lang, id: &str, gathered: &Gathered) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    for stored in gathered.resources.iter().filter(|stored| stored.rtype == "Composition") {
        let body = stored.value()?;
        let codings = body["type"]["coding"].as_array();
        if !codings.into_iter().flatten().any(|coding| coding["code"] == HANDOFF) {
            continue;
        }
        let told = words::told(lang, stored)?;
        documents.push(Document {
            title: told.title,
            note: format!("{}, {}", stored.source_name, told.date),
            href: format!("/zorg/patient/{id}/overdracht/{}", stored.id),
        });
    }
    let has = |kind: &&Kind| gathered.resources.iter().any(|stored| stored.category == kind.category());
    // What a sender composed goes before what could be composed here.
    let sent = !documents.is_empty();
    let wanted = Kind::ALL.iter().filter(has).filter(|kind| !(sent && **kind == Kind::Handoff));
    documents.extend(wanted.map(|kind| Document {
        title: kind.title(lang).to_owned(),
        note: lang.t("Samengesteld uit wat u mag zien", "Put together from what you may see").to_owned(),
        href: format!("/zorg/patient/{id}/document/{}", kind.slug()),
    }));
    Ok(documents)
}

fn groups(lang: Lang, id: &str, gathered: &Gathered, only: Option<u8>) -> Result<Vec<Group>, Error> {
    let mut groups = Vec::new();
    for category in &CATEGORIES {
        let Some(number) = words::number(category.code).filter(|number| only.is_none_or(|one| one == *number)) else {
            continue;
        };
        let stored: Vec<&Stored> = gathered.resources.iter().filter(|stored| stored.category == number).collect();
        if stored.is_empty() {
            continue;
        }
        let mut items = stored.iter().map(|stored| item(lang, stored)).collect::<Result<Vec<_>, Error>>()?;
        items.sort_by(|(left, _), (right, _)| right.cmp(left));
        let most = if only.is_some() { MANY } else { FEW };
        let name = category.name(lang);
        let all = (items.len() > most).then(|| {
            let label = format!("{} {} ({})", lang.t("Alles van", "All of"), name.to_lowercase(), items.len());
            Link::new(&format!("/zorg/patient/{id}/{}", category.code), &label)
        });
        let items = items.into_iter().take(most).map(|(_, item)| item).collect();
        groups.push(Group { name: name.to_owned(), items, all });
    }
    Ok(groups)
}

/// An item, with its date in a form that sorts.
fn item(lang: Lang, stored: &Stored) -> Result<(String, Item), Error> {
    let told = words::told(lang, stored)?;
    let value = stored.value()?;
    let sorted = crate::documents::present::present(&value).date;
    let sorted = sorted.unwrap_or_else(|| spil_fhir_profiles::time::format_instant(stored.updated));
    let summary = match told.details.first() {
        Some(fact) if told.summary.is_empty() => fact.value.clone(),
        _ => told.summary,
    };
    Ok((sorted, Item { title: told.title, summary, date: told.date, source: stored.source_name.clone() }))
}
