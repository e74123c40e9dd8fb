//! Handing a patient over: the sections filled from the record, to be edited, and whom to ask.

use askama::Template;

use super::super::shared::form::{Choice, Errors};
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// A section to edit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// Its code; names its fields.
    pub code: String,
    /// Its title.
    pub title: String,
    /// What is told, in lines.
    pub text: String,
    /// Lines of the field.
    pub rows: usize,
    /// How many things of the record belong to it.
    pub count: usize,
    /// Whether these go along.
    pub along: bool,
}

/// Sections under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// Those that hold something.
    pub filled: Vec<Part>,
    /// Those that hold nothing yet.
    pub empty: Vec<Part>,
}

/// The form.
///
/// Posts to its own address: `csrf`, `transfer` (a day), `notice` (text without a name), `to` (one or more `Organization` ids), and for
/// each section `text-CODE` and `along-CODE`.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/hand_over.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action_href: String,
    /// The page of the patient.
    pub patient_href: String,
    /// Name of the patient.
    pub patient: String,
    /// The day of transfer, as `2026-12-31`.
    pub transfer: String,
    /// Today.
    pub today: String,
    /// What the candidates read before they accept.
    pub notice: String,
    /// The organisations that can be asked.
    pub candidates: Vec<Choice>,
    /// The sections.
    pub groups: Vec<Group>,
    /// What was filled in wrongly: fields `transfer`, `notice`, `to`.
    pub errors: Errors,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
