//! Which person a search is about, where the caller names one that it may know.

use spil_fhir_profiles::bsn::SYSTEM as BSN;

use crate::ctx::Actor;
use crate::error::Error;
use crate::search::{Contained, Filter, PatientValue, Query, SystemTest, Test};

use super::absent::NOBODY;
use super::{Access, types};

impl Access {
    /// Binds the search on each type.
    pub(super) async fn bind_each(&self, query: &mut Query) -> Result<(), Error> {
        // A contained resource is whose its container is: what it says of a patient is compared as it is.
        if query.contained == Contained::No {
            self.bind(query).await?;
        }
        for other in &mut query.also {
            self.bind(other).await?;
        }
        Ok(())
    }

    /// Binds a query to one person where it names a patient that the caller may see: then every record of that person
    /// counts, whichever of the person's `Patient` resources it refers to. A patient that the caller may not see leaves
    /// the query as it is, so that it answers as if that patient did not exist.
    pub(super) async fn bind(&self, query: &mut Query) -> Result<(), Error> {
        if let Actor::Patient(actor) = &self.ctx.actor {
            let person = actor.person;
            return self.bind_patient_filters(query, Some(person)).await;
        }
        if query.rtype == types::number("Patient")? {
            return self.bind_patient_search(query).await;
        }
        self.bind_patient_filters(query, None).await
    }

    async fn bind_patient_filters(&self, query: &mut Query, only: Option<i64>) -> Result<(), Error> {
        let mut drop = Vec::new();
        for filter in query.patient_filters() {
            let found = match &filter.value {
                PatientValue::Id(id) => self.visible_patient(id).await?,
                PatientValue::Identifier { system, value } if system == BSN => self.visible_person(value).await?,
                PatientValue::Identifier { .. } => None,
            };
            let Some((person, policy)) = found else { continue };
            match query.person {
                None => {
                    query.bind(person);
                    query.policy = Some(policy);
                }
                Some(other) if other == person => {}
                // Two different persons at once: nothing is of both.
                Some(_) => query.filters[filter.at] = Filter::Nothing,
            }
            if query.filters[filter.at] != Filter::Nothing {
                drop.push(filter.at);
            }
        }
        for at in drop.into_iter().rev() {
            query.filters.remove(at);
        }
        if let (None, Some(only)) = (query.person, only)
            && !super::search::is_public(query.rtype)
        {
            query.bind(only);
        }
        Ok(())
    }

    /// `Patient?identifier=bsn|…` and `Patient?_id=…`: the person is looked up first, so that permissions of others do
    /// not matter. Where there is no such person it is a search for nobody, which takes as long.
    async fn bind_patient_search(&self, query: &mut Query) -> Result<(), Error> {
        let mut person = None;
        for filter in &query.filters {
            let named = match filter {
                Filter::Id(ids) if ids.len() == 1 => Some(self.person_of_patient(&ids[0]).await?),
                Filter::Value { test: Test::Token(tests), .. } if tests.len() == 1 => {
                    match (&tests[0].system, &tests[0].code) {
                        (SystemTest::Is(system), Some(value)) if system == BSN => {
                            Some(self.app.store.person_of_bsn(value).await?)
                        }
                        _ => None,
                    }
                }
                _ => None,
            };
            person = person.or(named.map(|person| person.unwrap_or(NOBODY)));
        }
        if let Some(person) = person {
            query.bind(person);
        }
        Ok(())
    }

    /// The person of a `Patient`, whether the caller may see it or not.
    async fn person_of_patient(&self, id: &str) -> Result<Option<i64>, Error> {
        let found = self.app.store.persons_of_patients(types::number("Patient")?, vec![id.to_owned()]).await?;
        Ok(found.get(id).copied().filter(|person| *person > 0))
    }

    /// The person of a `Patient` that the caller may see, with the state of that person's permissions.
    pub(super) async fn visible_patient(&self, id: &str) -> Result<Option<(i64, i64)>, Error> {
        let Some(record) = self.app.store.current(types::number("Patient")?, id, self.asker()).await? else {
            return Ok(None);
        };
        if record.deleted || record.person <= 0 {
            return Ok(None);
        }
        Ok(self.judge(&record).await?.permit.then_some((record.person, record.policy)))
    }

    /// The person with a BSN, if the caller may see any `Patient` of that person, with the state of the permissions.
    async fn visible_person(&self, bsn: &str) -> Result<Option<(i64, i64)>, Error> {
        let person = self.app.store.person_of_bsn(bsn).await?.unwrap_or(NOBODY);
        let mut query = Query::new(types::number("Patient")?, 1);
        query.bind(person);
        let view = self.view(Some(person)).await?;
        let found = self.page(&query, &view).await?;
        let policy = view.rules.get(&person).map_or(0, |(policy, _)| *policy);
        Ok((!found.is_empty()).then_some((person, policy)))
    }
}
