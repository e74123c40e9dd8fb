//! A form of questions, in cards.

use askama::Template;

use super::form::{Choice, Errors};
use super::frame::{Frame, SignedIn};
use super::paths;

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// A line.
    #[default]
    Line,
    /// Several lines.
    Area,
    /// A day.
    Day,
    /// A whole number.
    Number,
    /// One of the options.
    Radio,
    /// Any of the options.
    Checkbox,
}

impl Input {
    /// The type of the `input` element.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Line | Self::Area => "text",
            Self::Day => "date",
            Self::Number => "number",
            Self::Radio => "radio",
            Self::Checkbox => "checkbox",
        }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Name of its field, and its `id`.
    pub name: String,
    /// The question.
    pub label: String,
    /// What it is about, for who does not see the heading above it.
    pub context: String,
    /// When it is to be answered; may be empty.
    pub hint: String,
    /// How it is answered.
    pub input: Input,
    /// Whether it belongs to the answer before it.
    pub inside: bool,
    /// What stands in it.
    pub value: String,
    /// The options.
    pub options: Vec<Choice>,
    /// Most characters.
    pub longest: usize,
}

/// A part of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading: how deep (3 or more), the words, when what follows is to be answered.
    Heading(u8, String, String),
    /// Something that is told.
    Told(String),
    /// A question.
    Asked(Question),
}

/// Questions under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The heading; may be empty.
    pub title: String,
    /// What is in it.
    pub lines: Vec<Line>,
}

/// The page.
///
/// Posts `csrf` and the fields of the questions to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/questionnaire.html")]
pub struct Model {
    /// What is around the page.
    pub frame: Frame,
    /// The heading.
    pub title: String,
    /// What it is for, and by whom it is filled in; one paragraph each.
    pub lead: Vec<String>,
    /// What is to be known beforehand; may be empty.
    pub note: String,
    /// Where the form goes.
    pub action_href: String,
    /// Where one goes without.
    pub back_href: String,
    /// The words of that link.
    pub back: String,
    /// The questions.
    pub cards: Vec<Card>,
    /// What was filled in wrongly.
    pub errors: Errors,
}

/// The page.
///
/// # Errors
/// When the template fails, which it does not for text.
pub fn page(model: &Model) -> Result<String, askama::Error> {
    model.render()
}
