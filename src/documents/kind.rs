//! The kinds of documents.

use super::text::{Lang, Text};

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The medication overview.
    Medication,
    /// Wishes and limits.
    Wishes,
    /// The nursing handoff.
    Handoff,
    /// The patient summary.
    Summary,
    /// Another document that a sender composed.
    Sent,
}

impl Kind {
    /// The number in a signed claim; a number is never given another meaning.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Medication => 1,
            Self::Wishes => 2,
            Self::Handoff => 3,
            Self::Sent => 4,
            Self::Summary => 5,
        }
    }

    /// The kind with this number.
    pub(super) fn by_number(number: u8) -> Option<Self> {
        [Self::Medication, Self::Wishes, Self::Handoff, Self::Sent, Self::Summary]
            .into_iter()
            .find(|kind| kind.number() == number)
    }

    /// The name of its file, which tells nothing of the person.
    pub fn file(self, lang: Lang) -> String {
        format!("{}.pdf", self.name().get(lang).to_lowercase().replace(' ', "-"))
    }

    /// Its name.
    pub fn name(self) -> Text {
        match self {
            Self::Medication => Text::new("Medicijnoverzicht", "Medication overview"),
            Self::Wishes => Text::new("Wensen en grenzen", "Wishes and limits"),
            Self::Handoff => Text::new("Verpleegkundige overdracht", "Nursing handoff"),
            Self::Summary => Text::new("Samenvatting", "Patient summary"),
            Self::Sent => Text::new("Document van een zorgverlener", "Document of a care provider"),
        }
    }
}
