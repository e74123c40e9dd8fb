//! What a parsed expression is made of.

use super::decimal::Decimal;
use super::functions::Function;
use super::moment::Moment;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// `{}`.
    Empty,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// A text.
    Text(String),
    /// A date or time.
    Moment(Moment),
    /// A number with a unit.
    Quantity(Decimal, String),
    /// `$this`.
    This,
    /// `$index`.
    Index,
    /// `$total`.
    Total,
    /// `%name`.
    External(String),
    /// An element of what is looked at, or of what an expression finds.
    Member(Option<Box<Expr>>, String),
    /// A function on what is looked at, or on what an expression finds.
    Call(Option<Box<Expr>>, &'static Function, Vec<Expr>),
    /// `is`, `as` and `ofType`, as operator and as function.
    Typed(Option<Box<Expr>>, Typed, TypeName),
    /// `a[b]`.
    At(Box<Expr>, Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// `+a`.
    Positive(Box<Expr>),
    /// Two expressions with an operator between them.
    Binary(Op, Box<Expr>, Box<Expr>),
}

/// What is done with a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// Is it of the type?
    Is,
    /// What is of the type.
    As,
}

/// The name of a type, with its name space if it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeName {
    /// `FHIR` or `System`.
    pub space: Option<String>,
    /// The name itself.
    pub name: String,
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Implies,
    Or,
    Xor,
    And,
    In,
    Contains,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Union,
    Add,
    Subtract,
    Join,
    Multiply,
    Divide,
    WholeDivide,
    Modulo,
}
