//! The log for the privacy officer of an organisation: what that organisation did, and no more than it was told then.
//!
//! A pass that was refused reads the same whether there was nothing or it was hidden, and names nobody: otherwise the log would
//! tell what the answer did not. Statistics name nobody either: they were made without names.

use std::collections::HashMap;

use serde_json::Value;

use crate::ctx::{Actor, OrganisationActor, PRIVACY_OFFICER};
use crate::error::Error;
use crate::store::{AuditRecord, TrailFilter};

use super::audit_event::{About, event};
use super::audit_record::Kept;
use super::trail::{TrailPage, refused};
use super::{Access, Pass, Released, Verb};

/// Purpose of statistics.
const STATISTICS: &str = "HRESCH";

impl Access {
    /// The organisation whose log this is, when its privacy officer asks.
    pub(super) fn officer(&self) -> Result<Option<&OrganisationActor>, Error> {
        let Actor::Organisation(actor) = &self.ctx.actor else { return Ok(None) };
        let role = actor.subject.as_ref().and_then(|subject| subject.role.as_deref());
        if role != Some(PRIVACY_OFFICER) {
            return Ok(None);
        }
        if self.ctx.allows("AuditEvent", 'r') { Ok(Some(actor)) } else { Err(refused()) }
    }

    /// What the organisation did, newest first: about everybody, or about a patient whom it may see.
    pub(super) async fn officer_trail(
        &self,
        officer: &OrganisationActor,
        patient: Option<&str>,
        filter: &TrailFilter,
        most: i64,
    ) -> Result<Released<TrailPage>, Error> {
        let mut pass = Pass::new(Verb::Search, None);
        pass.query = Some("AuditEvent".to_owned());
        let filter = TrailFilter { org: Some(officer.org), ..filter.clone() };
        let (records, next) = match patient {
            None => self.app.store.trail_of_organisation(&filter, most).await?,
            Some(reference) => {
                let id = reference.strip_prefix("Patient/").unwrap_or(reference);
                let Some((person, _)) = self.visible_patient(id).await? else {
                    self.record(&pass.refuse("absent or no permission")).await?;
                    return Err(Error::not_found());
                };
                let records = self.app.store.trail(person, &filter, most).await?;
                let full = i64::try_from(records.len()).is_ok_and(|found| found == most);
                let next = records.last().filter(|_| full).map(|record| record.seq);
                // What was refused is about nobody whom the organisation was told of.
                (records.into_iter().filter(|record| told(record).is_some_and(|told| told)).collect(), next)
            }
        };
        let events = self.as_told(&records, &mut pass).await?;
        self.record(&pass).await?;
        let events = records.iter().map(|record| record.seq).zip(events).collect();
        Ok(Released(TrailPage { events, next }))
    }

    /// One record of what the organisation did.
    pub(super) async fn officer_record(&self, officer: &OrganisationActor, seq: i64) -> Result<Released<Value>, Error> {
        let mut pass = Pass::new(Verb::Read, Some(format!("AuditEvent/{seq}")));
        let record = self.app.store.record_of_organisation(officer.org, seq).await?;
        let records: Vec<AuditRecord> = record.into_iter().collect();
        let event = self.as_told(&records, &mut pass).await?.pop();
        let Some(event) = event else {
            self.record(&pass.refuse("absent")).await?;
            return Err(Error::not_found());
        };
        self.record(&pass).await?;
        Ok(Released(event))
    }

    /// The events of records as the organisation was told of them; adds to the pass what is told now.
    async fn as_told(&self, records: &[AuditRecord], pass: &mut Pass) -> Result<Vec<Value>, Error> {
        let (first, last) = (records.iter().map(|one| one.seq).min(), records.iter().map(|one| one.seq).max());
        let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
        let mut persons = self.app.store.log_persons(first - 1, last).await?;
        persons.retain(|seq, _| records.iter().any(|one| one.seq == *seq && told(one) == Some(true)));
        pass.persons = persons.values().flatten().copied().collect();
        pass.count = records.len();
        let bsns = self.app.store.bsns(pass.persons.clone()).await?;
        records.iter().map(|one| redacted(one, persons.get(&one.seq), &bsns)).collect()
    }
}

/// Whether the organisation got or wrote something about the persons of a record; none when it is older than these words.
fn told(record: &AuditRecord) -> Option<bool> {
    let kept: Kept<'_> = serde_json::from_str(&record.body).ok()?;
    Some(kept.refused.is_none() && kept.count > 0 && kept.purpose != STATISTICS)
}

fn redacted(record: &AuditRecord, persons: Option<&Vec<i64>>, bsns: &HashMap<i64, String>) -> Result<Value, Error> {
    let about = |person: &i64| About { reference: None, bsn: bsns.get(person).cloned() };
    let about: Vec<About> = persons.into_iter().flatten().map(about).collect();
    let mut event = event(record, &about)?;
    if event["outcomeDesc"].as_str().is_some_and(|why| why.contains("absent") || why.contains("no permission")) {
        event["outcomeDesc"] = "absent or no permission".into();
    }
    // The patient's consent is the patient's: the organisation has learned that it was permitted, not by what.
    if let Some(entities) = event["entity"].as_array_mut() {
        entities.retain(|entity| entity["type"]["code"] != "Consent");
    }
    Ok(event)
}
