//! Randomness that can be set: two servers that answer the same request make up the same ids and seals.

use std::sync::atomic::{AtomicU64, Ordering};

use spil::clock::Random;

use crate::search::differential::Dice;

/// Numbers of a place in one long row.
#[derive(Default)]
pub struct Settable(AtomicU64);

impl Settable {
    /// Goes to where the numbers of a request begin: no two requests have any in common.
    pub fn begin(&self, request: u64) {
        self.0.store(request << 20, Ordering::SeqCst);
    }
}

impl Random for Settable {
    fn fill(&self, bytes: &mut [u8]) {
        for some in bytes.chunks_mut(8) {
            let number = Dice(self.0.fetch_add(1, Ordering::SeqCst)).roll().to_le_bytes();
            some.copy_from_slice(&number[..some.len()]);
        }
    }
}
