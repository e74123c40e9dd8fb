//! Reading: at once where it is short, on a thread for long work where it is not.
//!
//! A point read takes about ten microseconds, a usual search less than a millisecond. Handing that to another thread and
//! back costs more than the work itself and doubles the latency, so it runs on the thread of the runtime that asks. A query
//! that is not done after a few milliseconds would hold up every other request of that thread: the [`Watch`] ends it, and
//! it is run again, from the start and without hurry, on a thread for blocking work. Queries change nothing, so nothing is
//! lost but those milliseconds, and the text of the query is remembered: the next times it goes there directly.
//!
//! A short reader keeps its view of the file open from query to query, for as long as nothing was committed that queries
//! read ([`Changes`]). Each read leaves an audit record, and after each commit `SQLite` would have every other connection
//! forget the pages that it knows: most of the work of a read would be to fetch them again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rusqlite::ErrorCode;
use tokio::sync::Semaphore;

use super::changes::{Changes, Moment};
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
#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    file: PathBuf,
    short: Lane,
    long: Lane,
    /// At most so many long queries at a time.
    places: Arc<Semaphore>,
    heavy: Heavy,
    changes: Arc<Changes>,
    watch: Watch,
}

/// Connections that are free, for queries of one kind.
struct Lane {
    free: Mutex<Vec<Held>>,
    most: u32,
    /// Whether views stay open from query to query.
    keeps_views: bool,
}

struct Held {
    connection: Connection,
    run: Arc<Run>,
    /// Since when its view of the file is open.
    view: Option<Moment>,
}

/// What a query came to.
enum Outcome {
    Rows(Vec<Row>),
    Ended,
}

impl Readers {
    /// Readers of `file`, which is opened when first needed; at most `long` long queries at a time.
    pub fn new(file: PathBuf, long: usize) -> Self {
        let lane = |most, keeps_views| Lane { free: Mutex::default(), most, keeps_views };
        let changes = Changes::of(&file);
        Self(Arc::new_cyclic(|inner: &Weak<Inner>| {
            let inner = Weak::clone(inner);
            Inner {
                file,
                short: lane(SHORT, true),
                long: lane(LONG, false),
                places: Arc::new(Semaphore::new(long.max(1))),
                heavy: Heavy::default(),
                changes,
                watch: Watch::new(move || inner.upgrade().iter().for_each(|inner| inner.look_anew())),
            }
        }))
    }

    /// What was committed by this process.
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// Has every reader look anew.
    pub fn look_anew(&self) {
        self.0.look_anew();
    }

    /// Does `work` while no reader keeps a view open longer than a query takes.
    pub fn without_views<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.changes.keep_views(false);
        self.look_anew();
        let done = work();
        self.0.changes.keep_views(true);
        done
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
        let mut held = match held {
            Some(held) => held,
            None => self.open(lane.most)?,
        };
        if held.run.begin(&self.watch) {
            self.changes.others();
        }
        let rows = held.rows(sql, args, self.changes.now(), lane.keeps_views);
        held.run.end();
        match rows {
            Ok(rows) => {
                lane.lock().push(held);
                Ok(Outcome::Rows(rows))
            }
            Err(error)
                if held.run.was_ended() || error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
            {
                // What was ended may have been the end of the view.
                held.view = None;
                if held.connection.is_idle() || held.connection.run("ROLLBACK", &[]).is_ok() {
                    lane.lock().push(held);
                }
                Ok(Outcome::Ended)
            }
            // A connection that failed is closed, in case the fault lies with it.
            Err(error) => Err(error.into()),
        }
    }

    fn open(&self, most: u32) -> Result<Held, StoreError> {
        let connection = Connection::for_reading(&self.file)?;
        let run = self.watch.run(connection.interrupt_handle(), most)?;
        Ok(Held { connection, run, view: None })
    }

    /// Has every reader look anew: what another process has written is seen too, and the log can be moved into the file.
    fn look_anew(&self) {
        self.changes.others();
        self.short.lock().retain_mut(|held| held.close_view().is_ok());
    }
}

impl Held {
    /// Runs a query at a moment that was asked before: a commit since then is in a view that opens here, and the next query
    /// looks anew for nothing.
    fn rows(&mut self, sql: &str, args: &[Arg], now: Moment, keeps_view: bool) -> rusqlite::Result<Vec<Row>> {
        if !self.view.is_some_and(|view| view.still_holds(now, sql)) {
            self.close_view()?;
            self.connection.run("BEGIN", &[])?;
            self.view = Some(now);
        }
        let rows = self.connection.rows(sql, args);
        if !keeps_view || !now.keep_views() {
            self.close_view()?;
        }
        rows
    }

    fn close_view(&mut self) -> rusqlite::Result<()> {
        if self.view.take().is_some() {
            self.connection.run("COMMIT", &[])?;
        }
        Ok(())
    }
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
