//! Who acts for a patient, as the patient sees and ends it.

use super::auth::Representation;
use crate::store::{Row, Store, StoreError};

impl Store {
    /// The person of a `Patient` with the resource itself, when it exists.
    pub async fn patient(&self, patient_id: &str) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
        let Some(rtype) = spil_fhir_profiles::definition::type_number("Patient") else { return Ok(None) };
        let sql = "SELECT person, body FROM resource WHERE rtype = $1 AND id = $2 AND deleted = 0";
        let mut rows = self.rows(sql, vec![i64::from(rtype).into(), patient_id.into()]).await?;
        Ok(rows.first_mut().map(|row| (row.int(0), row.take_bytes(1))).filter(|(person, _)| *person > 0))
    }

    /// The hub's own `Patient` of a person.
    pub async fn hub_patient(&self, person: i64) -> Result<Option<String>, StoreError> {
        let Some(rtype) = spil_fhir_profiles::definition::type_number("Patient") else { return Ok(None) };
        let sql = "SELECT id FROM resource WHERE rtype = $1 AND person = $2 AND source = 0 AND deleted = 0 ORDER BY id LIMIT 1";
        let rows = self.rows(sql, vec![i64::from(rtype).into(), person.into()]).await?;
        Ok(rows.first().map(|row| row.text(0).to_owned()))
    }

    /// Who may act for a patient now: name to sign in with, name for people, relation and until when.
    pub async fn representatives(
        &self,
        patient_id: &str,
        now: i64,
    ) -> Result<Vec<(String, String, Representation)>, StoreError> {
        let sql = "SELECT r.username, a.display, r.relation, r.until, r.agreed FROM representative r \
                   JOIN account a ON a.username = r.username \
                   WHERE r.patient = $1 AND (r.until IS NULL OR r.until > $2) ORDER BY a.display, r.username";
        let rows = self.rows(sql, vec![patient_id.into(), now.into()]).await?;
        let one = |row: &Row| {
            let to = Representation {
                patient: patient_id.to_owned(),
                relation: row.text(2).to_owned(),
                until: row.opt_int(3),
                agreed: row.opt_int(4),
            };
            (row.text(0).to_owned(), row.text(1).to_owned(), to)
        };
        Ok(rows.iter().map(one).collect())
    }

    /// Notes that a child agreed at `now` that the account `username` acts for it, or (`None`) does not agree any more.
    pub async fn agree_to_representative(
        &self,
        username: &str,
        patient_id: &str,
        now: Option<i64>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE representative SET agreed = $1 WHERE patient = $2 AND username = $3";
        let rows = self.statements(vec![(sql, vec![now.into(), patient_id.into(), username.into()])]).await?;
        Ok(rows.first() == Some(&1))
    }

    /// Ends that the account `username` acts for a patient.
    pub async fn drop_representative(&self, username: &str, patient_id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM representative WHERE patient = $1 AND username = $2";
        let rows = self.statements(vec![(sql, vec![patient_id.into(), username.into()])]).await?;
        Ok(rows.first() == Some(&1))
    }
}
