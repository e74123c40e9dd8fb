//! Ends queries that take too long, from a thread beside.
//!
//! A query says only that it begins and ends, by counting up one number; nobody looks at a clock. The thread looks at all
//! numbers every two milliseconds and sleeps for good while nothing runs. While it is awake it gives a beat now and then,
//! and one before it sleeps.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use rusqlite::InterruptHandle;

use crate::store::tx::StoreError;

/// The time between two looks.
const TURN: Duration = Duration::from_millis(2);
/// After so many looks at nothing, the thread sleeps until it is woken.
const QUIET: u32 = 250;
/// Turns from beat to beat.
const BEAT: u32 = 25;

/// Watches connections.
pub struct Watch {
    shared: Arc<Shared>,
}

struct Shared {
    beat: Box<dyn Fn() + Send + Sync>,
    runs: Mutex<Vec<Weak<Run>>>,
    asleep: AtomicBool,
    over: AtomicBool,
    thread: OnceLock<Thread>,
    starting: Mutex<()>,
}

/// What one connection is doing.
pub struct Run {
    /// Odd while a query runs.
    count: AtomicU64,
    /// `count` at the last look, and how often it was the same.
    seen: AtomicU64,
    turns: AtomicU32,
    most: u32,
    /// Set when a query was ended, until somebody asks.
    ended: AtomicBool,
    handle: InterruptHandle,
}

impl Run {
    /// A query begins. True when the watch slept: nobody has given a beat for a while.
    pub fn begin(&self, watch: &Watch) -> bool {
        self.count.fetch_add(1, Ordering::SeqCst);
        // Set before the thread looks a last time and sleeps: one of the two sees the other.
        if !watch.shared.asleep.load(Ordering::SeqCst) || !watch.shared.asleep.swap(false, Ordering::SeqCst) {
            return false;
        }
        watch.shared.thread.get().inspect(|thread| thread.unpark());
        true
    }

    /// The query has ended.
    pub fn end(&self) {
        self.count.fetch_add(1, Ordering::Release);
    }

    /// Whether a query was ended since this was asked last. A statement that is hit while it is prepared fails in any way: with
    /// "expected 0 columns", say.
    pub fn was_ended(&self) -> bool {
        self.ended.swap(false, Ordering::SeqCst)
    }

    /// True if a query runs; ends one that has run too long.
    fn look(&self) -> bool {
        let count = self.count.load(Ordering::SeqCst);
        if count.is_multiple_of(2) {
            return false;
        }
        if self.seen.swap(count, Ordering::Relaxed) != count {
            self.turns.store(0, Ordering::Relaxed);
        } else if self.turns.fetch_add(1, Ordering::Relaxed) + 1 >= self.most {
            // Should that query have ended just now, the next one may be hit: it is then done again as a long one.
            self.turns.store(0, Ordering::Relaxed);
            self.ended.store(true, Ordering::SeqCst);
            self.handle.interrupt();
        }
        true
    }
}

impl Watch {
    /// Watches nothing yet; `beat` is called every fifty milliseconds while something runs.
    pub fn new(beat: impl Fn() + Send + Sync + 'static) -> Self {
        let shared = Shared {
            beat: Box::new(beat),
            runs: Mutex::default(),
            asleep: AtomicBool::default(),
            over: AtomicBool::default(),
            thread: OnceLock::new(),
            starting: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Watches a connection: what takes longer than `most` turns is ended.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn run(&self, handle: InterruptHandle, most: u32) -> Result<Arc<Run>, StoreError> {
        let run = Arc::new(Run {
            count: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            turns: AtomicU32::new(0),
            most,
            ended: AtomicBool::new(false),
            handle,
        });
        self.shared.runs.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&run));
        let _starting = self.shared.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.shared.thread.get().is_none() {
            let shared = Arc::clone(&self.shared);
            let started = thread::Builder::new().name("spil-watch".to_owned()).spawn(move || shared.keep_looking());
            let started = started.map_err(|error| StoreError::Engine(Box::new(error)))?;
            drop(self.shared.thread.set(started.thread().clone()));
        }
        Ok(run)
    }
}

impl Shared {
    fn keep_looking(&self) {
        let (mut quiet, mut turn) = (0, 0_u32);
        while !self.over.load(Ordering::SeqCst) {
            quiet = if self.look() { 0 } else { quiet + 1 };
            turn = turn.wrapping_add(1);
            if quiet > QUIET || turn.is_multiple_of(BEAT) {
                (self.beat)();
            }
            if quiet <= QUIET {
                thread::sleep(TURN);
                continue;
            }
            self.asleep.store(true, Ordering::SeqCst);
            if !self.look() && !self.over.load(Ordering::SeqCst) {
                thread::park();
            }
            self.asleep.store(false, Ordering::SeqCst);
            quiet = 0;
        }
    }

    /// Looks at every connection; true if one is at work.
    fn look(&self) -> bool {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut busy = false;
        runs.retain(|run| match run.upgrade() {
            Some(run) => {
                busy |= run.look();
                true
            }
            None => false,
        });
        busy
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        if let Some(thread) = self.shared.thread.get() {
            thread.unpark();
        }
    }
}
