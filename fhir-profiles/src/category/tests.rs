use serde_json::json;

use super::*;
use crate::definition::{type_name, type_number};

const SCT: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";

/// A resource with one code at one place.
fn with(rtype: &str, element: &str, system: &str, code: &str) -> Value {
    let concept = json!({"coding": [{"system": system, "code": code}]});
    let many = element == "category";
    json!({"resourceType": rtype, element: if many { json!([concept]) } else { concept }})
}

fn name(resource: &Value) -> &'static str {
    by_number(category(resource)).map_or("?", |category| category.code)
}

#[test]
fn every_type_of_the_standard_has_a_row_without_a_condition_at_its_end() {
    for rtype in (0..).map_while(type_name) {
        let rules = RULES.get(rtype).unwrap_or_else(|| panic!("{rtype} has no row"));
        assert!(rules.last().is_some_and(|rule| rule.condition.is_none()), "{rtype}");
        assert_eq!(rules.iter().filter(|rule| rule.condition.is_none()).count(), 1, "{rtype}");
    }
    assert!(RULES.keys().all(|rtype| *rtype == "type" || type_number(rtype).is_some()));
}

#[test]
fn every_row_of_the_table_can_be_read() {
    let mut rows = 0;
    for line in TABLE.lines().filter(|line| !line.starts_with(['#', '@'])).skip(1) {
        let cells: Vec<_> = line.split('\t').collect();
        assert_eq!(cells.len(), 3, "{line}");
        assert!(by_code(cells[2]).is_some(), "{line}");
        let path = cells[1].rsplit_once('=').map(|(path, _)| Path::parse(path));
        assert!(cells[1].is_empty() || path.is_some_and(|path| path.is_ok()), "{line}");
        rows += 1;
    }
    assert_eq!(RULES.values().map(Vec::len).sum::<usize>(), rows);
}

#[test]
fn codes_decide_the_category() {
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let obs = "http://terminology.hl7.org/CodeSystem/observation-category";
    let table = [
        (json!({"resourceType": "Patient"}), "identity"),
        (json!({"resourceType": "MedicationStatement"}), "medication"),
        (json!({"resourceType": "Organization"}), "general"),
        (json!({"resourceType": "Consent"}), "consent"),
        (with("Consent", "scope", scope, "patient-privacy"), "consent"),
        (with("Consent", "scope", scope, "research"), "consent"),
        (with("Consent", "scope", "other", "treatment"), "consent"),
        (with("Consent", "scope", scope, "treatment"), "wishes"),
        (with("Consent", "scope", scope, "adr"), "wishes"),
        (with("Observation", "code", SCT, "395091006"), "wishes"),
        (with("Observation", "code", SCT, "284785009"), "nursing"),
        (with("Observation", "code", LOINC, "39126-8"), "nursing"),
        (with("Observation", "code", LOINC, "85354-9"), "measurements"),
        (with("Observation", "code", "urn:oid:2.16.840.1.113883.6.1", "85354-9"), "measurements"),
        (with("Observation", "category", obs, "vital-signs"), "measurements"),
        (with("Observation", "category", obs, "laboratory"), "results"),
        (with("Observation", "category", SCT, "384821006"), "mental-health"),
        (with("Observation", "category", obs, "social-history"), "mental-health"),
        (with("Observation", "code", LOINC, "72166-2"), "problems"),
        (json!({"resourceType": "Observation"}), "results"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10", "F32.1"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10", "J44"), "problems"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icpc-1", "P76"), "mental-health"),
        (with("Condition", "category", SCT, "416462003"), "nursing"),
        (with("Goal", "category", SCT, "713603004"), "wishes"),
        (with("Procedure", "code", SCT, "713603004"), "wishes"),
        (with("CommunicationRequest", "category", SCT, "223449006"), "wishes"),
        (with("Composition", "type", SCT, "11171000146100"), "nursing"),
        (with("Composition", "type", LOINC, "60591-5"), "documents"),
        (with("DocumentReference", "type", LOINC, "42348-3"), "wishes"),
        (with("Flag", "category", SCT, "140401000146105"), "medication"),
        (
            json!({"resourceType": "QuestionnaireResponse", "questionnaire": "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020|1.0"}),
            "wishes",
        ),
        (json!({"resourceType": "Nothing"}), "consent"),
        (json!(null), "consent"),
    ];
    for (resource, expected) in table {
        assert_eq!(name(&resource), expected, "{resource}");
    }
}

#[test]
fn a_measurement_by_the_patient_alone_is_an_own_measurement() {
    let measured = |by: &[&str]| {
        let performers: Vec<_> = by.iter().map(|text| json!({"reference": text})).collect();
        let mut resource = with("Observation", "code", LOINC, "85354-9");
        resource["performer"] = json!(performers);
        resource
    };
    assert_eq!(name(&measured(&["Patient/1"])), "own-measurements");
    assert_eq!(name(&measured(&["RelatedPerson/1"])), "own-measurements");
    assert_eq!(name(&measured(&["Patient/1", "Practitioner/1"])), "measurements");
    assert_eq!(name(&measured(&[])), "measurements");
}

#[test]
fn the_most_protective_of_several_codes_decides() {
    let codings = json!([{"system": LOINC, "code": "8867-4"}, {"system": SCT, "code": "228366006"}]);
    assert_eq!(name(&json!({"resourceType": "Observation", "code": {"coding": codings}})), "mental-health");
}

#[test]
fn labels_add_up_and_unknown_codes_set_none() {
    let labelled = |codes: &[&str]| {
        let tags: Vec<_> = codes.iter().map(|code| json!({"system": "http://s", "code": code})).collect();
        json!({"resourceType": "Observation", "meta": {"security": tags}})
    };
    let table: [(&[&str], u8); 5] =
        [(&[], 0), (&["R", "N"], 0), (&["PSY"], 1), (&["PSY", "PSYTHPN", "HIV"], 17), (&["STD", "GDIS", "SDV"], 14)];
    for (codes, expected) in table {
        assert_eq!(labels(&labelled(codes)), expected);
    }
    assert_eq!(labels(&json!({"resourceType": "Condition", "meta": {"security": "PSY"}})), 0);
}

#[test]
fn categories_are_found_by_number_and_code() {
    assert!(all().is_sorted_by(|a, b| a.number < b.number));
    for category in all() {
        assert_eq!(by_code(category.code), by_number(category.number));
    }
}

#[test]
fn what_is_carried_counts_with_its_labels() {
    let sensitive = json!({"resourceType": "Condition", "meta": {"security": [{"code": "PSY"}]}});
    let medicine = json!({"resourceType": "MedicationRequest", "contained": [{"resourceType": "Medication"}]});
    let bundle = json!({"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Patient"}}, {"resource": medicine}, {"resource": {"resourceType": "Basic", "contained": [sensitive]}},
    ]});
    assert_eq!(inside(&bundle), Inside { categories: 1 << 1 | 1 << 3 | 1 << 11, labels: PSYCHIATRY });
    assert_eq!(inside(&medicine), Inside::default(), "a medicine is nobody's");
    let consent =
        json!({"resourceType": "Bundle", "entry": [{"resource": with("Consent", "scope", "x", "patient-privacy")}]});
    assert!(inside(&consent).has(CONSENT));
    let quoted = json!({"resourceType": "Condition", "note": [{"text": "\"resourceType\":\"Flag\""}]});
    assert!(inside(&quoted).is_empty());
}
