//! `/documenten`: the documents that Spil makes of the data, and the letters that were received.

use axum::extract::Path;
use axum::response::Response;

use crate::error::Error;

use super::super::super::patient::documents::{self, Document};
use super::super::super::shared::form::Link;
use super::super::super::shared::frame::{Lang, Section};
use super::super::super::shared::paths;
use super::super::attached;
use super::super::made::{self, Kind, Made, Places};
use super::super::visit::{Patient, Visit, html};
use super::super::words;
use super::data::source;
use super::wishes::can_write;

/// Number of the category of letters and reports.
const LETTERS: u8 = 11;
/// Most letters on the page; the others are with their category.
const MOST: usize = 100;

/// The list.
pub async fn list(Patient(visit): Patient) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let lang = visit.lang;
    let holdings = visit.access.summary().await?.into_inner();
    let letters = visit.access.shelf(LETTERS, None, MOST).await?.into_inner();
    let made = Kind::ALL.iter().map(|kind| {
        let filled = holdings.iter().any(|holding| holding.category == kind.category());
        let mut document = entry(lang, *kind, filled);
        if *kind == Kind::Wishes && visit.session.patient().is_some_and(can_write) {
            paths::WISHES.clone_into(&mut document.fill_href);
        }
        document
    });
    let mut received = Vec::new();
    for stored in &letters.items {
        let told = words::told(lang, stored)?;
        received.push(Document {
            title: told.title,
            explanation: told.summary,
            source: source(lang, stored),
            date: told.date,
            href: format!("{}/documents/{}/{}", paths::DATA, stored.rtype, stored.id),
            ..Document::default()
        });
    }
    html(documents::page(&documents::Model { frame: visit.frame(Section::Data), made: made.collect(), received }))
}

fn entry(lang: Lang, kind: Kind, filled: bool) -> Document {
    Document {
        title: kind.title(lang).to_owned(),
        explanation: kind.explanation(lang).to_owned(),
        href: if filled { format!("{}/{}", paths::DOCUMENTS, kind.slug()) } else { String::new() },
        save_href: if filled { format!("{}/{}/pdf", paths::DOCUMENTS, kind.slug()) } else { String::new() },
        ..Document::default()
    }
}

/// One document, put together now.
pub async fn one(Patient(visit): Patient, Path(slug): Path<String>) -> Response {
    let done = async {
        let document = compose(&visit, &slug).await?;
        let back = Link::new(paths::DOCUMENTS, visit.t("Documenten", "Documents"));
        let save = format!("{}/{slug}/pdf", paths::DOCUMENTS);
        made::page(
            &visit,
            Section::Data,
            document,
            Places { back, save, attached: format!("{}/bijlage", paths::DOCUMENTS) },
        )
    };
    visit.answer(done.await)
}

/// The same as a file to keep.
pub async fn file(Patient(visit): Patient, Path(slug): Path<String>) -> Response {
    let done = async { made::file(&visit, &compose(&visit, &slug).await?) };
    visit.answer(done.await)
}

/// A file inside a record.
pub async fn attached(Patient(visit): Patient, Path((rtype, record)): Path<(String, String)>) -> Response {
    let done = async {
        attached::only(&rtype)?;
        let patient = visit.session.patient().ok_or_else(Error::not_found)?;
        attached::file(&visit, visit.access.read_of(&patient.patient_id, &rtype, &record).await?.get())
    };
    visit.answer(done.await)
}

async fn compose(visit: &Visit, slug: &str) -> Result<Made, Error> {
    let (Some(kind), Some(patient)) = (Kind::by_slug(slug), visit.session.patient()) else {
        return Err(Error::not_found());
    };
    kind.compose(&visit.app, &visit.access, &patient.patient_id).await
}
