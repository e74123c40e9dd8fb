//! Whether a document on paper was made by this server.

use askama::Template;

use super::frame::{Frame, SignedIn};
use super::paths;

/// Something to compare with the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub label: String,
    /// What the paper must say.
    pub value: String,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/control.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// What the paper must say; nothing when this server did not make the document.
    pub facts: Vec<Fact>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
