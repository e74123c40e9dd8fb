//! Moves what is committed from the log of `SQLite` into the file itself, on a thread beside the writer.
//!
//! Left to the writer, this would be done at a commit now and then: copying thousands of pages and waiting twice for the
//! disk, while every request waits for that commit. Beside it, it costs the writer nothing. But while others write, this
//! thread can move almost everything and never all: a log that grows too long is emptied by the writer, who finds little left
//! to move.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

use super::connection::Connection;
use crate::store::tx::StoreError;

/// After so many written rows there is something to move: some loads of hundreds of resources together, for in a large database
/// each of them changes the same upper pages of the indexes and thousands of others.
const ROWS: usize = 60_000;
/// The same for rows with much in them, in bytes.
const BYTES: usize = 32 << 20;
/// A log of so many pages (128 MB) is emptied.
const LONG: i64 = 32_000;

/// The thread, as the writer sees it.
pub struct Checkpoints {
    thread: Thread,
    shared: Arc<Shared>,
    rows: usize,
    bytes: usize,
}

#[derive(Default)]
struct Shared {
    due: AtomicBool,
    long: AtomicBool,
    over: AtomicBool,
}

impl Checkpoints {
    /// Starts the thread for `file`.
    ///
    /// # Errors
    /// When the file cannot be opened or no thread can be started.
    pub fn start(file: &Path) -> Result<Self, StoreError> {
        let connection = Connection::for_writing(file)?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("spil-checkpoint".to_owned());
        let thread = thread.spawn(move || theirs.work(&connection));
        let thread = thread.map_err(|error| StoreError::Engine(Box::new(error)))?.thread().clone();
        Ok(Self { thread, shared, rows: 0, bytes: 0 })
    }

    /// So many rows were committed, with so many bytes in them. True when the log is to be emptied.
    pub fn written(&mut self, rows: usize, bytes: usize) -> bool {
        self.rows += rows;
        self.bytes += bytes;
        // Not while the thread is at work: two cannot move pages at a time.
        if self.shared.long.load(Ordering::Relaxed) && self.shared.long.swap(false, Ordering::AcqRel) {
            (self.rows, self.bytes) = (0, 0);
            return true;
        }
        if self.rows >= ROWS || self.bytes >= BYTES {
            (self.rows, self.bytes) = (0, 0);
            self.shared.due.store(true, Ordering::Release);
            self.thread.unpark();
        }
        false
    }
}

impl Shared {
    fn work(&self, connection: &Connection) {
        while !self.over.load(Ordering::Acquire) {
            if !self.due.swap(false, Ordering::AcqRel) {
                thread::park();
                continue;
            }
            match connection.rows("PRAGMA wal_checkpoint(PASSIVE)", &[]) {
                // Whether somebody stood in the way, the length of the log, and how much of it is moved; in pages.
                Ok(rows) => self.long.store(rows.first().is_some_and(|row| row.int(1) >= LONG), Ordering::Release),
                Err(error) => tracing::warn!(error = %error, "the log could not be moved into the database file"),
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
