//! Closing a document: every reference in it points into it, and what was not released leaves no trace.

use super::record::{Record, subject};
use super::value::local;
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

/// Where everything stands that can be reached from the roots, in order of first mention, without the patient.
pub(super) fn reach<'r>(record: &'r Record<'_>, roots: impl IntoIterator<Item = &'r str>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut open: Vec<&str> = roots.into_iter().collect();
    open.reverse();
    while let Some(name) = open.pop() {
        let Some(at) = record.position(name).filter(|_| !name.starts_with("Patient/")) else {
            continue;
        };
        if !seen.insert(at) {
            continue;
        }
        let before = open.len();
        mentions(record, &record.at(at).resource, &mut open);
        open[before..].reverse();
        found.push(at);
    }
    found
}

/// The local references and attachment addresses anywhere in a value.
fn mentions<'r>(record: &Record<'_>, value: &'r Value, out: &mut Vec<&'r str>) {
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

/// A document that is being closed.
pub(super) struct Closing<'c> {
    /// The FHIR base address.
    pub(super) base: &'c str,
    /// `Type/id` of all that is in it.
    pub(super) inside: HashSet<String>,
    /// That of its patient.
    pub(super) patient: Option<String>,
}

impl Closing<'_> {
    /// Rewrites the references of a resource so that they resolve inside the document. Where a reference to something other
    /// than a person, place or organisation had to go, so has the narrative.
    pub(super) fn close(&self, resource: &mut Value) {
        let subject = subject(resource, self.base).map(str::to_owned);
        let closing = OfOne { document: self, subject };
        let mut lost = false;
        if let Some(fields) = resource.as_object_mut() {
            closing.object(fields, &mut lost);
            if lost {
                fields.remove("text");
            }
        }
    }
}

/// The closing of one resource.
struct OfOne<'c> {
    document: &'c Closing<'c>,
    /// Whom the resource is about, in the words of its source.
    subject: Option<String>,
}

/// What becomes of a reference.
enum Fate {
    Keep,
    Rewrite(String),
    NameOnly,
    Drop,
}

impl OfOne<'_> {
    fn fate(&self, literal: &str) -> Fate {
        if literal.starts_with('#') {
            return Fate::Keep;
        }
        let Some(name) = local(literal, self.document.base) else {
            return named(literal);
        };
        let patient = self.document.patient.as_deref();
        let target = if self.subject.as_deref() == Some(name) || patient == Some(name) {
            let Some(patient) = patient else { return Fate::Drop };
            patient
        } else if self.document.inside.contains(name) {
            name
        } else {
            return named(literal);
        };
        if target == literal { Fate::Keep } else { Fate::Rewrite(target.to_owned()) }
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
        let literal = fields.get("reference").and_then(Value::as_str).unwrap_or("");
        match self.fate(literal) {
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
