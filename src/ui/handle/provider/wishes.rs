//! `/zorg/patient/{id}/wensen`: what came out of a conversation about wishes and limits in care, written down by the professional.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::bsn::SYSTEM as BSN;

use crate::access::{Entry, Gathered, Interaction, Stored};
use crate::documents::WISHES_TYPES;
use crate::error::Error;
use crate::questionnaire::acp;

use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::questionnaire;
use super::super::form::Fields;
use super::super::questionnaire::{Asked, about, entries, find, newest, patient_answers};
use super::super::visit::{Professional, Visit, go, html};
use super::super::words;
use super::search::name;

/// Roles of professionals, by which a function is known.
const ROLES: &str = "http://fhir.nl/fhir/NamingSystem/uzi-rolcode";

/// The form, as it was filled in last by whoever may be read.
pub async fn form(Professional(visit): Professional, Path(id): Path<String>) -> Response {
    let done = async {
        let (gathered, patient, asked) = begin(&visit, &id).await?;
        let last = newest(&gathered, |_| true)?;
        let filled = asked.again(last.as_ref().map(|(_, body)| body), &words::today(visit.now).to_string());
        page(&visit, (&id, &patient), &asked, &filled, (last.as_ref(), Errors::default()))
    };
    visit.answer(done.await)
}

/// Keeps what was filled in, as the organisation's own.
pub async fn send(Professional(visit): Professional, Path(id): Path<String>, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let (gathered, patient, asked) = begin(&visit, &id).await?;
        let response = match asked.answers(visit.lang, &form, &words::today(visit.now).to_string()) {
            Ok(response) => response,
            Err(errors) => return page(&visit, (&id, &patient), &asked, &form, (None, errors)),
        };
        let capability = acp::capability(&response);
        let about = about(&visit, &form, &gathered, parties(&visit, &patient)?, role(&visit).await?)?;
        let mut all = entries(&visit, &asked, response, &about);
        if let Some((able, why)) = capability {
            all.extend(capable(&visit, &patient, all.len(), able, why).await?);
        }
        visit.access.transaction(&all).await?;
        Ok(go(&format!("/zorg/patient/{id}/document/wensen")))
    };
    visit.answer(done.await)
}

async fn begin(visit: &Visit, id: &str) -> Result<(Gathered, Value, Asked), Error> {
    let gathered = visit.access.collect(id, &WISHES_TYPES, "$acp").await?.into_inner();
    let patient = gathered.patient.as_ref().ok_or_else(Error::not_found)?.value()?;
    let professional = visit.session.professional().ok_or_else(Error::not_found)?;
    let [_, _, family, function] = acp::PROFESSIONAL;
    let mut known = patient_answers(&patient);
    known.push((family, json!({"valueString": visit.session.name})));
    let asked = find(&visit.access, &["7", "967", "8"]).await?;
    let role = asked.form.every().find(|item| item.link == function).and_then(|item| {
        let code = professional.role.as_deref()?;
        item.options.iter().find(|option| option.coding["system"] == ROLES && option.coding["code"] == code)
    });
    known.extend(role.map(|option| (function, json!({"valueCoding": option.coding}))));
    let asked = asked.knowing(known);
    Ok((gathered, patient, asked))
}

/// Whom it is about, and the professional with the organisation.
fn parties(visit: &Visit, patient: &Value) -> Result<(Value, Value, Option<Value>), Error> {
    let professional = visit.session.professional().ok_or_else(Error::not_found)?;
    let reference = |rtype: &str, id: &str, display: &str| json!({"reference": format!("{rtype}/{id}"), "type": rtype, "display": display});
    let id = patient["id"].as_str().unwrap_or_default();
    Ok((
        reference("Patient", id, &name(Lang::Nl, patient)),
        reference("Practitioner", &professional.practitioner, &visit.session.name),
        Some(reference("Organization", &professional.organisation_id, &professional.organisation)),
    ))
}

