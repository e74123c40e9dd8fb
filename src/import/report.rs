//! What an import did.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::error::Error;

/// Something that was not stored, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file.
    pub file: PathBuf,
    /// The line, in a file of lines.
    pub line: Option<usize>,
    /// `FHIRPath` of the fault.
    pub place: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(place) = &self.place {
            write!(f, ": {place}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Counts and refusals.
#[derive(Debug, Default)]
pub struct Report {
    /// Stored resources by type.
    pub stored: BTreeMap<String, u64>,
    /// Resources, Bundles or files that were refused.
    pub refused: u64,
    /// Why: one line for every fault.
    pub refusals: Vec<Refusal>,
    /// Files that are of no kind that is read.
    pub skipped: u64,
}

impl Report {
    /// How many resources were stored.
    pub fn total(&self) -> u64 {
        self.stored.values().sum()
    }

    /// Counts a resource that was stored.
    pub(super) fn store(&mut self, rtype: &str) {
        *self.stored.entry(rtype.to_owned()).or_default() += 1;
    }

    /// Counts one thing that was refused.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        self.refusals.push(refusal);
    }

    /// Counts one thing that the door refused, with all its faults.
    pub(super) fn refuse_all(&mut self, file: &std::path::Path, line: Option<usize>, error: Error) {
        self.refused += 1;
        self.refusals.extend(error.faults.into_iter().map(|fault| Refusal {
            file: file.to_owned(),
            line,
            place: fault.expression,
            reason: fault.diagnostics,
        }));
    }
}
