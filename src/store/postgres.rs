//! `PostgreSQL`: few round trips, arrays instead of many values, prepared statements.

use std::str::FromStr as _;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Row as _};
use sqlx::{TypeInfo as _, ValueRef as _};

use super::tx::{Answer, Bulk, Dialect, Engine, Kind, StoreError, Tx};
use super::value::{Arg, Cell, Row};

/// A `PostgreSQL` database.
pub struct PgEngine {
    options: PgConnectOptions,
}

impl PgEngine {
    /// The database at `url`.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("spil")
            .statement_cache_capacity(1000)
            .disable_statement_logging();
        Ok(Self { options })
    }
}

impl Engine for PgEngine {
    fn connect(&self, write: bool) -> Answer<'_, Box<dyn Tx>> {
        Box::pin(async move {
            let mut connection = self.options.clone().connect().await?;
            if write {
                connection.execute("SET synchronous_commit = on").await?;
            } else {
                connection.execute("SET default_transaction_read_only = on; SET jit = off").await?;
            }
            Ok(Box::new(PgTx(connection)) as Box<dyn Tx>)
        })
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let pool =
                sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with(self.options.clone()).await?;
            let migrated = sqlx::migrate!("./migrations/postgres").run(&pool).await;
            pool.close().await;
            migrated.map_err(|error| StoreError::Unusable(error.to_string()))
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

/// One connection.
struct PgTx(PgConnection);

impl Tx for PgTx {
    fn rows<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>> {
        Box::pin(async move {
            let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bind(args)?);
            let rows = self.0.fetch_all(query).await?;
            rows.iter().map(decode).collect()
        })
    }

    fn execute<'a>(&'a mut self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, u64> {
        Box::pin(async move {
            let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bind(args)?);
            Ok(self.0.execute(query).await?.rows_affected())
        })
    }

    fn insert(&mut self, bulk: Bulk) -> Answer<'_, ()> {
        Box::pin(async move {
            if bulk.rows.is_empty() {
                return Ok(());
            }
            let sql = unnest_statement(bulk.table, bulk.columns);
            let mut arguments = PgArguments::default();
            let mut rows = bulk.rows;
            for (at, (_, kind)) in bulk.columns.iter().enumerate() {
                add_column(&mut arguments, *kind, rows.iter_mut().map(|row| take(row, at)))?;
            }
            self.0.execute(sqlx::query_with(AssertSqlSafe(sql), arguments)).await?;
            Ok(())
        })
    }

    fn command<'a>(&'a mut self, sql: &'static str) -> Answer<'a, ()> {
        Box::pin(async move {
            self.0.execute(sql).await?;
            Ok(())
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

fn take(row: &mut [Cell], at: usize) -> Cell {
    row.get_mut(at).map_or(Cell::Null, |cell| std::mem::replace(cell, Cell::Null))
}

fn unnest_statement(table: &str, columns: &[(&str, Kind)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> =
        columns.iter().enumerate().map(|(at, (_, kind))| format!("${}::{}[]", at + 1, type_name(*kind))).collect();
    format!("INSERT INTO {table} ({}) SELECT * FROM UNNEST({})", names.join(","), arrays.join(","))
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint",
        Kind::Real => "double precision",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
    }
}

fn add_column(arguments: &mut PgArguments, kind: Kind, cells: impl Iterator<Item = Cell>) -> Result<(), StoreError> {
    match kind {
        Kind::Int => arguments
            .add(cells.map(|cell| if let Cell::Int(value) = cell { Some(value) } else { None }).collect::<Vec<_>>()),
        Kind::Real => arguments
            .add(cells.map(|cell| if let Cell::Real(value) = cell { Some(value) } else { None }).collect::<Vec<_>>()),
        Kind::Text => arguments
            .add(cells.map(|cell| if let Cell::Text(value) = cell { Some(value) } else { None }).collect::<Vec<_>>()),
        Kind::Bytes => arguments
            .add(cells.map(|cell| if let Cell::Bytes(value) = cell { Some(value) } else { None }).collect::<Vec<_>>()),
    }
    .map_err(StoreError::Engine)
}

fn bind(args: Vec<Arg>) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(value),
            Arg::Real(value) => arguments.add(value),
            Arg::Text(value) => arguments.add(value),
            Arg::Bytes(value) => arguments.add(value),
            Arg::Ints(values) => arguments.add(values),
            Arg::Texts(values) => arguments.add(values),
        }
        .map_err(StoreError::Engine)?;
    }
    Ok(arguments)
}

fn decode(row: &PgRow) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        let value = row.try_get_raw(at)?;
        let cell = if value.is_null() {
            Cell::Null
        } else {
            match value.type_info().name() {
                "INT8" => Cell::Int(row.try_get(at)?),
                "INT4" => Cell::Int(row.try_get::<i32, _>(at)?.into()),
                "BOOL" => Cell::Int(row.try_get::<bool, _>(at)?.into()),
                "FLOAT8" => Cell::Real(row.try_get(at)?),
                "BYTEA" => Cell::Bytes(row.try_get(at)?),
                _ => Cell::Text(row.try_get(at)?),
            }
        };
        cells.push(cell);
    }
    Ok(Row(cells))
}
