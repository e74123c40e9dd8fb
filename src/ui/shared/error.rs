//! What a person reads when something went wrong.

use askama::Template;

use super::form::Link;
use super::frame::{Frame, SignedIn};
use super::paths;

/// The error page.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/error.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The HTTP status, shown small.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What it means, in plain words.
    pub text: String,
    /// What one can do, a sentence each.
    pub advice: Vec<String>,
    /// Where one can go.
    pub links: Vec<Link>,
    /// The number of the request, to mention when asking for help; may be empty.
    pub reference: String,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
