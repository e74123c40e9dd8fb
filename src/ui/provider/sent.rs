//! Handoffs that the organisation itself sent.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// How a sender can end a handoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// Not at all: it is over.
    #[default]
    No,
    /// It can be cancelled.
    Cancel,
    /// The care has started: it can be asked to stop.
    Ask,
    /// That was asked and waits for an answer.
    Asked,
}

/// What one organisation answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Where its forms go.
    pub action_href: String,
    /// The organisation.
    pub organisation: String,
    /// How far it is, in words.
    pub state: String,
    /// The class of the badge.
    pub class: &'static str,
    /// The reason that it gave; may be empty.
    pub note: String,
    /// Whether it can be chosen now.
    pub choose: bool,
    /// Whether it was chosen and waits for the permission of the patient.
    pub waits: bool,
    /// How the sender can end it.
    pub ending: Ending,
}

/// One handoff with its candidates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// Name and date of birth of the patient, or that it is without a name.
    pub patient: String,
    /// Where the handoff is read; empty if there is none.
    pub document_href: String,
    /// When it was sent.
    pub when: String,
    /// Those who were asked.
    pub answers: Vec<Answer>,
}

/// The list.
///
/// Each answer posts `csrf` and `action` (`choose`, `ask`, `cancel` or `stop`) to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/sent.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// What was sent, the newest first.
    pub sent: Vec<Sent>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
