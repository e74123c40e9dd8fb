//! Whether the audit log is whole: every record bound to the one before it, and all of them what the checkpoints say that was
//! there. Takes a read-out copy in its order; keeps nothing but the end of the chain and the right edge of the tree.

use std::collections::VecDeque;
use std::fmt;

use crate::tlog::{Checkpoint, Frontier, Verifier, leaf_hash};

use super::sql::audit::{chain, chain_without_persons};

/// Lines of a checkpoint as the server makes it: name, size, root, none, signature.
const LINES: usize = 5;

/// A record as it stands in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// Its place in the log, from 1.
    pub seq: i64,
    /// When, ms.
    pub at: i64,
    /// The organisation that asked; 0 none.
    pub org: i64,
    /// 1 when it was refused.
    pub refused: i64,
    /// 1 when it was an emergency access.
    pub emergency: i64,
    /// Whom it is about, in their order.
    pub persons: Vec<i64>,
    /// The text.
    pub body: String,
    /// The hash of the record before it.
    pub prev: Vec<u8>,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl LogRecord {
    fn columns(&self) -> [i64; 5] {
        [self.seq, self.at, self.org, self.refused, self.emergency]
    }

    /// Whether its hash is of what it says, after the record with the hash `prev`.
    pub fn fits(&self, prev: &[u8]) -> bool {
        self.hash == chain(prev, self.columns(), &self.persons, &self.body)
            || self.hash == chain_without_persons(prev, self.columns(), &self.body)
    }
}

/// A checkpoint as it stands in its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Its number, from 1.
    pub number: i64,
    /// How many records.
    pub size: i64,
    /// The signed note.
    pub note: String,
    /// The right edge of the tree.
    pub peaks: Vec<u8>,
}

/// What is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The record with this number is not there.
    Missing(i64),
    /// The record with this number was changed, or whom it is about.
    Changed(i64),
    /// The record with this number does not follow the one before it.
    Unlinked(i64),
    /// Somebody is named as the one whom a record is about that is not there.
    Stray(i64),
    /// The log ends, and a checkpoint has seen more.
    Cut {
        /// The last record.
        last: i64,
        /// How many there were.
        size: u64,
    },
    /// These records hang together, and are not those that a checkpoint has seen.
    Rewritten {
        /// The first that may be another.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// The checkpoint with this number is not as it was made.
    Checkpoint {
        /// Its number.
        number: i64,
        /// What is wrong with it.
        why: String,
    },
}

impl Fault {
    /// The first record that is concerned.
    pub fn record(&self) -> Option<i64> {
        match self {
            Self::Missing(seq) | Self::Changed(seq) | Self::Unlinked(seq) | Self::Stray(seq) => Some(*seq),
            Self::Cut { last, .. } => Some(last + 1),
            Self::Rewritten { from, .. } => Some(*from),
            Self::Checkpoint { .. } => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(seq) => write!(f, "record {seq} is missing"),
            Self::Changed(seq) => write!(f, "record {seq}, or whom it is about, was changed"),
            Self::Unlinked(seq) => write!(f, "record {seq} does not follow record {}", seq - 1),
            Self::Stray(seq) => write!(f, "a person is named for record {seq}, which is not there"),
            Self::Cut { last, size } => {
                write!(f, "the log ends at record {last}, and a checkpoint has seen {size} records")
            }
            Self::Rewritten { from, to } => {
                write!(f, "one or more of the records {from} to {to} are not those that a checkpoint has seen")
            }
            Self::Checkpoint { number, why } => write!(f, "checkpoint {number}: {why}"),
        }
    }
}

impl std::error::Error for Fault {}

/// What a sound log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Whole {
    /// Records.
    pub records: i64,
    /// Checkpoints.
    pub checkpoints: i64,
    /// How many of the records a checkpoint has seen.
    pub witnessed: i64,
}

/// Goes through the log.
pub struct Checker<'k> {
    key: &'k Verifier,
    tree: Frontier,
    hash: Vec<u8>,
    found: Whole,
    /// Checkpoints that are ahead.
    ahead: VecDeque<KeptCheckpoint>,
    has_all: bool,
    /// Checkpoints that somebody kept elsewhere, and that are ahead.
    elsewhere: VecDeque<Checkpoint>,
    /// How many records those that are behind have seen: the log's own may have been made anew together with the records.
    seen_elsewhere: i64,
}

