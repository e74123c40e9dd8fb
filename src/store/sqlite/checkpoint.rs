//! Moves what is committed from the log of `SQLite` into the file itself, on a thread beside the writer.
//!
//! Left to the writer, this would be done at a commit now and then: copying thousands of pages and waiting twice for the
//! disk, while every request waits for that commit. Beside it, it costs the writer nothing. A log that still grows too long
//! is emptied by the writer itself (`wal_autocheckpoint`): while others write, this thread cannot finish with it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

use super::connection::Connection;
use crate::store::tx::StoreError;

/// After so many written rows there is something to move.
const ROWS: usize = 10_000;

/// The thread, as the writer sees it.
pub struct Checkpoints {
    thread: Thread,
    shared: Arc<Shared>,
    rows: usize,
}

#[derive(Default)]
struct Shared {
    due: AtomicBool,
    over: AtomicBool,
}

impl Checkpoints {
    /// Starts the thread for `file`.
    ///
    /// # Errors
    /// When the file cannot be opened or no thread can be started.
    pub fn start(file: &Path) -> Result<Self, StoreError> {
        let connection = Connection::for_checkpoints(file)?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("spil-checkpoint".to_owned());
        let thread = thread.spawn(move || theirs.work(&connection));
        let thread = thread.map_err(|error| StoreError::Engine(Box::new(error)))?.thread().clone();
        Ok(Self { thread, shared, rows: 0 })
    }

    /// So many rows were committed.
    pub fn written(&mut self, rows: usize) {
        self.rows += rows;
        if self.rows >= ROWS {
            self.rows = 0;
            self.shared.due.store(true, Ordering::Release);
            self.thread.unpark();
        }
    }
}

impl Shared {
    fn work(&self, connection: &Connection) {
        while !self.over.load(Ordering::Acquire) {
            if !self.due.swap(false, Ordering::AcqRel) {
                thread::park();
                continue;
            }
            if let Err(error) = connection.rows("PRAGMA wal_checkpoint(PASSIVE)", &[]) {
                tracing::warn!(error = %error, "the log could not be moved into the database file");
            }
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
