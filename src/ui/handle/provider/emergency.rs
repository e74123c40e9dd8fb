//! `/zorg/spoed`: opening a record in an emergency, with a reason that the patient reads.

use std::sync::Arc;

use axum::body::Bytes;
use axum::response::Response;

use crate::access::Access;
use crate::auth::Emergency;
use crate::error::Error;

use super::super::super::provider::emergency;
use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::Section;
use super::super::form::Fields;
use super::super::visit::{Professional, Visit, go, html};
use super::search::{by_bsn, number, wrong};

/// How long a record stays open, ms: four hours.
const OPEN: i64 = 4 * 3600 * 1000;
/// Fewest characters of a reason.
const SHORTEST: usize = 5;
/// Most characters of a reason.
const LONGEST: usize = 1_000;

/// The empty form.
pub async fn form(Professional(visit): Professional) -> Response {
    visit.answer(page(&visit, &Fields::default(), Errors::default()))
}

/// Opens the record: for this session, this patient and this reason.
pub async fn open(Professional(visit): Professional, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let (bsn, errors) = check(&visit, &form);
        let (Some(bsn), false) = (bsn, errors.any()) else { return page(&visit, &form, errors) };
        let reason = form.get("reason");
        let ctx = visit.session.emergency(visit.request_id.clone(), visit.now, reason);
        let ctx = ctx.ok_or_else(|| Error::forbidden("an emergency needs a professional and a reason"))?;
        let access = Access::new(Arc::clone(&visit.app), ctx);
        let Some(patient) = by_bsn(&access, &bsn).await? else {
            let text = visit.t("Er is niemand met dit nummer bekend.", "Nobody with this number is known.");
            return page(&visit, &form, Errors::default().with("bsn", text));
        };
        let href = format!("/zorg/patient/{}", patient.id);
        let until = visit.now.saturating_add(OPEN);
        let emergency = Emergency { patient: patient.id, bsn, reason: reason.to_owned(), until };
        visit.session.open_emergency(&visit.app, emergency).await?;
        Ok(go(&href))
    };
    visit.answer(done.await)
}

fn check(visit: &Visit, form: &Fields) -> (Option<String>, Errors) {
    let bsn = number(form.get("bsn"));
    let mut errors = if bsn.is_none() { wrong(visit.lang) } else { Errors::default() };
    match form.get("reason").chars().count() {
        SHORTEST..=LONGEST => {}
        0..SHORTEST => {
            let text = visit.t("Schrijf op waarom dit nodig is.", "Write down why this is necessary.");
            errors = errors.with("reason", text);
        }
        _ => {
            let text = visit.t("Houd het korter dan 1000 tekens.", "Keep it under 1000 characters.");
            errors = errors.with("reason", text);
        }
    }
    if form.get("confirm") != "1" {
        let text = visit.t("Kruis aan dat dit zo is.", "Tick that this is so.");
        errors = errors.with("confirm", text);
    }
    (bsn, errors)
}

fn page(visit: &Visit, form: &Fields, errors: Errors) -> Result<Response, Error> {
    let hours = visit.t("Het dossier blijft 4 uur voor u open.", "The record stays open to you for 4 hours.");
    html(emergency::page(&emergency::Model {
        frame: visit.frame(Section::Emergency),
        bsn: form.get("bsn").to_owned(),
        reason: form.get("reason").to_owned(),
        confirmed: form.get("confirm") == "1",
        hours: hours.to_owned(),
        errors,
    }))
}
