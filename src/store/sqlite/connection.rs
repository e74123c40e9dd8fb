//! One connection, with its prepared statements.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{Null, ValueRef};
use rusqlite::{CachedStatement, InterruptHandle, OpenFlags, Result};

use crate::store::tx::{Bulk, Field};
use crate::store::value::{Arg, Cell, Row};

/// How long a connection waits for another process that holds the file.
pub const BUSY: Duration = Duration::from_secs(10);
/// Statements that stay prepared. Each takes tens of kilobytes.
const PREPARED: usize = 200;

/// An open connection.
pub struct Connection(rusqlite::Connection);

impl Connection {
    /// A connection that reads.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn for_reading(file: &Path) -> Result<Self> {
        let connection = Self::open(file)?;
        connection.0.execute_batch("PRAGMA query_only = 1")?;
        Ok(connection)
    }

    /// The connection that writes.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn for_writing(file: &Path) -> Result<Self> {
        let connection = Self::open(file)?;
        connection.0.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")?;
        Ok(connection)
    }

    fn open(file: &Path) -> Result<Self> {
        // Each connection is used by one thread at a time, so it needs no lock of its own.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY")?;
        Ok(Self(connection))
    }

    /// Ends what the connection is doing, from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.0.get_interrupt_handle()
    }

    /// How long the connection waits for others that hold the file; [`BUSY`] unless told.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wait_for_others(&self, time: Duration) -> Result<()> {
        self.0.busy_timeout(time)
    }

    /// Whether no transaction is open.
    pub fn is_idle(&self) -> bool {
        self.0.is_autocommit()
    }

    /// Runs a query and gives all rows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rows(&self, sql: &str, args: &[Arg]) -> Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, args)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut cells = Vec::with_capacity(columns);
            for at in 0..columns {
                cells.push(match row.get_ref(at)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(value) => Cell::Int(value),
                    ValueRef::Real(value) => Cell::Real(value),
                    ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text)?.to_owned()),
                    ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                });
            }
            found.push(Row(cells));
        }
        Ok(found)
    }

    /// Runs a statement and gives the number of rows that it touched.
    ///
    /// # Errors
    /// When the database fails.
    pub fn run(&self, sql: &str, args: &[Arg]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, args)?;
        statement.raw_execute().map(|touched| touched as u64)
    }

    /// Inserts rows one by one through one prepared statement: a row of a statement of many rows costs as much, and such a
    /// statement also keeps a copy of each page that it touches, to be able to take itself back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn insert(&self, sql: &str, bulk: &Bulk<'_>) -> Result<()> {
        let mut statement = self.0.prepare_cached(sql)?;
        for row in bulk.fields.chunks_exact(bulk.columns.len()) {
            for (at, field) in (1..).zip(row) {
                match *field {
                    Field::Null => statement.raw_bind_parameter(at, Null),
                    Field::Int(value) => statement.raw_bind_parameter(at, value),
                    Field::Real(value) => statement.raw_bind_parameter(at, value),
                    Field::Text(value) => statement.raw_bind_parameter(at, value),
                    Field::Bytes(value) => statement.raw_bind_parameter(at, value),
                }?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }
}

/// Binds by the number in the name: `$2` may stand before `$1` in a text, and twice.
fn bind(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<()> {
    for at in 1..=statement.parameter_count() {
        let number = statement.parameter_name(at).and_then(|name| name.get(1..)?.parse().ok()).unwrap_or(at);
        let Some(arg) = args.get(number - 1) else {
            return Err(rusqlite::Error::InvalidParameterCount(args.len(), number));
        };
        match arg {
            Arg::Int(value) => statement.raw_bind_parameter(at, value),
            Arg::Real(value) => statement.raw_bind_parameter(at, value),
            Arg::Text(value) => statement.raw_bind_parameter(at, value),
            Arg::Bytes(value) => statement.raw_bind_parameter(at, value),
            Arg::Ints(values) => statement.raw_bind_parameter(at, json(values)?),
            Arg::Texts(values) => statement.raw_bind_parameter(at, json(values)?),
        }?;
    }
    Ok(())
}

fn json<T: serde::Serialize>(values: &[T]) -> Result<String> {
    serde_json::to_string(values).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
