//! The texts of queries that were long: the next times they go at once to where long work is done.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How often a query that was long is taken for long before it is tried among the short ones again.
const REMEMBERED: u32 = 100;
/// Most texts that are remembered.
const MOST_REMEMBERED: usize = 1_000;

/// What is remembered.
#[derive(Default)]
pub struct Heavy {
    /// Whether there are any: most servers never have one.
    any: AtomicBool,
    texts: Mutex<HashMap<u64, u32>>,
}

impl Heavy {
    /// Whether the query is expected to be long.
    pub fn expected(&self, sql: &str) -> bool {
        if !self.any.load(Ordering::Relaxed) {
            return false;
        }
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = texts.get_mut(&key(sql)) else { return false };
        *left -= 1;
        if *left == 0 {
            texts.remove(&key(sql));
        }
        true
    }

    /// Remembers that the query was long.
    pub fn remember(&self, sql: &str) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if texts.len() >= MOST_REMEMBERED {
            texts.clear();
        }
        texts.insert(key(sql), REMEMBERED);
        self.any.store(true, Ordering::Relaxed);
    }
}

fn key(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}
