//! Handoffs that other organisations sent.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// How far a handoff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Sent; it waits for an answer.
    #[default]
    Requested,
    /// Accepted; the care is being taken over.
    Accepted,
    /// The care is being given.
    Started,
    /// The care was begun or agreed on, and waits.
    Paused,
    /// Completed.
    Completed,
    /// Rejected.
    Rejected,
    /// Accepted, and then it could not be done.
    Failed,
    /// Taken back by the sender, or ended by both.
    Cancelled,
}

impl Stage {
    /// Whether nothing can be done with it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Failed | Self::Cancelled)
    }
}

/// One handoff.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handoff {
    /// What makes the identifiers of its fields unique on the page: letters and digits.
    pub key: String,
    /// Where its forms go.
    pub action_href: String,
    /// Name and date of birth of the patient.
    pub patient: String,
    /// The page of the patient; empty if it may not be seen.
    pub patient_href: String,
    /// Where the handoff, or the advance notice, is read; empty if it may not be seen.
    pub document_href: String,
    /// Whether it says of nobody by name: the sender first asks who has a place.
    pub is_notice: bool,
    /// Who sent it: organisation and person.
    pub sender: String,
    /// When it was sent.
    pub sent: String,
    /// What is asked.
    pub about: String,
    /// How far it is.
    pub stage: Stage,
    /// Where the answer goes when the sender asks to stop; empty when it does not.
    pub stop_href: String,
    /// The last remark, such as the reason of a rejection; may be empty.
    pub note: String,
}

impl Handoff {
    fn stage_name(&self, frame: &Frame) -> &'static str {
        match self.stage {
            Stage::Requested => frame.t("Wacht op antwoord", "Waits for an answer"),
            Stage::Accepted => frame.t("Aangenomen", "Accepted"),
            Stage::Started => frame.t("Bezig", "In progress"),
            Stage::Paused => frame.t("Wacht even", "On hold"),
            Stage::Completed => frame.t("Afgerond", "Completed"),
            Stage::Rejected => frame.t("Geweigerd", "Rejected"),
            Stage::Failed => frame.t("Ging niet door", "Did not take place"),
            Stage::Cancelled => frame.t("Ingetrokken", "Cancelled"),
        }
    }

    fn stage_class(&self) -> &'static str {
        match self.stage {
            Stage::Requested | Stage::Paused => "wait",
            Stage::Accepted | Stage::Started | Stage::Completed => "good",
            Stage::Rejected | Stage::Failed | Stage::Cancelled => "bad",
        }
    }
}

/// The inbox.
///
/// Each handoff posts `csrf` and `action` (`accept`, `reject`, `start`, `complete`, `pause` or `fail`) to its own address; `reject`,
/// `pause` and `fail` also send `reason`.
/// Where the sender asks to stop, `stop` or `go-on` is posted to the address of that question.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/inbox.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Handoffs that wait for an answer, or that are under way.
    pub open: Vec<Handoff>,
    /// Handoffs that are over.
    pub closed: Vec<Handoff>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
