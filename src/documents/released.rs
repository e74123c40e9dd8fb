//! From what the door released to a document: the same for the API and for the pages.

use spil_consent::PATIENT;

use crate::access::{Gathered, Stored};
use crate::ctx::{Actor, Ctx};
use crate::error::Error;
use crate::vouch::Voucher;

use super::proof::{Claim, DOMAIN, Proof};
use super::{Author, Document, HandoffPart, Input, Source, handoff_parts};
use serde_json::Value;

/// The organisation in whose name documents are composed.
const HUB: &str = "Organization/spil-hub";

/// What the medication overview is made of: types, or searches of a type. Of all observations only weight, height and how well
/// the kidneys work, of all lists those that say who checked the overview.
pub const MEDICATION_TYPES: [&str; 8] = [
    "MedicationRequest",
    "MedicationDispense",
    "MedicationStatement",
    "AllergyIntolerance",
    "Flag",
    "Observation?code=http://loinc.org|29463-7,http://loinc.org|3141-9,http://loinc.org|8335-2,http://loinc.org|8302-2,\
     http://loinc.org|8306-3,http://loinc.org|8308-9,http://loinc.org|62238-1,http://loinc.org|33914-3,\
     http://loinc.org|48642-3,http://loinc.org|48643-1,http://loinc.org|50210-4,http://loinc.org|69405-9,\
     http://loinc.org|77147-7,http://loinc.org|88294-4,http://loinc.org|98979-8",
    "List?code=http://snomed.info/sct|11181000146103",
    "Medication",
];

/// What is added to it when what was given is asked too.
pub const GIVEN_TYPES: [&str; 1] = ["MedicationAdministration"];

/// What the advance care plan is made of.
pub const WISHES_TYPES: [&str; 11] = [
    "Consent",
    "Goal",
    "Observation",
    "Procedure",
    "Encounter",
    "DeviceUseStatement",
    "Device",
    "CommunicationRequest",
    "QuestionnaireResponse",
    "RelatedPerson",
    "DocumentReference",
];

/// What the limits of treatment are read from. Of all observations only whether the patient decides.
pub const LIMITS_TYPES: [&str; 3] =
    ["Consent", "RelatedPerson", "Observation?code=http://snomed.info/sct|665671000146101"];

/// What the patient summary is made of.
pub const SUMMARY_TYPES: [&str; 15] = [
    "Condition",
    "AllergyIntolerance",
    "MedicationRequest",
    "MedicationDispense",
    "MedicationStatement",
    "Medication",
    "Immunization",
    "Observation",
    "DiagnosticReport",
    "Procedure",
    "DeviceUseStatement",
    "Device",
    "Consent",
    "Flag",
    "CarePlan",
];

/// What the nursing handoff is made of.
pub const HANDOFF_TYPES: [&str; 23] = [
    "Composition",
    "Condition",
    "AllergyIntolerance",
    "Observation",
    "Procedure",
    "Encounter",
    "CarePlan",
    "Goal",
    "Flag",
    "Consent",
    "DeviceUseStatement",
    "Device",
    "NutritionOrder",
    "MedicationRequest",
    "MedicationDispense",
    "MedicationStatement",
    "Immunization",
    "RelatedPerson",
    "Coverage",
    "CareTeam",
    "DiagnosticReport",
    "DocumentReference",
    "Medication",
];

/// The sections of a handoff by `ctx`, filled with what that organisation itself wrote: nobody hands over what others hold.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn released_parts(ctx: &Ctx, gathered: &Gathered, base: &str) -> Result<Vec<HandoffPart>, Error> {
    let own = gathered.resources.iter().filter(|stored| Some(stored.source) == ctx.org());
    let own = Gathered { patient: gathered.patient.clone(), resources: own.cloned().collect() };
    released(ctx, &own, base, "", |input| handoff_parts(&input))
}

/// Composes something, such as a document or a list, of what was gathered for `ctx`. `base` is the FHIR base address,
/// `document_id` a new UUID.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn released<T>(
    ctx: &Ctx,
    gathered: &Gathered,
    base: &str,
    document_id: &str,
    compose: impl FnOnce(Input) -> T,
) -> Result<T, Error> {
    let patient = gathered.patient.as_ref().map_or(Ok(Value::Null), Stored::value)?;
    let source = |stored: &Stored| -> Result<Source, Error> {
        let by_patient = stored.source == PATIENT && !matches!(ctx.actor, Actor::Patient(_));
        // The patient is called that by the patient alone.
        let organisation = if by_patient { "de patiënt".to_owned() } else { stored.source_name.clone() };
        Ok(Source { resource: stored.value()?, organisation })
    };
    let resources = gathered.resources.iter().map(source).collect::<Result<Vec<_>, Error>>()?;
    let requester = requester(ctx);
    Ok(compose(Input {
        patient: &patient,
        resources,
        now_ms: ctx.now,
        document_id,
        author: Author { reference: HUB, organisation: "Spil", requester: &requester },
        base,
        incomplete: !matches!(ctx.actor, Actor::Patient(_) | Actor::Hub),
    }))
}

/// The proof of a document, signed by this server, to be checked at its own address.
pub fn proof(document: &Document, voucher: &Voucher, base: &str) -> Proof {
    let claim = Claim::of(document);
    let token = voucher.token(DOMAIN, &claim.bytes());
    Proof::new(claim, format!("{}/controle/{token}", base.trim_end_matches('/')))
}

/// What a token says; none when this server did not make it.
pub fn proven(token: &str, voucher: &Voucher) -> Option<Claim> {
    Claim::read(&voucher.open(DOMAIN, token)?)
}

/// Who asked, as readers see it.
fn requester(ctx: &Ctx) -> String {
    match &ctx.actor {
        Actor::Hub => "Spil".to_owned(),
        Actor::Patient(actor) => actor.name.clone(),
        Actor::Organisation(actor) => {
            let person = actor.subject.as_ref().and_then(|subject| subject.name.as_deref());
            person.map_or_else(|| actor.name.clone(), |person| format!("{person}, {}", actor.name))
        }
    }
}
