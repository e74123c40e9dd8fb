use serde_json::{Value, json};

use super::{DOES_NOT_APPLY, apply};

/// A part of an operation: its name and its value as members.
fn part(name: &str, value: &Value) -> Value {
    let mut part = json!({"name": name});
    part.as_object_mut().expect("object").extend(value.as_object().expect("object").clone());
    part
}

fn operation(kind: &str, path: &str, parts: &[(&str, Value)]) -> Value {
    let mut all = vec![part("type", &json!({"valueCode": kind})), part("path", &json!({"valueString": path}))];
    all.extend(parts.iter().map(|(name, value)| part(name, value)));
    json!({"name": "operation", "part": all})
}

fn patch(operations: &[Value]) -> Value {
    json!({"resourceType": "Parameters", "parameter": operations})
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p", "birthDate": "1920-01-01", "deceasedBoolean": false,
        "identifier": [{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}],
        "name": [{"family": "A", "given": ["x", "y"], "_given": [null, {"id": "g"}]}],
        "contact": [{"name": {"text": "c"}, "gender": "male"}, {"name": {"text": "d"}}],
    })
}

fn string(text: &str) -> Value {
    json!({"valueString": text})
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases is as long as it has cases")]
fn each_operation_does_what_the_standard_says() {
    let name = |text: &str| ("name", string(text));
    let table: Vec<(Value, &str, Value)> = vec![
        (
            operation("add", "Patient", &[name("gender"), ("value", json!({"valueCode": "female"}))]),
            "/gender",
            json!("female"),
        ),
        (
            operation("add", "Patient", &[name("multipleBirth"), ("value", json!({"valueInteger": 2}))]),
            "/multipleBirthInteger",
            json!(2),
        ),
        (
            operation(
                "add",
                "Patient.contact[0]",
                &[name("telecom"), ("value", json!({"valueContactPoint": {"system": "phone", "value": "1"}}))],
            ),
            "/contact/0/telecom",
            json!([{"system": "phone", "value": "1"}]),
        ),
        (
            operation(
                "add",
                "Patient",
                &[name("maritalStatus"), ("value", json!({"valueCodeableConcept": {"text": "m"}}))],
            ),
            "/maritalStatus",
            json!({"text": "m"}),
        ),
        (
            operation(
                "add",
                "Patient",
                &[
                    name("contact"),
                    (
                        "value",
                        json!({"part": [
                            {"name": "name", "valueHumanName": {"text": "e"}},
                            {"name": "telecom", "valueContactPoint": {"system": "phone", "value": "1"}},
                            {"name": "telecom", "valueContactPoint": {"system": "phone", "value": "2"}},
                        ]}),
                    ),
                ],
            ),
            "/contact/2",
            json!({"name": {"text": "e"}, "telecom": [{"system": "phone", "value": "1"}, {"system": "phone", "value": "2"}]}),
        ),
        (
            operation(
                "add",
                "Patient.birthDate",
                &[name("extension"), ("value", json!({"valueExtension": {"url": "urn:x", "valueCode": "c"}}))],
            ),
            "/_birthDate",
            json!({"extension": [{"url": "urn:x", "valueCode": "c"}]}),
        ),
        (
            operation(
                "insert",
                "Patient.identifier",
                &[("index", json!({"valueInteger": 1})), ("value", json!({"valueIdentifier": {"value": "n"}}))],
            ),
            "/identifier/1",
            json!({"value": "n"}),
        ),
        (
            operation(
                "insert",
                "Patient.identifier",
                &[("index", json!({"valueInteger": 2})), ("value", json!({"valueIdentifier": {"value": "n"}}))],
            ),
            "/identifier/2",
            json!({"value": "n"}),
        ),
        (
            operation(
                "insert",
                "Patient.name[0].given",
                &[("index", json!({"valueInteger": 0})), ("value", string("w"))],
            ),
            "/name/0",
            json!({"family": "A", "given": ["w", "x", "y"], "_given": [null, null, {"id": "g"}]}),
        ),
        (operation("delete", "Patient.birthDate", &[]), "/birthDate", Value::Null),
        (operation("delete", "Patient.nonsense", &[]), "/birthDate", json!("1920-01-01")),
        (
            operation("delete", "Patient.identifier.where(system = 'urn:a')", &[]),
            "/identifier",
            json!([{"system": "urn:b", "value": "2"}]),
        ),
        (
            operation("delete", "Patient.contact[1].name.text", &[]),
            "/contact",
            json!([{"name": {"text": "c"}, "gender": "male"}]),
        ),
        (
            operation("delete", "Patient.name[0].given[0]", &[]),
            "/name/0",
            json!({"family": "A", "given": ["y"], "_given": [{"id": "g"}]}),
        ),
        (
            operation("replace", "Patient.birthDate", &[("value", json!({"valueDate": "1930-01-01"}))]),
            "/birthDate",
            json!("1930-01-01"),
        ),
        (
            operation("replace", "Patient.contact[0].gender", &[("value", json!({"valueCode": "other"}))]),
            "/contact/0/gender",
            json!("other"),
        ),
        (
            operation("replace", "Patient.deceased", &[("value", json!({"valueDateTime": "2000"}))]),
            "/deceasedDateTime",
            json!("2000"),
        ),
        (
            operation("replace", "Patient.identifier[0]", &[("value", json!({"valueIdentifier": {"value": "n"}}))]),
            "/identifier/0",
            json!({"value": "n"}),
        ),
        (
            operation("replace", "Patient.name[0].given[1]", &[("value", string("z"))]),
            "/name/0/given",
            json!(["x", "z"]),
        ),
        (
            operation(
                "move",
                "Patient.identifier",
                &[("source", json!({"valueInteger": 1})), ("destination", json!({"valueInteger": 0}))],
            ),
            "/identifier/0/value",
            json!("2"),
        ),
    ];
    for (operation, pointer, expected) in table {
        let mut value = patient();
        apply(&mut value, &patch(std::slice::from_ref(&operation)))
            .unwrap_or_else(|issue| panic!("{operation}: {issue:?}"));
        assert_eq!(value.pointer(pointer).cloned().unwrap_or_default(), expected, "{operation}\n{value}");
        assert_eq!(crate::validate::validate(&value), [], "{operation}\n{value}");
    }
    let mut value = patient();
    let replaced = operation("replace", "Patient.deceased", &[("value", json!({"valueDateTime": "2000"}))]);
    apply(&mut value, &patch(&[replaced])).expect("replaced");
    assert!(value.get("deceasedBoolean").is_none(), "one type of a choice takes the place of the other");
}

#[test]
fn operations_follow_each_other() {
    let mut value = patient();
    let all = vec![
        operation("delete", "Patient.contact[0]", &[]),
        operation(
            "add",
            "Patient.contact[0]",
            &[("name", string("gender")), ("value", json!({"valueCode": "female"}))],
        ),
        operation("replace", "Patient.contact.name.text", &[("value", string("e"))]),
    ];
    apply(&mut value, &patch(&all)).expect("applied");
    assert_eq!(value["contact"], json!([{"name": {"text": "e"}, "gender": "female"}]));
}

#[test]
fn a_fault_names_the_operation_and_why() {
    let code = |text: &str| ("value", json!({"valueCode": text}));
    for (operation, unfit, why) in [
        (json!({"name": "x"}), false, "`operation`"),
        (
            json!({"name": "operation", "part": [{"name": "path", "valueString": "Patient"}]}),
            false,
            "type of an operation",
        ),
        (json!({"name": "operation", "part": [{"name": "type", "valueCode": "add"}]}), false, "`path`"),
        (operation("nonsense", "Patient", &[]), false, "add, insert"),
        (operation("add", "Patient", &[code("x")]), false, "`name`"),
        (operation("add", "Patient", &[("name", string("gender"))]), false, "`value`"),
        (operation("add", "Patient", &[("name", string("gender")), ("value", json!({}))]), false, "one value"),
        (operation("add", "Patient", &[("name", string("gender")), ("other", json!({}))]), false, "unknown"),
        (operation("add", "Patient", &[("name", string("a")), ("name", string("b"))]), false, "twice"),
        (operation("add", "Patient", &[("name", string("nonsense")), code("x")]), true, "no element"),
        (operation("add", "Patient", &[("name", string("birthDate")), code("x")]), true, "already"),
        (
            operation("add", "Patient", &[("name", string("deceased")), ("value", json!({"valueDateTime": "2000"}))]),
            true,
            "already",
        ),
        (
            operation("add", "Patient", &[("name", string("deceased")), ("value", json!({"valueQuantity": {}}))]),
            true,
            "cannot be",
        ),
        (operation("add", "Patient.identifier", &[("name", string("value")), code("x")]), true, "more than one"),
        (operation("add", "Patient.photo", &[("name", string("url")), code("x")]), true, "no element"),
        (operation("replace", "Patient.gender", &[code("x")]), true, "no element"),
        (operation("replace", "Patient", &[code("x")]), true, "whole resource"),
        (operation("delete", "Patient", &[]), true, "whole resource"),
        (operation("delete", "Patient.identifier", &[]), true, "more than one"),
        (operation("delete", "Patient.(", &[]), false, "cannot be read"),
        (operation("delete", "Patient.name.exists()", &[]), true, "computed"),
        (
            operation("insert", "Patient.identifier", &[("index", json!({"valueInteger": 3})), code("x")]),
            true,
            "too large",
        ),
        (
            operation("insert", "Patient.birthDate", &[("index", json!({"valueInteger": 0})), code("x")]),
            true,
            "items of a list",
        ),
        (operation("insert", "Patient.photo", &[("index", json!({"valueInteger": 0})), code("x")]), true, "no list"),
        (operation("insert", "Patient.identifier", &[("index", json!({"valueInteger": -1}))]), false, "0 or more"),
        (
            operation(
                "move",
                "Patient.identifier",
                &[("source", json!({"valueInteger": 2})), ("destination", json!({"valueInteger": 0}))],
            ),
            true,
            "too large",
        ),
        (operation("move", "Patient.identifier", &[("source", json!({"valueInteger": 0}))]), false, "`destination`"),
    ] {
        let harmless = self::operation("delete", "Patient.nonsense", &[]);
        let issue = apply(&mut patient(), &patch(&[harmless, operation.clone()])).expect_err(&operation.to_string());
        assert_eq!(issue.expression, "Parameters.parameter[1]", "{operation}");
        assert!(issue.diagnostics.contains(why), "{operation}: {}", issue.diagnostics);
        assert_eq!(issue.code == DOES_NOT_APPLY, unfit, "{operation}: {}", issue.diagnostics);
    }
    assert!(apply(&mut patient(), &json!({"resourceType": "Patient"})).is_err());
    assert!(apply(&mut patient(), &json!({"resourceType": "Parameters", "parameter": {}})).is_err());
}
