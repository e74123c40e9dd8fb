//! The last look at a choice before it takes effect.

use askama::Template;

use super::super::shared::form::Hidden;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// The check of a choice.
///
/// Posts to [`paths::PERMISSION_CONFIRM`]: `csrf`, `step` (`confirm`, or `change` to go back to the form) and every field of
/// `hidden`.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/permission_confirm.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Whether it allows; an objection otherwise.
    pub allows: bool,
    /// What the choice does, see [`super::sentence`].
    pub sentence: String,
    /// What follows from it.
    pub consequence: String,
    /// The kinds of data it is about.
    pub what: Vec<String>,
    /// The kinds that stay closed; may be empty.
    pub not: Vec<String>,
    /// What the person should know, such as another choice that goes before this one.
    pub warnings: Vec<String>,
    /// The fields of the form.
    pub hidden: Vec<Hidden>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
