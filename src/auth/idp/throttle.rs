//! Slows down guessing: so many failures for one key within five minutes, and no more is tried.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const WINDOW: i64 = 5 * 60 * 1000;
const MOST_KEYS: usize = 10_000;

/// Failures by key, with the moment of the first one.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, (u32, i64)>>);

impl Throttle {
    /// Whether `key` failed fewer than `most` times of late.
    pub fn may_try(&self, key: &str, most: u32, now: i64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).is_none_or(|(failures, first)| *failures < most || now - first > WINDOW)
    }

    /// Counts a failure.
    pub fn failed(&self, key: &str, now: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KEYS {
            known.retain(|_, (_, first)| now - *first <= WINDOW);
        }
        let entry = known.entry(key.to_owned()).or_insert((0, now));
        if now - entry.1 > WINDOW {
            *entry = (0, now);
        }
        entry.0 += 1;
    }

    /// Forgets the failures of `key`.
    pub fn succeeded(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_close_a_key_for_a_while_and_success_opens_it() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            assert!(throttle.may_try("a", 3, 0));
            throttle.failed("a", 0);
        }
        assert!(!throttle.may_try("a", 3, WINDOW));
        assert!(throttle.may_try("b", 3, 0));
        assert!(throttle.may_try("a", 3, WINDOW + 1));
        throttle.succeeded("a");
        assert!(throttle.may_try("a", 3, 0));
    }
}
