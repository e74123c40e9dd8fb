//! The start page of the workspace for who is not signed in.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// The start page.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/landing.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Whether this is a demonstration with people who do not exist.
    pub demo: bool,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