impl<'k> Checker<'k> {
    /// Begins, with the key that the checkpoints are signed with and checkpoints that were kept elsewhere.
    pub fn new(key: &'k Verifier, mut elsewhere: Vec<Checkpoint>) -> Self {
        elsewhere.sort_by_key(|checkpoint| checkpoint.size);
        Self {
            key,
            tree: Frontier::default(),
            hash: Vec::new(),
            found: Whole::default(),
            ahead: VecDeque::new(),
            has_all: false,
            elsewhere: elsewhere.into(),
            seen_elsewhere: 0,
        }
    }

    /// Whether it must be given checkpoints before it can take the next record.
    pub fn wants_checkpoints(&self) -> bool {
        self.ahead.is_empty() && !self.has_all
    }

    /// Takes the next checkpoints; none when there are no more.
    ///
    /// # Errors
    /// The first that is not as it was made.
    pub fn checkpoints(&mut self, next: Vec<KeptCheckpoint>) -> Result<(), Fault> {
        self.has_all = next.is_empty();
        for kept in next {
            let number = kept.number;
            let fault = |why: &str| Fault::Checkpoint { number, why: why.to_owned() };
            self.found.checkpoints += 1;
            if number != self.found.checkpoints {
                return Err(Fault::Checkpoint { number: self.found.checkpoints, why: "it is missing".to_owned() });
            }
            let before = self.ahead.back().map_or(self.found.witnessed, |other| other.size);
            let open = Checkpoint::open(&kept.note, self.key).map_err(|error| fault(&error.to_string()))?;
            if i64::try_from(open.size) != Ok(kept.size) {
                return Err(fault("it is not of the size that stands beside it"));
            }
            if kept.note.lines().count() != LINES {
                return Err(fault("there is more in it than the server writes"));
            }
            if kept.size <= before {
                return Err(fault("it is not of more records than the one before it"));
            }
            let tree = Frontier::of(open.size, &kept.peaks);
            if tree.is_none_or(|tree| tree.root() != open.root) {
                return Err(fault("the right edge of its tree is another"));
            }
            self.ahead.push_back(kept);
        }
        self.settle()
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// When it is not the one that was written there.
    pub fn record(&mut self, record: &LogRecord) -> Result<(), Fault> {
        let seq = self.found.records + 1;
        if record.seq != seq {
            return Err(Fault::Missing(seq));
        }
        if record.prev != self.hash {
            return Err(Fault::Unlinked(seq));
        }
        if !record.fits(&self.hash) {
            return Err(Fault::Changed(seq));
        }
        self.found.records = seq;
        self.hash.clone_from(&record.hash);
        self.tree.push(leaf_hash(&record.hash));
        self.settle()
    }

    /// Compares the tree with the checkpoints of its size.
    fn settle(&mut self) -> Result<(), Fault> {
        let size = self.tree.size();
        let rewritten = |seen: i64| Fault::Rewritten { from: seen + 1, to: self.found.records };
        while let Some(kept) = self.ahead.pop_front_if(|kept| kept.size == self.found.records) {
            // Its peaks come to the root that was signed.
            if kept.peaks != self.tree.peaks() {
                return Err(rewritten(self.found.witnessed));
            }
            self.found.witnessed = kept.size;
        }
        while let Some(checkpoint) = self.elsewhere.pop_front_if(|checkpoint| checkpoint.size == size) {
            if checkpoint != Checkpoint::of(&self.tree) {
                return Err(rewritten(self.seen_elsewhere));
            }
            self.seen_elsewhere = self.found.records;
        }
        Ok(())
    }

    /// The log ends here.
    ///
    /// # Errors
    /// When a checkpoint has seen more.
    pub fn end(mut self) -> Result<Whole, Fault> {
        self.settle()?;
        let kept = self.ahead.back().and_then(|kept| u64::try_from(kept.size).ok());
        let elsewhere = self.elsewhere.back().map(|checkpoint| checkpoint.size);
        match kept.max(elsewhere) {
            Some(size) => Err(Fault::Cut { last: self.found.records, size }),
            None => Ok(self.found),
        }
    }
}

/// Checks a copy that is held as a whole.
///
/// # Errors
/// The first fault.
pub fn check(key: &Verifier, records: &[LogRecord], checkpoints: &[KeptCheckpoint]) -> Result<Whole, Fault> {
    let mut checker = Checker::new(key, Vec::new());
    checker.checkpoints(checkpoints.to_vec())?;
    checker.has_all = true;
    for record in records {
        checker.record(record)?;
    }
    checker.end()
}
