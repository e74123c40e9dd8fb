//! Reading: short queries of many requests share a few connections; a long one gets a connection of its own.
//!
//! On a shared connection the next question is sent before the last answer has come, so that many travel in one packet and
//! wake each side once. But the server answers in order: a long query would hold up those behind it. So the time that a
//! query takes on an idle connection is noted, and a text that took long goes to a connection of its own the next times.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::Config;

use super::bind;
use super::connection::Connection;
use crate::store::heavy::Heavy;
use crate::store::tx::StoreError;
use crate::store::value::{Arg, Row};

/// What holds for every reader.
const SESSION: &str = "SET default_transaction_read_only = on; SET jit = off; SET statement_timeout = '60s'; \
                       SET plan_cache_mode = force_generic_plan";
/// Most shared connections.
const MOST_SHARED: usize = 4;
/// A query that takes longer than this, alone on its connection, is long.
const SHORT: Duration = Duration::from_millis(20);

/// The readers of one database.
pub struct Readers {
    config: Config,
    shared: Vec<Shared>,
    own: Mutex<Vec<Arc<Connection>>>,
    places: Semaphore,
    heavy: Heavy,
}

/// A shared connection, opened when first needed and again when it broke.
#[derive(Default)]
struct Shared {
    connection: tokio::sync::Mutex<Option<Arc<Connection>>>,
    waiting: AtomicUsize,
}

impl Readers {
    /// At most `most` connections, opened when first needed.
    pub fn new(config: Config, most: usize) -> Self {
        let shared = (most / 2).clamp(1, MOST_SHARED);
        let own = most.saturating_sub(shared).max(1);
        Self {
            config,
            shared: (0..shared).map(|_| Shared::default()).collect(),
            own: Mutex::default(),
            places: Semaphore::new(own),
            heavy: Heavy::default(),
        }
    }

    /// Runs a query.
    ///
    /// # Errors
    /// When the database fails, or the query takes more than a minute.
    pub async fn rows(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        if self.heavy.expected(sql) {
            let place = self.places.acquire().await.map_err(|_| StoreError::Stopped)?;
            return self.on_own(&place, sql, &args).await;
        }
        let Some(shared) = self.shared.iter().min_by_key(|shared| shared.waiting.load(Ordering::Relaxed)) else {
            return Err(StoreError::Stopped);
        };
        let turn = Turn::take(&shared.waiting);
        let connection = self.shared_connection(shared).await?;
        let statement = connection.prepare_for(sql, &args).await?;
        let since = Instant::now();
        let (rows, _) = connection.run(&statement, args.iter().map(bind::arg_value)).await?;
        if turn.alone && since.elapsed() > SHORT {
            self.heavy.remember(sql);
        }
        Ok(rows)
    }

    async fn shared_connection(&self, shared: &Shared) -> Result<Arc<Connection>, StoreError> {
        let mut held = shared.connection.lock().await;
        if let Some(connection) = held.as_ref().filter(|connection| !connection.is_closed()) {
            return Ok(Arc::clone(connection));
        }
        let connection = Arc::new(Connection::open(&self.config, SESSION).await?);
        *held = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// Runs a query on a connection that nobody else uses meanwhile.
    async fn on_own(&self, _place: &SemaphorePermit<'_>, sql: &str, args: &[Arg]) -> Result<Vec<Row>, StoreError> {
        let held = self.own.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match held.filter(|connection| !connection.is_closed()) {
            Some(connection) => connection,
            None => Arc::new(Connection::open(&self.config, SESSION).await?),
        };
        let statement = connection.prepare_for(sql, args).await?;
        let (rows, _) = connection.run(&statement, args.iter().map(bind::arg_value)).await?;
        // Given back only when the answer is in: dropped half-way, the connection is still busy and is closed instead.
        self.own.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(rows)
    }
}

/// A place in the queue of a shared connection, for as long as it is held.
struct Turn<'a> {
    waiting: &'a AtomicUsize,
    alone: bool,
}

impl<'a> Turn<'a> {
    fn take(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, alone: waiting.fetch_add(1, Ordering::Relaxed) == 0 }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
