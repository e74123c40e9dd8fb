//! The pages for what went wrong, in plain words.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::error::Error;

use super::super::shared::error as error_page;
use super::super::shared::form::Link;
use super::super::shared::frame::Frame;
use super::super::shared::paths;
use super::language;
use super::visit::{around_nobody, html_with};

/// Title, text and advice, each in Dutch and in English.
type Words = [(&'static str, &'static str); 3];

const AGAIN: (&str, &str) = ("Ga terug en probeer het opnieuw.", "Go back and try again.");

const FORM: Words = [
    ("Dit formulier is verlopen", "This form is out of date"),
    (
        "Er is niets veranderd. Dit gebeurt als u tussendoor opnieuw inlogt.",
        "Nothing was changed. This happens when you signed in again meanwhile.",
    ),
    ("Open de pagina opnieuw en vul het formulier nog eens in.", "Open the page again and fill in the form once more."),
];
const FORBIDDEN: Words = [
    ("Dit mag niet", "This is not allowed"),
    ("U mag dit niet doen. Er is niets veranderd.", "You may not do this. Nothing was changed."),
    AGAIN,
];
const ABSENT: Words = [
    ("Niet gevonden", "Not found"),
    ("Deze pagina bestaat niet, of u mag haar niet zien.", "This page does not exist, or you may not see it."),
    ("Kijk of het adres klopt, of begin opnieuw.", "Check the address, or start again."),
];
const MOVED: Words = [
    ("Er is net iets veranderd", "Something has just changed"),
    (
        "Iemand paste dit tegelijk met u aan. Wat u deed, is niet bewaard.",
        "Somebody changed this at the same time as you. What you did was not kept.",
    ),
    AGAIN,
];
const UNREADABLE: Words = [
    ("Dit lukt zo niet", "This does not work"),
    (
        "Er klopt iets niet in wat u invulde. Er is niets veranderd.",
        "Something is wrong in what you filled in. Nothing was changed.",
    ),
    AGAIN,
];
const FILE: Words = [
    ("Dit bestand kan niet worden getoond", "This file cannot be shown"),
    (
        "Het is te groot, van een soort die we niet tonen, of niet wat er in het dossier over staat.",
        "It is too large, of a kind that we do not show, or not what the record says that it is.",
    ),
    ("Vraag het na bij wie het schreef.", "Ask whoever wrote it."),
];
const OURS: Words = [
    ("Er ging iets mis", "Something went wrong"),
    (
        "Dat ligt aan ons. De gegevens zijn niet opgehaald. Dat betekent niet dat er geen gegevens zijn.",
        "This is our fault. The data were not fetched. That does not mean that there are none.",
    ),
    ("Probeer het over een paar minuten opnieuw.", "Try again in a few minutes."),
];

/// The page for an address that does not exist.
pub async fn no_page(headers: HeaderMap) -> Response {
    failure(around_nobody(language::of(&headers), paths::HOME), &Error::not_found(), "")
}

/// The page that says what went wrong; a failure of ours is logged here.
pub fn failure(frame: Frame, error: &Error, request_id: &str) -> Response {
    if error.status >= 500 {
        tracing::error!(error = error as &dyn std::error::Error, request_id, "a page failed");
    }
    let [title, text, advice] = words(error).map(|(dutch, english)| frame.t(dutch, english).to_owned());
    let home = if frame.professional() { paths::CARE } else { paths::HOME };
    let links = vec![Link::new(home, frame.t("Naar het begin", "To the start"))];
    let reference = if error.status >= 500 { request_id.to_owned() } else { String::new() };
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let advice = vec![advice];
    let model = error_page::Model { frame, status: error.status, title, text, advice, links, reference };
    html_with(status, error_page::page(&model))
}

fn words(error: &Error) -> Words {
    let is_form = error.faults.iter().any(|fault| fault.code == "security");
    match error.status {
        403 if is_form => FORM,
        403 => FORBIDDEN,
        404 | 410 => ABSENT,
        409 | 412 => MOVED,
        415 => FILE,
        400..=499 => UNREADABLE,
        _ => OURS,
    }
}
