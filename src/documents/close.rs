//! Closing a document: every reference in it points into it, and what was not released leaves no trace.

use super::record::Record;
use super::value::key;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Elements that R4 demands where they occur: without a target they say that the value is not known.
const REQUIRED: [&str; 11] = [
    "subject",
    "patient",
    "author",
    "actor",
    "reference",
    "condition",
    "location",
    "medicationReference",
    "device",
    "resource",
    "manifestation",
];

/// Who and where may be named without being part of the document.
const DIRECTORY: [&str; 5] = ["Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService"];

/// Collects everything that can be reached from the roots, in order of first mention, without the patient.
pub(super) fn reach(record: &Record<'_>, roots: &[String]) -> Vec<String> {
    let patient = key(record.patient);
    let mut seen: HashSet<String> = patient.into_iter().collect();
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<String> = roots.iter().rev().cloned().collect();
    while let Some(name) = open.pop() {
        let Some(source) = record.get(&name) else {
            continue;
        };
        if name.starts_with("Patient/") || !seen.insert(name.clone()) {
            continue;
        }
        let mut next = Vec::new();
        mentions(record, &source.resource, &mut next);
        open.extend(next.into_iter().rev());
        found.push(name);
    }
    found
}

/// The local references and attachment addresses anywhere in a value.
fn mentions(record: &Record<'_>, value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| mentions(record, item, out)),
        Value::Object(fields) => {
            for (name, inner) in fields {
                match (name.as_str(), inner) {
                    ("reference", Value::String(literal)) => out.extend(record.local(literal)),
                    ("url", Value::String(literal)) if literal.contains("Binary/") => {
                        out.extend(record.local(literal));
                    }
                    _ => mentions(record, inner, out),
                }
            }
        }
        _ => {}
    }
}

/// Rewrites the references of a resource so that they resolve among `inside`.
/// Returns whether a reference to something other than a person, place or organisation had to go.
pub(super) fn close(record: &Record<'_>, resource: &mut Value, inside: &HashSet<String>) -> bool {
    let patient = key(record.patient);
    let subject = record.subject(resource);
    let closing = Closing { record, inside, patient, subject };
    let mut lost = false;
    if let Some(fields) = resource.as_object_mut() {
        closing.object(fields, &mut lost);
        if lost {
            fields.remove("text");
        }
    }
    lost
}

struct Closing<'r, 'a> {
    record: &'r Record<'a>,
    inside: &'r HashSet<String>,
    /// The patient of the document.
    patient: Option<String>,
    /// Whom this resource is about, in the words of its source.
    subject: Option<String>,
}

/// What becomes of a reference.
enum Fate {
    Keep,
    Rewrite(String),
    NameOnly,
    Drop,
}

impl Closing<'_, '_> {
    fn fate(&self, literal: &str) -> Fate {
        if literal.starts_with('#') {
            return Fate::Keep;
        }
        let Some(name) = self.record.local(literal) else {
            return named(literal);
        };
        if self.subject.as_ref() == Some(&name) || self.patient.as_ref() == Some(&name) {
            return self.patient.clone().map_or(Fate::Drop, Fate::Rewrite);
        }
        if self.inside.contains(&name) {
            return Fate::Rewrite(name);
        }
        named(literal)
    }

    /// Closes one value; `false` when it has to go.
    fn value(&self, name: &str, value: &mut Value, lost: &mut bool) -> bool {
        match value {
            Value::Array(items) => {
                items.retain_mut(|item| self.value("", item, lost));
                if items.is_empty() && REQUIRED.contains(&name) {
                    items.push(absent());
                }
                !items.is_empty()
            }
            Value::Object(fields) => {
                if fields.get("reference").is_some_and(Value::is_string) {
                    let stays = self.reference(fields, lost);
                    if !stays && REQUIRED.contains(&name) {
                        *value = absent();
                        return true;
                    }
                    return stays;
                }
                self.object(fields, lost)
            }
            _ => true,
        }
    }

    /// Closes the fields of an object; `false` when nothing is left or an extension lost its value.
    fn object(&self, fields: &mut Map<String, Value>, lost: &mut bool) -> bool {
        let extends = fields.contains_key("url");
        let mut hollow = false;
        fields.retain(|name, value| {
            // Nothing of an extension without its value is looked at any more.
            let stays = hollow || self.value(name, value, lost);
            hollow |= !stays && extends && name == "valueReference";
            stays
        });
        !hollow && !fields.is_empty()
    }

    fn reference(&self, fields: &mut Map<String, Value>, lost: &mut bool) -> bool {
        let literal = fields.get("reference").and_then(Value::as_str).unwrap_or("").to_owned();
        match self.fate(&literal) {
            Fate::Keep => true,
            Fate::Rewrite(name) => {
                fields.insert("reference".to_owned(), Value::String(name));
                true
            }
            Fate::NameOnly => {
                fields.shift_remove("reference");
                fields.contains_key("display") || fields.contains_key("identifier")
            }
            Fate::Drop => {
                *lost = true;
                false
            }
        }
    }
}

fn named(literal: &str) -> Fate {
    let mut parts = literal.split('/').rev();
    let directory = parts.any(|part| DIRECTORY.contains(&part));
    if directory { Fate::NameOnly } else { Fate::Drop }
}

fn absent() -> Value {
    json!({"extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "unknown"
    }]})
}
