//! All kinds of data of the patient.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

use super::parts::{SourceProblem, Tile};

/// The list of categories.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/categories.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// All categories, also those that are empty.
    pub categories: Vec<Tile>,
    /// Sources that could not be asked.
    pub problems: Vec<SourceProblem>,
    /// Organisations that do not share data yet.
    pub missing: Vec<String>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
