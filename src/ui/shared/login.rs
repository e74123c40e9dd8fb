//! The login form of the built-in identity provider, which stands for `DigiD` in a demonstration.

use askama::Template;

use super::form::Hidden;
use super::frame::{Frame, SignedIn};
use super::paths;

/// The login form.
///
/// Posts to `action`: `username`, `password`, `csrf` and every field of `hidden`.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/login.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Whether a professional signs in; a patient otherwise.
    pub professional: bool,
    /// Whether the last attempt failed; the page does not say which of the two was wrong.
    pub failed: bool,
    /// The name typed before.
    pub username: String,
    /// State to send along.
    pub hidden: Vec<Hidden>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
