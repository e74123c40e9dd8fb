//! Reading: at once where it is short, on a thread for long work where it is not.
//!
//! A point read takes about ten microseconds, a usual search less than a millisecond. Handing that to another thread and
//! back costs more than the work itself and doubles the latency, so it runs on the thread of the runtime that asks. A query
//! that is not done after a few milliseconds would hold up every other request of that thread: the [`Watch`] ends it, and
//! it is run again, from the start and without hurry, on a thread for blocking work. Queries change nothing, so nothing is
//! lost but those milliseconds, and the text of the query is remembered: the next times it goes there directly.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ErrorCode;
use tokio::sync::Semaphore;

use super::connection::Connection;
use super::watch::{Run, Watch};
use crate::store::heavy::Heavy;
use crate::store::tx::StoreError;
use crate::store::value::{Arg, Row};

/// How long a query may hold the thread that asks, in turns of the watch (2 ms).
const SHORT: u32 = 4;
/// How long a query may take at all: a minute.
const LONG: u32 = 30_000;

/// The readers of one file.
pub struct Readers(Arc<Inner>);

struct Inner {
    file: PathBuf,
    short: Lane,
    long: Lane,
    /// At most so many long queries at a time.
    places: Arc<Semaphore>,
    heavy: Heavy,
    watch: Watch,
}

/// Connections that are free, for queries of one kind.
struct Lane {
    free: Mutex<Vec<Held>>,
    most: u32,
}

struct Held {
    connection: Connection,
    run: Arc<Run>,
}

/// What a query came to.
enum Outcome {
    Rows(Vec<Row>),
    Ended,
}

impl Readers {
    /// Readers of `file`, which is opened when first needed; at most `long` long queries at a time.
    pub fn new(file: PathBuf, long: usize) -> Self {
        let lane = |most| Lane { free: Mutex::default(), most };
        Self(Arc::new(Inner {
            file,
            short: lane(SHORT),
            long: lane(LONG),
            places: Arc::new(Semaphore::new(long.max(1))),
            heavy: Heavy::default(),
            watch: Watch::default(),
        }))
    }

    /// Runs a query.
    ///
    /// # Errors
    /// When the database fails, or the query takes more than a minute.
    pub async fn rows(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let inner = &self.0;
        if !inner.heavy.expected(sql) {
            match inner.query(&inner.short, sql, &args)? {
                Outcome::Rows(rows) => return Ok(rows),
                Outcome::Ended => inner.heavy.remember(sql),
            }
        }
        let place = Arc::clone(&inner.places).acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let (inner, sql) = (Arc::clone(inner), sql.to_owned());
        let done = tokio::task::spawn_blocking(move || {
            let done = inner.query(&inner.long, &sql, &args);
            drop(place);
            done
        });
        match done.await.map_err(|error| StoreError::Engine(Box::new(error)))?? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Ended => Err(StoreError::TooLong),
        }
    }
}

impl Inner {
    fn query(&self, lane: &Lane, sql: &str, args: &[Arg]) -> Result<Outcome, StoreError> {
        let held = lane.lock().pop();
        let held = match held {
            Some(held) => held,
            None => self.open(lane.most)?,
        };
        held.run.begin(&self.watch);
        let rows = held.connection.rows(sql, args);
        held.run.end();
        match rows {
            Ok(rows) => {
                lane.lock().push(held);
                Ok(Outcome::Rows(rows))
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                lane.lock().push(held);
                Ok(Outcome::Ended)
            }
            // A connection that failed is closed, in case the fault lies with it.
            Err(error) => Err(error.into()),
        }
    }

    fn open(&self, most: u32) -> Result<Held, StoreError> {
        let connection = Connection::for_reading(&self.file)?;
        let run = self.watch.run(connection.interrupt_handle(), most)?;
        Ok(Held { connection, run })
    }
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
