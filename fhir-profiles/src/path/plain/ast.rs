//! What a plain expression is made of.

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::path) enum Expr {
    /// A start and the steps from there.
    Path(Start, Vec<Step>),
    /// `a | b`: all that any of them finds.
    Union(Vec<Expr>),
    /// `a = b`, or `a != b` if false.
    Equal(Box<Expr>, Box<Expr>, bool),
    /// `a and b`.
    And(Box<Expr>, Box<Expr>),
    /// `a or b`.
    Or(Box<Expr>, Box<Expr>),
    /// A text or number, as text.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::path) enum Start {
    /// The element that is looked at.
    This,
    /// The whole resource.
    Resource,
    /// The whole resource, if it has this type.
    Type(String),
    /// What is between parentheses.
    Group(Box<Expr>),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::path) enum Step {
    /// The elements with this name, whatever type of a choice they have.
    Field(String),
    /// `extension('url')`.
    Extension(String),
    /// `where(criterion)`.
    Where(Expr),
    /// `as(T)` and `ofType(T)`.
    OfType(String),
    /// `is(T)`.
    Is(String),
    /// `resolve()`.
    Resolve,
    /// `[n]` and `first()`.
    Index(usize),
    /// `exists()` and `exists(criterion)`.
    Exists(Option<Expr>),
    /// `empty()`.
    Empty,
    /// `not()`.
    Not,
}

impl Step {
    /// Whether the step looks at everything found so far, not at one item at a time.
    pub(in crate::path) fn is_collective(&self) -> bool {
        matches!(self, Self::Index(_) | Self::Exists(_) | Self::Empty | Self::Not)
    }
}
