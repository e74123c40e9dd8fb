//! An app asks the patient for permission to read.

use askama::Template;

use super::form::Hidden;
use super::frame::{Frame, SignedIn};
use super::paths;

/// The question of an app.
///
/// Posts to `action`: `decision` (`allow` or `refuse`), `csrf` and every field of `hidden`.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/authorize.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Name of the app.
    pub app: String,
    /// Who makes the app; may be empty.
    pub maker: String,
    /// The host that the person returns to.
    pub returns_to: String,
    /// Whose data it is about.
    pub patient: String,
    /// What the app may read, in plain words.
    pub reads: Vec<String>,
    /// What the app may add or change, in plain words; may be empty.
    pub writes: Vec<String>,
    /// Until when, as a date.
    pub until: String,
    /// State to send along.
    pub hidden: Vec<Hidden>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
