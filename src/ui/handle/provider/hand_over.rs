//! `/zorg/patient/{id}/overdragen`: a handoff from the record, and whom to ask for a place
//! (<https://informatiestandaarden.nictiz.nl/wiki/vpk:V4.0_FHIR_eOverdracht>).

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Value, json};
use spil_fhir_profiles::bsn;
use spil_fhir_profiles::profile::OWN_BASE;
use spil_fhir_profiles::time::format_instant;

use crate::access::{Entry, Gathered, Interaction};
use crate::documents::{HANDOFF_TYPES, HandoffPart, WrittenPart, handoff_sections, released_parts, told};
use crate::error::Error;

use super::super::super::provider::hand_over::{self, Group, Part};
use super::super::super::shared::form::{Choice, Errors};
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::form::Fields;
use super::super::visit::{Professional, Visit, go, html};
use super::super::words;
use super::search::name;

/// By which a handoff and the questions about it are known.
pub const HANDOFFS: &str = "https://spil.example/fhir/NamingSystem/handoff";
/// The day of transfer.
const TRANSFER: &str = "http://nictiz.nl/fhir/StructureDefinition/eOverdracht-TransferDate";
/// Letters in a line of a field.
const WIDTH: usize = 80;
/// Most characters of the advance notice, and of a section.
const LONGEST: usize = 8_000;

/// The form, filled from the record.
pub async fn form(Professional(visit): Professional, Path(id): Path<String>) -> Response {
    let done = async {
        let gathered = visit.access.collect(&id, &HANDOFF_TYPES, "$handoff").await?.into_inner();
        let parts = released_parts(visit.access.ctx(), &gathered, &visit.app.config.fhir_base())?;
        let patient = patient(&gathered)?;
        let fields = Fields(vec![("notice".to_owned(), start(&visit, &patient))]);
        page(&visit, (&id, &patient), &parts, &fields, Errors::default(), true).await
    };
    visit.answer(done.await)
}

/// Sends the questions, and keeps the handoff for whoever is chosen.
pub async fn send(Professional(visit): Professional, Path(id): Path<String>, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let gathered = visit.access.collect(&id, &HANDOFF_TYPES, "$handoff").await?.into_inner();
        let parts = released_parts(visit.access.ctx(), &gathered, &visit.app.config.fhir_base())?;
        let patient = patient(&gathered)?;
        let candidates = candidates(&visit).await?;
        let to: Vec<&(String, String)> =
            candidates.iter().filter(|(id, _)| form.all("to").contains(&id.as_str())).collect();
        let errors = check(&visit, &form, &patient, to.is_empty());
        if errors.any() {
            return page(&visit, (&id, &patient), &parts, &form, errors, false).await;
        }
        let entries = entries(&visit, &form, &id, &parts, &to)?;
        visit.access.transaction(&entries).await?;
        Ok(go(paths::CARE_SENT))
    };
    visit.answer(done.await)
}

fn patient(gathered: &Gathered) -> Result<Value, Error> {
    gathered.patient.as_ref().ok_or_else(Error::not_found)?.value()
}

/// What the notice can say of the record without telling who it is.
fn start(visit: &Visit, patient: &Value) -> String {
    let who = match patient["gender"].as_str() {
        Some("male") => visit.t("Man", "Man"),
        Some("female") => visit.t("Vrouw", "Woman"),
        _ => visit.t("Patiënt", "Patient"),
    };
    let today = words::today(visit.now);
    let born = patient["birthDate"].as_str().and_then(|text| text.parse::<Date>().ok());
    let age = born.map(|born| {
        let had = (today.month(), today.day()) >= (born.month(), born.day());
        today.year() - born.year() - i16::from(!had)
    });
    let age = age.map_or_else(String::new, |age| format!(", {age} {}", visit.t("jaar", "years old")));
    let ask = visit.t("Nodig: ", "Needed: ");
    format!("{who}{age}.\n{ask}")
}

/// The organisations that can be asked: all but the own one.
async fn candidates(visit: &Visit) -> Result<Vec<(String, String)>, Error> {
    let directory = visit.access.directory().await?;
    let own = visit.access.ctx().org();
    let mut all: Vec<(String, String)> = directory
        .all()
        .into_iter()
        .filter(|org| Some(org.org) != own)
        .map(|org| (org.id.clone(), org.name.clone()))
        .collect();
    all.sort_by(|left, right| left.1.cmp(&right.1));
    Ok(all)
}

