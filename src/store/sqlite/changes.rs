//! What was committed since a reader opened its view of the file.
//!
//! The writers of this process count their commits, and apart those that changed more than the audit log. Commits of another
//! process (a command on the same file) are not counted: for their sake every reader looks anew after at most fifty
//! milliseconds, and at once when a commit finds that what it relies on has changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// How the names of the tables of the audit log begin.
pub const AUDIT: &str = "audit";

/// Counts of commits.
#[derive(Default)]
pub struct Changes {
    /// All.
    all: AtomicU64,
    /// Those that changed more than the audit log.
    data: AtomicU64,
    /// Whether views are closed after each query.
    closing: AtomicBool,
}

/// The counts at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    all: u64,
    data: u64,
    closing: bool,
}

impl Changes {
    /// Those of a file: whoever opens the same file in this process shares them.
    pub fn of(file: &Path) -> Arc<Self> {
        static OPEN: LazyLock<Mutex<HashMap<PathBuf, Weak<Changes>>>> = LazyLock::new(Mutex::default);
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, changes| changes.strong_count() > 0);
        if let Some(known) = open.get(&file).and_then(Weak::upgrade) {
            return known;
        }
        let new = Arc::new(Self::default());
        open.insert(file, Arc::downgrade(&new));
        new
    }

    /// A commit is on disk. To be called before anybody is told.
    pub fn committed(&self, only_audit: bool) {
        if !only_audit {
            self.data.fetch_add(1, Ordering::AcqRel);
        }
        self.all.fetch_add(1, Ordering::AcqRel);
    }

    /// Another process may have written.
    pub fn others(&self) {
        self.data.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether views stay open after a query.
    pub fn keep_views(&self, keep: bool) {
        self.closing.store(!keep, Ordering::Release);
    }

    /// The counts now.
    pub fn now(&self) -> Moment {
        let closing = self.closing.load(Ordering::Acquire);
        Moment { all: self.all.load(Ordering::Acquire), data: self.data.load(Ordering::Acquire), closing }
    }
}

impl Moment {
    /// Whether a view of this moment shows a query what it would see `now`.
    pub fn still_holds(self, now: Self, sql: &str) -> bool {
        self.data == now.data && (self.all == now.all || !sql.contains(AUDIT))
    }

    /// Whether the view is kept after the query.
    pub fn keep_views(self) -> bool {
        !self.closing
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    const READ: &str = "SELECT body FROM resource WHERE rid = $1";
    const TRAIL: &str = "SELECT body FROM audit WHERE seq = $1";

    #[test]
    fn a_record_of_the_audit_log_is_news_only_to_who_reads_the_log() {
        let changes = Changes::default();
        let view = changes.now();
        assert!(view.still_holds(changes.now(), READ) && view.still_holds(changes.now(), TRAIL));
        changes.committed(true);
        assert!(view.still_holds(changes.now(), READ));
        assert!(!view.still_holds(changes.now(), TRAIL));
    }

    #[test]
    fn everything_else_is_news_to_every_reader() {
        let news: [fn(&Changes); 2] = [|changes| changes.committed(false), Changes::others];
        for news in news {
            let changes = Changes::default();
            let view = changes.now();
            news(&changes);
            assert!(!view.still_holds(changes.now(), READ) && !view.still_holds(changes.now(), TRAIL));
        }
    }
}
