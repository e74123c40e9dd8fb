//! One connection, with its prepared statements. Many may speak on it at a time: answers come in the order of the questions.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Statement};

use super::bind;
use crate::store::tx::StoreError;
use crate::store::value::{Arg, Row};

/// Statements that stay prepared; when there are more, all are prepared anew.
const PREPARED: usize = 500;

/// An open connection.
pub struct Connection {
    client: Client,
    prepared: Mutex<HashMap<String, Statement>>,
}

impl Connection {
    /// Connects and sets what holds for the whole session.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn open(config: &Config, session: &str) -> Result<Self, StoreError> {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = %error, "a connection to the database broke");
            }
        });
        client.batch_execute(session).await?;
        Ok(Self { client, prepared: Mutex::default() })
    }

    /// Whether the connection is gone.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs commands without arguments, in one round trip.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn command(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// The prepared statement of a text, whose arguments have these types.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn prepare(
        &self,
        sql: &str,
        types: impl ExactSizeIterator<Item = Type>,
    ) -> Result<Statement, StoreError> {
        let types: Vec<Type> = types.collect();
        let held = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(held) = held.filter(|held| held.params() == types) {
            return Ok(held);
        }
        let statement = self.client.prepare_typed(sql, &types).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.len() >= PREPARED {
            prepared.clear();
        }
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Prepares a statement for these arguments.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn prepare_for(&self, sql: &str, args: &[Arg]) -> Result<Statement, StoreError> {
        self.prepare(sql, args.iter().map(bind::arg_type)).await
    }

    /// Runs a prepared statement: its rows, and how many it touched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run<'a>(
        &self,
        statement: &Statement,
        args: impl ExactSizeIterator<Item = &'a (dyn ToSql + Sync)> + Send,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let args: Vec<&(dyn ToSql + Sync)> = args.collect();
        let stream = self.client.query_raw(statement, args).await?;
        let mut stream = std::pin::pin!(stream);
        let mut rows = Vec::new();
        while let Some(row) = stream.try_next().await? {
            rows.push(bind::decode(&row)?);
        }
        Ok((rows, stream.rows_affected().unwrap_or_default()))
    }
}
