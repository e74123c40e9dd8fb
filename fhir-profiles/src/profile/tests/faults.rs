//! Each row: a resource that conforms, what is replaced in it, by what; where and as what that is told.

use serde_json::{Value, json};

use super::{Library, told, validate};
use crate::json;
use crate::validate::Severity;

const PROFILE: &str = "urn:p:observation";

pub(super) fn element(id: &str, more: &Value) -> Value {
    let path: Vec<_> = id.split('.').map(|part| part.split(':').next().unwrap_or_default()).collect();
    let mut element = json!({"id": id, "path": path.join(".")});
    if let Some((_, slice)) = id.rsplit('.').next().and_then(|last| last.split_once(':')) {
        element["sliceName"] = json!(slice);
    }
    for (key, value) in more.as_object().into_iter().flatten() {
        element[key] = value.clone();
    }
    element
}

pub(super) fn profile(url: &str, on: &str, elements: &[Value]) -> Value {
    json!({"resourceType": "StructureDefinition", "url": url, "type": on, "derivation": "constraint",
        "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{on}"), "differential": {"element": elements}})
}

fn extension(url: &str, context: &str, kind: &str) -> Value {
    let mut definition = profile(
        url,
        "Extension",
        &[
            element("Extension.url", &json!({"fixedUri": url})),
            element("Extension.value[x]", &json!({"min": 1, "type": [{"code": kind}]})),
        ],
    );
    definition["context"] = json!([{"type": "element", "expression": context}]);
    definition
}

pub(super) fn by(kind: &str, path: &str, rules: &str) -> Value {
    json!({"slicing": {"discriminator": [{"type": kind, "path": path}], "rules": rules}})
}

fn library() -> Library {
    let observation = profile(
        PROFILE,
        "Observation",
        &[
            element(
                "Observation",
                &json!({"constraint": [
                    {"key": "own-1", "severity": "error", "human": "a note needs a method", "expression": "note.exists() implies method.exists()"},
                    {"key": "own-2", "severity": "warning", "human": "better with a performer", "expression": "performer.exists()"},
                ]}),
            ),
            element(
                "Observation.extension:source",
                &json!({"min": 1, "max": "1", "type": [{"code": "Extension", "profile": ["urn:x:source"]}]}),
            ),
            element("Observation.identifier", &json!({"min": 1, "max": "2"})),
            element("Observation.identifier", &by("value", "system", "closed")),
            element("Observation.identifier:a", &json!({"min": 1, "max": "1"})),
            element("Observation.identifier:a.system", &json!({"min": 1, "fixedUri": "urn:a"})),
            element("Observation.identifier:a.value", &json!({"min": 1, "maxLength": 4})),
            element("Observation.identifier:b", &json!({})),
            element("Observation.identifier:b.system", &json!({"min": 1, "fixedUri": "urn:b"})),
            element("Observation.basedOn", &json!({"max": "0"})),
            element("Observation.category", &by("pattern", "$this", "openAtEnd")),
            element(
                "Observation.category:vital",
                &json!({"min": 1, "patternCodeableConcept": {"coding": [{"system": "urn:cs", "code": "vital"}]}}),
            ),
            element(
                "Observation.code",
                &json!({"patternCodeableConcept": {"coding": [{"system": "urn:cs", "code": "weight"}]}}),
            ),
            element("Observation.method", &json!({"binding": {"strength": "required", "valueSet": "urn:vs:colours"}})),
            element(
                "Observation.bodySite",
                &json!({"binding": {"strength": "extensible", "valueSet": "urn:vs:colours|1.0"}}),
            ),
            element(
                "Observation.subject",
                &json!({"min": 1, "type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient"]}]}),
            ),
            element("Observation.device", &json!({"type": [{"code": "Reference", "targetProfile": ["urn:p:device"]}]})),
            element("Observation.value[x]", &by("type", "$this", "closed")),
            element("Observation.value[x]:valueQuantity", &json!({"type": [{"code": "Quantity"}]})),
            element(
                "Observation.value[x]:valueQuantity.value",
                &json!({"min": 1, "minValueDecimal": 1.5, "maxValueDecimal": 300}),
            ),
            element("Observation.value[x]:valueQuantity.code", &json!({"min": 1, "fixedCode": "kg"})),
            element("Observation.value[x]:valueString", &json!({"type": [{"code": "string"}]})),
            element("Observation.component", &by("exists", "dataAbsentReason", "open")),
            element("Observation.component:absent", &json!({"max": "1"})),
            element("Observation.component:absent.dataAbsentReason", &json!({"min": 1})),
            element("Observation.component:present", &json!({})),
            element("Observation.component:present.dataAbsentReason", &json!({"max": "0"})),
            element("Observation.component:present.value[x]", &json!({"min": 1})),
        ],
    );
    let device = profile("urn:p:device", "Device", &[element("Device.lotNumber", &json!({"min": 1}))]);
    Library::of(&[
        observation,
        device,
        extension("urn:x:source", "Observation", "string"),
        extension("urn:x:name", "HumanName", "code"),
    ])
}

