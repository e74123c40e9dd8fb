//! What could not be told to the systems of the organisation.

use askama::Template;

use super::super::shared::frame::{Frame, SignedIn};
use super::super::shared::paths;

/// A system that could not be told everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct System {
    /// The name of the machine; nothing else of its address.
    pub host: String,
    /// How many messages wait or stay, in words.
    pub messages: String,
    /// Since when.
    pub since: String,
    /// How often the last one was tried, in words.
    pub tries: String,
    /// What went wrong.
    pub fault: String,
    /// When it is tried again, or that it stays.
    pub again: String,
    /// Whether it is tried again.
    pub waits: bool,
    /// What is put anew to begin again; empty when that is not needed.
    pub anew: String,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "provider/untold.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The systems, that with the newest message first.
    pub systems: Vec<System>,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
