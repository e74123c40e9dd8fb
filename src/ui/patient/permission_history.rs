//! How one choice came to be and changed.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// When, as date and time.
    pub when: String,
    /// Who did it.
    pub by: String,
    /// What the choice was from then on.
    pub text: String,
}

/// The history of one choice.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/permission_history.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The organisation, or that it is about everybody.
    pub organisation: String,
    /// What happened, newest first.
    pub changes: Vec<Change>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
