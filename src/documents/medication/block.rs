//! A building block of a treatment with a medicine, read from one resource.

use super::super::dates;
use super::super::present;
use super::super::record::Record;
use super::super::value::{SNOMED, coded, concept, extension, first_text, holds, key, kind, list, literal, text};
use super::super::{Source, Text};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

const BASE: &str = "http://nictiz.nl/fhir/StructureDefinition/";

/// What part a building block plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

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
    /// The agreement that it follows.
    pub(super) follows: Vec<String>,
    /// What sort of medicine: code or lower-case name.
    pub(super) medicine: String,
    pub(super) name: Text,
    /// Whether its source itself says that it no longer runs, without a date.
    pub(super) ended: bool,
}

/// Reads a resource as a building block, when it is one that counts.
pub(super) fn read<'a>(record: &Record<'a>, source: &'a Source) -> Option<Part<'a>> {
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
        treatment: treatment(resource),
        follows: follows(record, resource),
        medicine: medicine(record, resource).unwrap_or_else(|| name.nl.to_lowercase()),
        name,
        ended,
    })
}

fn role(resource: &Value) -> Option<Role> {
    let has = |code: &str| holds(resource, "category", SNOMED, code);
    match kind(resource) {
        "MedicationRequest" if has("52711000146108") => None,
        "MedicationRequest" if has("395067002") => Some(Role::Schedule),
        "MedicationRequest" => Some(Role::Agreement),
        "MedicationDispense" if has("422037009") => Some(Role::Pharmacy),
        "MedicationDispense" => Some(Role::Supply),
        "MedicationStatement" => Some(Role::Use),
        _ => None,
    }
}

fn made(resource: &Value) -> &str {
    let extended =
        |name: &str| extension(resource, &format!("{BASE}{name}")).and_then(|found| text(found, "valueDateTime"));
    extended("ext-AdministrationAgreement.AdministrationAgreementDateTime")
        .or_else(|| first_text(resource, &["authoredOn", "dateAsserted", "whenHandedOver", "whenPrepared"]))
        .or_else(|| extended("ext-RegistrationDateTime"))
        .or_else(|| first_text(resource, &["effectivePeriod.start", "effectiveDateTime", "meta.lastUpdated"]))
        .unwrap_or("")
}

/// First and last day of use.
fn period(resource: &Value) -> (Option<Date>, Option<Date>) {
    let holder = extension(resource, &format!("{BASE}ext-TimeInterval.Period"));
    let found = [
        holder.map(|found| &found["valuePeriod"]),
        resource.get("effectivePeriod"),
        list(resource, "dosageInstruction").first().map(|dosage| &dosage["timing"]["repeat"]["boundsPeriod"]),
    ]
    .into_iter()
    .flatten()
    .find(|found| found.is_object());
    let value = found.unwrap_or(&Value::Null);
    let start = text(value, "start").or_else(|| first_text(resource, &["effectiveDateTime"])).and_then(dates::day);
    let address = format!("{BASE}ext-TimeInterval.Duration");
    let length = extension(value, &address)
        .or_else(|| holder.and_then(|found| extension(found, &address)))
        .or_else(|| extension(resource, &address))
        .map(|found| &found["valueDuration"]);
    let until = text(value, "end").and_then(dates::last_day);
    (start, until.or_else(|| start.zip(length).and_then(|(from, length)| after(from, length))))
}

/// The last day of a stretch of time that starts on this day.
fn after(start: Date, length: &Value) -> Option<Date> {
    let amount: i64 = literal(&length["value"])?.split('.').next()?.parse().ok()?;
    let span = match text(length, "code").or_else(|| text(length, "unit"))? {
        "d" | "dag" | "dagen" | "day" | "days" => amount.days(),
        "wk" | "week" | "weken" | "weeks" => amount.weeks(),
        "mo" | "maand" | "maanden" | "month" | "months" => amount.months(),
        "a" | "jaar" | "year" | "years" => amount.years(),
        "h" | "min" | "s" => 1.days(),
        _ => return None,
    };
    start.checked_add(span).and_then(|end| end.checked_sub(1.day())).ok()
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

fn treatment(resource: &Value) -> Option<String> {
    let found = extension(resource, &format!("{BASE}ext-PharmaceuticalTreatment.Identifier"))?;
    let identifier = &found["valueIdentifier"];
    Some(format!("{}|{}", text(identifier, "system").unwrap_or(""), text(identifier, "value")?))
}

fn follows(record: &Record<'_>, resource: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let single = std::iter::once(&resource["priorPrescription"]);
    let several = ["authorizingPrescription", "basedOn", "derivedFrom"].iter().flat_map(|name| list(resource, name));
    for reference in single.chain(several) {
        out.extend(text(reference, "reference").and_then(|literal| record.local(literal)));
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
