//! Is a code in a value set? *Yes*, *no*, or *that cannot be known from what is loaded*.

use serde_json::Value;

use crate::error::Error;

use super::Conformance;
use super::entry::Entry;
use super::evaluate::{Asked, Evaluation};

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Membership {
    /// It is, and this is what is known of it.
    Yes(Box<Entry>),
    /// It is not.
    No,
    /// Nobody can tell here: what is missing.
    Unknown(String),
}

impl Conformance {
    /// Whether a code is in the value set that a canonical address means; without a system in any system of the set.
    ///
    /// # Errors
    /// When the database fails. A value set or code system that is not known is no error but [`Membership::Unknown`].
    pub async fn membership(&self, value_set: &str, system: Option<&str>, code: &str) -> Result<Membership, Error> {
        let Some((body, _)) = self.value_set(value_set).await? else {
            return Ok(Membership::Unknown(super::unknown_value_set(value_set).to_string()));
        };
        self.membership_in(&body, system, code).await
    }

    /// The same for a value set in hand.
    pub(super) async fn membership_in(
        &self,
        body: &Value,
        system: Option<&str>,
        code: &str,
    ) -> Result<Membership, Error> {
        let asked = Asked::Code(system.map(str::to_owned), code.to_owned());
        let mut evaluation = Evaluation::new(self, asked);
        let found = match evaluation.value_set(body).await {
            Ok(found) => found,
            Err(error) if error.status == 422 => return Ok(unknown(&error)),
            Err(error) => return Err(error),
        };
        match (found.into_iter().next(), evaluation.missing.first()) {
            (Some(_), Some(missing)) if evaluation.is_doubtful => Ok(unknown(missing)),
            (Some(entry), _) => Ok(Membership::Yes(Box::new(entry))),
            (None, Some(missing)) => Ok(unknown(missing)),
            (None, None) => Ok(Membership::No),
        }
    }

    /// Whether a code is in a code system.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn in_system(&self, url: &str, version: Option<&str>, code: &str) -> Result<Membership, Error> {
        let Some(system) = self.system(url, version).await? else {
            if version.is_none() && super::implied::has_code(url, code) {
                return Ok(Membership::Yes(Box::new(Entry::listed(url, None, code))));
            }
            return Ok(unknown(&super::not_loaded(url, version)));
        };
        let entry = match self.concept(&system, code).await? {
            Some(concept) => self.entry(&system, concept).await?,
            None => None,
        };
        match entry {
            Some(entry) => Ok(Membership::Yes(Box::new(entry))),
            None if system.is_complete() => Ok(Membership::No),
            None => Ok(unknown(&super::incomplete(&system))),
        }
    }
}

fn unknown(error: &Error) -> Membership {
    Membership::Unknown(error.faults.first().map_or_else(String::new, |fault| fault.diagnostics.clone()))
}
