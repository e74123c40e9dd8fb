//! Asking a patient for permission.

use askama::Template;

use super::super::shared::form::{Choice, Errors};
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// The form in which a professional asks.
///
/// Posts to [`paths::CARE_ASK`]: `csrf`, `bsn`, `category` (one or more), `why` (text, required) and `until` (a day, may be
/// empty).
#[derive(Debug, Clone, Template)]
#[template(path = "provider/ask.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Whether the question was sent.
    pub sent: bool,
    /// The number typed before.
    pub bsn: String,
    /// The kinds of data.
    pub categories: Vec<Choice>,
    /// The reason typed before.
    pub why: String,
    /// The last day chosen before.
    pub until: String,
    /// Today, as `2026-12-31`.
    pub today: String,
    /// What was filled in wrongly: fields `bsn`, `category`, `why` and `until`.
    pub errors: Errors,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
