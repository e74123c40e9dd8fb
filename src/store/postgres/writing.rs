//! The writer's connection: a transaction is two round trips, whatever it writes.

use std::collections::HashMap;

use futures_util::future::BoxFuture;
use tokio_postgres::types::Type;
use tokio_postgres::{Config, Statement as Prepared};

use super::bind;
use super::connection::Connection;
use super::together::Together;
use crate::store::tx::{Answer, Begun, Bulk, Dialect, Kind, Statement, Step, StoreError, Tx};
use crate::store::value::Row;

/// The writers of all servers on this database take turns, for the audit chain and conditional writes rely on it.
const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(7345)";
/// What holds for the writer: an answer goes out when it is on disk.
const SESSION: &str = "SET synchronous_commit = on; SET jit = off; SET plan_cache_mode = force_generic_plan";

/// The connection; opened again when it broke.
pub struct PgTx {
    config: Config,
    connection: Connection,
    inserts: HashMap<&'static str, (String, Vec<Type>)>,
}

/// A step with its prepared statement and what is bound to it.
enum Ready<'a> {
    Run(Prepared, &'a Statement<'a>),
    Insert(Prepared, Vec<bind::Column<'a>>),
}

impl PgTx {
    /// Connects.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        let connection = Connection::open(&config, SESSION).await?;
        Ok(Self { config, connection, inserts: HashMap::new() })
    }

    /// Opens the connection again when it broke.
    async fn connect(&mut self) -> Result<(), StoreError> {
        if self.connection.is_closed() {
            self.connection = Connection::open(&self.config, SESSION).await?;
        }
        Ok(())
    }

    async fn begin_now(&mut self, first: &[Statement<'_>], questions: &[Statement<'_>]) -> Result<Begun, StoreError> {
        self.connect().await?;
        let connection = &self.connection;
        // Before the transaction begins, so that nobody waits for the lock meanwhile.
        let mut prepared = Vec::with_capacity(first.len() + questions.len());
        for statement in first.iter().chain(questions) {
            prepared.push((connection.prepare_for(&statement.sql, &statement.args).await?, statement));
        }
        let mut together: Together<'_, Result<(Vec<Row>, u64), StoreError>> = Together::new();
        together.push(async move { connection.command(BEGIN).await.map(|()| (Vec::new(), 0)) });
        for (prepared, statement) in &prepared {
            together.push(connection.run(prepared, statement.args.iter().map(bind::arg_value)));
        }
        let mut begun = Begun::default();
        for (at, done) in together.finish().await.into_iter().enumerate() {
            let (rows, touched) = done?;
            match at {
                0 => {}
                at if at <= first.len() => begun.touched.push(touched),
                _ => begun.answers.push(rows),
            }
        }
        Ok(begun)
    }

    /// Runs the steps and commits; begins first, if that was not done.
    async fn commit_now(&mut self, steps: &[Step<'_>], has_begun: bool) -> Result<(), StoreError> {
        let mut ready = Vec::with_capacity(steps.len());
        for step in steps {
            ready.push(match step {
                Step::Run(statement) => {
                    Ready::Run(self.connection.prepare_for(&statement.sql, &statement.args).await?, statement)
                }
                Step::Insert(bulk) => Ready::Insert(self.prepare_insert(bulk).await?, bind::columns(bulk)),
            });
        }
        let connection = &self.connection;
        let mut together: Together<'_, Result<(), StoreError>> = Together::new();
        if !has_begun {
            together.push(async move { connection.command(BEGIN).await });
        }
        for step in &ready {
            match step {
                Ready::Run(prepared, statement) => together.push(async move {
                    connection.run(prepared, statement.args.iter().map(bind::arg_value)).await.map(drop)
                }),
                Ready::Insert(prepared, columns) => together.push(async move {
                    connection.run(prepared, columns.iter().map(bind::Column::value)).await.map(drop)
                }),
            }
        }
        // What could not even be sent must not be left out of what is committed. What the server refuses makes it turn
        // the COMMIT into a ROLLBACK, and the refusal is reported below.
        if together.begin().await.any(Result::is_err) {
            return together.finish().await.into_iter().collect();
        }
        together.push(async move { connection.command("COMMIT").await });
        together.finish().await.into_iter().collect()
    }

    async fn prepare_insert(&mut self, bulk: &Bulk<'_>) -> Result<Prepared, StoreError> {
        let columns: &[(&str, Kind)] = bulk.columns;
        let (sql, types) =
            self.inserts.entry(bulk.table).or_insert_with(|| bind::unnest_statement(bulk.table, columns));
        self.connection.prepare(sql, types.iter().cloned()).await
    }
}

impl Tx for PgTx {
    fn begin<'a>(&'a mut self, first: Vec<Statement<'a>>, questions: Vec<Statement<'a>>) -> Answer<'a, Begun> {
        Box::pin(async move { self.begin_now(&first, &questions).await })
    }

    fn commit<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()> {
        Box::pin(async move { self.commit_now(&steps, true).await })
    }

    fn at_once<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()> {
        Box::pin(async move {
            self.connect().await?;
            self.commit_now(&steps, false).await
        })
    }

    fn is_far(&self) -> bool {
        true
    }

    fn rollback(&mut self) -> Answer<'_, ()> {
        Box::pin(async move { self.connection.command("ROLLBACK").await })
    }

    fn pause(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(tokio::task::yield_now())
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}
