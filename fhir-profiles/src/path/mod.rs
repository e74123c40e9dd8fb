//! The part of `FHIRPath` (<http://hl7.org/fhirpath/N1/>) that search parameters use, over borrowed JSON.

mod ast;
mod eval;
mod lex;
mod parse;
mod types;

use serde_json::Value;

use ast::Expr;

pub use types::{Target, reference_target};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Path(Expr);

/// Why an expression could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathError {
    /// A character that starts nothing.
    Sign(char),
    /// A quote that does not close.
    Quote,
    /// The expression stops too early.
    End,
    /// Something else should stand here.
    Missing(&'static str),
    /// A word at a place where none can be.
    Unexpected(String),
    /// Too many expressions inside each other.
    Deep,
    /// A function outside the supported part.
    Function(String),
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sign(sign) => write!(f, "unknown character `{sign}` in the path"),
            Self::Quote => f.write_str("a quote in the path does not close"),
            Self::End => f.write_str("the path stops too early"),
            Self::Missing(what) => write!(f, "the path misses `{what}`"),
            Self::Unexpected(word) => write!(f, "unexpected `{word}` in the path"),
            Self::Deep => f.write_str("the path is nested too deep"),
            Self::Function(name) => write!(f, "unknown function `{name}` in the path"),
        }
    }
}

impl std::error::Error for PathError {}

/// One thing that an expression finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    /// An element, with its type if the name of a choice tells it (`DateTime` of `valueDateTime`).
    Node(&'a Value, Option<&'a str>),
    /// The answer of a comparison.
    Bool(bool),
    /// A literal text.
    Text(&'a str),
    /// A resource elsewhere of which only the type is known.
    Resource(&'a str),
}

impl Path {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parse::parse(text).map(Self)
    }

    /// What the expression finds in `this`, an element of `resource` (or `resource` itself).
    pub fn evaluate<'a>(&'a self, resource: &'a Value, this: &'a Value) -> Vec<Item<'a>> {
        let mut found = Vec::new();
        eval::eval(&self.0, resource, Item::Node(this, None), &mut found);
        found
    }
}

#[cfg(test)]
mod tests;