const GOOD: &str = r##"{"resourceType":"Observation","id":"o","meta":{"profile":["urn:p:observation"]},
"contained":[{"resourceType":"Device","id":"d","lotNumber":"7"}],
"extension":[{"url":"urn:x:source","valueString":"s"}],
"identifier":[{"system":"urn:a","value":"1"},{"system":"urn:b","value":"12345"}],
"status":"final","category":[{"coding":[{"system":"urn:cs","code":"vital","display":"V"}]},{"text":"more"}],
"code":{"coding":[{"system":"urn:other","code":"x"},{"system":"urn:cs","code":"weight"}]},
"subject":{"reference":"Patient/1"},"performer":[{"reference":"Practitioner/1"}],
"valueQuantity":{"value":70.0,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"},
"note":[{"text":"n"}],"bodySite":{"coding":[{"system":"urn:cs","code":"blue"}]},
"method":{"coding":[{"system":"urn:cs","code":"red"}]},"device":{"reference":"#d"},
"component":[{"code":{"text":"a"},"valueString":"x"},{"code":{"text":"b"},"dataAbsentReason":{"text":"y"}}]}"##;

const E: Severity = Severity::Error;
const W: Severity = Severity::Warning;

#[rustfmt::skip]
const ROWS: &[(&str, &str, Severity, &str, &str)] = &[
    (r#""performer":[{"reference":"Practitioner/1"}],"#, "", W, "Observation", "own-2"),
    (r#""method":{"coding":[{"system":"urn:cs","code":"red"}]},"#, "", E, "Observation", "own-1"),
    (r#""extension":[{"url":"urn:x:source","valueString":"s"}],"#, "", E, "Observation.extension", "slice `source` is required"),
    (r#""url":"urn:x:source","valueString":"s""#, r#""url":"urn:x:source","valueCode":"s""#, E, "Observation.extension[0].value", "type"),
    (r#"{"url":"urn:x:source","valueString":"s"}"#, r#"{"url":"urn:x:source","valueString":"s"},{"url":"urn:x:source","valueString":"t"}"#, E, "Observation.extension", "at most 1 of the slice `source`"),
    (r#"{"url":"urn:x:source","valueString":"s"}"#, r#"{"url":"urn:x:source","valueString":"s"},{"url":"urn:x:name","valueCode":"t"}"#, E, "Observation.extension[1]", "may not stand here"),
    (r#""status":"final""#, r#""status":"final","modifierExtension":[{"url":"urn:x:unknown","valueCode":"t"}]"#, E, "Observation.modifierExtension[0]", "not known"),
    (r#""system":"urn:b""#, r#""system":"urn:c""#, E, "Observation.identifier[1]", "none of the slices"),
    (r#""system":"urn:a","value":"1""#, r#""system":"urn:b","value":"1""#, E, "Observation.identifier", "slice `a` is required"),
    (r#"{"system":"urn:b","value":"12345"}"#, r#"{"system":"urn:a","value":"2"}"#, E, "Observation.identifier", "at most 1 of the slice `a`"),
    (r#""system":"urn:a","value":"1""#, r#""system":"urn:a""#, E, "Observation.identifier[0].value", "required"),
    (r#""value":"1"}"#, r#""value":"12345"}"#, E, "Observation.identifier[0].value", "at most 4 characters"),
    (r#"{"system":"urn:b","value":"12345"}"#, r#"{"system":"urn:b","value":"2"},{"system":"urn:b","value":"3"}"#, E, "Observation.identifier", "at most 2 may"),
    (r#""status":"final""#, r#""status":"final","basedOn":[{"reference":"CarePlan/1"}]"#, E, "Observation.basedOn", "does not allow this element"),
    (r#"{"coding":[{"system":"urn:cs","code":"vital","display":"V"}]},{"text":"more"}"#, r#"{"text":"more"},{"coding":[{"system":"urn:cs","code":"vital"}]}"#, E, "Observation.category[1]", "at the end only"),
    (r#""code":"vital""#, r#""code":"fatal""#, E, "Observation.category", "slice `vital` is required"),
    (r#""code":"weight""#, r#""code":"height""#, E, "Observation.code", "the value must have"),
    (r#""code":"red""#, r#""code":"green""#, E, "Observation.method", "not in the value set"),
    (r#"{"coding":[{"system":"urn:cs","code":"red"}]}"#, r#"{"text":"rood"}"#, E, "Observation.method", "a code from"),
    (r#""code":"blue""#, r#""code":"green""#, W, "Observation.bodySite", "may be extended"),
    (r#""subject":{"reference":"Patient/1"},"#, "", E, "Observation.subject", "required"),
    (r#"{"reference":"Patient/1"}"#, r#"{"reference":"Group/1"}"#, E, "Observation.subject.reference", "type that is not allowed"),
    (r#","lotNumber":"7""#, "", E, "Observation.device.reference", "conforms to none of"),
    (r#""valueQuantity":{"value":70.0,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}"#, r#""valueInteger":70"#, E, "Observation.value", "none of the slices"),
    (r#""value":70.0"#, r#""value":1.49"#, E, "Observation.value.value", "less than"),
    (r#""value":70.0"#, r#""value":300.01"#, E, "Observation.value.value", "more than"),
    (r#""code":"kg""#, r#""code":"g""#, E, "Observation.value.code", "the value must be"),
    (r#","code":"kg""#, "", E, "Observation.value.code", "required"),
    (r#"{"code":{"text":"a"},"valueString":"x"}"#, r#"{"code":{"text":"a"}}"#, E, "Observation.component[0].value", "required"),
    (r#"{"code":{"text":"a"},"valueString":"x"}"#, r#"{"code":{"text":"a"},"dataAbsentReason":{"text":"z"}}"#, E, "Observation.component", "at most 1 of the slice `absent`"),
];

#[test]
fn each_fault_is_told_once_where_it_is_and_its_twin_conforms() {
    let library = library();
    for (what, by, severity, place, part) in ROWS {
        assert_eq!(GOOD.matches(what).count(), 1, "{what}");
        let good = json::parse(GOOD.as_bytes()).expect("JSON");
        assert_eq!(told(&validate(&good, &[], &library)), [], "{:?}", library.faults);
        let bad = json::parse(GOOD.replace(what, by).as_bytes()).expect(by);
        let issues = validate(&bad, &[], &library);
        let issues = told(&issues);
        let found = issues.iter().filter(|(own, at, text)| own == severity && at == place && text.contains(part));
        assert_eq!(found.count(), 1, "{what} {by}: {issues:?}");
        assert_eq!(issues.len(), 1, "{what} {by}: {issues:?}");
    }
    assert_eq!(*library.faults.lock().expect("a lock"), Vec::<String>::new());
}

#[test]
fn a_profile_is_held_when_it_is_asked_for_and_unknown_ones_are_told() {
    let library = library();
    let plain = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
    assert_eq!(told(&validate(&plain, &[], &library)), []);
    let issues = validate(&plain, &[PROFILE], &library);
    assert!(told(&issues).iter().any(|(_, place, _)| *place == "Observation.subject"), "{issues:?}");
    let issues = validate(&plain, &["urn:p:nowhere"], &library);
    assert_eq!(told(&issues), [(E, "Observation", "the profile `urn:p:nowhere` is not known")]);
    let issues = validate(&plain, &["urn:p:device"], &library);
    assert_eq!(told(&issues), [(E, "Observation", "the profile `urn:p:device` is for `Device`")]);
    let mut claims = plain.clone();
    claims["meta"] = json!({"profile": ["urn:p:nowhere"]});
    let issues = validate(&claims, &[], &library);
    assert!(told(&issues).is_empty());
    assert!(
        issues.iter().any(|issue| issue.severity == Severity::Information && issue.diagnostics.contains("nowhere"))
    );
    let nothing = validate(&json!({"resourceType": "Nothing"}), &[PROFILE], &library);
    assert_eq!(nothing.len(), 1, "{nothing:?}");
}

#[test]
fn a_resource_inside_another_is_held_against_what_it_claims() {
    let device = json!({"resourceType": "Device", "id": "d", "meta": {"profile": ["urn:p:device"]}});
    let bundle =
        json!({"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:a:1", "resource": device}]});
    let issues = validate(&bundle, &[], &library());
    assert_eq!(told(&issues), [(E, "Bundle.entry[0].resource.lotNumber", "a required element is missing")]);
}

#[test]
fn an_extension_on_a_primitive_is_looked_at_too() {
    let patient = |extension: Value| {
        json!({"resourceType": "Patient", "birthDate": "2000", "_birthDate": {"extension": [extension]},
            "name": [{"extension": [{"url": "urn:x:name", "valueCode": "c"}], "text": "x"}]})
    };
    let library = library();
    let issues = validate(&patient(json!({"url": "urn:x:unknown", "valueCode": "c"})), &[], &library);
    assert_eq!(told(&issues), []);
    let issues = validate(&patient(json!({"url": "urn:x:name", "valueCode": "c"})), &[], &library);
    assert_eq!(told(&issues).len(), 1, "{issues:?}");
    assert_eq!(told(&issues)[0].1, "Patient.birthDate.extension[0]");
}
