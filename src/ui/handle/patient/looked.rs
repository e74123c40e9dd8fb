//! `/gekeken`: who looked, with filters and pages.

use axum::response::Response;
use jiff::civil::Date;
use spil_fhir_profiles::time::parse_range;

use crate::access::{Access, Directory};
use crate::error::Error;
use crate::store::TrailFilter;

use super::super::super::patient::looked;
use super::super::super::shared::form::{Choice, Errors};
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::form::Fields;
use super::super::look::{self, Seen};
use super::super::pages::Pages;
use super::super::visit::{Patient, Visit, html};

/// Accesses on a page.
const PAGE: usize = 25;
/// Records that are read at a time.
const BATCH: i64 = 200;
/// Most batches that one page looks through.
const BATCHES: usize = 50;
/// Value of the filter that shows one's own looks as well.
const WITH_OWN: &str = "ook-ik";

/// What is asked for.
pub struct Asked {
    /// For the log.
    pub filter: TrailFilter,
    /// Whether one's own looks are shown.
    pub own: bool,
    /// What was filled in wrongly.
    pub errors: Errors,
}

/// Reads the filter of the form.
pub fn asked(lang: Lang, query: &Fields, directory: &Directory) -> Asked {
    let mut errors = Errors::default();
    let mut day = |name: &str| {
        let text = query.get(name);
        if text.is_empty() {
            return None;
        }
        let range = text.parse::<Date>().ok().and_then(|_| parse_range(text));
        if range.is_none() {
            let wrong = lang.t("Vul een datum in, bijvoorbeeld 31-12-2026.", "Fill in a date, such as 31-12-2026.");
            errors = std::mem::take(&mut errors).with(name, wrong);
        }
        range
    };
    let (from, to) = (day("from"), day("to"));
    let organisation = query.get("organisation");
    let org = directory.by_id(organisation).map(|org| org.org);
    let filter = TrailFilter {
        from: from.map(|(low, _)| low),
        to: to.map(|(_, high)| high),
        org,
        refused: query.get("refused") == "1",
        emergency: query.get("emergency") == "1",
        before: None,
    };
    Asked { filter, own: organisation == WITH_OWN, errors }
}

/// Up to `most` accesses, and where the next page begins.
///
/// # Errors
/// When the log cannot be read.
pub async fn looks(
    access: &Access,
    lang: Lang,
    reader: &str,
    asked: &Asked,
    most: usize,
) -> Result<(Vec<Seen>, Option<i64>), Error> {
    let mut filter = asked.filter.clone();
    let mut found = Vec::new();
    for _ in 0..BATCHES {
        let records = access.trail(None, &filter, BATCH).await?.into_inner().events;
        let is_last = i64::try_from(records.len()).unwrap_or(i64::MAX) < BATCH;
        for (seq, event) in records {
            if found.len() >= most {
                return Ok((found, filter.before));
            }
            let seen = look::seen(lang, &event, reader);
            if asked.own || !seen.own {
                found.push(seen);
            }
            filter.before = Some(seq);
        }
        if is_last {
            return Ok((found, None));
        }
    }
    Ok((found, filter.before))
}

/// The page.
pub async fn get(Patient(visit): Patient) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let (lang, query) = (visit.lang, &visit.query);
    let directory = visit.access.directory().await?;
    let mut asked = asked(lang, query, &directory);
    let pages = Pages::read(query);
    asked.filter.before = pages.start().and_then(|start| start.parse().ok());
    let (seen, next) = looks(&visit.access, lang, &visit.session.subject, &asked, PAGE).await?;
    let parameters = parameters(query);
    let address = format!("{}{parameters}", paths::LOOKED);
    let place = match (pages.number(), next) {
        (1, None) => String::new(),
        (number, _) => format!("{} {number}", lang.t("Pagina", "Page")),
    };
    html(looked::page(&looked::Model {
        frame: visit.frame(Section::Looked),
        total: total(lang, seen.len(), pages.number() == 1 && next.is_none()),
        looks: seen.into_iter().map(|seen| seen.look).collect(),
        from: query.get("from").to_owned(),
        to: query.get("to").to_owned(),
        organisations: organisations(lang, query, &directory),
        refused: asked.filter.refused,
        emergency: asked.filter.emergency,
        errors: asked.errors,
        previous_href: pages.previous(&address),
        next_href: next.map(|seq| pages.next(&address, &seq.to_string())),
        place,
        csv_href: format!("/gekeken/lijst.csv{parameters}"),
    }))
}

fn total(lang: Lang, count: usize, is_all: bool) -> String {
    match (count, is_all, lang) {
        (1, true, Lang::Nl) => "1 keer gekeken".to_owned(),
        (1, true, Lang::En) => "Looked once".to_owned(),
        (_, true, Lang::Nl) => format!("{count} keer gekeken"),
        (_, true, Lang::En) => format!("Looked {count} times"),
        (_, false, _) => lang.t("De laatste keren", "The last times").to_owned(),
    }
}

/// The filter as the query of an address, with `?` when there is one.
fn parameters(query: &Fields) -> String {
    let names = ["from", "to", "organisation", "refused", "emergency"];
    let pairs = names.iter().map(|name| (*name, query.get(name))).filter(|(_, value)| !value.is_empty());
    let text: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", urlencoding::encode(value))).collect();
    if text.is_empty() { String::new() } else { format!("?{}", text.join("&")) }
}

fn organisations(lang: Lang, query: &Fields, directory: &Directory) -> Vec<Choice> {
    let chosen = query.get("organisation");
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: String::new(),
        checked: value == chosen,
    };
    let own = choice(WITH_OWN, lang.t("Iedereen, ook uzelf", "Everybody, also yourself"));
    std::iter::once(own).chain(directory.all().iter().map(|org| choice(&org.id, &org.name))).collect()
}
