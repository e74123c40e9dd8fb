//! `SQLite` without a driver in between: one file, WAL, every commit on disk before it is answered.
//!
//! Who runs what: a query runs at once on the thread that asks, for it takes microseconds and a change of threads costs
//! more than that. What turns out to be long is ended there and done again on a thread for long work ([`readers`]), so that
//! it holds up nobody. The writer has a thread of its own, for it waits for the disk.

mod changes;
mod checkpoint;
mod connection;
mod readers;
mod watch;
mod writing;

use std::path::PathBuf;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::tx::{Answer, Dialect, Engine, StoreError, Tx};
use super::value::{Arg, Row};
use checkpoint::Checkpoints;
use connection::{BUSY, Connection};
use readers::Readers;
use writing::SqliteTx;

/// A database file.
pub struct SqliteEngine {
    file: PathBuf,
    readers: Readers,
}

impl SqliteEngine {
    /// The database in `file`, made when absent; at most `long` long queries at a time.
    pub fn new(file: PathBuf, long: usize) -> Self {
        Self { readers: Readers::new(file.clone(), long), file }
    }
}

impl Engine for SqliteEngine {
    fn rows<'a>(&'a self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>> {
        Box::pin(self.readers.rows(sql, args))
    }

    fn writer(&self) -> Answer<'_, Box<dyn Tx>> {
        Box::pin(async move {
            let checkpoints = Checkpoints::start(&self.file)?;
            let connection = Connection::for_writing(&self.file)?;
            Ok(Box::new(SqliteTx::new(connection, checkpoints, self.readers.clone())) as Box<dyn Tx>)
        })
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let options = SqliteConnectOptions::new()
                .filename(&self.file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                .disable_statement_logging();
            let pool = sqlx::sqlite::SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(30))
                .connect_with(options)
                .await?;
            let migrated = sqlx::migrate!("./migrations/sqlite").run(&pool).await;
            pool.close().await;
            migrated.map_err(|error| StoreError::Unusable(error.to_string()))
        })
    }

    fn look_anew(&self) {
        self.readers.look_anew();
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}
