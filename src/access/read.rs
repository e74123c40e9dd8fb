//! Read and vread.

use crate::error::Error;
use crate::store::Record;

use super::judge::Verdict;
use super::{Access, Pass, Released, Stored, Verb, types};

impl Access {
    /// The current version.
    ///
    /// # Errors
    /// 404 when it is absent or hidden, 410 when it was deleted and the caller could see it, 403 when the token does not
    /// allow reading this type.
    pub async fn read(&self, rtype: &str, id: &str) -> Result<Released<Stored>, Error> {
        let pass = Pass::new(Verb::Read, Some(format!("{rtype}/{id}")));
        let number = types::number(rtype)?;
        self.require(rtype, 'r', &pass).await?;
        let record = self.app.store.current(number, id, self.asker()).await?;
        self.release(record, pass).await
    }

    /// The same of a resource of the person of `Patient/{patient_id}`: what is somebody else's is absent, so that an emergency
    /// of one person opens nothing of another.
    ///
    /// # Errors
    /// As [`Access::read`].
    pub async fn read_of(&self, patient_id: &str, rtype: &str, id: &str) -> Result<Released<Stored>, Error> {
        let pass = Pass::new(Verb::Read, Some(format!("{rtype}/{id}")));
        let number = types::number(rtype)?;
        self.require(rtype, 'r', &pass).await?;
        let record = self.app.store.current(number, id, self.asker()).await?;
        let record = self.of_person(patient_id, record).await?;
        self.release(record, pass).await
    }

    /// The record, if it is of the person of `Patient/{patient_id}`.
    pub(super) async fn of_person(&self, patient_id: &str, record: Option<Record>) -> Result<Option<Record>, Error> {
        let patient = self.app.store.current(types::number("Patient")?, patient_id, self.asker()).await?;
        let person = patient.filter(|patient| !patient.deleted && patient.person > 0).map(|patient| patient.person);
        Ok(record.filter(|record| Some(record.person) == person))
    }

    /// One version. It must be visible as the resource is now, and as it was then.
    ///
    /// # Errors
    /// As [`Access::read`].
    pub async fn vread(&self, rtype: &str, id: &str, version: i64) -> Result<Released<Stored>, Error> {
        let pass = Pass::new(Verb::Vread, Some(format!("{rtype}/{id}/_history/{version}")));
        let number = types::number(rtype)?;
        self.require(rtype, 'r', &pass).await?;
        let current = self.app.store.current(number, id, self.asker()).await?;
        let Some(current) = current.filter(|_| version > 0) else {
            return self.release(None, pass).await;
        };
        if !self.judge(&current).await?.permit {
            return self.release(Some(current), pass).await;
        }
        let mut versions = self.app.store.versions(current.rid, Some(version)).await?;
        let record = versions.pop().map(|(record, _)| Record { in_handoff: current.in_handoff, ..record });
        self.release(record, pass).await
    }

    /// Judges a record, leaves the audit record and gives it out or not.
    async fn release(&self, record: Option<Record>, mut pass: Pass) -> Result<Released<Stored>, Error> {
        let Some(record) = record else {
            return Err(self.absent(pass).await?);
        };
        let verdict = self.judge(&record).await?;
        pass.persons = vec![record.person];
        if !verdict.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        let deleted = record.deleted;
        note(&mut pass, &record, verdict);
        self.record(&pass).await?;
        if deleted {
            return Err(Error::new(410, "deleted", "this resource was deleted"));
        }
        Ok(Released(self.give_one(record).await?))
    }

    /// Refuses when the token does not allow the interaction.
    pub(super) async fn require(&self, rtype: &str, interaction: char, pass: &Pass) -> Result<(), Error> {
        if self.ctx.allows(rtype, interaction) {
            return Ok(());
        }
        self.record(&pass.clone().refuse("scope")).await?;
        Err(Error::forbidden("the token does not allow this interaction on this type"))
    }
}

fn note(pass: &mut Pass, record: &Record, verdict: Verdict) {
    pass.categories = [record.category].into();
    pass.count = 1;
    pass.ground = verdict.ground;
    pass.consent = verdict.consent;
}
