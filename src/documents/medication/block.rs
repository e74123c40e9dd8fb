//! A building block of a treatment with a medicine, read from one resource.

use super::super::dates;
use super::super::present;
use super::super::record::Record;
use super::super::value::{SNOMED, coded, concept, extension, first_text, key, kind, list, text};
use super::super::{Source, Text};
use jiff::civil::Date;
use serde_json::Value;
use spil_fhir_profiles::medication::{self, Block};
use std::collections::HashMap;

pub(super) use spil_fhir_profiles::medication::BASE;

/// What part a building block plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// What prescriber and patient agreed.
    Agreement,
    /// A schedule that varies, such as that of the thrombosis service.
    Schedule,
    /// What the pharmacy made of it.
    Pharmacy,
    /// What was handed over.
    Supply,
    /// What the patient really takes.
    Use,
    /// What was asked of the pharmacy.
    Request,
}

/// Building blocks by their business identifier, as `system|value`.
pub(super) type Numbers = HashMap<String, String>;

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// For good.
    Final,
    /// For a while.
    Paused,
    /// It never started.
    Cancelled,
}

/// A building block.
#[derive(Clone)]
pub(super) struct Part<'a> {
    pub(super) source: &'a Source,
    pub(super) key: String,
    pub(super) role: Role,
    /// When it was agreed or recorded, as a FHIR date.
    pub(super) made: String,
    pub(super) start: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) stop: Option<Stop>,
    /// Whether it is there to end another block.
    pub(super) stopper: bool,
    /// Why it stopped.
    pub(super) stop_reason: Option<Text>,
    pub(super) dose: Option<Text>,
    /// It belongs to this treatment, when the source says so.
    pub(super) treatment: Option<String>,
    /// Its business identifier.
    pub(super) number: Option<String>,
    /// Whether its source took it over from another.
    pub(super) copied: bool,
    /// When it was last written here, to put changes in order.
    pub(super) changed: i64,
    /// The agreement that it follows.
    pub(super) follows: Vec<String>,
    /// What sort of medicine: code or lower-case name.
    pub(super) medicine: String,
    pub(super) name: Text,
    /// Whether its source itself says that it no longer runs, without a date.
    pub(super) ended: bool,
}

/// Reads a resource as a building block, when it is one that counts.
pub(super) fn read<'a>(record: &Record<'a>, numbers: &Numbers, source: &'a Source) -> Option<Part<'a>> {
    let resource = &source.resource;
    let role = role(resource)?;
    if matches!(text(resource, "intent"), Some("proposal" | "plan" | "option"))
        || text(resource, "status") == Some("draft")
    {
        return None;
    }
    let (start, until) = period(resource);
    let names = |holder: &Value, reference: &Value| record.name(holder, reference);
    let name = present::medication_of(resource, &names)
        .map_or_else(|| Text::new("Medicijn zonder naam", "Medicine without a name"), Text::same);
    let (stop, ended) = stop(resource);
    let stop_reason = stop.is_some() || ended;
    Some(Part {
        source,
        key: key(resource)?,
        role,
        made: made(resource).to_owned(),
        start,
        until,
        stop,
        stopper: extension(resource, &format!("{BASE}ext-StopType")).is_some(),
        stop_reason: stop_reason.then(|| reason(resource)).flatten().map(Text::same),
        dose: present::dose(resource),
        treatment: medication::treatment(resource),
        number: number(resource),
        copied: extension(resource, &format!("{BASE}ext-CopyIndicator"))
            .is_some_and(|found| found["valueBoolean"] == true),
        changed: text(resource, "meta.lastUpdated").map_or_else(|| dates::order(made(resource)), dates::order),
        follows: follows(record, numbers, resource),
        medicine: medicine(record, resource).unwrap_or_else(|| name.nl.to_lowercase()),
        name,
        ended,
    })
}

fn role(resource: &Value) -> Option<Role> {
    match (kind(resource), Block::of(resource)) {
        ("MedicationRequest", Some(Block::DispenseRequest)) => Some(Role::Request),
        ("MedicationRequest", Some(Block::Schedule)) => Some(Role::Schedule),
        ("MedicationRequest", _) => Some(Role::Agreement),
        ("MedicationDispense", Some(Block::Administration)) => Some(Role::Pharmacy),
        ("MedicationDispense", _) => Some(Role::Supply),
        ("MedicationStatement", _) => Some(Role::Use),
        _ => None,
    }
}

