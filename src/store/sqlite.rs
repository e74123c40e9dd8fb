//! `SQLite`: one file, WAL, every commit on disk before it is answered, readers in parallel with the one writer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions as _, Executor as _, Row as _, SqliteConnection};
use sqlx::{TypeInfo as _, ValueRef as _};

use super::tx::{Answer, Bulk, Dialect, Engine, StoreError, Tx};
use super::value::{Arg, Cell, Row};

/// Many rows go into the table in a few fixed sizes, so that statements stay prepared.
const CHUNKS: [usize; 4] = [256, 128, 64, 32];
/// Up to so many rows are one statement, whatever their number: each statement costs a change of threads.
const FEW: usize = 16;

/// A database file.
pub struct SqliteEngine {
    options: SqliteConnectOptions,
}

impl SqliteEngine {
    /// The database in `file`, made when absent.
    pub fn new(file: PathBuf) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(1000)
            .pragma("mmap_size", "1073741824")
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "MEMORY")
            .pragma("wal_autocheckpoint", "4000")
            .disable_statement_logging();
        Self { options }
    }
}

impl Engine for SqliteEngine {
    fn connect(&self, write: bool) -> Answer<'_, Box<dyn Tx>> {
        Box::pin(async move {
            let options = if write { self.options.clone() } else { self.options.clone().pragma("query_only", "1") };
            let connection = options.connect().await?;
            Ok(Box::new(SqliteTx { connection, inserts: HashMap::new() }) as Box<dyn Tx>)
        })
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let pool =
                sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(self.options.clone()).await?;
            let migrated = sqlx::migrate!("./migrations/sqlite").run(&pool).await;
            pool.close().await;
            migrated.map_err(|error| StoreError::Unusable(error.to_string()))
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

/// One connection.
struct SqliteTx {
    connection: SqliteConnection,
    /// Texts of bulk inserts by table and number of rows.
    inserts: HashMap<(&'static str, usize), Arc<str>>,
}

impl Tx for SqliteTx {
    fn rows<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>> {
        Box::pin(async move {
            let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bind(args)?);
            let rows = self.connection.fetch_all(query).await?;
            rows.iter().map(decode).collect()
        })
    }

    fn execute<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, u64> {
        Box::pin(async move {
            let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bind(args)?);
            Ok(self.connection.execute(query).await?.rows_affected())
        })
    }

    fn insert(&mut self, bulk: Bulk) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut rows = bulk.rows.into_iter();
            while rows.len() > 0 {
                let size = chunk(rows.len());
                let mut arguments = SqliteArguments::default();
                for cell in rows.by_ref().take(size).flatten() {
                    add(&mut arguments, cell)?;
                }
                let sql = self.inserts.entry((bulk.table, size));
                let sql = Arc::clone(sql.or_insert_with(|| values_statement(bulk.table, bulk.columns, size).into()));
                self.connection.execute(sqlx::query_with(AssertSqlSafe(sql), arguments)).await?;
            }
            Ok(())
        })
    }

    fn command<'a>(&'a mut self, sql: &'static str) -> Answer<'a, ()> {
        Box::pin(async move {
            // As a query, not as text: so it stays prepared.
            self.connection.execute(sqlx::query(sql)).await?;
            Ok(())
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

/// How many of the rows that are left go into one statement.
fn chunk(left: usize) -> usize {
    CHUNKS.into_iter().find(|size| *size <= left).unwrap_or(left.min(FEW))
}

fn values_statement(table: &str, columns: &[(&str, super::tx::Kind)], size: usize) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let marks = format!("({})", vec!["?"; names.len()].join(","));
    format!("INSERT INTO {table} ({}) VALUES {}", names.join(","), vec![marks; size].join(","))
}

fn add(arguments: &mut SqliteArguments, cell: Cell) -> Result<(), StoreError> {
    match cell {
        Cell::Null => arguments.add(None::<i64>),
        Cell::Int(value) => arguments.add(value),
        Cell::Real(value) => arguments.add(value),
        Cell::Text(value) => arguments.add(value),
        Cell::Bytes(value) => arguments.add(value),
    }
    .map_err(StoreError::Engine)
}

fn bind(args: Vec<Arg>) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(value),
            Arg::Real(value) => arguments.add(value),
            Arg::Text(value) => arguments.add(value),
            Arg::Bytes(value) => arguments.add(value),
            Arg::Ints(values) => arguments.add(json(&values)?),
            Arg::Texts(values) => arguments.add(json(&values)?),
        }
        .map_err(StoreError::Engine)?;
    }
    Ok(arguments)
}

fn json<T: serde::Serialize>(values: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(values).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn decode(row: &SqliteRow) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        let value = row.try_get_raw(at)?;
        let cell = if value.is_null() {
            Cell::Null
        } else {
            match value.type_info().name() {
                "INTEGER" | "BOOLEAN" => Cell::Int(row.try_get_unchecked(at)?),
                "REAL" => Cell::Real(row.try_get_unchecked(at)?),
                "BLOB" => Cell::Bytes(row.try_get_unchecked(at)?),
                _ => Cell::Text(row.try_get_unchecked(at)?),
            }
        };
        cells.push(cell);
    }
    Ok(Row(cells))
}
