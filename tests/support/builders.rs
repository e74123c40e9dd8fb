//! Small resources to write.

use serde_json::{Value, json};

/// System of the citizen service number.
pub const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";
/// System of the data categories.
pub const CATEGORY: &str = "https://spil.example/fhir/CodeSystem/data-category";

/// A `Patient` with a citizen service number.
pub fn patient(bsn: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [{"system": BSN, "value": bsn}],
        "name": [{"family": "Jansen", "given": ["Anna"]}],
        "gender": "female",
        "birthDate": "1950-03-04",
    })
}

/// A `Condition` of a patient, by SNOMED code.
pub fn condition(patient: &str, code: &str) -> Value {
    json!({
        "resourceType": "Condition",
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "code": coded("http://snomed.info/sct", code),
        "subject": {"reference": patient},
        "onsetDateTime": "2025-11-01",
    })
}

/// An `AllergyIntolerance` of a patient, by SNOMED code.
pub fn allergy(patient: &str, code: &str) -> Value {
    json!({
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        "code": coded("http://snomed.info/sct", code),
        "patient": {"reference": patient},
    })
}

/// A `MedicationRequest` of a patient, by ATC code.
pub fn prescription(patient: &str, code: &str) -> Value {
    json!({
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": coded("http://www.whocc.no/atc", code),
        "subject": {"reference": patient},
        "authoredOn": "2026-01-10",
    })
}

/// A body weight of a patient, in kg.
pub fn weight(patient: &str, date: &str, kg: &str) -> Value {
    let value: Value = serde_json::from_str(kg).expect("a number");
    json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": coded("http://loinc.org", "29463-7"),
        "subject": {"reference": patient},
        "effectiveDateTime": date,
        "valueQuantity": {"value": value, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    })
}

/// An `Encounter` of a patient.
pub fn encounter(patient: &str) -> Value {
    json!({
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": patient},
        "period": {"start": "2026-01-02", "end": "2026-01-05"},
    })
}

/// A privacy consent in force, of a patient, with this provision.
pub fn consent(patient: &str, provision: Value) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [coded("http://loinc.org", "59284-0")],
        "patient": {"reference": patient},
        "dateTime": "2026-03-02",
        "policyRule": coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN"),
        "provision": provision,
    })
}

/// A provision that permits one organisation everything.
pub fn permit(organization: &str) -> Value {
    json!({"type": "permit", "actor": [user(organization)]})
}

/// A provision that denies one organisation everything.
pub fn deny(organization: &str) -> Value {
    json!({"type": "deny", "actor": [user(organization)]})
}

/// A provision that permits one organisation some categories.
pub fn permit_categories(organization: &str, categories: &[&str]) -> Value {
    let mut provision = permit(organization);
    provision["code"] = codes(categories);
    provision
}

/// Data categories as `provision.code`.
pub fn codes(categories: &[&str]) -> Value {
    categories.iter().map(|code| coded(CATEGORY, code)).collect()
}

/// An organisation that receives data.
pub fn user(organization: &str) -> Value {
    json!({"role": role("IRCP"), "reference": {"reference": format!("Organization/{organization}")}})
}

/// A kind of organisation that receives data, by its code of the Dutch list.
pub fn user_kind(code: &str) -> Value {
    let identifier = json!({"system": "http://nictiz.nl/fhir/NamingSystem/organization-type", "value": code});
    json!({"role": role("IRCP"), "reference": {"identifier": identifier}})
}

/// An organisation whose data it is about.
pub fn holder(organization: &str) -> Value {
    json!({"role": role("CST"), "reference": {"reference": format!("Organization/{organization}")}})
}

/// A kind of organisation whose data it is about.
pub fn holder_kind(code: &str) -> Value {
    let mut actor = user_kind(code);
    actor["role"] = role("CST");
    actor
}

fn role(code: &str) -> Value {
    coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code)
}

/// A `CodeableConcept` with one coding.
pub fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A resource with a sensitive label of the writer.
pub fn labelled(mut resource: Value, code: &str) -> Value {
    resource["meta"]["security"] =
        json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}]);
    resource
}

/// A transaction or batch of these requests: method, url, resource.
pub fn bundle(kind: &str, requests: Vec<(&str, &str, Value)>) -> Value {
    let entries: Vec<Value> = requests
        .into_iter()
        .map(|(method, url, resource)| {
            let mut entry = json!({"request": {"method": method, "url": url}});
            if !resource.is_null() {
                entry["resource"] = resource;
            }
            entry
        })
        .collect();
    json!({"resourceType": "Bundle", "type": kind, "entry": entries})
}

/// `Type/id` of the entries of a searchset with this mode, sorted.
#[track_caller]
pub fn entries(bundle: &Value, mode: &str) -> Vec<String> {
    assert_eq!(bundle["type"], "searchset", "{bundle}");
    let entries = bundle["entry"].as_array().into_iter().flatten().filter(|entry| entry["search"]["mode"] == mode);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut names: Vec<String> = entries
        .map(|entry| format!("{}/{}", text(&entry["resource"]["resourceType"]), text(&entry["resource"]["id"])))
        .collect();
    names.sort();
    names
}