fn made(resource: &Value) -> &str {
    medication::agreed(resource)
        .or_else(|| first_text(resource, &["effectivePeriod.start", "effectiveDateTime", "meta.lastUpdated"]))
        .unwrap_or("")
}

/// First and last day of use.
fn period(resource: &Value) -> (Option<Date>, Option<Date>) {
    let bounds = || {
        let timing =
            list(resource, "dosageInstruction").first().map(|dosage| &dosage["timing"]["repeat"]["boundsPeriod"]);
        medication::interval(timing?, resource)
    };
    let (low, high) = medication::period_of_use(resource).or_else(bounds).unwrap_or((i64::MIN, i64::MAX));
    let first = (low != i64::MIN).then(|| dates::today(low));
    let start = first.or_else(|| first_text(resource, &["effectiveDateTime"]).and_then(dates::day));
    // A range ends before its end.
    (start, (high != i64::MAX).then(|| dates::today(high - 1)))
}

/// The kind of ending that is said, and whether the status says that it is over.
fn stop(resource: &Value) -> (Option<Stop>, bool) {
    let said = extension(resource, &format!("{BASE}ext-StopType")).map(|found| &found["valueCodeableConcept"]);
    let by_type = said.map(|found| {
        if coded(found, SNOMED, "89925002") {
            Stop::Cancelled
        } else if coded(found, SNOMED, "113381000146106") || coded(found, SNOMED, "385655000") {
            Stop::Paused
        } else {
            Stop::Final
        }
    });
    let supply = kind(resource) == "MedicationDispense" && role(resource) == Some(Role::Supply);
    match text(resource, "status") {
        Some("on-hold") => (by_type.or(Some(Stop::Paused)), false),
        Some("stopped" | "not-taken") => (by_type.or(Some(Stop::Final)), true),
        Some("cancelled" | "declined") => (by_type.or(Some(Stop::Cancelled)), true),
        Some("completed") if !supply => (by_type, by_type.is_none()),
        _ => (by_type, false),
    }
}

fn reason(resource: &Value) -> Option<&str> {
    extension(resource, &format!("{BASE}ext-AdministrationAgreement.ReasonModificationOrDiscontinuation"))
        .and_then(|found| concept(&found["valueCodeableConcept"]))
        .or_else(|| list(resource, "reasonCode").iter().find_map(concept))
        .or_else(|| concept(&resource["statusReason"]))
        .or_else(|| concept(&resource["statusReasonCodeableConcept"]))
        .or_else(|| list(resource, "statusReason").iter().find_map(concept))
}

/// The first business identifier that says who gave it out.
pub(super) fn number(resource: &Value) -> Option<String> {
    list(resource, "identifier").iter().find_map(numbered)
}

fn numbered(identifier: &Value) -> Option<String> {
    Some(format!("{}|{}", text(identifier, "system")?, text(identifier, "value")?))
}

fn follows(record: &Record<'_>, numbers: &Numbers, resource: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let single = std::iter::once(&resource["priorPrescription"]);
    let several = ["authorizingPrescription", "basedOn", "derivedFrom"].iter().flat_map(|name| list(resource, name));
    for reference in single.chain(several) {
        let literal = text(reference, "reference").and_then(|literal| record.local(literal)).map(str::to_owned);
        let by_number = || numbers.get(&numbered(&reference["identifier"])?).cloned();
        out.extend(literal.or_else(by_number));
    }
    out
}

/// The code that says which medicine it is.
fn medicine(record: &Record<'_>, resource: &Value) -> Option<String> {
    let concept = match record.target(resource, &resource["medicationReference"]) {
        Some(medication) => medication["code"].clone(),
        None => resource["medicationCodeableConcept"].clone(),
    };
    let coding = list(&concept, "coding").iter().find(|coding| text(coding, "code").is_some())?;
    Some(format!("{}|{}", text(coding, "system").unwrap_or(""), text(coding, "code")?))
}
