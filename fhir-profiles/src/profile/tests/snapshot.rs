//! From a definition to rules: with a snapshot, without one, and what is refused.

use serde_json::{Value, json};

use super::{Library, Structure, told, validate};
use crate::profile::{OWN, OWN_BASE};

fn definition(more: &Value) -> Value {
    let mut definition = json!({"resourceType": "StructureDefinition", "url": "urn:p", "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient"});
    for (key, value) in more.as_object().into_iter().flatten() {
        definition[key] = value.clone();
    }
    definition
}

#[test]
fn a_snapshot_says_all_by_itself() {
    let snapshot = definition(&json!({"snapshot": {"element": [
        {"id": "Patient", "path": "Patient", "min": 0, "max": "*"},
        {"id": "Patient.name", "path": "Patient.name", "min": 1, "max": "*", "type": [{"code": "HumanName"}]},
        {"id": "Patient.name.family", "path": "Patient.name.family", "min": 1, "max": "1",
            "type": [{"code": "string"}], "fixedString": "Bos"},
    ]}}));
    let library = Library::of(&[snapshot]);
    let check = |patient: Value| {
        let issues = validate(&patient, &["urn:p"], &library);
        told(&issues).into_iter().map(|(_, place, _)| place.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(check(json!({"resourceType": "Patient", "name": [{"family": "Bos"}]})), Vec::<String>::new());
    assert_eq!(check(json!({"resourceType": "Patient", "active": true})), ["Patient.name"]);
    assert_eq!(check(json!({"resourceType": "Patient", "name": [{"family": "Vos"}]})), ["Patient.name[0].family"]);
    assert_eq!(check(json!({"resourceType": "Patient", "name": [{"text": "x"}]})), ["Patient.name[0].family"]);
}

#[test]
fn a_differential_is_laid_over_its_base_and_that_over_its_own() {
    let base = definition(&json!({"differential": {"element": [
        {"path": "Patient.name", "min": 1},
        {"path": "Patient.contact.name.family", "min": 1},
    ]}}));
    let mut own = definition(&json!({"url": "urn:q", "differential": {"element": [
        {"path": "Patient.name.given", "max": "1"},
        {"path": "Patient.deceasedBoolean", "fixedBoolean": false},
    ]}}));
    own["baseDefinition"] = json!("urn:p");
    let library = Library::of(&[base, own]);
    let patient = json!({"resourceType": "Patient", "name": [{"given": ["a", "b"]}], "deceasedBoolean": true,
        "contact": [{"name": {"text": "x"}}]});
    let issues = validate(&patient, &["urn:q"], &library);
    let places: Vec<_> = told(&issues).into_iter().map(|(_, place, _)| place).collect();
    assert_eq!(places, ["Patient.name[0].given", "Patient.deceased", "Patient.contact[0].name.family"]);
    assert_eq!(*library.faults.lock().expect("a lock"), Vec::<String>::new());
}

#[test]
fn what_is_no_definition_is_refused_with_a_reason() {
    let nowhere = json!({"baseDefinition": "urn:nowhere", "differential": {"element": [{"path": "Patient"}]}});
    let table = [
        (json!({"resourceType": "Patient"}), "no StructureDefinition"),
        (json!({"resourceType": "StructureDefinition"}), "no `url`"),
        (definition(&json!({})), "neither"),
        (definition(&nowhere), "`urn:nowhere` is not known"),
        (definition(&json!({"differential": {"element": [{"path": "Patient.colour"}]}})), "no element `colour`"),
        (definition(&json!({"differential": {"element": [{"path": "Patient.name", "max": "x"}]}})), "no maximum"),
        (definition(&json!({"differential": {"element": [{"min": 1}]}})), "no `path`"),
    ];
    for (definition, part) in table {
        let error = Structure::compile(&definition, &Library::default()).expect_err(part);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn profiles_that_name_each_other_end() {
    let circle = definition(&json!({"differential": {"element": [
        {"path": "Patient.link.other", "type": [{"code": "Reference", "targetProfile": ["urn:p"]}]},
    ]}}));
    let library = Library::of(&[circle]);
    let inner =
        json!({"resourceType": "Patient", "id": "a", "link": [{"other": {"reference": "#a"}, "type": "refer"}]});
    let patient = json!({"resourceType": "Patient", "contained": [inner], "link": [{"other": {"reference": "#a"}, "type": "refer"}]});
    assert_eq!(told(&validate(&patient, &["urn:p"], &library)), []);
}

#[test]
fn our_own_profiles_are_definitions_that_can_be_read() {
    assert_eq!(OWN.len(), 8);
    for (name, text) in OWN {
        let definition: Value = serde_json::from_str(text).expect(name);
        assert_eq!(definition["url"], format!("{OWN_BASE}{name}"));
        assert_eq!(definition["id"], *name);
        assert_eq!(validate(&definition, &[], &Library::default()), [], "{name}");
        let structure = Structure::compile(&definition, &Library::default()).expect(name);
        let mut open = vec![&structure.root];
        while let Some(rule) = open.pop() {
            open.extend(rule.children.iter().chain(&rule.slices));
            for constraint in &rule.constraints {
                assert!(constraint.path.is_ok(), "{name} {}: {:?}", constraint.key, constraint.path);
            }
        }
    }
}
