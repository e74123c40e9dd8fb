//! The readable model of a document: what both the page and the narrative of each section are written from.

use super::text::Text;

/// A document as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The title.
    pub title: Text,
    /// Who the document is about: label and value.
    pub person: Vec<(Text, Text)>,
    /// What must be known before reading on.
    pub notices: Vec<Text>,
    /// The content.
    pub sections: Vec<Section>,
    /// Where the document comes from and when it was made: label and value.
    pub origin: Vec<(Text, Text)>,
}

/// A part of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The title.
    pub title: Text,
    /// The code of the section, when a standard has one: system, code, display.
    pub code: Option<(&'static str, &'static str, &'static str)>,
    /// The content of the section itself.
    pub blocks: Vec<Block>,
    /// `Type/id` of each resource that the section is about.
    pub entries: Vec<String>,
    /// Parts of the section.
    pub sections: Vec<Section>,
}

/// A piece of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A sentence.
    Paragraph(Text),
    /// A sentence that asks for attention.
    Warning(Text),
    /// Rows and columns.
    Table(Table),
}

/// Rows and columns; the first cell of a row is its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What the table is about.
    pub caption: Text,
    /// Whether it must be readable from across a room.
    pub big: bool,
    /// Whether it holds what no longer applies.
    pub past: bool,
    /// The column headings.
    pub head: Vec<Text>,
    /// The rows, each as long as `head`.
    pub rows: Vec<Vec<Cell>>,
}

/// How an agreement on a treatment turns out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is wanted.
    Yes,
    /// It is not wanted.
    No,
    /// It depends; the text tells on what.
    Other,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: Text,
    /// Whether it is a day, that must stay on one line.
    pub day: bool,
    /// How an agreement turns out, when the cell is about one.
    pub mark: Option<Mark>,
    /// Smaller lines below the text.
    pub below: Vec<Text>,
    /// Lines that ask for attention.
    pub remarks: Vec<Text>,
}

impl Cell {
    /// A cell with only text.
    pub fn new(text: Text) -> Self {
        Self { text, ..Self::default() }
    }

    /// A cell with a day.
    pub fn day(text: Text) -> Self {
        Self { text, day: true, ..Self::default() }
    }

    /// A cell with text that may be absent.
    pub fn maybe(text: Option<Text>) -> Self {
        Self::new(text.unwrap_or_default())
    }

    /// The same cell with a smaller line below, when there is one.
    #[must_use]
    pub fn and(mut self, line: Option<Text>) -> Self {
        self.below.extend(line.filter(|found| !found.is_empty()));
        self
    }
}

impl Table {
    /// A table without rows.
    pub fn new(caption: impl Into<Text>, head: &[(&str, &str)]) -> Self {
        Self { caption: caption.into(), head: head.iter().map(|pair| Text::from(*pair)).collect(), ..Self::default() }
    }

    /// The table as content, without the columns that are empty in every row; nothing when there is no row.
    pub fn block(mut self) -> Option<Block> {
        if self.rows.is_empty() {
            return None;
        }
        let keep: Vec<bool> = (0..self.head.len())
            .map(|column| column == 0 || self.rows.iter().any(|row| row.get(column).is_some_and(filled)))
            .collect();
        let mut wanted = keep.iter();
        self.head.retain(|_| *wanted.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut wanted = keep.iter();
            row.retain(|_| *wanted.next().unwrap_or(&true));
        }
        Some(Block::Table(self))
    }
}

fn filled(cell: &Cell) -> bool {
    !(cell.text.is_empty() && cell.below.is_empty() && cell.remarks.is_empty())
}

impl Section {
    /// A section without content.
    pub fn new(title: impl Into<Text>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Whether there is nothing to read in it.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.sections.iter().all(Self::is_empty)
    }
}
