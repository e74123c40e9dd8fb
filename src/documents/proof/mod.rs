//! How a reader on paper can ask the server whether it made a document, and whether the paper is whole: a signed token in
//! an address, as a square to scan, and a number that is printed on every page.
//!
//! The token says what kind of document it is, its number, when it was made, a number made of its words and how many lines
//! its tables have. Nothing in it tells whose document it is or what it says.

mod claim;
mod control;
mod square;

pub use claim::Claim;
pub(super) use claim::DOMAIN;

use std::fmt::Write;

use super::pdf::Area;
use super::text::{Lang, Text};
use square::Square;

/// The proof of one document: where it is checked and what to compare.
#[derive(Clone, Debug)]
pub struct Proof {
    address: String,
    claim: Claim,
    square: Option<Square>,
}

impl Proof {
    /// The proof of what is claimed, to be checked at `address`.
    pub fn new(claim: Claim, address: String) -> Self {
        Self { square: Square::of(&address), address, claim }
    }

    /// Where it is checked.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What is claimed.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// What to compare: name and value.
    pub(super) fn facts(&self) -> Vec<(Text, Text)> {
        vec![
            (("Controlenummer", "Control number").into(), Text::same(self.claim.control())),
            (("Regels in tabellen", "Lines in tables").into(), Text::same(self.claim.rows.to_string())),
        ]
    }

    /// The number, as it stands on every page.
    pub(super) fn short(&self) -> Text {
        let number = self.claim.control();
        Text::new(format!("Controlenummer {number}"), format!("Control number {number}"))
    }

    /// The square in words.
    pub(super) fn alternative(&self) -> Text {
        Text::new(
            format!("QR-code met het adres om dit document te controleren: {}", self.address),
            format!("QR code with the address to check this document: {}", self.address),
        )
    }

    /// The dark squares within an area.
    pub(super) fn squares(&self, area: Area) -> Vec<Area> {
        self.square.as_ref().map(|square| square.areas(area)).unwrap_or_default()
    }

    /// The proof for a page: the square as a picture, and what to compare.
    pub fn html(&self, lang: Lang) -> String {
        let escape = super::narrative::escape;
        let picture = self.square.as_ref().map(|square| square.svg(&escape(self.alternative().get(lang))));
        let mut out = format!("<div class=\"proof\">{}<div><dl>", picture.unwrap_or_default());
        for (label, value) in self.facts() {
            let (label, value) = (escape(label.get(lang)), escape(value.get(lang)));
            // Writing to a string cannot fail.
            let _ = write!(out, "<div><dt>{label}</dt><dd>{value}</dd></div>");
        }
        let _ = writeln!(out, "</dl><p>{}</p></div></div>", escape(advice().get(lang)));
        out
    }
}

/// What the square is for.
pub(super) fn advice() -> Text {
    Text::new(
        "Klopt dit document? Scan de code. U ziet dan of Spil het heeft gemaakt, en wanneer. Vergelijk het \
         controlenummer en het aantal regels met dit papier.",
        "Is this document right? Scan the code. It shows whether Spil made it, and when. Compare the control number \
         and the number of lines with this paper.",
    )
}
