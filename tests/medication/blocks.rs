//! Building blocks as their owners write them.

use serde_json::{Value, json};

use crate::support::builders::coded;

pub const SNOMED: &str = "http://snomed.info/sct";
pub const BASE: &str = "http://nictiz.nl/fhir/StructureDefinition/";
/// System of the numbers of treatments.
pub const TREATMENTS: &str = "urn:example:mbh";
/// System of the numbers of building blocks.
pub const BLOCKS: &str = "urn:example:blocks";

pub const AGREEMENT: &str = "33633005";
pub const REQUEST: &str = "52711000146108";
pub const SCHEDULE: &str = "395067002";
pub const ADMINISTRATION: &str = "422037009";
pub const DISPENSE: &str = "373784005";
pub const USE: &str = "422979000";
pub const GIVEN: &str = "18629005";

/// An extension of Nictiz.
pub fn extension(name: &str, kind: &str, value: Value) -> Value {
    json!({"url": format!("{BASE}{name}"), kind: value})
}

/// The treatment that a block belongs to.
pub fn treatment(number: &str) -> Value {
    let identifier = json!({"system": TREATMENTS, "value": number});
    extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", identifier)
}

/// A duration, to stand in a period.
pub fn duration(value: i64, code: &str) -> Value {
    let duration = json!({"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code});
    extension("ext-TimeInterval.Duration", "valueDuration", duration)
}

/// A block: resource type, category, treatment, moment of the agreement and period of use.
pub fn block(category: &str, patient: &str, number: &str, agreed: &str, period: Value) -> Value {
    let concept = coded(SNOMED, category);
    let mut extensions = vec![treatment(number)];
    if !period.is_null() && category != USE {
        extensions.push(extension("ext-TimeInterval.Period", "valuePeriod", period.clone()));
    }
    let mut body = json!({
        "identifier": [{"system": BLOCKS, "value": format!("{category}-{number}-{agreed}")}],
        "status": "active",
        "medicationCodeableConcept": coded("http://www.whocc.no/atc", "C03CA01"),
        "subject": {"reference": patient},
    });
    match category {
        ADMINISTRATION | DISPENSE => {
            body["resourceType"] = json!("MedicationDispense");
            body["status"] = json!(if category == DISPENSE { "completed" } else { "in-progress" });
            body["category"] = concept;
            if category == DISPENSE {
                body["whenHandedOver"] = json!(agreed);
            } else {
                let name = "ext-AdministrationAgreement.AdministrationAgreementDateTime";
                extensions.push(extension(name, "valueDateTime", json!(agreed)));
            }
        }
        USE => {
            body["resourceType"] = json!("MedicationStatement");
            body["category"] = concept;
            body["dateAsserted"] = json!(agreed);
            if !period.is_null() {
                body["effectivePeriod"] = period;
            }
        }
        GIVEN => {
            body["resourceType"] = json!("MedicationAdministration");
            body["status"] = json!("completed");
            body["category"] = concept;
            body["effectiveDateTime"] = json!(agreed);
        }
        _ => {
            body["resourceType"] = json!("MedicationRequest");
            body["intent"] = json!("order");
            body["category"] = json!([concept]);
            body["authoredOn"] = json!(agreed);
        }
    }
    body["extension"] = json!(extensions);
    body
}

/// The same block as one that stops the treatment.
pub fn stopping(mut block: Value, code: &str) -> Value {
    block["modifierExtension"] = json!([extension("ext-StopType", "valueCodeableConcept", coded(SNOMED, code))]);
    block
}

/// The same block with these elements.
pub fn with(mut block: Value, elements: Value) -> Value {
    for (name, value) in elements.as_object().expect("elements") {
        block[name] = value.clone();
    }
    block
}
