//! Finding a patient by the citizen service number.

use askama::Template;

use super::super::shared::form::Errors;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nothing was searched yet.
    #[default]
    NotAsked,
    /// Nobody, or nobody whose data the professional may see; the page says the same for both.
    Nobody,
    /// A patient.
    Found {
        /// Name.
        name: String,
        /// Date of birth.
        born: String,
        /// Address of the page of the patient.
        href: String,
    },
}

/// The search.
///
/// Posts `bsn` and `csrf` to [`paths::CARE_SEARCH`].
#[derive(Debug, Clone, Template)]
#[template(path = "provider/search.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The number typed before.
    pub bsn: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was filled in wrongly: field `bsn`.
    pub errors: Errors,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
