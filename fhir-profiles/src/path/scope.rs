//! What an evaluation may know, how much it may do, and why it can fail.

use std::cell::Cell;
use std::fmt;

use serde_json::Value;

use super::datum::{Datum, Node};

/// What only a server can answer. Each answer may be "unknown", which an expression sees as nothing.
pub trait Hooks<'a> {
    /// The resource that a reference outside the document points at.
    fn resolve(&self, reference: &str) -> Option<&'a Value> {
        let _ = reference;
        None
    }

    /// The resource in the entries of the document that a reference points at, or that there is none; `None` for a caller
    /// that keeps no index of them.
    fn entry(&self, reference: &str) -> Option<Option<&'a Value>> {
        let _ = reference;
        None
    }

    /// Is a code, `Coding` or `CodeableConcept` in the value set?
    fn member_of(&self, coded: &Value, value_set: &str) -> Option<bool> {
        let _ = (coded, value_set);
        None
    }

    /// Does a resource or element conform to the profile?
    fn conforms_to(&self, value: &Value, profile: &str) -> Option<bool> {
        let _ = (value, profile);
        None
    }

    /// Is the first `Coding` the second or a wider one?
    fn subsumes(&self, wide: &Value, narrow: &Value) -> Option<bool> {
        let _ = (wide, narrow);
        None
    }
}

/// Knows nothing outside the document.
#[derive(Debug, Clone, Copy)]
pub struct Alone;

impl Hooks<'_> for Alone {}

/// How much an evaluation may do unless told otherwise: visits of elements and bytes of text, more or less.
pub const BUDGET: u64 = 2_000_000;

/// Where an expression is evaluated.
#[derive(Clone)]
pub struct Scope<'a> {
    /// The outermost resource, in whose entries references are looked up.
    pub document: Node<'a>,
    /// `%rootResource`: the resource that a contained resource is in.
    pub root: Node<'a>,
    /// `%resource`: the resource that the element is in.
    pub resource: Node<'a>,
    /// `%context`: the element that is looked at.
    pub context: Node<'a>,
    /// The moment of the evaluation as FHIR's `instant`; without it `now()` fails.
    pub now: Option<&'a str>,
    /// Further names after `%`.
    pub variables: Vec<(&'a str, Vec<Datum<'a>>)>,
    /// What the server answers.
    pub hooks: &'a dyn Hooks<'a>,
    /// How much the evaluation may do.
    pub budget: u64,
    /// What is left of a budget that several evaluations share; what this one did is taken from it.
    pub meter: Option<&'a Cell<u64>>,
}

impl<'a> Scope<'a> {
    /// A whole resource by itself.
    pub fn of(resource: &'a Value) -> Self {
        Self::at(resource, Node::of(resource))
    }

    /// An element of a resource.
    pub fn at(resource: &'a Value, context: Node<'a>) -> Self {
        let root = Node::of(resource);
        Self {
            document: root,
            root,
            resource: root,
            context,
            now: None,
            variables: Vec::new(),
            hooks: &Alone,
            budget: BUDGET,
            meter: None,
        }
    }
}

/// Why an evaluation gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// One item was expected where there are several.
    Several(&'static str),
    /// An operator or function got what it cannot work on.
    Kind(&'static str),
    /// A name after `%` that means nothing here.
    Variable(String),
    /// The time was asked for and is not known.
    Clock,
    /// A regular expression that cannot be read.
    Pattern(String),
    /// The evaluation did more than it may.
    Budget,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several(what) => write!(f, "`{what}` works on one item, and there are several"),
            Self::Kind(what) => write!(f, "`{what}` cannot work on items of this type"),
            Self::Variable(name) => write!(f, "`%{name}` is not known here"),
            Self::Clock => f.write_str("the time is not known here"),
            Self::Pattern(why) => write!(f, "the regular expression cannot be read: {why}"),
            Self::Budget => f.write_str("the path takes too long"),
        }
    }
}

impl std::error::Error for Fault {}

/// What an expression finds, or why it cannot tell.
pub(super) type Answer<'a> = Result<Vec<Datum<'a>>, Fault>;
