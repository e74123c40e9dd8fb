//! Loading a folder of FHIR files on behalf of an organisation, through the door that its system would use.
//!
//! Patients go first, then whom records name (organisations, professionals …), then the rest, so that references lead
//! somewhere. A resource with an id keeps it (stored with PUT), so that references between files hold. Resources go in
//! transactions of up to 500; when one is refused its group is written one by one, so that a bad file harms no other.
//! A transaction Bundle is sent as it is, whole or not at all; one over the limits of the API is split ([`split`]) and
//! then no longer stands or falls as a whole.

mod files;
mod load;
mod read;
mod report;
mod split;

pub use files::{Files, find};
pub use load::import;
pub use report::{Refusal, Report};

/// Most bytes of one resource or one transaction.
pub const MOST_BYTES: usize = crate::http::BODY_LIMIT;
/// Most entries of a transaction that is sent as it is.
pub const MOST_ENTRIES: usize = 1_000;
/// Single resources that are stored together.
pub const GROUP: usize = 500;
