//! A transparency log over the audit records: a Merkle tree as of RFC 6962 and signed checkpoints of it, so that whoever kept an
//! old checkpoint sees that nothing before it was changed (<https://c2sp.org/tlog-checkpoint>).
//!
//! Only computes: `store` reads the hashes and keeps the checkpoints.

mod checkpoint;
mod merkle;
mod note;
mod proof;

pub use checkpoint::Checkpoint;
pub use merkle::{
    Frontier, Hash, consistency_ranges, inclusion_ranges, is_consistent, leaf_hash, range_roots, root_of_path,
};
pub use note::{NoteError, Signer, Verifier};
pub use proof::{Consistency, Inclusion};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A hash as it stands in a line of a note or proof.
fn line_of(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// Reads a hash back.
fn hash_of(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

/// A number as lines have it: no sign, no zero in front.
fn number_of(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}
