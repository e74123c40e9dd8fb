//! A short answer after something was done.

use askama::Template;

use super::form::Link;
use super::frame::{Frame, SignedIn};
use super::paths;

/// A message.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/message.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Whether it says that something succeeded; plain information otherwise.
    pub done: bool,
    /// What happened.
    pub title: String,
    /// What it means, a paragraph each.
    pub paragraphs: Vec<String>,
    /// Where to go next; the first one is the main one.
    pub links: Vec<Link>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
