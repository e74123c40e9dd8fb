//! What goes into a statement and what comes out, the same for both engines.

/// A value bound to a statement's `$n`.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A 64-bit whole number, or null.
    Int(Option<i64>),
    /// A floating-point number, or null.
    Real(Option<f64>),
    /// Text, or null.
    Text(Option<String>),
    /// Bytes, or null.
    Bytes(Option<Vec<u8>>),
    /// A list of whole numbers, for [`super::Dialect::ints`].
    Ints(Vec<i64>),
    /// A list of texts, for [`super::Dialect::texts`].
    Texts(Vec<String>),
}

impl Arg {
    /// Bytes of a text or of bytes; everything else counts nothing.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(Some(text)) => text.len(),
            Self::Bytes(Some(bytes)) => bytes.len(),
            _ => 0,
        }
    }
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<f64> for Arg {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// SQL null.
    Null,
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer; columns by position, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Cell>);

impl Row {
    /// The whole number in column `at`; 0 when null.
    pub fn int(&self, at: usize) -> i64 {
        self.opt_int(at).unwrap_or_default()
    }

    /// The whole number in column `at`, or none when null.
    pub fn opt_int(&self, at: usize) -> Option<i64> {
        match self.0.get(at) {
            Some(Cell::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// The floating-point number in column `at`; 0 when null.
    pub fn real(&self, at: usize) -> f64 {
        match self.0.get(at) {
            Some(Cell::Real(value)) => *value,
            _ => 0.0,
        }
    }

    /// The text in column `at`; empty when null.
    pub fn text(&self, at: usize) -> &str {
        self.opt_text(at).unwrap_or_default()
    }

    /// The text in column `at`, or none when null.
    pub fn opt_text(&self, at: usize) -> Option<&str> {
        match self.0.get(at) {
            Some(Cell::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// The bytes in column `at`; empty when null.
    pub fn bytes(&self, at: usize) -> &[u8] {
        match self.0.get(at) {
            Some(Cell::Bytes(value)) => value,
            _ => &[],
        }
    }

    /// Takes the text out of column `at`.
    pub fn take_text(&mut self, at: usize) -> String {
        match self.0.get_mut(at) {
            Some(Cell::Text(value)) => std::mem::take(value),
            _ => String::new(),
        }
    }

    /// Takes the bytes out of column `at`.
    pub fn take_bytes(&mut self, at: usize) -> Vec<u8> {
        match self.0.get_mut(at) {
            Some(Cell::Bytes(value)) => std::mem::take(value),
            _ => Vec::new(),
        }
    }
}
