//! What both engines promise: a connection that runs statements, and the small differences of dialect.

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
    /// The writer has stopped.
    Stopped,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(source) => write!(f, "the database failed: {source}"),
            Self::Unusable(why) => f.write_str(why),
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

impl From<StoreError> for crate::error::Error {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}

/// The answer of a statement.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Many rows for one table, written with few statements.
pub struct Bulk {
    /// Table name.
    pub table: &'static str,
    /// Columns with their types.
    pub columns: &'static [(&'static str, Kind)],
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
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

/// A connection: inside a transaction when it is the writer's.
pub trait Tx: Send {
    /// Runs a query and gives all rows.
    fn rows<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>>;
    /// Runs a statement and gives the number of rows that it touched.
    fn execute<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, u64>;
    /// Inserts many rows.
    fn insert(&mut self, bulk: Bulk) -> Answer<'_, ()>;
    /// Runs statements without arguments (`BEGIN`, `COMMIT`, pragmas).
    fn command<'a>(&'a mut self, sql: &'static str) -> Answer<'a, ()>;
    /// Which dialect this connection speaks.
    fn dialect(&self) -> Dialect;
}

/// Makes connections to one database.
pub trait Engine: Send + Sync {
    /// A connection; `write` asks for the writer's.
    fn connect(&self, write: bool) -> Answer<'_, Box<dyn Tx>>;
    /// Creates or upgrades the tables.
    fn migrate(&self) -> Answer<'_, ()>;
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

    /// How a writing transaction begins: with one writer at a time over all servers on this database, for the audit chain
    /// and conditional writes rely on it.
    pub fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(7345)",
        }
    }
}
