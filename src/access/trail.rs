//! The log, for the patient: who looked, on whose behalf, at what, when, and what was refused.

use serde_json::Value;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::TrailFilter;

use super::audit_event::event;
use super::{Access, Released};

impl Access {
    /// The caller's own log, newest first. Reading one's own log is not logged: it would never end.
    ///
    /// # Errors
    /// 403 when the caller is not a patient.
    pub async fn trail(&self, filter: &TrailFilter, most: i64) -> Result<Released<Vec<(i64, Value)>>, Error> {
        let person = self.own_person()?;
        let records = self.app.store.trail(person, filter, most).await?;
        let events = records.into_iter().map(|record| Ok((record.seq, event(&record)?)));
        events.collect::<Result<Vec<_>, Error>>().map(Released)
    }

    /// One record of the caller's own log.
    ///
    /// # Errors
    /// 404 when it is absent or about somebody else.
    pub async fn trail_record(&self, seq: i64) -> Result<Released<Value>, Error> {
        let person = self.own_person()?;
        let record = self.app.store.trail_record(person, seq).await?.ok_or_else(Error::not_found)?;
        event(&record).map(Released)
    }

    /// Refuses another patient's id in a search of the log.
    ///
    /// # Errors
    /// 404 when it is not the caller's own.
    pub fn require_own_patient(&self, reference: &str) -> Result<(), Error> {
        let id = reference.strip_prefix("Patient/").unwrap_or(reference);
        match &self.ctx.actor {
            Actor::Patient(actor) if actor.patient_id == id => Ok(()),
            _ => Err(Error::not_found()),
        }
    }

    fn own_person(&self) -> Result<i64, Error> {
        match &self.ctx.actor {
            Actor::Patient(actor) if self.ctx.allows("AuditEvent", 'r') => Ok(actor.person),
            _ => Err(Error::forbidden("the log is for the patient")),
        }
    }
}
