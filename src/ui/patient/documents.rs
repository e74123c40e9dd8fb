//! The documents that Spil puts together, and those that were received.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its name.
    pub title: String,
    /// What it is for, in plain words.
    pub explanation: String,
    /// Who made it; may be empty.
    pub source: String,
    /// Its date; may be empty.
    pub date: String,
    /// Where it is read; empty if there is nothing to put in it.
    pub href: String,
    /// Where it is had as a file to keep; may be empty.
    pub save_href: String,
    /// Where it is filled in; may be empty.
    pub fill_href: String,
}

/// The page of documents.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/documents.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Documents put together from the data: medication overview, handoff, wishes.
    pub made: Vec<Document>,
    /// Letters and reports that were received, newest first.
    pub received: Vec<Document>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
