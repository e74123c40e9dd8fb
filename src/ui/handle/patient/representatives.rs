//! `/machtigingen`: for whom the person acts, and who acts for the person.

use axum::body::Bytes;
use axum::response::Response;

use crate::auth::{Acting, acting_for_me, acts_for, agree_to, stop_acting};
use crate::ctx::Actor;
use crate::error::Error;

use super::super::super::patient::representatives::{self, Representative};
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::look::relation;
use super::super::visit::{Patient, Visit, go, html};
use super::super::words;

/// The page.
pub async fn get(Patient(visit): Patient) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let own = visit.session.patient().is_some_and(|patient| patient.relation.is_none());
    let mut for_me = Vec::new();
    for one in acting_for_me(&visit.app, &visit.session).await? {
        // The name to sign in with is nobody's business but that person's.
        let id = visit.app.sealer.seal(one.key.as_bytes(), visit.app.random.as_ref())?;
        let can_stop = own && one.can_stop();
        let waits = own && !one.acts;
        for_me.push(Representative { id, can_stop, waits, ..card(visit, &one) });
    }
    let mut for_others = Vec::new();
    for one in acts_for(&visit.app, &visit.session).await? {
        let current = visit.session.patient().is_some_and(|patient| patient.patient_id == one.key);
        for_others.push(Representative { id: one.key.clone(), current, ..card(visit, &one) });
    }
    let frame = visit.frame(Section::Representatives);
    html(representatives::page(&representatives::Model { frame, for_me, for_others }))
}

fn card(visit: &Visit, one: &Acting) -> Representative {
    let lang = visit.lang;
    let until = match one.until {
        Some(until) => format!("{} {}", lang.t("tot", "until"), words::day(lang, until)),
        None => lang.t("tot het wordt gestopt", "until it is stopped").to_owned(),
    };
    Representative {
        name: one.name.clone(),
        relation: relation(lang, &one.relation),
        rights: vec![
            lang.t("Gegevens bekijken", "See the data").to_owned(),
            if one.with_child {
                lang.t("Samen kiezen wie wat mag zien", "Choose together who may see what").to_owned()
            } else {
                lang.t("Kiezen wie wat mag zien", "Choose who may see what").to_owned()
            },
            lang.t("Zien wie er heeft gekeken", "See who looked").to_owned(),
        ],
        until,
        ..Representative::default()
    }
}

/// Acts for somebody, or for oneself again.
pub async fn switch(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let person = Some(form.get("person")).filter(|person| !person.is_empty());
        if visit.session.act_for(&visit.app, person).await? {
            return Ok(go(paths::OVERVIEW));
        }
        Err(Error::forbidden("not registered to act for this person"))
    };
    visit.answer(done.await)
}

/// A child agrees that a parent acts for it.
pub async fn agree(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let key = key(&visit, &body)?;
        note(&visit, "agree").await?;
        if agree_to(&visit.app, &visit.session, &key).await? {
            return Ok(go(paths::REPRESENTATIVES));
        }
        Err(Error::forbidden("nobody asks for this"))
    };
    visit.answer(done.await)
}

/// Keeps the record of a change that the person asks for.
async fn note(visit: &Visit, change: &str) -> Result<(), Error> {
    let Actor::Patient(actor) = &visit.access.ctx().actor else { return Err(Error::not_found()) };
    visit.access.note_representation(actor.person, change).await
}

/// Who is meant by a form of the page.
fn key(visit: &Visit, body: &Bytes) -> Result<String, Error> {
    let form = visit.form(body)?;
    let key = visit.app.sealer.open(form.get("id")).and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(Error::not_found)
}

/// Ends that somebody acts for the person.
pub async fn stop(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let key = key(&visit, &body)?;
        note(&visit, "stop").await?;
        if stop_acting(&visit.app, &visit.session, &key).await? {
            return Ok(go(paths::REPRESENTATIVES));
        }
        Err(Error::forbidden("this cannot be ended here"))
    };
    visit.answer(done.await)
}
