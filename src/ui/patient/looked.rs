//! Who looked at the data: every access, allowed or refused, newest first.

use askama::Template;

use super::super::shared::form::{Choice, Errors};
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

use super::parts::Look;

/// The page of who looked.
///
/// Its filter is a GET form to [`paths::LOOKED`]: `from` and `to` (dates as `2026-12-31`), `organisation` (a value of
/// `organisations`, empty for all), `refused` and `emergency` (`1` when ticked).
#[derive(Debug, Clone, Template)]
#[template(path = "patient/looked.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The accesses on this page.
    pub looks: Vec<Look>,
    /// How many there are with this filter, in words.
    pub total: String,
    /// Filter: first day; may be empty.
    pub from: String,
    /// Filter: last day; may be empty.
    pub to: String,
    /// Filter: the organisations that ever looked.
    pub organisations: Vec<Choice>,
    /// Filter: only what was refused.
    pub refused: bool,
    /// Filter: only emergencies.
    pub emergency: bool,
    /// What was filled in wrongly: fields `from` and `to`.
    pub errors: Errors,
    /// Address of the newer page.
    pub previous_href: Option<String>,
    /// Address of the older page.
    pub next_href: Option<String>,
    /// Which page this is, such as `Pagina 2 van 7`; may be empty.
    pub place: String,
    /// Address of the same list as a spreadsheet.
    pub csv_href: String,
}

impl Model {
    fn filtered(&self) -> bool {
        let organisation = self.organisations.iter().any(|choice| choice.checked && !choice.value.is_empty());
        organisation || self.refused || self.emergency || !self.from.is_empty() || !self.to.is_empty()
    }
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