/// The professional in the role at the organisation, as the address book has it; none when it has none.
async fn role(visit: &Visit) -> Result<Option<Value>, Error> {
    let professional = visit.session.professional().ok_or_else(Error::not_found)?;
    let pairs = [
        ("practitioner".to_owned(), format!("Practitioner/{}", professional.practitioner)),
        ("organization".to_owned(), format!("Organization/{}", professional.organisation_id)),
        ("active:not".to_owned(), "false".to_owned()),
    ];
    let found = visit.access.search("PractitionerRole", &pairs, false).await?.into_inner().matches;
    let role = found.first().map(|stored| {
        let reference = format!("PractitionerRole/{}", stored.id);
        json!({"reference": reference, "type": "PractitionerRole", "display": visit.session.name})
    });
    Ok(role)
}

/// Whether the patient can decide, on the organisation's own `Patient`; nothing when it has none, or says so already.
async fn capable(
    visit: &Visit,
    patient: &Value,
    at: usize,
    able: bool,
    why: Option<String>,
) -> Result<Option<Entry>, Error> {
    let numbers = patient["identifier"].as_array().into_iter().flatten();
    let bsn = numbers.filter(|one| one["system"] == BSN).find_map(|one| one["value"].as_str());
    let Some(bsn) = bsn else { return Ok(None) };
    let pairs = [("identifier".to_owned(), format!("{BSN}|{bsn}"))];
    let found = visit.access.search("Patient", &pairs, false).await?.into_inner().matches;
    let Some(own) = found.iter().find(|stored| Some(stored.source) == visit.access.ctx().org()) else {
        return Ok(None);
    };
    let url = format!("{}{}", acp::PROFILES, acp::CAPABILITY);
    let mut parts = vec![json!({"url": "legallyCapable", "valueBoolean": able})];
    parts.extend(why.map(|why| json!({"url": "legallyCapableComment", "valueString": why})));
    let mut body = own.value()?;
    let others = body["extension"].as_array().cloned().unwrap_or_default();
    let mut all: Vec<Value> = others.iter().filter(|one| !acp::tells_capability(one)).cloned().collect();
    all.push(json!({"url": url, "extension": parts}));
    if all == others {
        return Ok(None);
    }
    body["extension"] = Value::Array(all);
    let interaction =
        Interaction::Update { rtype: "Patient".to_owned(), id: own.id.clone(), body, if_match: Some(own.version) };
    Ok(Some(Entry { at, full_url: None, interaction }))
}

fn page(
    visit: &Visit,
    (id, patient): (&str, &Value),
    asked: &Asked,
    filled: &Fields,
    (last, errors): (Option<&(Stored, Value)>, Errors),
) -> Result<Response, Error> {
    let mut lead = vec![
        visit
            .t(
                "Wat is er besproken? Vul in wat de patiënt wil. Wat niet is besproken, laat u leeg.",
                "What was discussed? Fill in what the patient wants. Leave empty what was not discussed.",
            )
            .to_owned(),
    ];
    if let Some((stored, body)) = last {
        let day = body["authored"].as_str().map_or_else(String::new, |date| words::recorded(visit.lang, date));
        let words = visit.t("Overgenomen uit het formulier van", "Taken from the form of");
        let from = visit.t("door", "by");
        lead.push(format!(
            "{words} {day}, {from} {}. {}",
            stored.source_name,
            visit.t("Verander wat nu anders is.", "Change what is different now.",)
        ));
    }
    html(questionnaire::page(&questionnaire::Model {
        frame: visit.frame(Section::Search),
        title: format!(
            "{}: {}",
            visit.t("Wensen en grenzen vastleggen", "Record wishes and limits"),
            name(visit.lang, patient)
        ),
        lead,
        note: asked.note(visit.lang),
        action_href: format!("/zorg/patient/{id}/wensen"),
        back_href: format!("/zorg/patient/{id}"),
        back: name(visit.lang, patient),
        cards: asked.cards(visit.lang, filled),
        errors,
    }))
}
