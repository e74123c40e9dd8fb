//! One item with everything that is known about it and how it changed.

use askama::Template;

use super::super::shared::form::{Fact, Link};
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One version of the item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// When it was written.
    pub when: String,
    /// Who wrote it.
    pub by: String,
    /// What happened, in plain words.
    pub change: String,
    /// Its address; empty if it cannot be shown.
    pub href: String,
    /// Whether this is the version on the page.
    pub shown: bool,
}

/// The page of one item.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/item.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// What it is, in plain words.
    pub title: String,
    /// The value or the state; may be empty.
    pub summary: String,
    /// The category it belongs to.
    pub category: Link,
    /// Its date.
    pub date: String,
    /// The organisation that wrote it.
    pub source: String,
    /// The person who wrote it; may be empty.
    pub writer: String,
    /// All details.
    pub details: Vec<Fact>,
    /// When this is not the newest version: the address of the newest.
    pub old_version: Option<String>,
    /// Its history, newest first.
    pub versions: Vec<Version>,
    /// Organisations that may see it now, apart from the source.
    pub visible_to: Vec<String>,
    /// The item as the source sent it; may be empty.
    pub original_href: String,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
