//! Making or changing a choice: the form, the check, and then it takes effect.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use serde_json::json;
use spil_consent::Say;

use crate::access::{Directory, Interaction};
use crate::error::Error;

use super::super::super::patient::permission_form::{self, Preset};
use super::super::super::patient::{permission_confirm, sentence};
use super::super::super::shared::category::choices;
use super::super::super::shared::form::{Choice, Errors};
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::visit::{Patient, Visit, go, html};
use super::super::words;
use super::choice::{Chosen, EVERYBODY};
use super::permissions::whose;
use super::questions;
use super::share::{self, Share, kind_name};

/// The empty form, or filled in with what is asked.
pub async fn empty(Patient(visit): Patient) -> Response {
    let done = async {
        let chosen = match visit.query.get("vraag") {
            "" => Chosen::default(),
            id => questions::asked(id, &questions::find(&visit, id).await?.1),
        };
        form(&visit, &chosen, Errors::default()).await
    };
    visit.answer(done.await)
}

/// The form filled in with one choice.
pub async fn filled(Patient(visit): Patient, Path(id): Path<String>) -> Response {
    let done = async {
        let share = find(&visit, &id).await?;
        form(&visit, &Chosen::of(&share), Errors::default()).await
    };
    visit.answer(done.await)
}

/// Opens the form of one choice.
pub async fn change(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let id = visit.form(&body)?.get("id").to_owned();
        find(&visit, &id).await?;
        Ok(go(&format!("{}/{id}/wijzigen", paths::PERMISSIONS)))
    };
    visit.answer(done.await)
}

/// Checks the form: shows it again with its faults, or what the choice means.
pub async fn check(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let chosen = Chosen::read(&visit.form(&body)?);
        let directory = visit.access.directory().await?;
        let faults = faults(&visit, &chosen, &directory).await?;
        if faults.any() {
            return form(&visit, &chosen, faults).await;
        }
        confirmation(&visit, &chosen, &directory).await
    };
    visit.answer(done.await)
}

/// Makes the choice effective, or goes back to the form.
pub async fn confirm(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let fields = visit.form(&body)?;
        let chosen = Chosen::read(&fields);
        let directory = visit.access.directory().await?;
        let faults = faults(&visit, &chosen, &directory).await?;
        if faults.any() || fields.get("step") != "confirm" {
            return form(&visit, &chosen, faults).await;
        }
        write(&visit, &chosen, &directory).await?;
        Ok(go(paths::PERMISSIONS))
    };
    visit.answer(done.await)
}

/// What was filled in wrongly.
async fn faults(visit: &Visit, chosen: &Chosen, directory: &Directory) -> Result<Errors, Error> {
    let faults = chosen.faults(visit.lang, directory, words::today(visit.now));
    if faults.any() || chosen.question.is_empty() {
        return Ok(faults);
    }
    let (_, ask) = questions::find(visit, &chosen.question).await?;
    Ok(questions::wider(visit, chosen, &ask))
}

/// A child and a parent permit together: the other still has to say yes.
pub fn status_of(visit: &Visit, chosen: &Chosen) -> &'static str {
    if visit.say() == Say::Together && chosen.allows() { "proposed" } else { "active" }
}

async fn write(visit: &Visit, chosen: &Chosen, directory: &Directory) -> Result<(), Error> {
    if !chosen.question.is_empty() {
        let (version, _) = questions::find(visit, &chosen.question).await?;
        return questions::permit(visit, chosen, version).await;
    }
    let patient_id = visit.session.patient().map_or("", |patient| patient.patient_id.as_str());
    let mut body = chosen.consent(directory, patient_id, visit.now);
    body["status"] = json!(status_of(visit, chosen));
    let rtype = "Consent".to_owned();
    let interaction = if chosen.id.is_empty() {
        Interaction::Create { rtype, body, if_none_exist: None }
    } else {
        let before = find(visit, &chosen.id).await?;
        Interaction::Update { rtype, id: before.id, body, if_match: Some(before.version) }
    };
    visit.access.write(interaction).await.map(drop)
}

/// A privacy consent of this person.
///
/// # Errors
/// 404 when it is absent, of somebody else, or no privacy consent.
pub async fn find(visit: &Visit, id: &str) -> Result<Share, Error> {
    let stored = visit.access.read("Consent", id).await?.into_inner();
    if words::code(stored.category) != "consent" {
        return Err(Error::not_found());
    }
    share::read(visit.lang, &stored, &*visit.access.directory().await?)
}

