//! The writer's connection. Its thread does nothing else, so every statement runs at once.

use std::collections::HashMap;
use std::future::ready;

use super::checkpoint::Checkpoints;
use super::connection::Connection;
use crate::store::tx::{Answer, Begun, Bulk, Dialect, Statement, Step, StoreError, Tx};

/// The connection with the texts of its inserts.
pub struct SqliteTx {
    connection: Connection,
    checkpoints: Checkpoints,
    inserts: HashMap<&'static str, String>,
}

impl SqliteTx {
    /// Writes through `connection`.
    pub fn new(connection: Connection, checkpoints: Checkpoints) -> Self {
        Self { connection, checkpoints, inserts: HashMap::new() }
    }

    fn begin_now(&self, first: &[Statement<'_>], questions: &[Statement<'_>]) -> Result<Begun, StoreError> {
        self.connection.run("BEGIN IMMEDIATE", &[])?;
        let mut begun = Begun::default();
        for statement in first {
            begun.touched.push(self.connection.run(&statement.sql, &statement.args)?);
        }
        for question in questions {
            begun.answers.push(self.connection.rows(&question.sql, &question.args)?);
        }
        Ok(begun)
    }

    fn commit_now(&mut self, steps: &[Step<'_>]) -> Result<(), StoreError> {
        let mut rows = 0;
        for step in steps {
            match step {
                Step::Run(statement) => {
                    self.connection.run(&statement.sql, &statement.args)?;
                    rows += 1;
                }
                Step::Insert(bulk) => {
                    let sql = self.inserts.entry(bulk.table).or_insert_with(|| insert_statement(bulk));
                    self.connection.insert(sql, bulk)?;
                    rows += bulk.fields.len() / bulk.columns.len();
                }
            }
        }
        self.connection.run("COMMIT", &[])?;
        self.checkpoints.written(rows);
        Ok(())
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

    fn rollback(&mut self) -> Answer<'_, ()> {
        Box::pin(ready(self.rollback_now()))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

fn insert_statement(bulk: &Bulk<'_>) -> String {
    let names: Vec<&str> = bulk.columns.iter().map(|(name, _)| *name).collect();
    let marks = vec!["?"; names.len()].join(",");
    format!("INSERT INTO {} ({}) VALUES ({marks})", bulk.table, names.join(","))
}
