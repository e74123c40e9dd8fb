//! Who may write what, and whose data it becomes.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use spil_consent::{HUB, PATIENT};
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::category::CONSENT;
use spil_fhir_profiles::compartment::{self, PatientRef};
use spil_fhir_profiles::medication::Block;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;
use crate::store::commit::{Method, PersonKey};

use super::draft::Draft;
use super::{Access, handoff, parameters, review, types};

/// What a patient may add to the own record.
const PATIENT_WRITES: [&str; 11] = [
    "Consent",
    "Observation",
    "QuestionnaireResponse",
    "DocumentReference",
    "Communication",
    "MedicationStatement",
    "List",
    "Goal",
    "RelatedPerson",
    "Device",
    "DeviceUseStatement",
];

impl Access {
    /// Refuses what this caller may never write.
    pub(super) fn may_write(&self, rtype: &str, letter: char) -> Result<(), Error> {
        if !self.ctx.allows(rtype, letter) {
            return Err(Error::forbidden("the token does not allow this interaction on this type"));
        }
        if self.ctx.is_emergency() {
            return Err(Error::forbidden("emergency access is for reading only"));
        }
        if rtype == "AuditEvent" {
            return Err(Error::forbidden("audit records are made by the server only"));
        }
        if rtype == parameters::TYPE {
            self.may_define(letter)?;
        }
        let by_patient = matches!(self.ctx.actor, Actor::Patient(_));
        // The answer to a question of an organisation.
        let answers = rtype == "Task" && letter == 'u';
        if by_patient && !answers && !PATIENT_WRITES.contains(&rtype) {
            return Err(Error::forbidden("a patient cannot write this type"));
        }
        Ok(())
    }

    /// Whether the caller is the source of a record.
    pub(super) fn owns(&self, record: &Record) -> bool {
        match &self.ctx.actor {
            Actor::Hub => true,
            Actor::Organisation(actor) => record.source == actor.org,
            Actor::Patient(actor) => {
                let consent = || record.category == CONSENT && types::name(record.rtype) == "Consent";
                record.person == actor.person && (record.source == PATIENT || consent())
            }
        }
    }

    /// Refuses a change by one who sees the record but is not its source. Who a handoff is addressed to may move its
    /// status.
    pub(super) fn may_change(&self, record: &Record, body: Option<&Value>) -> Result<(), Error> {
        if record.rtype == types::number("Task")? {
            let before: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
            if review::is_review(&before) {
                return self.may_review(record, &before, body);
            }
            if let Some(after) = body {
                return handoff::may_move(self, record, &before, after);
            }
        }
        if self.owns(record) {
            return Ok(());
        }
        Err(Error::forbidden("only the source of this resource can change it"))
    }

    /// Who is the source of the new version.
    pub(super) fn source_of(&self, draft: &Draft) -> i64 {
        match (&self.ctx.actor, &draft.current) {
            // Whoever moves a handoff or answers a question, it stays the sender's.
            (Actor::Patient(_), Some(record)) if draft.rtype == "Task" => record.source,
            (Actor::Patient(_), _) => PATIENT,
            (_, Some(record)) => record.source,
            (Actor::Organisation(actor), None) => actor.org,
            (Actor::Hub, None) => HUB,
        }
    }
}

/// The persons that drafts are about.
pub struct Persons {
    /// `Patient` ids of this commit.
    new: HashMap<String, PersonKey>,
    /// `Patient` ids that are stored.
    stored: HashMap<String, i64>,
    /// BSNs that are known.
    numbers: HashMap<String, i64>,
}

impl Persons {
    /// Looks up everybody whom the drafts name.
    pub async fn find(access: &Access, drafts: &[Draft]) -> Result<Self, Error> {
        let mut ids = HashSet::new();
        let mut numbers = HashSet::new();
        for body in drafts.iter().filter_map(|draft| draft.body.as_ref().or(draft.posted.as_ref())) {
            for patient in compartment::patients(body) {
                match patient {
                    PatientRef::Id(id) => drop(ids.insert(id)),
                    PatientRef::Bsn(bsn) => drop(numbers.insert(bsn)),
                    PatientRef::Other => {}
                }
            }
            if body["resourceType"] == "Patient" {
                numbers.extend(bsn(body)?);
            }
        }
        let store = &access.app.store;
        let stored = known_patients(access, drafts, ids).await?;
        let mut known = HashMap::new();
        for number in numbers {
            if let Some(person) = store.person_of_bsn(&number).await? {
                known.insert(number, person);
            }
        }
        let mut persons = Self { new: HashMap::new(), stored, numbers: known };
        for draft in drafts.iter().filter(|draft| draft.rtype == "Patient" && draft.method.is_some()) {
            if let Some(body) = &draft.body {
                let key = match (&draft.current, bsn(body)?) {
                    (Some(record), number) => persons.unchanged(record.person, number.as_deref())?,
                    (None, Some(number)) => persons.key(number),
                    (None, None) => PersonKey::New(draft.id.clone()),
                };
                persons.new.insert(draft.id.clone(), key);
            }
        }
        Ok(persons)
    }

    fn key(&self, number: String) -> PersonKey {
        self.numbers.get(&number).map_or(PersonKey::Bsn(number), |person| PersonKey::Known(*person))
    }

