//! Everything of one person that the caller may see, in one pass: what documents are composed of.

use serde_json::Value;

use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::parameters::parameters;
use spil_fhir_profiles::path::{Target, reference_target};

use crate::ctx::Actor;
use crate::error::Error;
use crate::search::{Filter, Query, SystemTest, Test, TokenTest};
use crate::store::Record;

use super::judge::Verdict;
use super::spoken::literals;
use super::{Access, Pass, Released, Stored, Verb, types};

/// SNOMED code of a nursing handoff `Composition`.
const HANDOFF: &str = "11171000146100";
/// Most resources of one type that a document is composed of.
const MOST: u32 = 5_000;

/// What was gathered for a document.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The `Patient` that was named; none where a document is about nobody, such as an advance notice.
    pub patient: Option<Stored>,
    /// The resources, newest first per type.
    pub resources: Vec<Stored>,
}

impl Gathered {
    /// The newest handoff `Composition` among what was gathered.
    ///
    /// # Errors
    /// When what is stored is not JSON; that is our fault.
    pub fn newest_handoff(&self) -> Result<Option<Value>, Error> {
        for stored in self.resources.iter().filter(|stored| stored.rtype == "Composition") {
            let body = stored.value()?;
            let codes = body["type"]["coding"].as_array();
            if codes.into_iter().flatten().any(|coding| coding["code"] == HANDOFF) {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

impl Access {
    /// All resources of `types` of the person of `Patient/{id}` that the caller may see, and what they refer to among
    /// nobody's data (`Medication`, `Organization`, `Practitioner`, …). A type may have a query that narrows it.
    ///
    /// # Errors
    /// 404 when the patient is absent or hidden.
    pub async fn collect(
        &self,
        patient_id: &str,
        rtypes: &[&str],
        operation: &str,
    ) -> Result<Released<Gathered>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("Patient/{patient_id}/{operation}"));
        self.require("Patient", 'r', &pass).await?;
        let patient = self.app.store.current(types::number("Patient")?, patient_id, self.asker()).await?;
        let Some(patient) = patient.filter(|patient| !patient.deleted && patient.person > 0) else {
            return Err(self.absent(pass).await?);
        };
        self.collect_of(patient, rtypes, pass).await
    }

    /// The same of the patient with an identifier, or without one of the patient who asks.
    ///
    /// # Errors
    /// 404 when there is no such patient, or it is hidden; 400 when it is not said who.
    pub async fn collect_by(
        &self,
        identifier: Option<(&str, &str)>,
        rtypes: &[&str],
        operation: &str,
    ) -> Result<Released<Gathered>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(operation.to_owned());
        self.require("Patient", 'r', &pass).await?;
        let mut query = Query::new(types::number("Patient")?, 2);
        query.filters = match (identifier, &self.ctx.actor) {
            (None, Actor::Patient(actor)) => vec![Filter::Id(vec![actor.patient_id.clone()])],
            (None, _) => return Err(Error::bad_request("required", "say whose overview").at("patient")),
            (Some((system, value)), _) => {
                let test = TokenTest { system: SystemTest::Is(system.to_owned()), code: Some(value.to_owned()) };
                let param = parameters().get("Patient", "identifier").map_or(u16::MAX, |param| param.number);
                vec![Filter::Value { param, test: Test::Token(vec![test]) }]
            }
        };
        self.bind(&mut query).await?;
        let found = self.settled(&query).await?.into_iter().find(|record| record.person > 0);
        if let Some(patient) = found {
            return self.collect_of(patient, rtypes, pass).await;
        }
        pass.persons.extend(query.person);
        Err(self.absent(pass).await?)
    }

    async fn collect_of(&self, patient: Record, rtypes: &[&str], mut pass: Pass) -> Result<Released<Gathered>, Error> {
        pass.persons = vec![patient.person];
        let verdict = self.judge(&patient).await?;
        if !verdict.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        let records = self.records_of(&patient, rtypes).await?;
        pass.count = records.len() + 1;
        pass.categories = records.iter().map(|record| record.category).filter(|category| *category < 30).collect();
        pass.ground = verdict.ground;
        pass.consent = verdict.consent;
        self.record(&pass).await?;
        let resources = self.give(records).await?;
        Ok(Released(Gathered { patient: Some(self.give_one(patient).await?), resources }))
    }

    async fn records_of(&self, patient: &Record, rtypes: &[&str]) -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        for asked in rtypes {
            let (rtype, narrowed) = asked.split_once('?').unwrap_or((asked, ""));
            if !self.ctx.allows(rtype, 's') && !self.ctx.allows(rtype, 'r') {
                continue;
            }
            let mut query = Query::new(types::number(rtype)?, MOST);
            if !narrowed.is_empty() {
                let pairs = crate::http::query_pairs(narrowed)?;
                query.filters = self.parse(rtype, rtype, &pairs, false).await?.0.filters;
            }
            query.bind(patient.person);
            query.policy = Some(patient.policy);
            records.extend(self.settled(&query).await?);
        }
        let wanted = references(&records)?;
        records.extend(self.neighbours(&records, wanted).await?);
        Ok(records)
    }

    /// The rows of a bound query, once the permissions stood still while it ran.
    pub(super) async fn settled(&self, query: &Query) -> Result<Vec<Record>, Error> {
        for tried in 0..4 {
            // What was read with the patient counts first: each row is compared with it.
            let view = self.view_in(query.person, query.policy.filter(|_| tried == 0)).await?;
            let rows = self.page(query, &view).await?;
            if let Some(records) = self.confirm(rows, &view).await? {
                return Ok(records);
            }
        }
        Err(Error::conflict("permissions kept changing; try again"))
    }

