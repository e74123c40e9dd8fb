//! What stopping a permission did, and what it could not undo.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// The page after a permission was stopped.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/permission_stopped.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The organisation that may no longer look.
    pub organisation: String,
    /// Since when, as date and time.
    pub when: String,
    /// What the organisation has already received, in plain words; empty if it never looked.
    pub received: Vec<String>,
    /// What it still sees and why, such as what it wrote itself.
    pub still_sees: Vec<String>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