    /// A `Patient` stays the same person: another BSN would carry a whole record over to somebody else.
    fn unchanged(&self, person: i64, number: Option<&str>) -> Result<PersonKey, Error> {
        match number {
            Some(number) if self.numbers.get(number) != Some(&person) => {
                let text = "the BSN of a Patient cannot be changed: record a new Patient";
                Err(Error::unprocessable("business-rule", text).at("Patient.identifier"))
            }
            _ => Ok(PersonKey::Known(person)),
        }
    }

    /// Whose data a draft is.
    pub fn of(&self, access: &Access, draft: &Draft) -> Result<PersonKey, Error> {
        let key = match (&draft.body, draft.method, &draft.current) {
            (None, _, Some(record)) | (_, Some(Method::Delete), Some(record)) => PersonKey::Known(record.person),
            (Some(_), _, _) if draft.rtype == "Patient" => {
                self.new.get(&draft.id).cloned().unwrap_or(PersonKey::Unclear)
            }
            (Some(body), _, _) => self.named(body),
            (None, _, None) => PersonKey::Unclear,
        };
        if let Actor::Patient(actor) = &access.ctx.actor
            && key != PersonKey::Known(actor.person)
        {
            let text = "a patient can write only about himself or herself";
            return Err(Error::unprocessable("business-rule", text).at(format!("{}.subject", draft.rtype)));
        }
        if let (Actor::Patient(_), Some(body)) = (&access.ctx.actor, &draft.body)
            && !of_a_patient(body)
        {
            let text = "of medicines a patient writes the own use (422979000), of lists that the medication overview was \
                        checked (11181000146103), of goals those of advance care planning (713603004)";
            return Err(Error::unprocessable("business-rule", text).at(format!("{}.code", draft.rtype)));
        }
        Ok(key)
    }

    fn named(&self, body: &Value) -> PersonKey {
        let keys: HashSet<PersonKey> = compartment::patients(body)
            .into_iter()
            .map(|patient| match patient {
                PatientRef::Id(id) => match (self.new.get(&id), self.stored.get(&id)) {
                    (Some(key), _) => key.clone(),
                    (None, Some(person)) => PersonKey::Known(*person),
                    (None, None) => PersonKey::Unclear,
                },
                PatientRef::Bsn(number) => self.key(number),
                PatientRef::Other => PersonKey::Unclear,
            })
            .collect();
        let mut keys = keys.into_iter();
        match (keys.next(), keys.next()) {
            (None, _) => PersonKey::Nobody,
            (Some(key), None) => key,
            (Some(_), Some(_)) => PersonKey::Unclear,
        }
    }
}

/// Of some types a patient writes one kind only.
fn of_a_patient(body: &Value) -> bool {
    let coded = |concept: &Value, code: &str| {
        let mut codings = concept["coding"].as_array().into_iter().flatten();
        codings.any(|coding| coding["system"] == "http://snomed.info/sct" && coding["code"] == code)
    };
    let is = |code: &str| coded(&body["code"], code);
    match body["resourceType"].as_str() {
        Some("List") => is("11181000146103"),
        Some("Goal") => body["category"].as_array().is_some_and(|all| all.iter().any(|one| coded(one, "713603004"))),
        Some("MedicationStatement") => Block::of(body) == Some(Block::Use),
        _ => true,
    }
}

/// The persons of those `Patient` resources that the caller may see, or whose the resource was already: a reference to
/// another organisation's hidden one must not put data into a record that the caller does not know, nor tell whose it is.
/// The hub's own `Patient` of a resident is an address that whoever was given it may write to: its id is random.
async fn known_patients(
    access: &Access,
    drafts: &[Draft],
    ids: HashSet<String>,
) -> Result<HashMap<String, i64>, Error> {
    let mut before = HashSet::new();
    for record in drafts.iter().filter_map(|draft| draft.current.as_ref()).filter(|record| !record.deleted) {
        let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
        before.extend(compartment::patients(&body).into_iter().map(|patient| (patient, record.person)));
    }
    let number = types::number("Patient")?;
    let wanted: Vec<(u16, String)> = ids.into_iter().map(|id| (number, id)).collect();
    let mut known = HashMap::new();
    for ((_, id), record) in access.app.store.several(&wanted, access.asker()).await? {
        let was_theirs = before.contains(&(PatientRef::Id(id.clone()), record.person));
        if was_theirs || record.source == HUB || access.judge(&record).await?.permit {
            known.insert(id, record.person);
        }
    }
    Ok(known)
}

/// The BSN of a `Patient`, if it has one; two different ones are refused.
fn bsn(patient: &Value) -> Result<Option<String>, Error> {
    let mut found: Option<String> = None;
    for identifier in patient["identifier"].as_array().into_iter().flatten() {
        if identifier["system"] == BSN
            && let Some(value) = identifier["value"].as_str()
        {
            if found.as_deref().is_some_and(|other| other != value) {
                let text = "a Patient has one BSN";
                return Err(Error::unprocessable("business-rule", text).at("Patient.identifier"));
            }
            found = Some(value.to_owned());
        }
    }
    Ok(found)
}
