//! The first page after signing in: what needs attention, what there is, who looked, what is shared.

use askama::Template;

use super::super::shared::form::Link;
use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

use super::parts::{Look, SourceProblem, Tile};

/// An emergency access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Emergency {
    /// When, as date and time.
    pub when: String,
    /// Who, with name.
    pub person: String,
    /// Their role.
    pub role: String,
    /// Their organisation.
    pub organisation: String,
    /// The reason they gave.
    pub reason: String,
    /// What they opened, in plain words; may be empty.
    pub what: String,
    /// Where the person reads all about it.
    pub href: String,
}

/// Something the person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The question or notice.
    pub text: String,
    /// What to do about it.
    pub link: Link,
}

/// What one organisation may see, in short.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// The organisation; or that it is about everybody.
    pub organisation: String,
    /// Whether it allows; an objection otherwise.
    pub allows: bool,
    /// What, in short.
    pub what: String,
    /// Until when, in words.
    pub until: String,
}

/// The overview.
#[derive(Debug, Clone, Template)]
#[template(path = "patient/overview.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The greeting with the name, such as `Goedemorgen, mevrouw De Boer`.
    pub greeting: String,
    /// Emergency accesses that the person has not dealt with; shown first, in red.
    pub emergencies: Vec<Emergency>,
    /// Open questions.
    pub questions: Vec<Question>,
    /// Sources that could not be asked.
    pub problems: Vec<SourceProblem>,
    /// Categories that hold something, most important first.
    pub categories: Vec<Tile>,
    /// Ready-made documents.
    pub documents: Vec<Link>,
    /// Who looked last, newest first, a handful.
    pub looks: Vec<Look>,
    /// What is shared, at a glance.
    pub shares: Vec<Share>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
