//! The demo region: organisations, people and records that do not exist.
//!
//! [`region`] is a pure function: the same seed and the same moment give the same region, byte for byte. The records are
//! transactions as the systems of the organisations would send them; whoever loads them uses the door every system uses.
//! All passwords and numbers are for demonstration only.

mod background;
mod bsn;
mod build;
mod clock;
mod codes;
mod consents;
mod medicines;
mod ordinary;
mod organisations;
mod people;
mod personas;
mod professionals;
mod random;
mod representatives;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::clock::Clock;
use self::organisations::ORGANISATIONS;
use self::people::{PEOPLE, Person};
use self::professionals::PROFESSIONALS;
use self::random::Random;

/// Everything there is in the demo region.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The six organisations.
    pub organisations: Vec<DemoOrganisation>,
    /// The professionals who can sign in.
    pub professionals: Vec<DemoProfessional>,
    /// The patients, all of whom can sign in.
    pub patients: Vec<DemoPatient>,
    /// Transaction with the address book: organisations, places, professionals and their roles, with fixed ids.
    pub directory: Value,
    /// The records, one transaction for every pair of organisation and patient.
    pub records: Vec<SourceBundle>,
    /// The privacy consents that patients have given at the start.
    pub privacy_consents: Vec<Value>,
    /// Who may act for whom.
    pub representatives: Vec<Representative>,
}

/// An organisation of the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOrganisation {
    /// Id of its `Organization`.
    pub id: String,
    /// Name.
    pub name: String,
    /// `gp`, `gp_post`, `hospital`, `vvt`, `pharmacy` or `mental_health`.
    pub kind: String,
    /// Subscriber number of eight digits.
    pub ura: String,
    /// Code of the Dutch list of organisation types.
    pub type_code: String,
    /// Client id of its system.
    pub client_id: String,
}

/// A professional of the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoProfessional {
    /// Id of the `Practitioner`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Subscriber number of the organisation.
    pub organisation_ura: String,
    /// UZI role code.
    pub role_code: String,
    /// Name of the role.
    pub role_name: String,
    /// Name to sign in with.
    pub username: String,
    /// Password, for the demo only.
    pub password: String,
}

/// A patient of the region.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoPatient {
    /// Id of the `Patient` that the hub keeps.
    pub id: String,
    /// Name.
    pub name: String,
    /// Citizen service number.
    pub bsn: String,
    /// Date of birth.
    pub birth_date: String,
    /// Name to sign in with.
    pub username: String,
    /// Password, for the demo only.
    pub password: String,
    /// The `Patient` that the hub keeps, with its id.
    pub resource: Value,
}

/// What one organisation sends about one patient.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceBundle {
    /// Who sends.
    pub organisation_ura: String,
    /// About whom.
    pub patient_bsn: String,
    /// The transaction.
    pub bundle: Value,
}

/// Someone who may act for a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representative {
    /// Id of the hub's `Patient` who is represented.
    pub patient_id: String,
    /// Name with which the representative signs in: that of another patient of the region.
    pub representative_username: String,
    /// `spouse` or `parent`.
    pub relation: String,
    /// Why this person may act.
    pub reason: String,
    /// First day.
    pub from: String,
    /// Until this day: the sixteenth birthday of a child, the end of a mandate.
    pub until: Option<String>,
    /// Whether a child of twelve or older agreed.
    pub agreed: bool,
}

/// Makes the region for a seed, as it is at a moment (milliseconds since 1970, UTC).
pub fn region(seed: u64, now_ms: i64) -> Region {
    let random = Random::new(seed);
    let clock = Clock::new(now_ms);
    let bsns = bsn::generate(&mut random.fork("bsn"), PEOPLE.len());
    let mut identity = random.fork("patient ids");
    let ids: Vec<String> = PEOPLE.iter().map(|_| identity.uuid()).collect();
    let people = people::people(&bsns, &ids, &clock);
    let mut records = personas::records(&people, &clock, &random);
    records.extend(background::records(&people, &clock, &random));
    Region {
        organisations: organisations(),
        professionals: professionals(),
        patients: people.iter().map(patient).collect(),
        directory: professionals::directory(),
        records,
        privacy_consents: consents::consents(&people, &clock),
        representatives: representatives::representatives(&people, &clock),
    }
}

fn organisations() -> Vec<DemoOrganisation> {
    ORGANISATIONS
        .iter()
        .map(|spec| DemoOrganisation {
            id: spec.id.to_owned(),
            name: spec.name.to_owned(),
            kind: spec.kind.to_owned(),
            ura: spec.ura.to_owned(),
            type_code: spec.type_code.to_owned(),
            client_id: spec.client_id.to_owned(),
        })
        .collect()
}

fn professionals() -> Vec<DemoProfessional> {
    PROFESSIONALS
        .iter()
        .map(|spec| DemoProfessional {
            id: spec.id.to_owned(),
            name: spec.name.to_owned(),
            organisation_ura: spec.organisation().ura.to_owned(),
            role_code: spec.role_code.to_owned(),
            role_name: spec.role_name.to_owned(),
            username: spec.username.to_owned(),
            password: spec.password.to_owned(),
        })
        .collect()
}

fn patient(person: &Person) -> DemoPatient {
    let mut resource = person.patient_resource(&format!("Practitioner/{}", person.spec.gp));
    resource["id"] = Value::String(person.id.clone());
    DemoPatient {
        id: person.id.clone(),
        name: person.full_name(),
        bsn: person.bsn.clone(),
        birth_date: person.birth_date.clone(),
        username: person.spec.key.to_owned(),
        password: person.spec.password.to_owned(),
        resource,
    }
}