    /// What the records refer to and is not among them, two steps far (`PractitionerRole` → `Practitioner`).
    pub(super) async fn neighbours(
        &self,
        records: &[Record],
        mut wanted: Vec<(u16, String)>,
    ) -> Result<Vec<Record>, Error> {
        let mut known: std::collections::HashSet<(u16, String)> =
            records.iter().map(|record| (record.rtype, record.id.clone())).collect();
        let mut found = Vec::new();
        for _ in 0..2 {
            wanted.retain(|place| !known.contains(place));
            if wanted.is_empty() {
                break;
            }
            let several = self.app.store.several(&wanted, self.asker()).await?;
            let mut round = Vec::new();
            for (place, record) in several {
                known.insert(place);
                let allowed = self.ctx.allows(types::name(record.rtype), 'r');
                if allowed && self.judge(&record).await?.permit {
                    round.push(record);
                }
            }
            wanted = references(&round)?;
            found.extend(round);
        }
        found.sort_by(|left, right| (left.rtype, &left.id).cmp(&(right.rtype, &right.id)));
        Ok(found)
    }

    /// A stored `Composition` with what it refers to, as far as the caller may see it; with `of`, one of the person of that
    /// `Patient`.
    ///
    /// # Errors
    /// 404 when it is absent or hidden.
    pub async fn composition(&self, id: &str, of: Option<&str>) -> Result<Released<(Stored, Gathered)>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("Composition/{id}/$document"));
        self.require("Composition", 'r', &pass).await?;
        let mut current = self.app.store.current(types::number("Composition")?, id, self.asker()).await?;
        if let Some(patient_id) = of {
            current = self.of_person(patient_id, current).await?;
        }
        let Some(current) = current.filter(|record| !record.deleted) else {
            return Err(self.absent(pass).await?);
        };
        pass.persons = vec![current.person];
        let mut verdict = self.judge(&current).await?;
        if !verdict.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        let mut patient = None;
        if current.person != 0 {
            let Some((subject, on)) = self.subject_of_document(&current).await? else {
                return Err(self.absent(pass).await?);
            };
            if !on.permit {
                self.record(&pass.refuse("no permission")).await?;
                return Err(Error::not_found());
            }
            (patient, verdict) = (Some(subject), on);
        }
        let mut first = vec![current];
        let wanted = references(&first)?;
        let mut records = self.neighbours(&first, wanted).await?;
        records.retain(|record| patient.as_ref().is_none_or(|patient| record.rid != patient.rid));
        pass.count = records.len() + 1 + usize::from(patient.is_some());
        pass.categories =
            records.iter().chain(&first).map(|record| record.category).filter(|category| *category < 30).collect();
        pass.ground = verdict.ground;
        pass.consent = verdict.consent;
        self.record(&pass).await?;
        let resources = self.give(records).await?;
        let composition = self.give_one(first.remove(0)).await?;
        let patient = match patient {
            Some(patient) => Some(self.give_one(patient).await?),
            None => None,
        };
        Ok(Released((composition, Gathered { patient, resources })))
    }

    /// The `Patient` that a document of a person is about, and whether the caller may see it; none when there is none.
    async fn subject_of_document(&self, document: &Record) -> Result<Option<(Record, Verdict)>, Error> {
        let body: Value = serde_json::from_slice(&document.body).map_err(Error::internal)?;
        let reference = body["subject"]["reference"].as_str().unwrap_or_default();
        let patient_id = reference.strip_prefix("Patient/").ok_or_else(|| {
            Error::unprocessable("business-rule", "this document has no patient").at("Composition.subject")
        })?;
        let patient = self.app.store.current(types::number("Patient")?, patient_id, self.asker()).await?;
        let Some(patient) = patient.filter(|patient| !patient.deleted) else { return Ok(None) };
        let verdict = self.judge(&patient).await?;
        Ok(Some((patient, verdict)))
    }
}

/// What records refer to, each once.
pub(super) fn references(records: &[Record]) -> Result<Vec<(u16, String)>, Error> {
    let mut wanted = Vec::new();
    for record in records {
        wanted.extend(named(std::str::from_utf8(&record.body).map_err(Error::internal)?));
    }
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted.into_iter().map(|(rtype, id)| (rtype, id.to_owned())).collect())
}

/// The resources that a stored text names by a literal reference. It is not parsed for that.
fn named(text: &str) -> impl Iterator<Item = (u16, &str)> {
    literals(text).filter_map(|at| match reference_target(&text[at]) {
        Target::Relative(rtype, id) => Some((type_number(rtype)?, id)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use spil_fhir_profiles::compartment;

    use super::*;

    proptest! {
        /// What is read from the text is what is read from the resource.
        #[test]
        fn the_text_names_what_the_resource_names(
            literals in prop::collection::vec("(Patient|Task|Onbekend|urn:uuid:1|#a|https://x/fhir/Task)(/[a-z0-9-]{0,4}){0,3}", 0..6),
            words in r#"[a-z"\\:{}/]{0,20}"#,
        ) {
            let refer = |text: &String| json!({"item": {"reference": text, "display": words}, "flag": {"text": words}});
            let entries: Vec<Value> = literals.iter().map(refer).collect();
            let misleading = format!("\"reference\":\"Patient/{words}\"");
            let body = json!({"resourceType": "List", "title": misleading, "entry": entries,
                "note": {"reference": {"reference": "Task/9"}}});
            let mut found: Vec<(u16, String)> = named(&body.to_string()).map(|(rtype, id)| (rtype, id.to_owned())).collect();
            let mut expected: Vec<(u16, String)> = compartment::references(&body).into_iter()
                .filter_map(|(rtype, id)| Some((type_number(&rtype)?, id)))
                .collect();
            for list in [&mut found, &mut expected] {
                list.sort();
                list.dedup();
            }
            prop_assert_eq!(found, expected);
        }
    }
}
