//! Who acts for the person, and for whom the person acts.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// Somebody who acts for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Representative {
    /// The value of the field `id` or `person`.
    pub id: String,
    /// Name of the other person.
    pub name: String,
    /// How they belong together, such as `echtgenoot`.
    pub relation: String,
    /// What they may do, in plain words.
    pub rights: Vec<String>,
    /// Until when, in words.
    pub until: String,
    /// Whether the person acts for them now.
    pub current: bool,
    /// Whether the person can end it here.
    pub can_stop: bool,
    /// Whether it is a parent who waits for the child to agree.
    pub waits: bool,
}

/// The page of representatives.
///
/// Posts `person` to [`paths::REPRESENTATIVE_SWITCH`] (empty: for yourself again) and `id` to
/// [`paths::REPRESENTATIVE_STOP`] or [`paths::REPRESENTATIVE_AGREE`].
#[derive(Debug, Clone, Template)]
#[template(path = "patient/representatives.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Who acts for the person.
    pub for_me: Vec<Representative>,
    /// For whom the person may act.
    pub for_others: Vec<Representative>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
