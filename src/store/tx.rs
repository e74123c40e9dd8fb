//! What both engines promise: a connection that runs statements, and the small differences of dialect.

use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;

use super::value::{Arg, Cell, Row};

/// A failure of the database; the text may hold SQL, so it is logged and never sent.
#[derive(Debug)]
pub enum StoreError {
    /// The engine refused or failed.
    Engine(Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be used (unknown URL, other version).
    Unusable(String),
    /// A query took so long that it was ended.
    TooLong,
    /// The writer has stopped.
    Stopped,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(source) => write!(f, "the database failed: {source}"),
            Self::Unusable(why) => f.write_str(why),
            Self::TooLong => f.write_str("a query took too long and was ended"),
            Self::Stopped => f.write_str("the database writer has stopped"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if error.code() == Some(&tokio_postgres::error::SqlState::QUERY_CANCELED) {
            return Self::TooLong;
        }
        Self::Engine(Box::new(error))
    }
}

impl From<StoreError> for crate::error::Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLong => Self::new(503, "timeout", "this took too long; ask for less at once"),
            error => Self::internal(error),
        }
    }
}

/// The answer of a statement.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A statement with its arguments.
#[derive(Debug, Clone)]
pub struct Statement<'a> {
    /// The text, with `$1`, `$2`, …
    pub sql: Cow<'a, str>,
    /// What is bound to them.
    pub args: Cow<'a, [Arg]>,
}

impl<'a> Statement<'a> {
    /// A statement that owns what it is made of, or borrows it.
    pub fn new(sql: impl Into<Cow<'a, str>>, args: impl Into<Cow<'a, [Arg]>>) -> Self {
        Self { sql: sql.into(), args: args.into() }
    }
}

/// A value of a row that is to be written; borrowed from what is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field<'a> {
    /// SQL null.
    Null,
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl Field<'_> {
    /// Bytes of a text or of bytes; numbers count nothing.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Null | Self::Int(_) | Self::Real(_) => 0,
        }
    }
}

impl<'a> From<&'a Cell> for Field<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Int(value) => Self::Int(*value),
            Cell::Real(value) => Self::Real(*value),
            Cell::Text(value) => Self::Text(value),
            Cell::Bytes(value) => Self::Bytes(value),
        }
    }
}

impl<'a> Field<'a> {
    /// The number, or null.
    pub fn opt_int(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }

    /// The text, or null.
    pub fn opt_text(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

/// Many rows for one table.
#[derive(Debug)]
pub struct Bulk<'a> {
    /// Table name.
    pub table: &'static str,
    /// Columns with their types.
    pub columns: &'static [(&'static str, Kind)],
    /// The values, row after row, each row as long as `columns`.
    pub fields: Vec<Field<'a>>,
}

/// One step of what a transaction writes.
#[derive(Debug)]
pub enum Step<'a> {
    /// A statement.
    Run(Statement<'a>),
    /// Rows.
    Insert(Bulk<'a>),
}

/// What the beginning of a transaction answered.
#[derive(Debug, Default)]
pub struct Begun {
    /// How many rows each of the first statements touched.
    pub touched: Vec<u64>,
    /// The rows of each question.
    pub answers: Vec<Vec<Row>>,
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`.
    Int,
    /// `DOUBLE PRECISION`.
    Real,
    /// `TEXT`.
    Text,
    /// `BLOB` or `BYTEA`.
    Bytes,
}

/// The writer's connection. A transaction is two turns, so that each is one round trip where the database is far away:
/// what must be known first, then everything that is written.
pub trait Tx: Send {
    /// Begins a transaction as the one writer over all servers, runs the `first` statements, then the `questions`.
    ///
    /// After an error the transaction is still to be rolled back.
    fn begin<'a>(&'a mut self, first: Vec<Statement<'a>>, questions: Vec<Statement<'a>>) -> Answer<'a, Begun>;
    /// Begins as [`Tx::begin`] does, runs the steps in their order and commits, all in one turn.
    ///
    /// After an error nothing is on disk, and the transaction is still to be rolled back.
    fn at_once<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()>;
    /// Whether a turn costs more than what is done in it.
    fn is_far(&self) -> bool;
    /// Runs the steps in their order and commits. When this returns without an error, all of it is on disk.
    ///
    /// After an error nothing is, and the transaction is still to be rolled back.
    fn commit<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()>;
    /// Ends the transaction, if there is one, without effect.
    fn rollback(&mut self) -> Answer<'_, ()>;
    /// Lets other requests get on for a moment.
    fn pause(&mut self) -> BoxFuture<'_, ()>;
    /// Which dialect this connection speaks.
    fn dialect(&self) -> Dialect;
}

/// One database: reads it, and makes the writer's connection.
pub trait Engine: Send + Sync {
    /// Runs a query that changes nothing and gives all rows.
    fn rows<'a>(&'a self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>>;
    /// The connection of the writer.
    fn writer(&self) -> Answer<'_, Box<dyn Tx>>;
    /// Creates or upgrades the tables.
    fn migrate(&self) -> Answer<'_, ()>;
    /// Somebody else has written: what queries find from now on is at least as new as that.
    fn look_anew(&self) {}
    /// Which dialect the engine speaks.
    fn dialect(&self) -> Dialect;
}

/// The two dialects; only what differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `SQLite`.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

impl Dialect {
    /// Right side of `IN` for an argument [`Arg::Ints`].
    pub fn ints(self, place: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value FROM json_each({place}))"),
            Self::Postgres => format!("(SELECT unnest({place}::bigint[]))"),
        }
    }

    /// Right side of `IN` for an argument [`Arg::Texts`].
    pub fn texts(self, place: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value FROM json_each({place}))"),
            Self::Postgres => format!("(SELECT unnest({place}::text[]))"),
        }
    }

    /// That `column` is one of an argument [`Arg::Ints`], which are looked up in the index of the column one by one.
    pub fn one_of_ints(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN {}", self.ints(place)),
            Self::Postgres => format!("{column} = ANY({place}::bigint[])"),
        }
    }

    /// That `column` is one of an argument [`Arg::Texts`], which are looked up in the index of the column one by one.
    pub fn one_of_texts(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN {}", self.texts(place)),
            Self::Postgres => format!("{column} = ANY({place}::text[])"),
        }
    }
}
