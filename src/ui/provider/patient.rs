//! What a professional may see of one patient.

use askama::Template;

use super::super::shared::form::Link;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;
use super::limits::List;

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its name.
    pub title: String,
    /// What is in it or where it comes from.
    pub note: String,
    /// Where it is read.
    pub href: String,
}

/// One kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The items, newest first.
    pub items: Vec<Item>,
    /// Where all of it is, if there is more.
    pub all: Option<Link>,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What it is.
    pub title: String,
    /// The value or the state; may be empty.
    pub summary: String,
    /// Its date.
    pub date: String,
    /// The organisation that wrote it.
    pub source: String,
}

/// The page of a patient. It shows only what the professional may see.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/patient.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Name of the patient.
    pub name: String,
    /// Date of birth with age.
    pub born: String,
    /// The citizen service number, as far as it may be shown.
    pub bsn: String,
    /// Until when the record is open because of an emergency.
    pub emergency_until: Option<String>,
    /// The page with the limits of treatment.
    pub limits_href: String,
    /// The limits of treatment themselves, in an emergency.
    pub list: List,
    /// Where the patient is handed over to others; empty where that is not possible.
    pub hand_over_href: String,
    /// Where wishes and limits are written down.
    pub wishes_href: String,
    /// Documents that can be read.
    pub documents: Vec<Document>,
    /// The kinds of data, with their newest items.
    pub categories: Vec<Group>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
