//! Who acts for a patient, as the patient sees and ends it.

use super::auth::Representation;
use crate::store::{Row, Store, StoreError};

impl Store {
    /// Who may act for a patient now: name to sign in with, name for people, relation and until when.
    pub async fn representatives(
        &self,
        patient_id: &str,
        now: i64,
    ) -> Result<Vec<(String, String, Representation)>, StoreError> {
        let sql = "SELECT r.username, a.display, r.relation, r.until FROM representative r \
                   JOIN account a ON a.username = r.username \
                   WHERE r.patient = $1 AND (r.until IS NULL OR r.until > $2) ORDER BY a.display, r.username";
        let rows = self.rows(sql, vec![patient_id.into(), now.into()]).await?;
        let one = |row: &Row| {
            let to = Representation {
                patient: patient_id.to_owned(),
                relation: row.text(2).to_owned(),
                until: row.opt_int(3),
            };
            (row.text(0).to_owned(), row.text(1).to_owned(), to)
        };
        Ok(rows.iter().map(one).collect())
    }

    /// Ends that the account `username` acts for a patient.
    pub async fn drop_representative(&self, username: &str, patient_id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM representative WHERE patient = $1 AND username = $2";
        let rows = self.statements(vec![(sql, vec![patient_id.into(), username.into()])]).await?;
        Ok(rows.first() == Some(&1))
    }
}
