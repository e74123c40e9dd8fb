//! Questions of organisations: yes to what is asked, to less, or no.

use axum::body::Bytes;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use crate::access::{Ask, Directory, Entry, Interaction};
use crate::error::Error;

use super::super::super::patient::permission_form::Preset;
use super::super::super::patient::permissions::Question;
use super::super::super::shared::category::CATEGORIES;
use super::super::super::shared::form::Errors;
use super::super::super::shared::paths;
use super::super::visit::{Patient, Visit, go};
use super::super::words;
use super::choice::Chosen;
use super::choose::status_of;
use super::share::kind_name;

/// The open questions, as the page shows them.
///
/// # Errors
/// When the database fails.
pub async fn open(visit: &Visit) -> Result<Vec<Question>, Error> {
    let directory = visit.access.directory().await?;
    let all = visit.access.questions().await?;
    Ok(all.into_iter().map(|(id, _, ask)| question(visit, &directory, id, ask)).collect())
}

fn question(visit: &Visit, directory: &Directory, id: String, ask: Ask) -> Question {
    let lang = visit.lang;
    let org = directory.by_id(&ask.organisation);
    let named = CATEGORIES.iter().filter(|category| ask.categories.iter().any(|code| code == category.code));
    Question {
        organisation: org.map_or(ask.organisation.clone(), |org| org.name.clone()),
        kind: org.map_or("", |org| kind_name(lang, &org.kind)).to_owned(),
        what: named.map(|category| category.name(lang).to_owned()).collect(),
        why: ask.why,
        until: match &ask.until {
            Some(end) => words::recorded(lang, end),
            None => lang.t("U dit stopt", "You stop it").to_owned(),
        },
        adapt_href: format!("{}?vraag={id}", paths::PERMISSION_NEW),
        id,
    }
}

/// An open question with its version.
///
/// # Errors
/// 404 when there is no such open question.
pub async fn find(visit: &Visit, id: &str) -> Result<(i64, Ask), Error> {
    let all = visit.access.questions().await?;
    let found = all.into_iter().find(|(other, ..)| other == id);
    found.map(|(_, version, ask)| (version, ask)).ok_or_else(Error::not_found)
}

/// The form filled in with what is asked.
pub fn asked(id: &str, ask: &Ask) -> Chosen {
    let wanted = |code: &&str| ask.categories.iter().any(|asked| asked == code);
    Chosen {
        question: id.to_owned(),
        organisation: ask.organisation.clone(),
        preset: Some(Preset::Some),
        ticked: CATEGORIES.iter().map(|one| one.code).filter(wanted).collect(),
        until: ask.until.as_deref().and_then(|end| end.get(..10)).unwrap_or_default().to_owned(),
        ..Chosen::default()
    }
}

/// What is wrong with a choice that answers a question: it may be narrower than what is asked, not wider.
pub fn wider(visit: &Visit, chosen: &Chosen, ask: &Ask) -> Errors {
    let mut errors = Errors::default();
    let most = asked("", ask);
    if chosen.organisation != ask.organisation {
        errors =
            errors.with("organisation", visit.t("Deze organisatie vroeg dit niet.", "This organisation did not ask."));
    }
    if !chosen.allows() || chosen.codes().iter().any(|code| !most.ticked.contains(code)) {
        let text = visit.t(
            "Dit is meer dan gevraagd is. Kies ‘Alleen wat ik aankruis’ en kruis minder aan.",
            "This is more than was asked. Choose ‘Only what I tick’ and tick less.",
        );
        errors = errors.with("choice", text);
    }
    if !most.until.is_empty() && (chosen.until.is_empty() || chosen.until > most.until) {
        let text = visit.t("Kies geen latere dag dan gevraagd is.", "Choose no later day than was asked.");
        errors = errors.with("until", text);
    }
    errors
}

/// Answers a question: yes to all of it, or no.
pub async fn answer(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let id = form.get("id").to_owned();
        let (version, ask) = find(&visit, &id).await?;
        match form.get("answer") {
            "yes" => permit(&visit, &asked(&id, &ask), version).await?,
            "no" => {
                let task = answered(&visit, &id, version, "rejected", None).await?;
                visit.access.write(task).await.map(drop)?;
            }
            _ => return Err(Error::bad_request("value", "the answer is `yes` or `no`")),
        }
        Ok(go(paths::PERMISSIONS))
    };
    visit.answer(done.await)
}

/// Writes the choice and the answer together.
///
/// # Errors
/// When either cannot be written; then neither is.
pub async fn permit(visit: &Visit, chosen: &Chosen, version: i64) -> Result<(), Error> {
    let directory = visit.access.directory().await?;
    let patient_id = visit.session.patient().map_or("", |patient| patient.patient_id.as_str());
    let mut body = chosen.consent(&directory, patient_id, visit.now);
    body["status"] = json!(status_of(visit, chosen));
    let url = format!("urn:uuid:{}", visit.app.random.uuid());
    let task = answered(visit, &chosen.question, version, "completed", Some(&url)).await?;
    let consent = Interaction::Create { rtype: "Consent".to_owned(), body, if_none_exist: None };
    let entries = [
        Entry { at: 0, full_url: Some(url), interaction: consent },
        Entry { at: 1, full_url: None, interaction: task },
    ];
    visit.access.transaction(&entries).await.map(drop)
}

async fn answered(
    visit: &Visit,
    id: &str,
    version: i64,
    status: &str,
    consent: Option<&str>,
) -> Result<Interaction, Error> {
    let mut body: Value = visit.access.read("Task", id).await?.get().value()?;
    body["status"] = json!(status);
    body["lastModified"] = json!(format_instant(visit.now));
    if let Some(url) = consent {
        body["output"] = json!([{"type": {"text": "Consent"}, "valueReference": {"reference": url}}]);
    }
    Ok(Interaction::Update { rtype: "Task".to_owned(), id: id.to_owned(), body, if_match: Some(version) })
}
