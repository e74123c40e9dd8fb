use serde_json::{Value, json};

use super::*;
use crate::parameters::parameters;

#[test]
fn every_expression_of_the_search_parameters_can_be_read() {
    for param in parameters().all() {
        assert!(Path::parse(&param.expression).is_ok(), "{} {}: {}", param.rtype, param.code, param.expression);
        for part in &param.components {
            assert!(Path::parse(&part.expression).is_ok(), "{}", part.expression);
        }
    }
}

fn observation() -> Value {
    json!({
        "resourceType": "Observation",
        "contained": [{"resourceType": "Patient", "id": "p"}, {"resourceType": "Device", "id": "d"}],
        "code": {"text": "a"},
        "valueQuantity": {"value": 5, "unit": "kg"},
        "effectiveDateTime": "2024",
        "status": "final",
        "hasMember": [
            {"reference": "Patient/1"}, {"reference": "#p"}, {"reference": "#d"}, {"reference": "urn:uuid:x", "type": "Patient"},
            {"reference": "https://example.org/fhir/Patient/2/_history/3"}, {"reference": "Group/1"},
            {"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999900006"}},
            {"display": "nobody"}
        ],
        "component": [
            {"code": {"text": "b"}, "valueString": "x"},
            {"code": {"text": "c"}, "valueCodeableConcept": {"text": "y"}, "flag": true}
        ],
        "extension": [{"url": "http://a", "valueString": "1"}, {"url": "http://b", "valueString": "2"}]
    })
}

fn found(text: &str) -> Vec<Value> {
    let resource = observation();
    let path = Path::parse(text).expect(text);
    let items = path.evaluate(&resource, &resource);
    items
        .into_iter()
        .map(|item| match item {
            Item::Node(value, _) => value.clone(),
            Item::Bool(answer) => json!(answer),
            Item::Text(text) | Item::Resource(text) => json!(text),
        })
        .collect()
}

#[test]
fn expressions_find_what_they_say() {
    let table = [
        ("Observation.status", json!(["final"])),
        ("Patient.status", json!([])),
        ("Resource.status", json!(["final"])),
        ("status", json!(["final"])),
        ("%resource.status", json!(["final"])),
        ("Observation.code.text | Observation.component.code.text", json!(["a", "b", "c"])),
        ("(Observation.value as Quantity).unit", json!(["kg"])),
        ("Observation.value.as(string)", json!([])),
        ("Observation.component.value.ofType(CodeableConcept).text", json!(["y"])),
        ("(Observation.component.value as string) | (Observation.effective as dateTime)", json!(["x", "2024"])),
        ("Observation.effective.as(DateTime)", json!(["2024"])),
        ("Observation.component.where(code.text='b').value", json!(["x"])),
        ("Observation.component.where(code.text != 'b').value.text", json!(["y"])),
        ("Observation.component.where(flag).code.text", json!(["c"])),
        ("Observation.component.where(value.exists() and flag.exists()).code.text", json!(["c"])),
        ("Observation.component.where(flag or value is string).code.text", json!(["b", "c"])),
        ("Observation.component[1].code.text", json!(["c"])),
        ("Observation.component[7]", json!([])),
        ("Observation.component.first().code.text", json!(["b"])),
        ("Observation.extension('http://b').value", json!(["2"])),
        ("Observation.note.exists()", json!([false])),
        ("Observation.note.exists().not()", json!([true])),
        ("Observation.note.empty()", json!([true])),
        ("Observation.component.exists(code.text = 'c')", json!([true])),
        ("Observation.status.exists() and Observation.status != false", json!([true])),
        ("Observation.note.exists() and Observation.note != false", json!([false])),
        ("Observation.value is Quantity", json!([true])),
        ("Observation.component.value.is(string)", json!([true, false])),
        ("Observation.hasMember.where(resolve() is Group).reference", json!(["Group/1"])),
    ];
    for (text, expected) in table {
        assert_eq!(json!(found(text)), expected, "{text}");
    }
}

#[test]
fn a_reference_tells_its_type_by_text_contained_resource_type_or_identifier() {
    let kept = found("Observation.hasMember.where(resolve() is Patient)");
    let texts: Vec<_> = kept.iter().map(|one| one["reference"].as_str().unwrap_or("bsn")).collect();
    let expected = ["Patient/1", "#p", "urn:uuid:x", "https://example.org/fhir/Patient/2/_history/3", "bsn"];
    assert_eq!(texts, expected);
}

#[test]
fn every_choice_type_is_recognised() {
    for (key, ending) in [("valueAddress", "Address"), ("valueUsageContext", "UsageContext"), ("valueId", "Id")] {
        assert_eq!(types::choice(key, "value"), Some(ending));
    }
    for key in ["values", "valueSet", "value", "val"] {
        assert_eq!(types::choice(key, "value"), None);
    }
}

#[test]
fn what_is_no_expression_is_refused_with_a_reason() {
    let table = [
        ("", PathError::End),
        ("a.", PathError::End),
        ("a b", PathError::Unexpected("b".to_owned())),
        ("a.where(b", PathError::Missing(")")),
        ("a.b('", PathError::Quote),
        ("a ? b", PathError::Sign('?')),
        ("a.descend()", PathError::Function("descend".to_owned())),
        ("a.where()", PathError::Arity { function: "where", given: 0 }),
        ("a.count(1)", PathError::Arity { function: "count", given: 1 }),
        ("@2014-13", PathError::Moment("2014-13".to_owned())),
    ];
    for (text, reason) in table {
        assert_eq!(Path::parse(text), Err(reason), "{text}");
    }
    assert_eq!(Path::parse(&"(".repeat(10_000)), Err(PathError::Deep));
}

#[test]
fn a_reference_text_is_relative_absolute_contained_or_other() {
    let table = [
        ("Patient/1", Target::Relative("Patient", "1")),
        ("Patient/1/_history/2", Target::Relative("Patient", "1")),
        ("https://a.example/fhir/Patient/1", Target::Absolute("Patient")),
        ("#p", Target::Contained("p")),
        ("urn:uuid:1", Target::Other),
        ("Nothing/1", Target::Other),
        ("Patient/", Target::Other),
        ("https://a.example/ValueSet/x|1", Target::Absolute("ValueSet")),
    ];
    for (text, target) in table {
        assert_eq!(reference_target(text), target, "{text}");
    }
}

mod language;

proptest::proptest! {
    #[test]
    fn no_expression_makes_it_panic(text in "[a-zA-Z0-9.()|='\\\\\\[\\] !é]{0,60}") {
        if let Ok(path) = Path::parse(&text) {
            let resource = observation();
            path.evaluate(&resource, &resource);
        }
    }
}
