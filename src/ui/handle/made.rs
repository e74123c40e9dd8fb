//! Documents in their wrapper, for patient and professional alike: both read what the door released to them.

use std::collections::BTreeSet;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::access::{Access, Gathered, Stored};
use crate::app::App;
use crate::documents::{self, Document, HANDOFF_TYPES, Input, MEDICATION_TYPES, Proof, Text, WISHES_TYPES, released};
use crate::error::Error;

use super::super::shared::document;
use super::super::shared::form::Link;
use super::super::shared::frame::{Lang, Section};
use super::attached;
use super::visit::{Visit, html};
use super::words;

/// A document that is put together from the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The medication overview.
    Medication,
    /// Wishes and limits.
    Wishes,
    /// The nursing handoff.
    Handoff,
}

impl Kind {
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 3] = [Self::Medication, Self::Wishes, Self::Handoff];

    /// The word in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Medication => "medicijnen",
            Self::Wishes => "wensen",
            Self::Handoff => "overdracht",
        }
    }

    /// The document that a word in an address means.
    pub fn by_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Its name.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Medication => lang.t("Medicijnoverzicht", "Medication overview"),
            Self::Wishes => lang.t("Wensen en grenzen", "Wishes and limits"),
            Self::Handoff => lang.t("Verpleegkundige overdracht", "Nursing handoff"),
        }
    }

    /// What it is for.
    pub fn explanation(self, lang: Lang) -> &'static str {
        match self {
            Self::Medication => lang.t(
                "Welke medicijnen u nu gebruikt. Handig bij een arts of apotheek.",
                "Which medicines you use now. Useful at a doctor or pharmacy.",
            ),
            Self::Wishes => lang.t(
                "Welke behandeling u wel of niet wilt, en wie er voor u mag spreken.",
                "Which treatment you do or do not want, and who may speak for you.",
            ),
            Self::Handoff => lang.t(
                "Welke hulp en verpleging u nodig heeft. Voor als u verhuist of naar huis gaat.",
                "Which help and nursing you need. For when you move or go home.",
            ),
        }
    }

    /// The category that must hold something for the document to be worth reading.
    pub fn category(self) -> u8 {
        match self {
            Self::Medication => 1,
            Self::Wishes => 9,
            Self::Handoff => 10,
        }
    }

    /// Gathers and composes it, for whoever holds the door open.
    ///
    /// # Errors
    /// 404 when the patient is absent or hidden.
    pub async fn compose(self, app: &App, access: &Access, patient_id: &str) -> Result<Made, Error> {
        match self {
            Self::Medication => {
                let found = access.collect(patient_id, &MEDICATION_TYPES, "$medication-overview").await?;
                made(app, access, found.get(), documents::medication_overview)
            }
            Self::Wishes => {
                let found = access.collect(patient_id, &WISHES_TYPES, "$acp").await?;
                made(app, access, found.get(), documents::advance_care)
            }
            Self::Handoff => {
                let found = access.collect(patient_id, &HANDOFF_TYPES, "$eoverdracht").await?;
                let newest = found.get().newest_handoff()?;
                made(app, access, found.get(), |input| documents::nursing_handoff(input, newest.as_ref()))
            }
        }
    }
}

/// A handoff as a sender composed it; with `of`, one about that patient.
///
/// # Errors
/// 404 when it is absent or hidden.
pub async fn composition(app: &App, access: &Access, id: &str, of: Option<&str>) -> Result<Made, Error> {
    let released = access.composition(id, of).await?;
    let (composition, gathered) = released.get();
    let composition = composition.value()?;
    made(app, access, gathered, |input| documents::stored_document(input, &composition))
}

/// A document with the names of those whose data are in it.
pub struct Made {
    document: Document,
    sources: Vec<String>,
}

fn made(
    app: &App,
    access: &Access,
    gathered: &Gathered,
    compose: impl FnOnce(Input) -> Document,
) -> Result<Made, Error> {
    let document = released(access.ctx(), gathered, &app.config.fhir_base(), &app.random.uuid(), compose)?;
    let entries = document.bundle["entry"].as_array().into_iter().flatten();
    let used: BTreeSet<(&str, &str)> = entries
        .filter_map(|entry| Some((entry["resource"]["resourceType"].as_str()?, entry["resource"]["id"].as_str()?)))
        .collect();
    let is_used = |stored: &&Stored| used.contains(&(stored.rtype, stored.id.as_str()));
    let written = gathered.resources.iter().filter(|stored| stored.category < 30 && stored.source > 1).filter(is_used);
    let sources: BTreeSet<String> = written.map(|stored| stored.source_name.clone()).collect();
    Ok(Made { document, sources: sources.into_iter().collect() })
}

/// Where a document and its parts are found.
pub struct Places {
    /// The page to go back to.
    pub back: Link,
    /// The same document as a file.
    pub save: String,
    /// The files inside its records; empty where they are not to be had.
    pub attached: String,
}

/// A document in its wrapper.
///
/// # Errors
/// When the page cannot be made.
pub fn page(visit: &Visit, section: Section, made: Made, places: Places) -> Result<Response, Error> {
    let frame = visit.frame(section);
    let lang = frame.lang;
    let view = &made.document.view;
    let say = |text: &Text| words::say(lang, text);
    let about = view.person.iter().map(|(_, value)| say(value)).filter(|text| !text.is_empty()).collect::<Vec<_>>();
    html(document::page(&document::Model {
        title: say(&view.title),
        about: about.join(" · "),
        made: words::moment(lang, visit.now),
        missing: view.notices.iter().map(say).collect(),
        body: documents::fragment(view, words::document_lang(lang)),
        proof: proof(visit, &made).html(words::document_lang(lang)),
        attached: attached::links(lang, &made.document.bundle, &places.attached),
        sources: made.sources,
        back: places.back,
        save_href: places.save,
        frame,
    }))
}

/// A document as a file to keep. Its name tells nothing of the person.
///
/// # Errors
/// When the file cannot be made.
pub fn file(visit: &Visit, made: &Made) -> Result<Response, Error> {
    let lang = words::document_lang(visit.lang);
    let file = documents::pdf(&made.document, lang, Some(&proof(visit, made))).map_err(Error::internal)?;
    let name = format!("inline; filename=\"{}\"", made.document.kind.file(lang));
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CONTENT_LANGUAGE, lang.code().to_owned()),
    ];
    Ok((headers, file).into_response())
}

fn proof(visit: &Visit, made: &Made) -> Proof {
    documents::proof(&made.document, &visit.app.voucher, &visit.app.config.server.base)
}
