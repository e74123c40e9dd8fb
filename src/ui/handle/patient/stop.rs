//! Stopping a choice, and answering one that a professional wrote down.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use crate::access::Interaction;
use crate::error::Error;
use crate::store::TrailFilter;

use super::super::super::patient::permission_stopped;
use super::super::super::shared::frame::Section;
use super::super::super::shared::paths;
use super::super::look;
use super::super::visit::{Patient, Visit, go, html};
use super::super::words;
use super::choose::find;
use super::share::{self, Share};

/// Records of the log that are looked through for what was received.
const MOST: i64 = 2_000;

/// Stops one permission or objection.
pub async fn post(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let id = visit.form(&body)?.get("id").to_owned();
        let share = find(&visit, &id).await?;
        if share.status == "active" {
            turn(&visit, &share, "inactive").await?;
        }
        Ok(go(&if share.allows {
            format!("{}/{id}/gestopt", paths::PERMISSIONS)
        } else {
            paths::PERMISSIONS.to_owned()
        }))
    };
    visit.answer(done.await)
}

/// Answers a permission that a professional proposed.
pub async fn answer(Patient(visit): Patient, body: Bytes) -> Response {
    let done = async {
        let form = visit.form(&body)?;
        let share = find(&visit, form.get("id")).await?;
        let status = match form.get("answer") {
            "yes" if share.needs_the_other(&visit) => "proposed",
            "yes" => "active",
            "no" => "rejected",
            _ => return Err(Error::bad_request("value", "the answer is `yes` or `no`")),
        };
        if share.status != "proposed" {
            return Err(Error::conflict("this was answered already"));
        }
        turn(&visit, &share, status).await?;
        Ok(go(paths::PERMISSIONS))
    };
    visit.answer(done.await)
}

/// Writes the same consent with another status; who says yes becomes its performer.
async fn turn(visit: &Visit, share: &Share, status: &str) -> Result<(), Error> {
    let mut body: Value = visit.access.read("Consent", &share.id).await?.get().value()?;
    body["status"] = json!(status);
    if matches!(status, "active" | "proposed")
        && let Some(patient) = visit.session.patient()
    {
        body["performer"] = json!([{"reference": format!("Patient/{}", patient.patient_id), "type": "Patient"}]);
        body["dateTime"] = json!(format_instant(visit.now));
    }
    let (rtype, id) = ("Consent".to_owned(), share.id.clone());
    let interaction = Interaction::Update { rtype, id, body, if_match: Some(share.version) };
    visit.access.write(interaction).await.map(drop)
}

/// What stopping did, and what it could not undo.
pub async fn stopped(Patient(visit): Patient, Path(id): Path<String>) -> Response {
    visit.answer(show(&visit, &id).await)
}

async fn show(visit: &Visit, id: &str) -> Result<Response, Error> {
    let lang = visit.lang;
    let share = find(visit, id).await?;
    if share.status != "inactive" {
        return Ok(go(paths::PERMISSIONS));
    }
    let updated = visit.access.read("Consent", id).await?.get().updated;
    let directory = visit.access.directory().await?;
    let org = share.organisation_id.as_deref().and_then(|id| directory.by_id(id));
    let (mut received, mut still_sees) = (BTreeSet::new(), Vec::new());
    if let Some(org) = org {
        let filter = TrailFilter { org: Some(org.org), ..TrailFilter::default() };
        for (_, event) in visit.access.trail(None, &filter, MOST).await?.into_inner().events {
            let reads = !["C", "U", "D"].iter().any(|action| event["action"] == *action);
            let seen = look::seen(lang, &event, &visit.session.subject);
            if reads && seen.look.allowed && event["subtype"][0]["code"] != "transaction" {
                received.extend(seen.look.what);
            }
        }
        let holdings = visit.access.summary().await?.into_inner();
        if holdings.iter().any(|holding| holding.source == org.org) {
            still_sees
                .push(lang.t("Wat de organisatie zelf opschreef", "What the organisation wrote itself").to_owned());
        }
        let today = words::today(visit.now).to_string();
        let others = share::all(&visit.access, lang).await?;
        let others = others.iter().filter(|other| {
            other.status == "active"
                && other.allows
                && !other.has_run_out(&today)
                && other.organisation_id == share.organisation_id
        });
        for other in others {
            let still = lang.t("Door een andere keuze van u", "Because of another choice of yours");
            still_sees.push(format!("{still}: {}", other.what(lang).join(", ")));
        }
    }
    html(permission_stopped::page(&permission_stopped::Model {
        frame: visit.frame(Section::Permissions),
        organisation: share.card(lang, None).organisation,
        when: words::moment(lang, updated),
        received: received.into_iter().collect(),
        still_sees,
    }))
}
