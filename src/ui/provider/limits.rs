//! What is agreed about treatment, to be read at one glance on a small screen.

use askama::Template;

use super::super::shared::form::Link;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One treatment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it is about.
    pub treatment: String,
    /// The answer in one word.
    pub word: String,
    /// The sign that goes with the word.
    pub sign: &'static str,
    /// The class with the shape of the answer.
    pub class: &'static str,
    /// What was said with it, a line each.
    pub explained: Vec<String>,
    /// When it was agreed and with whom; empty when the note below the rows says so.
    pub agreed: String,
}

/// What is agreed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// The treatments, the most urgent first.
    pub rows: Vec<Row>,
    /// When most of it was agreed and with whom; may be empty.
    pub agreed: String,
    /// Whether nothing was found for some.
    pub unknown: bool,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// What this person is to the patient.
    pub role: String,
    /// Telephone numbers: the address that calls, which may be empty, and the number as it was written.
    pub phones: Vec<Link>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/limits.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Name of the patient.
    pub name: String,
    /// Date of birth with age.
    pub born: String,
    /// The page of the patient.
    pub patient_href: String,
    /// The whole document with wishes and limits.
    pub document_href: String,
    /// What is agreed.
    pub list: List,
    /// Whether the patient decides alone; may be empty.
    pub capable: String,
    /// Who speaks for the patient, or is called first.
    pub contacts: Vec<Contact>,
    /// When it was put together.
    pub made: String,
    /// Until when the record is open because of an emergency.
    pub emergency_until: Option<String>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
