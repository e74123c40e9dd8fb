//! FHIRPath (<http://hl7.org/fhirpath/N1/>, <https://hl7.org/fhir/R4/fhirpath.html>) over borrowed JSON.
//!
//! Two ways through the same expressions: [`Path::select`] is the whole language and by the book; [`Path::evaluate`] is what
//! fills the search index, fast and lenient.

mod arithmetic;
mod ast;
mod compare;
mod datum;
mod decimal;
mod functions;
mod lex;
mod locate;
mod moment;
pub(crate) mod navigate;
mod parse;
mod pattern;
mod plain;
mod quantity;
mod run;
mod scope;
mod types;

use serde_json::Value;

pub use datum::{Datum, Node};
pub use decimal::Decimal;
pub use locate::pointer;
pub use moment::{Moment, MomentKind};
pub use quantity::Quantity;
pub use scope::{Alone, BUDGET, Fault, Hooks, Scope};
pub use types::{Target, reference_target};

/// A regular expression of which the whole text must be a match; it takes time that grows with the text only.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole(pattern::Pattern);

impl Whole {
    /// Reads an expression.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        pattern::Pattern::parse(text).map(Self)
    }

    /// Whether the whole text is a match.
    pub fn fits(&self, text: &str) -> bool {
        self.0.is_all(text)
    }
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    expr: ast::Expr,
    plain: Option<plain::Expr>,
}

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
    /// A function that there is not.
    Function(String),
    /// A function with too few or too many arguments.
    Arity {
        /// Its name.
        function: &'static str,
        /// How many it was given.
        given: usize,
    },
    /// A date or time that does not exist.
    Moment(String),
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
            Self::Arity { function, given } => write!(f, "`{function}` does not take {given} arguments"),
            Self::Moment(text) => write!(f, "`@{text}` in the path is no date or time"),
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
        let expr = parse::parse(text)?;
        let plain = plain::compile(&expr);
        Ok(Self { expr, plain })
    }

    /// What the expression finds in `this`, an element of `resource` (or `resource` itself), for the search index. A plain
    /// path goes the fast way. Of any other, what fails or is computed leaves nothing, but a boolean stays.
    pub fn evaluate<'a>(&'a self, resource: &'a Value, this: &'a Value) -> Vec<Item<'a>> {
        let mut found = Vec::new();
        if let Some(plain) = &self.plain {
            plain::eval(plain, resource, Item::Node(this, None), &mut found);
            return found;
        }
        let all = self.select(&Scope::at(resource, Node::of(this))).unwrap_or_default();
        for item in all {
            match item {
                Datum::Node(node) => found.extend(node.value.map(|value| Item::Node(value, None))),
                Datum::Bool(answer) => found.push(Item::Bool(answer)),
                Datum::Text(std::borrow::Cow::Borrowed(text)) => found.push(Item::Text(text)),
                Datum::Referred(rtype) => found.push(Item::Resource(rtype)),
                _ => {}
            }
        }
        found
    }

    /// All that the expression finds, by the standard.
    pub fn select<'a>(&'a self, scope: &Scope<'a>) -> Result<Vec<Datum<'a>>, Fault> {
        run::select(&self.expr, scope)
    }

    /// Whether the expression holds, as a constraint or filter: `None` if it finds nothing.
    pub fn holds<'a>(&'a self, scope: &Scope<'a>) -> Result<Option<bool>, Fault> {
        run::truth(&self.select(scope)?, "a condition")
    }

    /// The places of all that the expression finds, as JSON pointers in `document`; `None` for what is computed and for
    /// what stands elsewhere. A primitive that has only extensions is pointed at by its companion: `/_birthDate`.
    pub fn pointers<'a>(&'a self, document: &Value, scope: &Scope<'a>) -> Result<Vec<Option<String>>, Fault> {
        let found = self.select(scope)?;
        let place = |item: &Datum<'a>| item.node().and_then(|node| pointer(document, node.value.or(node.sibling)?));
        Ok(found.iter().map(place).collect())
    }
}

#[cfg(test)]
mod tests;
