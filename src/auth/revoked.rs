//! What this process knows to be revoked, so that a cached token ends at once.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Ids of tokens and families with the moment until which they matter.
#[derive(Default)]
pub struct Revoked(RwLock<HashMap<String, i64>>);

impl Revoked {
    /// Starts with what the database holds.
    pub fn new(known: Vec<(String, i64)>) -> Self {
        Self(RwLock::new(known.into_iter().collect()))
    }

    /// Adds an id and forgets what is over.
    pub fn add(&self, id: &str, expires: i64, now: i64) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| *until > now);
        known.insert(id.to_owned(), expires);
    }

    /// Whether the token or its family is here.
    pub fn has(&self, jti: &str, family: Option<&str>) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(jti) || family.is_some_and(|family| known.contains_key(family))
    }
}
