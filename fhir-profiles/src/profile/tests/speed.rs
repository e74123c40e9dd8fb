//! That the time grows with the input only.

use std::time::Instant;

use serde_json::{Value, json};

use super::{Library, validate};
use crate::validate::{Issue, Severity};

#[test]
fn a_bundle_of_a_hundred_is_checked_in_time_that_its_length_explains() {
    let rules = json!({"resourceType": "StructureDefinition", "url": "urn:p", "type": "Observation",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation", "differential": {"element": [
        {"path": "Observation", "constraint": [{"key": "a", "severity": "error", "human": "x",
            "expression": "subject.reference.exists() and descendants().where($this is Coding).count() > 0"}]},
        {"path": "Observation.code.coding", "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}},
        {"id": "Observation.code.coding:a", "path": "Observation.code.coding", "sliceName": "a", "min": 1},
        {"id": "Observation.code.coding:a.system", "path": "Observation.code.coding.system", "min": 1, "fixedUri": "urn:a"},
    ]}});
    let library = Library::of(&[rules]);
    let entry = |number: usize| {
        json!({"fullUrl": format!("urn:a:{number}"), "resource": {"resourceType": "Observation", "id": number.to_string(),
            "meta": {"profile": ["urn:p"]}, "status": "final", "code": {"coding": [{"system": "urn:b", "code": "x"}, {"system": "urn:a", "code": "y"}]},
            "subject": {"reference": "Patient/1"}, "valueQuantity": {"value": 1, "unit": "x"}}})
    };
    let bundle = |count: usize| {
        let entries: Vec<Value> = (0..count).map(entry).collect();
        json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
    };
    let time = |count: usize| {
        let bundle = bundle(count);
        let start = Instant::now();
        let errors = validate(&bundle, &[], &library);
        assert_eq!(errors, []);
        start.elapsed()
    };
    time(1);
    let (few, many) = (time(100), time(400));
    assert!(many.as_micros() < 40 * few.as_micros().max(1000), "{few:?} for 100, {many:?} for 400");
}

/// Says how long a hundred Dutch examples take; run it with `--release`. The benchmark of the server says the same.
#[test]
#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn a_hundred_dutch_examples_are_checked_in_one_bundle_if_present() {
    let Some(library) = super::nictiz::library() else { return };
    let entry = |(number, (_, resource)): (usize, (String, Value))| {
        let mut resource = resource;
        resource["id"] = json!(format!("e{number}"));
        let kind = resource["resourceType"].as_str().expect("a type").to_owned();
        json!({"fullUrl": format!("http://a.example/{kind}/e{number}"), "resource": resource})
    };
    let entries: Vec<Value> = super::nictiz::examples().into_iter().take(100).enumerate().map(entry).collect();
    let bytes = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string().into_bytes();
    let bundle = crate::json::parse(&bytes).expect("JSON");
    let wrong = |issues: &[Issue]| issues.iter().filter(|one| one.severity == Severity::Error).count();
    assert_eq!(wrong(&validate(&bundle, &[], &library)), 0);
    let (mut parsed, mut checked) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        let start = Instant::now();
        let bundle = crate::json::parse(&bytes).expect("JSON");
        parsed.push(start.elapsed());
        let start = Instant::now();
        assert_eq!(wrong(&validate(&bundle, &[], &library)), 0);
        checked.push(start.elapsed());
    }
    parsed.sort_unstable();
    checked.sort_unstable();
    eprintln!(
        "{} KB: parsing {:?}, checking {:?}, at worst {:?}",
        bytes.len() / 1024,
        parsed[25],
        checked[25],
        checked[49]
    );
}
