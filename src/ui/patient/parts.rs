//! What several pages of the portal show.

use super::super::shared::frame::{Frame, Lang};

/// A kind of data as a tile: its name, how much there is and how new it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tile {
    /// Address of the page of the category.
    pub href: String,
    /// Name of the category.
    pub name: String,
    /// How many items there are.
    pub count: usize,
    /// Date of the newest item; empty if there is none.
    pub newest: String,
    /// Whether a source could not be asked, so that something may be missing.
    pub incomplete: bool,
}

impl Tile {
    /// The count in words.
    pub fn amount(&self, frame: &Frame) -> String {
        match (self.count, frame.lang) {
            (0, _) => frame.t("Geen gegevens", "No data").to_owned(),
            (1, _) => frame.t("1 gegeven", "1 item").to_owned(),
            (count, Lang::Nl) => format!("{count} gegevens"),
            (count, Lang::En) => format!("{count} items"),
        }
    }
}

/// A source that could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceProblem {
    /// Name of the organisation.
    pub source: String,
    /// What went wrong, in plain words.
    pub text: String,
    /// Address that tries again; may be empty.
    pub retry_href: String,
}

/// Somebody looked: one line in the overview, one block on the page of who looked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// When, as date and time.
    pub when: String,
    /// The organisation.
    pub organisation: String,
    /// The person; empty when a computer asked by itself.
    pub person: String,
    /// The role of the person, such as `huisarts`.
    pub role: String,
    /// For whom they asked, if for somebody else.
    pub on_behalf_of: Option<String>,
    /// What was asked for, in plain words: kinds of data or the name of one item.
    pub what: Vec<String>,
    /// Why, in plain words.
    pub why: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Why it was refused, in plain words; empty if it was allowed.
    pub refusal: String,
    /// Whether a computer did it without a person.
    pub automatic: bool,
    /// The reason the professional gave, if the data were opened in an emergency.
    pub emergency_reason: Option<String>,
}
