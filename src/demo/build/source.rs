//! The record that one organisation keeps of one person, as the transaction its own system would send.

use serde_json::{Value, json};
use spil_fhir_profiles::bsn;

use super::super::SourceBundle;
use super::super::clock::Clock;
use super::super::organisations::{OrganisationSpec, organisation};
use super::super::people::Person;
use super::super::professionals::{ProfessionalSpec, professional};
use super::super::random::Random;
use super::code::{Code, reference};

/// Collects the resources of one organisation about one person.
pub struct Source<'a> {
    /// The organisation whose system speaks.
    pub org: &'static OrganisationSpec,
    /// The person the record is about.
    pub person: &'a Person,
    /// The moment of making.
    pub clock: &'a Clock,
    /// Randomness of this record only.
    pub random: Random,
    /// Who writes, until [`Source::by`] names someone else.
    pub author: &'static ProfessionalSpec,
    label: Option<Code>,
    patient: String,
    entries: Vec<Value>,
}

impl<'a> Source<'a> {
    /// Opens the record: the first entry is the organisation's own `Patient`, created only if it is not there yet.
    pub fn open(kind: &str, person: &'a Person, clock: &'a Clock, random: &Random) -> Self {
        let org = organisation(kind);
        let mut random = random.fork(&format!("{kind}/{}", person.spec.key));
        let patient = format!("urn:uuid:{}", random.uuid());
        let mut entry = json!({
            "fullUrl": patient,
            "resource": person.patient_resource(&format!("Practitioner/{}", person.spec.gp)),
            "request": {"method": "POST", "url": "Patient"},
        });
        entry["request"]["ifNoneExist"] = json!(format!("identifier={}|{}", bsn::SYSTEM, person.bsn));
        Self { org, person, clock, random, author: professional(org.lead), label: None, patient, entries: vec![entry] }
    }

    /// What follows is written by this professional.
    pub fn by(&mut self, id: &str) -> &mut Self {
        self.author = professional(id);
        self
    }

    /// What follows carries this security label, or none.
    pub fn labelled(&mut self, label: Option<Code>) -> &mut Self {
        self.label = label;
        self
    }

    /// Changes the organisation's own `Patient`.
    pub fn change_patient(&mut self, change: impl FnOnce(&mut Value)) {
        if let Some(entry) = self.entries.first_mut() {
            change(&mut entry["resource"]);
        }
    }

    /// Adds a resource and gives the address by which others in the bundle refer to it.
    pub fn add(&mut self, mut resource: Value) -> String {
        let id = self.random.uuid();
        let url = format!("urn:uuid:{id}");
        let kind = resource["resourceType"].as_str().unwrap_or_default().to_owned();
        if resource.get("identifier").is_none() {
            let identifier = json!({"system": self.system("id"), "value": id});
            resource["identifier"] = if kind == "Composition" { identifier } else { json!([identifier]) };
        }
        if let Some(label) = self.label {
            resource["meta"]["security"] = json!([label.coding()]);
        }
        self.entries.push(json!({
            "fullUrl": url,
            "resource": resource,
            "request": {"method": "POST", "url": kind},
        }));
        url
    }

    /// Changes a resource that was added before: two resources may refer to each other.
    pub fn amend(&mut self, url: &str, change: impl FnOnce(&mut Value)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry["fullUrl"] == url) {
            change(&mut entry["resource"]);
        }
    }

    /// The organisation's own naming system for this sort of number.
    pub fn system(&self, sort: &str) -> String {
        format!("https://{}.example/fhir/NamingSystem/{sort}", self.org.client_id)
    }

    /// Reference to the organisation's own `Patient`.
    pub fn subject(&self) -> Value {
        reference(&self.patient, "Patient", &self.person.full_name())
    }

    /// Reference to the one who writes.
    pub fn writer(&self) -> Value {
        reference(&format!("Practitioner/{}", self.author.id), "Practitioner", self.author.name)
    }

    /// Reference to the one who writes, in the role at the organisation.
    pub fn role(&self) -> Value {
        reference(&format!("PractitionerRole/role-{}", self.author.id), "PractitionerRole", self.author.name)
    }

    /// Reference to the organisation itself.
    pub fn organisation(&self) -> Value {
        reference(&format!("Organization/{}", self.org.id), "Organization", self.org.name)
    }

    /// A moment so many days ago, at a time in office hours that differs from one entry to the next.
    pub fn moment(&mut self, days_ago: i64) -> String {
        let hour = i8::try_from(self.random.between(8, 16)).unwrap_or(9);
        let minute = i8::try_from(self.random.between(0, 11) * 5).unwrap_or(0);
        self.clock.at(days_ago, hour, minute)
    }

    /// Ends the record.
    pub fn close(self) -> SourceBundle {
        SourceBundle {
            organisation_ura: self.org.ura.to_owned(),
            patient_bsn: self.person.bsn.clone(),
            bundle: json!({"resourceType": "Bundle", "type": "transaction", "entry": self.entries}),
        }
    }
}
