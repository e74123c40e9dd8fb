//! The record of who comes to act for a patient, and who ceases to: the patient reads it with everything else.

use std::collections::BTreeSet;

use spil_consent::Ground;
use spil_fhir_profiles::category::CONSENT;

use crate::error::Error;

use super::{Access, Pass, Verb};

impl Access {
    /// Keeps the record of a change of who acts for a person, before it is made.
    ///
    /// # Errors
    /// When the record cannot be kept; the change must not be made then.
    pub async fn note_representation(&self, person: i64, change: &str) -> Result<(), Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("representative?{change}"));
        pass.persons = vec![person];
        pass.categories = BTreeSet::from([CONSENT]);
        pass.count = 1;
        pass.ground = Ground::Own;
        self.record(&pass).await
    }
}