async fn form(visit: &Visit, chosen: &Chosen, errors: Errors) -> Result<Response, Error> {
    let lang = visit.lang;
    let directory = visit.access.directory().await?;
    let choice = |value: &str, label: &str, hint: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        checked: value == chosen.organisation,
    };
    let mut organisations: Vec<Choice> =
        directory.all().iter().map(|org| choice(&org.id, &org.name, kind_name(lang, &org.kind))).collect();
    let (everybody, hint) = (
        lang.t("Iedereen", "Everybody"),
        lang.t("Alleen als u iets wilt dichtdoen", "Only if you want to close something"),
    );
    organisations.push(choice(EVERYBODY, everybody, hint));
    html(permission_form::page(&permission_form::Model {
        frame: visit.frame(Section::Permissions),
        id: chosen.id.clone(),
        question: chosen.question.clone(),
        organisations,
        choice: chosen.preset,
        categories: choices(lang, false, &chosen.ticked),
        sensitive: choices(lang, true, &chosen.ticked),
        until: chosen.until.clone(),
        today: words::today(visit.now).to_string(),
        purpose: "TREAT".to_owned(),
        errors,
    }))
}

async fn confirmation(visit: &Visit, chosen: &Chosen, directory: &Directory) -> Result<Response, Error> {
    let lang = visit.lang;
    let share = chosen.share(lang, directory, visit.now);
    let choice: sentence::Choice = share.choice(true, whose(visit).as_deref(), lang);
    html(permission_confirm::page(&permission_confirm::Model {
        frame: visit.frame(Section::Permissions),
        allows: share.allows,
        sentence: choice.sentence(lang),
        consequence: choice.consequence(lang).to_owned(),
        what: share.what(lang),
        not: share.not(lang),
        warnings: warnings(visit, chosen, &share).await?,
        hidden: chosen.hidden(),
    }))
}

/// What the person should know about other choices.
async fn warnings(visit: &Visit, chosen: &Chosen, share: &Share) -> Result<Vec<String>, Error> {
    let lang = visit.lang;
    let today = words::today(visit.now).to_string();
    let all = share::all(&visit.access, lang).await?;
    let others: Vec<&Share> = all
        .iter()
        .filter(|other| other.status == "active" && other.id != chosen.id && !other.has_run_out(&today))
        .collect();
    let mut warnings = Vec::new();
    let mut permitted = Vec::new();
    let touches = |other: &Share| {
        let same = other.organisation.is_none() || other.organisation_id == share.organisation_id;
        let overlap = other.codes.is_empty() || other.codes.iter().any(|code| share.codes.contains(code));
        same && overlap
    };
    if share.allows && others.iter().any(|other| !other.allows && touches(other)) {
        warnings.push(lang.t(
            "U heeft ook gekozen dat een deel hiervan dicht blijft. De keuze die het meest precies is, gaat voor. Bij twijfel blijft het dicht.",
            "You also chose that part of this stays closed. The most precise choice goes first. In doubt it stays closed.",
        ));
    }
    let same = |other: &&&Share| other.organisation_id.is_some() && other.organisation_id == share.organisation_id;
    if share.allows && others.iter().filter(same).any(|other| other.allows) {
        warnings.push(lang.t(
            "U heeft al een keuze voor deze organisatie. Die blijft ook gelden.",
            "You already have a choice for this organisation. It stays in force as well.",
        ));
    }
    if chosen.preset == Some(Preset::Object) && share.codes.is_empty() {
        warnings.push(lang.t(
            "Alles gaat dicht. Ook bij spoed kan niemand zien wat u slikt en waar u niet tegen kunt.",
            "Everything is closed. Also in an emergency nobody can see what you take and what you cannot tolerate.",
        ));
    }
    if !share.allows && share.organisation_id.is_none() {
        let closes = |code: &&'static str| share.codes.is_empty() || share.codes.contains(code);
        let open = others.iter().filter(|other| other.allows && other.codes.iter().any(&closes));
        permitted = open.filter_map(|other| other.organisation.clone()).collect();
        permitted.sort();
        permitted.dedup();
    }
    let mut warnings: Vec<String> = warnings.into_iter().map(str::to_owned).collect();
    if !permitted.is_empty() {
        let text = lang.t(
            "Wie u zelf toestemming gaf, blijft dit zien. Stop die toestemming als u dat niet wilt:",
            "Whom you permitted yourself still sees this. Stop that permission if you do not want it:",
        );
        warnings.push(format!("{text} {}.", permitted.join(", ")));
    }
    Ok(warnings)
}
