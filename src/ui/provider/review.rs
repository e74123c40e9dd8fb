//! The emergencies of an organisation, for its privacy officer.

use askama::Template;

use super::super::shared::form::Errors;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One emergency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// Id of the work item, also in the ids of the fields.
    pub id: String,
    /// When the record was opened.
    pub when: String,
    /// Who opened it, with the role.
    pub who: String,
    /// Number of the patient.
    pub patient: String,
    /// The reason that was given.
    pub reason: String,
    /// What was found, in words; empty while it is open.
    pub finding: String,
    /// What was written with it; may be empty.
    pub note: String,
}

/// The list.
///
/// Each open one posts to [`paths::CARE_REVIEWS`]: `csrf`, `id`, `finding` (`justified` or `not-justified`) and `note`, which is
/// needed with the second.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/review.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// What is to be done, oldest first.
    pub open: Vec<Review>,
    /// What was done, newest first.
    pub closed: Vec<Review>,
    /// What was filled in wrongly: fields `finding-ID` and `note-ID`.
    pub errors: Errors,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
