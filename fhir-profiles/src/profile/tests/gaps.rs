//! What slices, references, bindings and repeated structures ask for in the rarer ways that a definition can say it.

use serde_json::{Value, json};

use super::faults::{by, element, profile};
use super::{Library, told, validate};
use crate::validate::{Issue, Severity};

const E: Severity = Severity::Error;

fn issues(resource: &Value, url: &str, library: &Library) -> Vec<Issue> {
    let found = validate(resource, &[url], library);
    assert_eq!(*library.faults.lock().expect("a lock"), Vec::<String>::new());
    found
}

/// What is told: how bad, where, and a part of the words.
type Told = (Severity, &'static str, &'static str);

/// Every row: a resource, and what is told about it.
fn table(library: &Library, url: &str, rows: &[(Value, &[Told])]) {
    for (resource, expected) in rows {
        let found = issues(resource, url, library);
        let found = told(&found);
        assert_eq!(found.len(), expected.len(), "{resource}: {found:?}");
        for (severity, place, part) in *expected {
            let there = found.iter().any(|(own, at, text)| own == severity && at == place && text.contains(part));
            assert!(there, "{resource}: {part} in {found:?}");
        }
    }
}

fn patient(identifiers: &[(&str, &str)]) -> Value {
    let all: Vec<_> = identifiers.iter().map(|(system, value)| json!({"system": system, "value": value})).collect();
    json!({"resourceType": "Patient", "active": true, "identifier": all})
}

#[test]
fn a_slice_is_sliced_again_and_what_is_left_has_a_slice_of_its_own() {
    let library = Library::of(&[profile(
        "urn:p",
        "Patient",
        &[
            element("Patient.identifier", &by("value", "system", "open")),
            element("Patient.identifier:a", &json!({"min": 1})),
            element("Patient.identifier:a", &by("value", "value", "closed")),
            element("Patient.identifier:a.system", &json!({"min": 1, "fixedUri": "urn:a"})),
            element("Patient.identifier:a/one", &json!({"max": "1"})),
            element("Patient.identifier:a/one.value", &json!({"min": 1, "fixedString": "1"})),
            element("Patient.identifier:a/two", &json!({"min": 1})),
            element("Patient.identifier:a/two.value", &json!({"min": 1, "fixedString": "2"})),
            element("Patient.identifier:@default", &json!({"max": "1"})),
            element("Patient.identifier:@default.value", &json!({"maxLength": 3})),
        ],
    )]);
    let at = "Patient.identifier";
    table(
        &library,
        "urn:p",
        &[
            (patient(&[("urn:a", "1"), ("urn:a", "2"), ("urn:b", "123")]), &[]),
            (patient(&[("urn:a", "1")]), &[(E, at, "slice `two` is required")]),
            (patient(&[("urn:a", "1"), ("urn:a", "1"), ("urn:a", "2")]), &[(E, at, "at most 1 of the slice `one`")]),
            (patient(&[("urn:a", "2"), ("urn:a", "3")]), &[(E, "Patient.identifier[1]", "none of the slices")]),
            (patient(&[("urn:a", "2"), ("urn:b", "1234")]), &[(E, "Patient.identifier[1].value", "at most 3")]),
            (
                patient(&[("urn:a", "2"), ("urn:b", "1"), ("urn:c", "1")]),
                &[(E, at, "at most 1 of the slice `@default`")],
            ),
        ],
    );
}

#[test]
fn slices_that_have_an_order_are_found_out_of_it() {
    let mut slicing = by("value", "system", "open");
    slicing["slicing"]["ordered"] = json!(true);
    let library = Library::of(&[profile(
        "urn:p",
        "Patient",
        &[
            element("Patient.identifier", &slicing),
            element("Patient.identifier:a", &json!({})),
            element("Patient.identifier:a.system", &json!({"min": 1, "fixedUri": "urn:a"})),
            element("Patient.identifier:b", &json!({})),
            element("Patient.identifier:b.system", &json!({"min": 1, "fixedUri": "urn:b"})),
        ],
    )]);
    table(
        &library,
        "urn:p",
        &[
            (patient(&[("urn:a", "1"), ("urn:c", "1"), ("urn:b", "1")]), &[]),
            (patient(&[("urn:b", "1"), ("urn:a", "1")]), &[(E, "Patient.identifier[1]", "not in the order")]),
        ],
    );
}

#[test]
fn a_choice_of_one_type_keeps_the_rules_that_its_typed_name_carries() {
    let library = Library::of(&[profile(
        "urn:p",
        "Observation",
        &[
            element("Observation.value[x]", &json!({"type": [{"code": "Quantity"}]})),
            element("Observation.valueQuantity", &json!({"min": 1})),
            element("Observation.valueQuantity.unit", &json!({"min": 1})),
        ],
    )]);
    let with = |value: Value| {
        let mut observation = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
        observation["valueQuantity"] = value;
        observation
    };
    let none = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
    table(
        &library,
        "urn:p",
        &[
            (with(json!({"value": 1, "unit": "kg"})), &[]),
            (with(json!({"value": 1})), &[(E, "Observation.value.unit", "required")]),
            (none, &[(E, "Observation.value", "slice `valueQuantity` is required")]),
        ],
    );
}

