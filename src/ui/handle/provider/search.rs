//! `/zorg/zoeken`: finding a patient by the citizen service number.

use axum::body::Bytes;
use axum::response::Response;
use serde_json::Value;

use spil_fhir_profiles::bsn::SYSTEM as BSN;

use crate::access::{Access, Stored};
use crate::documents::present::present;
use crate::error::Error;

use super::super::super::provider::search::{self, Outcome};
use super::super::super::shared::form::Errors;
use super::super::super::shared::frame::{Lang, Section};
use super::super::visit::{Professional, Visit, html};
use super::super::words;

/// The empty form.
pub async fn form(Professional(visit): Professional) -> Response {
    visit.answer(page(&visit, String::new(), Outcome::NotAsked, Errors::default()))
}

/// Searches.
pub async fn find(Professional(visit): Professional, body: Bytes) -> Response {
    let done = async {
        let typed = visit.form(&body)?.get("bsn").to_owned();
        let Some(bsn) = number(&typed) else {
            return page(&visit, typed, Outcome::NotAsked, wrong(visit.lang));
        };
        // What was opened in an emergency is found again as long as it is open.
        let opened = visit.session.emergencies(visit.now).find(|emergency| emergency.bsn == bsn);
        let patient = match opened.map(|emergency| emergency.patient.clone()) {
            Some(id) => {
                let (access, _) = super::door(&visit, &id);
                Some(access.read("Patient", &id).await?.into_inner())
            }
            None => by_bsn(&visit.access, &bsn).await?,
        };
        let outcome = match patient {
            None => Outcome::Nobody,
            Some(stored) => {
                let body = stored.value()?;
                Outcome::Found {
                    name: name(visit.lang, &body),
                    born: born(visit.lang, &body),
                    href: format!("/zorg/patient/{}", stored.id),
                }
            }
        };
        page(&visit, typed, outcome, Errors::default())
    };
    visit.answer(done.await)
}

fn page(visit: &Visit, bsn: String, outcome: Outcome, errors: Errors) -> Result<Response, Error> {
    html(search::page(&search::Model { frame: visit.frame(Section::Search), bsn, outcome, errors }))
}

/// The number that was typed, without spaces and dots; none when it cannot be a BSN.
pub fn number(typed: &str) -> Option<String> {
    let bsn: String = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '.').collect();
    spil_fhir_profiles::bsn::is_valid(&bsn).then_some(bsn)
}

/// The fault of a number that cannot be a BSN.
pub fn wrong(lang: Lang) -> Errors {
    let text = lang.t(
        "Dit is geen BSN. Kijk het nummer na: het heeft 9 cijfers.",
        "This is not a BSN. Check the number: it has 9 digits.",
    );
    Errors::default().with("bsn", text)
}

/// The `Patient` with a BSN that may be seen: that of the portal before those of organisations.
///
/// # Errors
/// When the search fails.
pub async fn by_bsn(access: &Access, bsn: &str) -> Result<Option<Stored>, Error> {
    let pairs = [("identifier".to_owned(), format!("{BSN}|{bsn}"))];
    let mut found = access.search("Patient", &pairs, false).await?.into_inner().matches;
    found.sort_by(|left, right| (left.source, &left.id).cmp(&(right.source, &right.id)));
    Ok(found.into_iter().next())
}

/// The name of a `Patient`.
pub fn name(lang: Lang, patient: &Value) -> String {
    words::say(lang, &present(patient).title)
}

/// The date of birth of a `Patient`.
pub fn born(lang: Lang, patient: &Value) -> String {
    patient["birthDate"].as_str().map_or_else(String::new, |date| words::recorded(lang, date))
}