fn check(visit: &Visit, form: &Fields, patient: &Value, nobody: bool) -> Errors {
    let mut errors = Errors::default();
    if nobody {
        errors = errors.with("to", visit.t("Kies wie u vraagt.", "Choose whom you ask."));
    }
    let today = words::today(visit.now);
    if !form.get("transfer").parse::<Date>().is_ok_and(|day| day >= today && day.year() < 2200) {
        errors = errors.with("transfer", visit.t("Kies een dag vanaf vandaag.", "Choose a day from today on."));
    }
    let notice = form.get("notice");
    if !(10..=LONGEST).contains(&notice.chars().count()) {
        errors =
            errors.with("notice", visit.t("Schrijf op welke zorg er nodig is.", "Write down which care is needed."));
    } else if let Some(word) = tells(notice, patient) {
        let text = visit.t("Dit vertelt wie het is: ", "This tells who it is: ");
        errors = errors.with("notice", &format!("{text}{word}"));
    }
    errors
}

/// What in a notice tells who the patient is.
fn tells(notice: &str, patient: &Value) -> Option<String> {
    let plain: String = notice.to_lowercase();
    let mut known: Vec<String> = Vec::new();
    for one in patient["name"].as_array().into_iter().flatten() {
        let parts = [&one["family"], &one["text"]].into_iter().chain(one["given"].as_array().into_iter().flatten());
        let words = parts.filter_map(Value::as_str).flat_map(|text| text.split([' ', '-', '.']));
        known.extend(words.filter(|word| word.chars().count() > 3).map(str::to_lowercase));
    }
    for one in patient["address"].as_array().into_iter().flatten() {
        let lines = one["line"].as_array().into_iter().flatten().chain([&one["postalCode"]]);
        known.extend(lines.filter_map(Value::as_str).map(str::to_lowercase));
    }
    let words: Vec<&str> = plain.split(|letter: char| !letter.is_alphanumeric()).collect();
    let named = known.into_iter().find(|word| {
        if word.contains(' ') || word.contains(char::is_numeric) {
            plain.contains(word.as_str())
        } else {
            words.contains(&word.as_str())
        }
    });
    let born = patient["birthDate"].as_str().and_then(|text| text.parse::<Date>().ok()).and_then(|born| {
        let written = [
            born.to_string(),
            format!("{:02}-{:02}-{}", born.day(), born.month(), born.year()),
            format!("{}-{}-{}", born.day(), born.month(), born.year()),
            format!("{} {} {}", born.day(), crate::documents::month(born.month()).0, born.year()),
        ];
        written.into_iter().find(|text| plain.contains(text.as_str()))
    });
    named.or_else(|| bsn::find(notice)).or(born)
}

