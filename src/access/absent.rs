//! What is absent takes as long as what is hidden: it is judged as something of a person who permits nothing, and its record
//! in the log is kept as one about somebody, so that neither the time nor the load tells the one from the other.

use crate::error::Error;
use crate::store::Record;

use super::{Access, Pass};

/// The person whose data is what is not there. Nobody has this number.
pub(super) const NOBODY: i64 = i64::MAX;

/// Category in which it would be.
const PROBLEMS: u8 = 3;

impl Access {
    /// The answer to a request for one resource that is absent, once it is on record.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn absent(&self, mut pass: Pass) -> Result<Error, Error> {
        let stand_in = Record {
            rid: 0,
            rtype: 0,
            id: String::new(),
            version: 0,
            updated: 0,
            deleted: false,
            person: NOBODY,
            category: PROBLEMS,
            labels: 0,
            source: spil_consent::HUB,
            period: None,
            body: Vec::new(),
            in_handoff: false,
            policy: 0,
        };
        self.judge(&stand_in).await?;
        if pass.persons.is_empty() {
            pass.persons.push(NOBODY);
        }
        self.record(&pass.refuse("absent")).await?;
        Ok(Error::not_found())
    }
}
