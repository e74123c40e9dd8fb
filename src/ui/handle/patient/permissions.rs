//! `/toestemmingen`: the choices of the person, and how one of them came to be.

use axum::extract::Path;
use axum::response::Response;
use spil_consent::Say;

use crate::error::Error;

use super::super::super::patient::permission_history::{self, Change};
use super::super::super::patient::permissions;
use super::super::super::shared::frame::{Lang, Section};
use super::super::visit::{Patient, Visit, html};
use super::super::words;
use super::data::source;
use super::questions;
use super::share::{self, Share};

/// The person whose choices they are, if somebody else makes them.
pub fn whose(visit: &Visit) -> Option<String> {
    let patient = visit.session.patient()?;
    patient.relation.as_ref().map(|_| patient.display.clone())
}

/// The list.
pub async fn list(Patient(visit): Patient) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let lang = visit.lang;
    let shares = share::all(&visit.access, lang).await?;
    let holdings = visit.access.summary().await?.into_inner();
    let directory = visit.access.directory().await?;
    let whose = whose(visit);
    let today = words::today(visit.now).to_string();
    let card = |share: &Share| share.card(lang, whose.as_deref());
    let (mut proposed, mut waiting, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    let (mut allowed, mut objections, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for one in &shares {
        match one.status.as_str() {
            "proposed" => {
                let mut card = card(one);
                card.recorded_by = proposer(visit, &one.id).await?;
                if one.asks(visit) { &mut proposed } else { &mut waiting }.push(card);
            }
            "active" if one.unreadable => unreadable.push(card(one)),
            "active" if one.has_run_out(&today) => ended.push(card(one)),
            "active" if one.allows => allowed.push(card(one)),
            "active" => objections.push(card(one)),
            "draft" | "entered-in-error" => {}
            _ => ended.push(card(one)),
        }
    }
    let mut sources: Vec<String> =
        directory.all().iter().filter(|org| wrote(&holdings, org.org)).map(|org| org.name.clone()).collect();
    sources.dedup();
    let frame = visit.frame(Section::Permissions);
    html(permissions::page(&permissions::Model {
        frame,
        questions: questions::open(visit).await?,
        decides: visit.say() != Say::Nothing,
        together: visit.say() == Say::Together,
        unreadable,
        proposed,
        waiting,
        allowed,
        objections,
        ended,
        sources,
    }))
}

fn wrote(holdings: &[crate::store::Holding], org: i64) -> bool {
    holdings.iter().any(|holding| holding.source == org)
}

/// Who wrote a proposal down.
async fn proposer(visit: &Visit, id: &str) -> Result<String, Error> {
    let history = visit.access.history("Consent", id).await?.into_inner();
    Ok(history.last().map_or_else(String::new, |first| source(visit.lang, &first.stored)))
}

/// How one choice came to be and changed.
pub async fn history(Patient(visit): Patient, Path(id): Path<String>) -> Response {
    let done = async {
        let lang = visit.lang;
        let directory = visit.access.directory().await?;
        let versions = visit.access.history("Consent", &id).await?.into_inner();
        let (mut changes, mut organisation) = (Vec::new(), String::new());
        for version in versions.iter().filter(|version| version.method != "DELETE") {
            let share = share::read(lang, &version.stored, &directory)?;
            let card = share.card(lang, whose(&visit).as_deref());
            if organisation.is_empty() {
                organisation = card.organisation;
            }
            let text = match heading(lang, &share.status) {
                "" => card.sentence,
                heading => format!("{heading}: {}", card.sentence),
            };
            let when = words::moment(lang, version.stored.updated);
            changes.push(Change { when, by: source(lang, &version.stored), text });
        }
        let frame = visit.frame(Section::Permissions);
        html(permission_history::page(&permission_history::Model { frame, organisation, changes }))
    };
    visit.answer(done.await)
}

fn heading(lang: Lang, status: &str) -> &'static str {
    match status {
        "proposed" => lang.t("Voorgesteld", "Proposed"),
        "inactive" => lang.t("Gestopt", "Stopped"),
        "rejected" => lang.t("Niet gewild", "Not wanted"),
        "entered-in-error" => lang.t("Per ongeluk", "By mistake"),
        _ => "",
    }
}
