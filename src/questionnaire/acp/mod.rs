//! The advance care plan: what is in its form, as the building blocks that others ask for
//! (<https://api.iknl.nl/docs/pzp/r4/>). Which question becomes which block goes by the `linkId`s of the published form, so that it
//! is the same for every wording of it.

mod limits;
mod people;
mod told;
mod wishes;

use std::collections::HashSet;

use serde_json::{Value, json};
use spil_fhir_profiles::canonical;

use super::Problem;
use told::Told;

pub use limits::{agreed_on, switches_off};
pub use people::{CAPABILITY, capability, tells_capability};

/// The form as it was published; its other names, and our own wording of it, are in [`canonical`].
pub const QUESTIONNAIRE: &str = "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020";
/// Where the profiles of the building blocks are.
pub const PROFILES: &str = "https://api.iknl.nl/docs/pzp/r4/StructureDefinition/";
/// When it was discussed.
pub const DATE: &str = "963";
/// What the name of the patient is made of: given, prefix, family; and the date of birth.
pub const PATIENT: [&str; 4] = ["964", "965", "966", "967"];
/// The same of whoever held the conversation, and the function.
pub const PROFESSIONAL: [&str; 4] = ["968", "969", "970", "1405"];
/// What a patient does not answer: who held the conversation and who were there, whether the patient can decide, what was told.
pub const NOT_BY_PATIENT: [&str; 4] = ["8", "78", "1406", "119"];

const SCT: &str = "http://snomed.info/sct";
const NULL: &str = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
const NL: &str = "http://nictiz.nl/fhir/StructureDefinition/";
/// Advance care planning.
const PLANNING: &str = "713603004";

/// What the blocks are made with.
#[derive(Debug, Clone)]
pub struct About {
    /// The `Patient`, as a reference.
    pub patient: Value,
    /// Who fills it in, as a reference: a professional after a conversation, the patient, or who decides for the patient.
    pub writer: Value,
    /// A professional who fills it in, in the role at that organisation (`PractitionerRole`), as a reference, when it is known:
    /// by the standard it is the role that takes part and agrees.
    pub role: Option<Value>,
    /// The organisation of the professional, as a reference; none when no professional was there.
    pub organisation: Option<Value>,
    /// The day it was discussed, `YYYY-MM-DD`.
    pub day: String,
    /// The same as an instant when that is known: of two agreements on one day the later counts.
    pub moment: String,
    /// When it was written down, an instant.
    pub now: String,
    /// Codes of the treatments about which something was agreed before: of these alone it is told that nothing is agreed now.
    pub before: HashSet<String>,
    /// Whether the blocks claim the profiles of the standard.
    pub claims: bool,
}

impl About {
    /// Who fills it in, as the one who takes part and agrees.
    fn party(&self) -> &Value {
        self.role.as_ref().unwrap_or(&self.writer)
    }
}

/// A resource to be written, with the address by which the others name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// `urn:uuid:…`.
    pub url: String,
    /// The resource.
    pub body: Value,
}

/// Blocks in the making.
struct Making<'a> {
    about: &'a About,
    uuid: &'a mut dyn FnMut() -> String,
    blocks: Vec<Block>,
    /// The conversation, as a reference; null when the patient wrote alone.
    encounter: Value,
    /// Who agreed, as references.
    agreed: Vec<Value>,
}

impl Making<'_> {
    /// Adds a resource; gives a reference to it. Without a profile it claims none.
    fn add(&mut self, profile: &str, mut body: Value) -> Value {
        if self.about.claims && !profile.is_empty() {
            body["meta"] = json!({"profile": [format!("{PROFILES}{profile}")]});
        }
        let url = format!("urn:uuid:{}", (self.uuid)());
        let reference = json!({"reference": url, "type": body["resourceType"]});
        self.blocks.push(Block { url, body });
        reference
    }

    /// Puts the conversation into an element, when there was one.
    fn during(&self, mut body: Value, element: &str) -> Value {
        if !self.encounter.is_null() {
            body[element] = self.encounter.clone();
        }
        body
    }
}

/// The response itself, which comes first, and its building blocks. `answers` holds its `item`s, `canonical` says to which form.
pub fn blocks(answers: Value, canonical: &str, about: &About, uuid: &mut dyn FnMut() -> String) -> Vec<Block> {
    let mut response = json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical,
        "status": "completed",
        "subject": about.patient,
        "authored": about.now,
        "author": about.writer,
    });
    if let (Some(members), Value::Object(answers)) = (response.as_object_mut(), answers) {
        members.extend(answers);
    }
    let url = format!("urn:uuid:{}", uuid());
    let mut making = Making { about, uuid, blocks: Vec::new(), encounter: Value::Null, agreed: Vec::new() };
    let told = Told(&response);
    let people = people::people(&mut making, told);
    making.encounter = wishes::conversation(&mut making, told, &people);
    making.agreed = people.agreed(about);
    limits::limits(&mut making, told);
    wishes::wishes(&mut making, told, &people);
    let (blocks, encounter) = (making.blocks, making.encounter);
    if !encounter.is_null() {
        response["encounter"] = encounter;
    }
    std::iter::once(Block { url, body: response }).chain(blocks).collect()
}

/// Whether a response answers the form, by whatever name and in whatever version.
pub fn is_response(response: &Value) -> bool {
    let form = response["questionnaire"].as_str().unwrap_or_default();
    canonical::same(QUESTIONNAIRE, form.split('|').next().unwrap_or_default())
}

/// What is missing or cannot be, beyond what the form itself asks: by `linkId`. `today` is `YYYY-MM-DD`.
pub fn check(response: &Value, today: &str) -> Vec<(&'static str, Problem)> {
    let told = Told(response);
    let mut problems = Vec::new();
    let day = told.answers(DATE).into_iter().find_map(|answer| answer["valueDateTime"].as_str());
    match day {
        None => problems.push((DATE, Problem::Missing)),
        Some(day) if day > today => problems.push((DATE, Problem::NoDay)),
        Some(_) => {}
    }
    problems.extend(limits::check(told).into_iter().map(|link| (link, Problem::Missing)));
    problems
}

fn coded(system: &str, code: &str, display: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": display}]})
}
