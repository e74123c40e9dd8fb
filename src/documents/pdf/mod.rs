//! The document as a file to keep and to print: PDF/A-2a, which archives take, and PDF/UA-1, which can be read aloud.
//!
//! First everything gets its place ([`sheet`]), so that the number of pages is known; then the file is written
//! ([`write`]) and checked against both standards on the way. Text of a record is data: nothing in it steers the file.

mod body;
mod cells;
mod edge;
mod letters;
mod lines;
mod sheet;
mod stack;
mod table;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;

use super::Document;
use super::proof::Proof;
use super::text::Lang;
use super::view::{Block, Section, View};
use body::Body;
use lines::Setter;
pub(super) use sheet::Area;
use sheet::Sheets;

/// A table with more columns than this is set on lying pages.
const UPRIGHT_COLUMNS: usize = 6;

/// Why no file could be made; without any text of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfError(String);

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the document could not be written as PDF: {}", self.0)
    }
}

impl std::error::Error for PdfError {}

/// The document as PDF in one language, with the proof that belongs to it.
///
/// # Errors
/// When the file would not be what the standards ask for; that is our fault, whatever the document says.
pub fn pdf(document: &Document, lang: Lang, proof: Option<&Proof>) -> Result<Vec<u8>, PdfError> {
    let view = &document.view;
    let sheets = lay_out(view, lang, proof);
    let title = Some(view.title.get(lang)).filter(|title| !title.trim().is_empty());
    let facts = write::Facts {
        title: title.unwrap_or("Spil"),
        language: match lang {
            Lang::Nl => "nl-NL",
            Lang::En => "en",
        },
        author: &document.author,
        id: &document.id,
        made_ms: document.made_ms,
    };
    write::write(&sheets, &facts)
}

/// Gives everything its place.
fn lay_out(view: &View, lang: Lang, proof: Option<&Proof>) -> Sheets {
    let mut setter = Setter::default();
    let mut sheets = Sheets::new(view.sections.iter().any(is_wide));
    Body { sheets: &mut sheets, setter: &mut setter, lang }.set(view, proof);
    edge::set(&mut sheets, &mut setter, view, proof, lang);
    sheets
}

fn is_wide(section: &Section) -> bool {
    let wide = |block: &Block| matches!(block, Block::Table(table) if table.head.len() > UPRIGHT_COLUMNS);
    section.blocks.iter().any(wide) || section.sections.iter().any(is_wide)
}
