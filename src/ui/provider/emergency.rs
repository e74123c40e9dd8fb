//! Opening a record in an emergency.

use askama::Template;

use super::super::shared::form::Errors;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// The form for emergency access.
///
/// Posts to [`paths::CARE_EMERGENCY`]: `csrf`, `bsn`, `reason` (text, required) and `confirm` (`1`, required).
#[derive(Debug, Clone, Template)]
#[template(path = "provider/emergency.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The number typed before.
    pub bsn: String,
    /// The reason typed before.
    pub reason: String,
    /// Whether `confirm` was ticked.
    pub confirmed: bool,
    /// How long the record stays open, in words; empty if for this one time.
    pub hours: String,
    /// What was filled in wrongly: fields `bsn`, `reason` and `confirm`.
    pub errors: Errors,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
