//! What an installation did.

use std::collections::BTreeMap;
use std::fmt;

use super::Manifest;

/// A file that was not stored, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file.
    pub file: String,
    /// `FHIRPath` of the fault.
    pub place: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(place) = &self.place {
            write!(f, ": {place}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Counts and refusals.
#[derive(Debug)]
pub struct Report {
    /// The package.
    pub manifest: Manifest,
    /// Stored definitions by type.
    pub stored: BTreeMap<String, u64>,
    /// Definitions that were there already, the same.
    pub unchanged: u64,
    /// Definitions that an earlier installation of this version brought and that are in it no more.
    pub removed: u64,
    /// Files that were refused.
    pub refused: u64,
    /// Why: one line for every fault.
    pub refusals: Vec<Refusal>,
    /// Files that are no definition, or one without an address.
    pub skipped: u64,
    /// Packages that it needs and that are not installed.
    pub missing: Vec<String>,
}

impl Report {
    pub(super) fn new(manifest: Manifest) -> Self {
        Self {
            manifest,
            stored: BTreeMap::new(),
            unchanged: 0,
            removed: 0,
            refused: 0,
            refusals: Vec::new(),
            skipped: 0,
            missing: Vec::new(),
        }
    }

    /// How many definitions were stored.
    pub fn total(&self) -> u64 {
        self.stored.values().sum()
    }

    pub(super) fn refuse(&mut self, file: &str, faults: Vec<(Option<String>, String)>) {
        self.refused += 1;
        let file = file.to_owned();
        self.refusals.extend(faults.into_iter().map(|(place, reason)| Refusal { file: file.clone(), place, reason }));
    }
}
