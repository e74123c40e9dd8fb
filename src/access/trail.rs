//! The log: for the patient, who looked, on whose behalf, at what, when, and what was refused; for the privacy officer of an
//! organisation, what that organisation did (`trail_officer`). For nobody else.

use serde_json::Value;

use crate::ctx::{Actor, PatientActor};
use crate::error::Error;
use crate::store::TrailFilter;

use super::audit_event::{About, event};
use super::{Access, Released};

/// A page of the log.
#[derive(Debug, Clone)]
pub struct TrailPage {
    /// Number and `AuditEvent` of each record, newest first.
    pub events: Vec<(i64, Value)>,
    /// The next page begins before this record; none when there is no more.
    pub next: Option<i64>,
}

impl Access {
    /// The log that is for the caller, newest first. A patient who reads the own log is not logged: it would never end.
    ///
    /// # Errors
    /// 403 when the log is not for the caller, 404 when `patient` is not one whose log the caller may read.
    pub async fn trail(
        &self,
        patient: Option<&str>,
        filter: &TrailFilter,
        most: i64,
    ) -> Result<Released<TrailPage>, Error> {
        if let Some(officer) = self.officer()? {
            return self.officer_trail(officer, patient, filter, most).await;
        }
        let actor = self.own_log(patient)?;
        let records = self.app.store.trail(actor.person, filter, most).await?;
        let about = self.own_about(actor).await?;
        let full = i64::try_from(records.len()).is_ok_and(|found| found == most);
        let next = records.last().filter(|_| full).map(|record| record.seq);
        let events = records.into_iter().map(|record| Ok((record.seq, event(&record, &about)?)));
        Ok(Released(TrailPage { events: events.collect::<Result<Vec<_>, Error>>()?, next }))
    }

    /// One record of the log that is for the caller.
    ///
    /// # Errors
    /// 403 when the log is not for the caller, 404 when the record is absent or of another log.
    pub async fn trail_record(&self, seq: i64) -> Result<Released<Value>, Error> {
        if let Some(officer) = self.officer()? {
            return self.officer_record(officer, seq).await;
        }
        let actor = self.own_log(None)?;
        let record = self.app.store.trail_record(actor.person, seq).await?.ok_or_else(Error::not_found)?;
        event(&record, &self.own_about(actor).await?).map(Released)
    }

    /// The patient whose log it is. The log of somebody else is not there.
    fn own_log(&self, patient: Option<&str>) -> Result<&PatientActor, Error> {
        let own = if let Actor::Patient(actor) = &self.ctx.actor { Some(actor) } else { None };
        if let Some(reference) = patient {
            let id = reference.strip_prefix("Patient/").unwrap_or(reference);
            own.filter(|actor| actor.patient_id == id).ok_or_else(Error::not_found)?;
        }
        own.filter(|_| self.ctx.allows("AuditEvent", 'r')).ok_or_else(refused)
    }

    async fn own_about(&self, actor: &PatientActor) -> Result<Vec<About>, Error> {
        let bsns = self.app.store.bsns(vec![actor.person]).await?;
        let bsn = bsns.get(&actor.person).cloned();
        Ok(vec![About { reference: Some(format!("Patient/{}", actor.patient_id)), bsn }])
    }
}

pub(super) fn refused() -> Error {
    Error::forbidden("the log is for the patient, and for the privacy officer of an organisation")
}