#[test]
fn what_is_repeated_from_elsewhere_can_be_constrained_at_each_depth() {
    let library = Library::of(&[profile(
        "urn:p",
        "Composition",
        &[
            element("Composition.section.section.title", &json!({"min": 1})),
            element("Composition.section.section.section", &json!({"max": "0"})),
        ],
    )]);
    let document = |inner: Value| {
        json!({"resourceType": "Composition", "status": "final", "type": {"text": "t"}, "date": "2024", "title": "t",
            "author": [{"display": "x"}], "section": [{"text": {"status": "generated",
                "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}, "section": [inner]}]})
    };
    let words = json!({"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"});
    table(
        &library,
        "urn:p",
        &[
            (document(json!({"title": "a", "text": words})), &[]),
            (document(json!({"text": words})), &[(E, "Composition.section[0].section[0].title", "required")]),
            (
                document(json!({"title": "a", "section": [{"title": "b", "text": words}]})),
                &[(E, "Composition.section[0].section[0].section", "does not allow")],
            ),
        ],
    );
}

#[test]
fn a_reference_is_made_in_a_way_that_the_profile_allows() {
    let reference = |how: &[&str]| json!({"type": [{"code": "Reference", "aggregation": how}]});
    let library = Library::of(&[
        profile("urn:in", "Patient", &[element("Patient.managingOrganization", &reference(&["contained"]))]),
        profile("urn:out", "Patient", &[element("Patient.managingOrganization", &reference(&["referenced"]))]),
        profile(
            "urn:kind",
            "Patient",
            &[
                element("Patient.generalPractitioner", &by("type", "resolve()", "closed")),
                element(
                    "Patient.generalPractitioner:place",
                    &json!({"type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"]}]}),
                ),
            ],
        ),
        profile(
            "urn:behind",
            "Patient",
            &[
                element("Patient.generalPractitioner", &by("value", "resolve().active", "open")),
                element("Patient.generalPractitioner:working", &json!({"min": 1})),
            ],
        ),
    ]);
    let patient = |to: &str| {
        json!({"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "o", "name": "x"}],
            "managingOrganization": {"reference": to}, "generalPractitioner": [{"reference": "#o"}]})
    };
    let place = "Patient.managingOrganization.reference";
    table(&library, "urn:in", &[(patient("#o"), &[]), (patient("Organization/1"), &[(E, place, "must be contained")])]);
    table(
        &library,
        "urn:out",
        &[(patient("Organization/1"), &[]), (patient("#o"), &[(E, place, "must be referenced")])],
    );
    let cared = |to: &str| json!({"resourceType": "Patient", "generalPractitioner": [{"reference": to}]});
    let nowhere = &[(E, "Patient.generalPractitioner[0]", "none of the slices")];
    table(&library, "urn:kind", &[(cared("Organization/1"), &[]), (cared("Practitioner/1"), nowhere)]);
    // What stands behind a reference that is not at hand is not held against the resource.
    let found = issues(&cared("Organization/1"), "urn:behind", &library);
    assert_eq!(told(&found), []);
    assert!(found.iter().any(|issue| issue.diagnostics.contains("cannot be told")), "{found:?}");
}

#[test]
fn a_binding_asks_as_much_as_its_strength() {
    let wide = json!([{"url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet", "valueCanonical": "urn:vs:colours"}]);
    let bound = |strength: &str, more: &Value| {
        let mut binding = json!({"strength": strength, "valueSet": "urn:vs:reds"});
        if more.is_array() {
            binding["extension"] = more.clone();
        }
        let id = format!("urn:{strength}{}", if more.is_array() { "-wide" } else { "" });
        profile(&id, "Observation", &[element("Observation.method", &json!({"binding": binding}))])
    };
    let all = ["required", "extensible", "preferred", "example"];
    let mut definitions: Vec<Value> = all.iter().map(|strength| bound(strength, &Value::Null)).collect();
    definitions.push(bound("extensible", &wide));
    definitions.push(bound("preferred", &wide));
    let library = Library::of(&definitions);
    let coded = |code: &str| {
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "method": {"coding": [{"system": "urn:cs", "code": code}]}})
    };
    let at = "Observation.method";
    for strength in all {
        table(&library, &format!("urn:{strength}"), &[(coded("red"), &[])]);
    }
    table(&library, "urn:required", &[(coded("blue"), &[(E, at, "not in the value set")])]);
    table(&library, "urn:extensible", &[(coded("blue"), &[(Severity::Warning, at, "may be extended")])]);
    table(&library, "urn:preferred", &[(coded("blue"), &[])]);
    table(&library, "urn:example", &[(coded("blue"), &[])]);
    table(&library, "urn:preferred-wide", &[(coded("blue"), &[]), (coded("green"), &[(E, at, "the widest allowed")])]);
    let both: &[Told] = &[(Severity::Warning, at, "may be extended"), (E, at, "the widest allowed")];
    table(&library, "urn:extensible-wide", &[(coded("blue"), &both[..1]), (coded("green"), both)]);
}