/// The handoff, its notice, and a question to each candidate.
fn entries(
    visit: &Visit,
    form: &Fields,
    patient: &str,
    parts: &[HandoffPart],
    to: &[&(String, String)],
) -> Result<Vec<Entry>, Error> {
    let professional = visit.session.professional().ok_or_else(Error::not_found)?;
    let own = json!({
        "reference": format!("Organization/{}", professional.organisation_id),
        "type": "Organization",
        "display": professional.organisation,
    });
    let now = format_instant(visit.now);
    let known = json!({"system": HANDOFFS, "value": visit.app.random.uuid()});
    let coded = |code: &str, display: &str| json!({"coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}]});
    let written: Vec<WrittenPart> = parts.iter().map(|part| written(form, part)).collect();
    let sections = handoff_sections(&written);
    if sections.is_empty() {
        return Err(Error::bad_request("required", "a handoff tells something"));
    }
    let handoff = json!({
        "resourceType": "Composition",
        "meta": {"profile": [format!("{OWN_BASE}HandoffComposition")]},
        "extension": [{"url": TRANSFER, "valueDateTime": form.get("transfer")}],
        "identifier": known,
        "status": "final",
        "type": coded("11171000146100", "Verpleegkundige overdracht"),
        "subject": {"reference": format!("Patient/{patient}")},
        "date": now,
        "author": [own],
        "title": "Verpleegkundige overdracht",
        "custodian": own,
        "section": sections,
    });
    let lines: Vec<&str> = form.get("notice").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let notice_url = format!("urn:uuid:{}", visit.app.random.uuid());
    let notice = json!({
        "resourceType": "Composition",
        "meta": {"profile": [format!("{OWN_BASE}AdvanceNoticeComposition")]},
        "extension": [{"url": TRANSFER, "valueDateTime": form.get("transfer")}],
        "status": "final",
        "type": coded("721915006", "Vooraankondiging"),
        "date": now,
        "author": [own],
        "title": "Vooraankondiging",
        "custodian": own,
        "section": [{"title": "Zorgvraag", "code": coded("371524004", "Clinical report"), "text": told(&lines)}],
    });
    let create = |body: Value| {
        let rtype = body["resourceType"].as_str().unwrap_or_default().to_owned();
        Interaction::Create { rtype, body, if_none_exist: None }
    };
    let mut entries = vec![
        Entry { at: 0, full_url: None, interaction: create(handoff) },
        Entry { at: 1, full_url: Some(notice_url.clone()), interaction: create(notice) },
    ];
    for (candidate, title) in to {
        let task = json!({
            "resourceType": "Task",
            "meta": {"profile": [format!("{OWN_BASE}HandoffTask")]},
            "groupIdentifier": known,
            "status": "requested",
            "intent": "order",
            "code": coded("308292007", "Overdracht van zorg"),
            "description": "Overname van de verpleegkundige zorg",
            "authoredOn": now,
            "lastModified": now,
            "requester": own,
            "owner": {"reference": format!("Organization/{candidate}"), "type": "Organization", "display": title},
            "input": [{"type": coded("721915006", "Vooraankondiging"), "valueReference": {"reference": notice_url}}],
        });
        entries.push(Entry { at: entries.len(), full_url: None, interaction: create(task) });
    }
    Ok(entries)
}

fn written(form: &Fields, part: &HandoffPart) -> WrittenPart {
    let text: String = form.get(&format!("text-{}", part.code)).chars().take(LONGEST).collect();
    let along = form.get(&format!("along-{}", part.code)) == "1";
    WrittenPart { code: part.code.to_owned(), text, entries: if along { part.entries.clone() } else { Vec::new() } }
}

async fn page(
    visit: &Visit,
    (id, patient): (&str, &Value),
    parts: &[HandoffPart],
    form: &Fields,
    errors: Errors,
    fresh: bool,
) -> Result<Response, Error> {
    let mut groups: Vec<Group> = Vec::new();
    for part in parts {
        let title = words::say(visit.lang, if part.branch.is_empty() { &part.title } else { &part.branch });
        if groups.last().is_none_or(|group| group.title != title) {
            groups.push(Group { title, ..Group::default() });
        }
        let text = if fresh { part.lines.join("\n") } else { form.get(&format!("text-{}", part.code)).to_owned() };
        let shown = Part {
            code: part.code.to_owned(),
            title: words::say(visit.lang, &part.title),
            rows: text.lines().map(|line| 1 + line.chars().count() / WIDTH).sum::<usize>().clamp(2, 14),
            along: fresh || form.get(&format!("along-{}", part.code)) == "1",
            count: part.entries.len(),
            text,
        };
        if let Some(group) = groups.last_mut() {
            let holds = !shown.text.is_empty() || shown.count > 0;
            if holds { group.filled.push(shown) } else { group.empty.push(shown) }
        }
    }
    let chosen = form.all("to");
    let choice = |(value, label): (String, String)| {
        let checked = chosen.contains(&value.as_str());
        Choice { value, label, hint: String::new(), checked }
    };
    html(hand_over::page(&hand_over::Model {
        frame: visit.frame(Section::Search),
        action_href: format!("/zorg/patient/{id}/overdragen"),
        patient_href: format!("/zorg/patient/{id}"),
        patient: name(visit.lang, patient),
        transfer: form.get("transfer").to_owned(),
        today: words::today(visit.now).to_string(),
        notice: form.get("notice").to_owned(),
        candidates: candidates(visit).await?.into_iter().map(choice).collect(),
        groups,
        errors,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_that_tells_who_it_is_is_found() {
        let patient = json!({
            "name": [{"family": "de Boer-Visser", "given": ["Anna"], "text": "A. de Boer-Visser"}],
            "birthDate": "1936-05-03",
            "address": [{"line": ["Kerkstraat 7"], "postalCode": "6099 SA"}],
        });
        for (notice, expected) in [
            ("Vrouw, 90 jaar. Nodig: hulp bij wassen.", None),
            ("Kan niet zelf visserij ANNAlen", None),
            ("Anna heeft hulp nodig", Some("anna")),
            ("mevrouw VISSER", Some("visser")),
            ("BSN 9999 00 006", Some("999900006")),
            ("geboren 03-05-1936", Some("03-05-1936")),
            ("geboren op 3 mei 1936", Some("3 mei 1936")),
            ("woont Kerkstraat 7", Some("kerkstraat 7")),
            ("postcode 6099 sa", Some("6099 sa")),
        ] {
            assert_eq!(tells(notice, &patient).as_deref(), expected, "{notice}");
        }
    }
}
