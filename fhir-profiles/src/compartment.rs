//! Whose data a resource is (<https://hl7.org/fhir/R4/compartmentdefinition-patient.html>), where it points and of when
//! it is.

mod owner;
mod period;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::path::{Target, reference_target};

pub use owner::members;
pub use period::data_period;

const TABLE: &str = include_str!("../r4/compartment.tsv");

/// The identifier system of the citizen service number.
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

/// Elements that name the person whom a resource is about. What stands there and cannot be told is a person too.
const ABOUT: [&str; 5] = ["patient", "subject", "beneficiary", "for", "subjectReference"];

static PARAMETERS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let rows = TABLE.lines().skip(1).filter_map(|line| line.split_once('\t'));
    rows.map(|(rtype, codes)| (rtype, codes.split(',').collect())).collect()
});

/// A patient whom a resource names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PatientRef {
    /// `Patient/id` on this server.
    Id(String),
    /// A citizen service number.
    Bsn(String),
    /// A patient who cannot be told from the resource: elsewhere, or without a usable identifier.
    Other,
}

/// The search parameters that place a resource of this type in a patient's compartment; none for types without.
pub fn parameters(rtype: &str) -> &'static [&'static str] {
    PARAMETERS.get(rtype).map_or(&[], Vec::as_slice)
}

/// Every patient whom the resource names anywhere, each once. More than the standard's compartment on purpose: a patient
/// who is named must not be overlooked. A `Patient` names nobody; its links do not count.
pub fn patients(resource: &Value) -> Vec<PatientRef> {
    let mut found = Vec::new();
    if resource["resourceType"].as_str() != Some("Patient") {
        walk(resource, resource, "", &mut |reference, scope, name| {
            for patient in named(reference, scope, name) {
                if !found.contains(&patient) {
                    found.push(patient);
                }
            }
        });
        copied(resource, "", &mut found);
    }
    found
}

/// Every `Patient` that stands inside a resource: it tells of that person, whether something refers to it or not.
fn copied(value: &Value, name: &str, found: &mut Vec<PatientRef>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| copied(item, name, found)),
        Value::Object(members) => {
            if value["resourceType"].as_str() == Some("Patient") {
                let mut who = identified(value);
                if name != "contained"
                    && let (Some(id), [PatientRef::Other]) = (value["id"].as_str(), who.as_slice())
                {
                    who = vec![PatientRef::Id(id.to_owned())];
                }
                who.retain(|patient| !found.contains(patient));
                found.extend(who);
            }
            members.iter().for_each(|(key, member)| copied(member, key, found));
        }
        _ => {}
    }
}

/// Every relative reference in the resource as type and id, each once.
pub fn references(resource: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(resource, resource, "", &mut |reference, _, _| {
        let text = reference["reference"].as_str().unwrap_or_default();
        if let Target::Relative(rtype, id) = reference_target(text) {
            let target = (rtype.to_owned(), id.to_owned());
            if !found.contains(&target) {
                found.push(target);
            }
        }
    });
    found
}

/// Calls `visit` with every object that is or may be a reference, the resource whose `contained` it sees, and the name of
/// the element that holds it.
fn walk<'a>(value: &'a Value, scope: &'a Value, name: &str, visit: &mut dyn FnMut(&'a Value, &'a Value, &str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, scope, name, visit)),
        Value::Object(members) => {
            let scope = if inner_resource(value, name) { value } else { scope };
            if members.keys().any(|key| matches!(key.as_str(), "reference" | "identifier" | "display" | "type")) {
                visit(value, scope, name);
            }
            for (key, member) in members {
                walk(member, scope, key, visit);
            }
        }
        _ => {}
    }
}

/// Whether this is a resource in a bundle or parameter, which has contained resources of its own.
fn inner_resource(value: &Value, name: &str) -> bool {
    name != "contained" && value.get("resourceType").is_some()
}

/// The patients whom one reference names.
fn named(reference: &Value, scope: &Value, name: &str) -> Vec<PatientRef> {
    let is_about = ABOUT.contains(&name) && reference.get("resourceType").is_none();
    let text = reference["reference"].as_str();
    let literal = match text.map_or(Target::Other, reference_target) {
        Target::Relative("Patient", id) => Some(vec![PatientRef::Id(id.to_owned())]),
        Target::Absolute("Patient") => Some(vec![PatientRef::Other]),
        Target::Relative(..) | Target::Absolute(_) => return Vec::new(),
        Target::Contained(id) => match contained(scope, id) {
            Some(inner) if inner["resourceType"].as_str() == Some("Patient") => Some(identified(inner)),
            Some(_) => return Vec::new(),
            None => None,
        },
        Target::Other => None,
    };
    let typed = reference["type"].as_str();
    let may_be_patient = typed.is_none_or(|rtype| rtype == "Patient");
    let identifier =
        bsn(&reference["identifier"]).filter(|_| may_be_patient && reference.get("resourceType").is_none());
    let mut all: Vec<_> = literal.into_iter().flatten().chain(identifier).collect();
    if all.is_empty() && ((typed == Some("Patient") && is_reference(reference)) || (is_about && may_be_patient)) {
        all.push(PatientRef::Other);
    }
    all
}

/// Whether an object with a `type` can be a reference: other structures have a `type` too.
fn is_reference(value: &Value) -> bool {
    const MEMBERS: [&str; 6] = ["reference", "type", "identifier", "display", "id", "extension"];
    let members = value.as_object().into_iter().flatten();
    members.into_iter().all(|(key, _)| MEMBERS.contains(&key.trim_start_matches('_')))
}

fn contained<'a>(scope: &'a Value, id: &str) -> Option<&'a Value> {
    scope["contained"].as_array()?.iter().find(|inner| inner["id"].as_str() == Some(id))
}

/// A contained patient by number; one without is somebody who cannot be told.
fn identified(patient: &Value) -> Vec<PatientRef> {
    let numbers: Vec<_> = patient["identifier"].as_array().into_iter().flatten().filter_map(bsn).collect();
    if numbers.is_empty() { vec![PatientRef::Other] } else { numbers }
}

fn bsn(identifier: &Value) -> Option<PatientRef> {
    let value = identifier["value"].as_str().filter(|_| identifier["system"].as_str() == Some(BSN))?;
    Some(PatientRef::Bsn(value.to_owned()))
}

#[cfg(test)]
mod tests;
