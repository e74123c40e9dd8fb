//! Who may see what: the choices of the person, one card for each.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The value of the field `id`.
    pub id: String,
    /// The organisation, or that it is about everybody.
    pub organisation: String,
    /// What kind of organisation; may be empty.
    pub kind: String,
    /// What the choice does, see [`super::sentence`].
    pub sentence: String,
    /// What follows from it.
    pub consequence: String,
    /// The kinds of data.
    pub what: Vec<String>,
    /// The kinds that stay closed; may be empty.
    pub not: Vec<String>,
    /// Since when.
    pub since: String,
    /// Until when, in words.
    pub until: String,
    /// Who wrote it down, if not the person; may be empty.
    pub recorded_by: String,
    /// The history of this choice.
    pub history_href: String,
}

/// A question of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The value of the field `id`.
    pub id: String,
    /// Who asks.
    pub organisation: String,
    /// What kind of organisation; may be empty.
    pub kind: String,
    /// The kinds of data that are asked.
    pub what: Vec<String>,
    /// Why, in the words of who asks.
    pub why: String,
    /// Until when it is asked, in words.
    pub until: String,
    /// The form filled in with what is asked.
    pub adapt_href: String,
}

/// The list of choices.
///
/// The cards post `id`: to [`paths::PERMISSION_CHANGE`], to [`paths::PERMISSION_STOP`], and with `answer` (`yes` or `no`) to
/// [`paths::PERMISSION_ANSWER`]. Questions post the same two to [`paths::QUESTION_ANSWER`].
#[derive(Debug, Clone, Template)]
#[template(path = "patient/permissions.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Whether the person decides at all: a child under twelve does not.
    pub decides: bool,
    /// Whether a child and a parent decide together.
    pub together: bool,
    /// Questions of organisations; silence is no.
    pub questions: Vec<Question>,
    /// Choices in force that cannot be read: they close everything.
    pub unreadable: Vec<Card>,
    /// Choices that somebody else wrote down; they do nothing until the person answers.
    pub proposed: Vec<Card>,
    /// Choices that wait for the answer of the child or the parent.
    pub waiting: Vec<Card>,
    /// What is allowed now.
    pub allowed: Vec<Card>,
    /// What is closed, also in an emergency.
    pub objections: Vec<Card>,
    /// What was stopped or ran out.
    pub ended: Vec<Card>,
    /// Organisations that wrote data; they always see what they wrote themselves.
    pub sources: Vec<String>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
