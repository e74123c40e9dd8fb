//! Records that are added to the audit log without asking where it ends: the writer knows where it left it. Most of what is
//! written is the record of a read, and a turn to a database elsewhere costs more than the writing.
//!
//! Another server on the same database may have written meanwhile. The number of a record is its key, so the records are
//! refused then, and are written the usual way.

use super::commit::AuditEntry;
use super::sql::audit::{Chained, End};
use super::tx::{StoreError, Tx};

/// After somebody else was faster, so many batches ask first.
const CAREFUL: u32 = 64;

/// Where the writer left the log.
#[derive(Default)]
pub struct Log {
    end: Option<End>,
    careful: u32,
}

impl Log {
    /// Adds records in one turn; none when that cannot be done, or is not worth it. After a refusal the transaction is still
    /// to be rolled back.
    pub async fn append(&mut self, tx: &mut dyn Tx, records: &[&AuditEntry]) -> Option<Result<(), StoreError>> {
        if !tx.is_far() {
            return None;
        }
        if self.careful > 0 {
            self.careful -= 1;
            return None;
        }
        let chained = Chained::new(self.end.take()?, records.iter().copied(), |_| 0);
        let mut steps = Vec::new();
        chained.write(&mut steps, tx.dialect());
        let done = tx.at_once(steps).await;
        match &done {
            Ok(()) => self.end = Some(chained.end()),
            Err(_) => self.careful = CAREFUL,
        }
        Some(done)
    }

    /// The end is not known any more.
    pub fn forget(&mut self) {
        self.end = None;
    }

    /// The log ends here.
    pub fn left_at(&mut self, end: End) {
        self.end = Some(end);
    }
}
