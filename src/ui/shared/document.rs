//! A document that was put together from the data, for patient and professional alike.

use askama::Template;

use super::form::Link;
use super::frame::{Frame, SignedIn};
use super::paths;

/// A document in its wrapper.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/document.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// Name of the document.
    pub title: String,
    /// Whose document it is, with date of birth.
    pub about: String,
    /// When it was put together.
    pub made: String,
    /// Where the data came from.
    pub sources: Vec<String>,
    /// What could not be fetched or is not shown, a sentence each.
    pub missing: Vec<String>,
    /// The body as HTML. It goes out as it is: the caller vouches that every text in it is escaped and that it starts
    /// its headings at level two.
    pub body: String,
    /// The files inside its records.
    pub attached: Vec<Link>,
    /// The page to go back to.
    pub back: Link,
    /// How the document is checked, as HTML that goes out as it is, like the body.
    pub proof: String,
    /// Address of the same document as a file to keep.
    pub save_href: String,
}

/// The page.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
