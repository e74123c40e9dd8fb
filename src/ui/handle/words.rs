//! Moments, kinds of data and items in the words of the pages.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::access::Stored;
use crate::documents::present::{Presented, present};
use crate::documents::{self, Text};
use crate::error::Error;

use super::super::shared::category::Category;
use super::super::shared::date;
use super::super::shared::form::Fact;
use super::super::shared::frame::Lang;

static AMSTERDAM: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC));

/// Labels of the detail that says most.
const TELLING: [&str; 4] = ["", "Gebruik", "Afspraak", "Reactie"];

/// States in which an item is no longer current.
const ENDED: [&str; 11] = [
    "inactive",
    "resolved",
    "remission",
    "stopped",
    "discontinued",
    "cancelled",
    "revoked",
    "entered-in-error",
    "rejected",
    "superseded",
    "abandoned",
];

/// A moment on the Dutch clock.
pub fn local(ms: i64) -> DateTime {
    AMSTERDAM.to_datetime(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The day in the Netherlands.
pub fn today(ms: i64) -> Date {
    local(ms).date()
}

/// A moment in words.
pub fn moment(lang: Lang, ms: i64) -> String {
    date::moment(lang, local(ms))
}

/// The day of a moment in words.
pub fn day(lang: Lang, ms: i64) -> String {
    date::day(lang, local(ms).date())
}

/// A date of FHIR in words, without the time of day.
pub fn recorded_day(lang: Lang, text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(instant) => day(lang, instant.as_millisecond()),
        Err(_) => date::recorded(lang, text, &AMSTERDAM),
    }
}

/// A date of FHIR in words.
pub fn recorded(lang: Lang, text: &str) -> String {
    date::recorded(lang, text, &AMSTERDAM)
}

/// The language of documents.
pub fn document_lang(lang: Lang) -> documents::Lang {
    match lang {
        Lang::Nl => documents::Lang::Nl,
        Lang::En => documents::Lang::En,
    }
}

/// The text in a language.
pub fn say(lang: Lang, text: &Text) -> String {
    text.get(document_lang(lang)).to_owned()
}

/// The code of a category in storage.
pub fn code(number: u8) -> &'static str {
    spil_consent::Category::from_number(number).map_or("", spil_consent::Category::code)
}

/// The number of a category that has a page.
pub fn number(code: &str) -> Option<u8> {
    spil_consent::Category::from_code(code).map(spil_consent::Category::number).filter(|found| (1..=14).contains(found))
}

/// The name of a category by its number.
pub fn name(lang: Lang, number: u8) -> String {
    match (number, Category::by_code(code(number))) {
        (_, Some(category)) => category.name(lang).to_owned(),
        (0, None) => lang.t("Wie het is", "Who it is").to_owned(),
        (31, None) => lang.t("Keuzes over delen", "Choices about sharing").to_owned(),
        _ => lang.t("Algemene gegevens", "General data").to_owned(),
    }
}

/// An item as the pages show it.
pub struct Told {
    /// What it is.
    pub title: String,
    /// The value or the state.
    pub summary: String,
    /// Its day.
    pub date: String,
    /// Everything else.
    pub details: Vec<Fact>,
    /// Whether it is no longer current.
    pub ended: bool,
}

/// How a stored item reads.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn told(lang: Lang, stored: &Stored) -> Result<Told, Error> {
    let value = stored.value()?;
    let shown = present(&value);
    let at = shown.details.iter().position(|detail| TELLING.contains(&detail.label.nl.as_str()));
    let summary = at.map_or_else(String::new, |at| say(lang, &shown.details[at].value));
    let details = details(lang, &shown, at);
    let date = match &shown.date {
        Some(text) => recorded_day(lang, text),
        None => day(lang, stored.updated),
    };
    Ok(Told { title: say(lang, &shown.title), summary, date, details, ended: is_ended(&value) })
}

fn details(lang: Lang, shown: &Presented, without: Option<usize>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(status) = &shown.status {
        facts.push(Fact::new(lang.t("Stand van zaken", "Status"), &say(lang, status)));
    }
    for (at, detail) in shown.details.iter().enumerate() {
        if Some(at) == without {
            continue;
        }
        let label = say(lang, &detail.label);
        let label = if label.is_empty() { lang.t("Ook", "Also").to_owned() } else { label };
        facts.push(Fact::new(&label, &say(lang, &detail.value)));
    }
    facts
}

fn is_ended(value: &Value) -> bool {
    let codings = value["clinicalStatus"]["coding"].as_array();
    let clinical = codings.into_iter().flatten().filter_map(|coding| coding["code"].as_str());
    let mut states = clinical.chain(value["status"].as_str());
    states.any(|state| ENDED.contains(&state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_on_the_dutch_clock() {
        assert_eq!(moment(Lang::Nl, 1_751_328_000_000), "1 juli 2025 om 2:00");
        assert_eq!(recorded_day(Lang::Nl, "2025-06-30T23:30:00Z"), "1 juli 2025");
        assert_eq!(recorded_day(Lang::En, "2025-06"), "June 2025");
    }
}
