//! No document has loose ends.

use super::super::{Document, advance_care, medication_overview, nursing_handoff};
use super::region;
use super::{resources, with};
use serde_json::Value;
use std::collections::HashSet;

fn references<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, out)),
        Value::Object(fields) => {
            out.extend(fields.get("reference").and_then(Value::as_str));
            fields.values().for_each(|inner| references(inner, out));
        }
        _ => {}
    }
}

fn check(document: &Document) {
    let bundle = &document.bundle;
    let found = resources(bundle);
    assert_eq!(bundle["type"], "document");
    assert!(bundle["identifier"]["value"].as_str().unwrap().starts_with("urn:uuid:"));
    assert!(bundle["timestamp"].is_string());
    assert_eq!(found[0]["resourceType"], "Composition");
    assert_eq!(found[1]["resourceType"], "Patient");
    assert_eq!(found.iter().filter(|item| item["resourceType"] == "Patient").count(), 1);
    let names: HashSet<String> = found
        .iter()
        .map(|item| format!("{}/{}", item["resourceType"].as_str().unwrap(), item["id"].as_str().unwrap()))
        .collect();
    assert_eq!(names.len(), found.len(), "a resource is there twice");
    for (entry, item) in bundle["entry"].as_array().unwrap().iter().zip(&found) {
        let expected = format!(
            "https://hub.example/fhir/{}/{}",
            item["resourceType"].as_str().unwrap(),
            item["id"].as_str().unwrap()
        );
        assert_eq!(entry["fullUrl"], expected.as_str());
    }
    let mut all = Vec::new();
    references(bundle, &mut all);
    for literal in all {
        assert!(literal.starts_with('#') || names.contains(literal), "{literal} leads nowhere");
    }
    assert!(!has_empty(bundle), "an element is empty");
}

fn has_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty() || items.iter().any(has_empty),
        Value::Object(fields) => fields.is_empty() || fields.values().any(has_empty),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

#[test]
fn every_reference_resolves_whatever_part_of_the_record_is_released() {
    let whole = region::record().len();
    for hidden in 0..=whole {
        let mut resources = region::record();
        if hidden < whole {
            resources.remove(hidden);
        }
        for document in [
            with(&resources, medication_overview),
            with(&resources, advance_care),
            with(&resources, |input| nursing_handoff(input, None)),
        ] {
            check(&document);
        }
    }
}
