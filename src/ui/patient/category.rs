//! One kind of data.

use askama::Template;

use super::super::shared::form::Fact;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

use super::parts::SourceProblem;

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What it is, in plain words.
    pub title: String,
    /// The value or the state, such as `128/82 mmHg`; may be empty.
    pub summary: String,
    /// Its date.
    pub date: String,
    /// The organisation that wrote it.
    pub source: String,
    /// More about it, behind a button.
    pub details: Vec<Fact>,
    /// Its own page.
    pub href: String,
    /// The item as the source sent it; may be empty.
    pub original_href: String,
    /// Whether it is no longer current.
    pub ended: bool,
}

/// The page of one category.
///
/// No items and no problems means that there are no data; problems mean that something may be missing.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/category.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Name of the category.
    pub name: String,
    /// What is in it, in one line.
    pub explanation: String,
    /// The items, newest first.
    pub items: Vec<Item>,
    /// Sources that could not be asked.
    pub problems: Vec<SourceProblem>,
    /// Address of newer items.
    pub previous_href: Option<String>,
    /// Address of older items.
    pub next_href: Option<String>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
