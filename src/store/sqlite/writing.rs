//! The writer's connection. Its thread does nothing else, so every statement runs at once.

use std::collections::HashMap;
use std::future::ready;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::changes::AUDIT;
use super::checkpoint::Checkpoints;
use super::connection::{BUSY, Connection};
use super::readers::Readers;
use crate::store::tx::{Answer, Begun, Bulk, Dialect, Field, Statement, Step, StoreError, Tx};
use crate::store::value::Arg;

/// How long the writer waits for more to write: what a few requests take.
const PAUSE: Duration = Duration::from_micros(100);
/// How long readers are waited for to empty the log.
const PATIENCE: Duration = Duration::from_millis(20);

/// The connection with the texts of its inserts.
pub struct SqliteTx {
    connection: Connection,
    checkpoints: Checkpoints,
    readers: Readers,
    inserts: HashMap<&'static str, String>,
    /// Whether the transaction has changed nothing but the audit log.
    only_audit: bool,
    /// How much the transaction has written.
    rows: usize,
    /// The text and bytes in it.
    bytes: usize,
}

impl SqliteTx {
    /// Writes through `connection`.
    pub fn new(connection: Connection, checkpoints: Checkpoints, readers: Readers) -> Self {
        Self { connection, checkpoints, readers, inserts: HashMap::new(), only_audit: true, rows: 0, bytes: 0 }
    }

    fn begin_now(&mut self, first: &[Statement<'_>], questions: &[Statement<'_>]) -> Result<Begun, StoreError> {
        self.connection.run("BEGIN IMMEDIATE", &[])?;
        self.only_audit = first.is_empty();
        self.rows = first.len();
        self.bytes = 0;
        let mut begun = Begun::default();
        for statement in first {
            self.bytes += statement.args.iter().map(Arg::size).sum::<usize>();
            begun.touched.push(self.connection.run(&statement.sql, &statement.args)?);
        }
        for question in questions {
            begun.answers.push(self.connection.rows(&question.sql, &question.args)?);
        }
        Ok(begun)
    }

    fn commit_now(&mut self, steps: &[Step<'_>]) -> Result<(), StoreError> {
        for step in steps {
            match step {
                Step::Run(statement) => {
                    self.connection.run(&statement.sql, &statement.args)?;
                    self.only_audit &= changes_audit(&statement.sql);
                    self.rows += 1;
                    self.bytes += statement.args.iter().map(Arg::size).sum::<usize>();
                }
                Step::Insert(bulk) => {
                    let sql = self.inserts.entry(bulk.table).or_insert_with(|| insert_statement(bulk));
                    self.connection.insert(sql, bulk)?;
                    self.only_audit &= bulk.table.starts_with(AUDIT);
                    self.rows += bulk.fields.len() / bulk.columns.len();
                    self.bytes += bulk.fields.iter().map(Field::size).sum::<usize>();
                }
            }
        }
        self.connection.run("COMMIT", &[])?;
        self.readers.changes().committed(self.only_audit);
        if self.checkpoints.written(self.rows, self.bytes) {
            self.empty_log();
        }
        Ok(())
    }

    /// Has the next transaction begin at the front of the log again. Not at any price: a long query may stand in the way.
    fn empty_log(&self) {
        let connection = &self.connection;
        let emptied = self.readers.without_views(|| {
            connection.wait_for_others(PATIENCE)?;
            let emptied = connection.rows("PRAGMA wal_checkpoint(RESTART)", &[]);
            connection.wait_for_others(BUSY)?;
            emptied
        });
        if let Err(error) = emptied {
            tracing::warn!(error = %error, "the log could not be emptied");
        }
    }

    fn rollback_now(&self) -> Result<(), StoreError> {
        // Some failures (a full disk) have already ended it.
        if !self.connection.is_idle() {
            self.connection.run("ROLLBACK", &[])?;
        }
        Ok(())
    }
}

impl Tx for SqliteTx {
    fn begin<'a>(&'a mut self, first: Vec<Statement<'a>>, questions: Vec<Statement<'a>>) -> Answer<'a, Begun> {
        Box::pin(ready(self.begin_now(&first, &questions)))
    }

    fn commit<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()> {
        Box::pin(ready(self.commit_now(&steps)))
    }

    fn at_once<'a>(&'a mut self, steps: Vec<Step<'a>>) -> Answer<'a, ()> {
        Box::pin(ready(self.begin_now(&[], &[]).and_then(|_| self.commit_now(&steps))))
    }

    fn is_far(&self) -> bool {
        false
    }

    fn rollback(&mut self) -> Answer<'_, ()> {
        Box::pin(ready(self.rollback_now()))
    }

    fn pause(&mut self) -> BoxFuture<'_, ()> {
        // The thread is the writer's own.
        std::thread::sleep(PAUSE);
        Box::pin(ready(()))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

/// Whether a statement changes a table of the audit log.
fn changes_audit(sql: &str) -> bool {
    ["INSERT INTO ", "DELETE FROM "]
        .iter()
        .any(|verb| sql.strip_prefix(verb).is_some_and(|rest| rest.starts_with(AUDIT)))
}

fn insert_statement(bulk: &Bulk<'_>) -> String {
    let names: Vec<&str> = bulk.columns.iter().map(|(name, _)| *name).collect();
    let marks = vec!["?"; names.len()].join(",");
    format!("INSERT INTO {} ({}) VALUES ({marks})", bulk.table, names.join(","))
}
