//! From what the door released to a document: the same for the API and for the pages.

use crate::access::{Gathered, Stored};
use crate::ctx::{Actor, Ctx};
use crate::error::Error;
use crate::vouch::Voucher;
use serde_json::Value;

use super::proof::{Claim, DOMAIN, Proof};
use super::{Author, Document, Input, Source};

/// The organisation in whose name documents are composed.
const HUB: &str = "Organization/spil-hub";

/// What the medication overview is made of.
pub const MEDICATION_TYPES: [&str; 8] = [
    "MedicationRequest",
    "MedicationDispense",
    "MedicationStatement",
    "MedicationAdministration",
    "AllergyIntolerance",
    "Flag",
    "Observation",
    "Medication",
];

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

/// Composes a document of what was gathered for `ctx`. `base` is the FHIR base address, `document_id` a new UUID.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn released_document(
    ctx: &Ctx,
    gathered: &Gathered,
    base: &str,
    document_id: &str,
    compose: impl FnOnce(&Input) -> Document,
) -> Result<Document, Error> {
    let patient = gathered.patient.as_ref().map_or(Ok(Value::Null), Stored::value)?;
    let source = |stored: &Stored| -> Result<Source, Error> {
        Ok(Source { resource: stored.value()?, organisation: stored.source_name.clone() })
    };
    let sources = gathered.resources.iter().map(source).collect::<Result<Vec<_>, Error>>()?;
    let requester = requester(ctx);
    Ok(compose(&Input {
        patient: &patient,
        resources: &sources,
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
