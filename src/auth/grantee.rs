//! Whose record somebody may use: their own, or that of whom they act for; asked again each time, never remembered.

use crate::app::App;
use crate::error::Error;

/// Somebody who may use the record of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantee {
    /// Number of the person whose record it is.
    pub person: i64,
    /// Name of who uses it.
    pub name: String,
    /// When it is not their own record: the relation.
    pub relation: Option<String>,
}

/// Whether the account of `subject` may use the record of `Patient` `patient_id` at `now`.
pub async fn find(app: &App, subject: &str, patient_id: &str, now: i64) -> Result<Option<Grantee>, Error> {
    let Some(account) = app.store.account_of(subject).await? else { return Ok(None) };
    let relation = if account.patient.as_deref() == Some(patient_id) {
        None
    } else {
        let all = app.store.representations(subject, now).await?;
        match all.into_iter().find(|one| one.patient == patient_id) {
            Some(one) => Some(one.relation),
            None => return Ok(None),
        }
    };
    let person = app.store.person_of_patient(patient_id).await?;
    Ok(person.map(|person| Grantee { person, name: account.display, relation }))
}
