use serde_json::json;

use super::*;

fn id(id: &str) -> PatientRef {
    PatientRef::Id(id.to_owned())
}

fn number(value: &str) -> PatientRef {
    PatientRef::Bsn(value.to_owned())
}

#[test]
fn whoever_is_named_anywhere_counts() {
    let bsn = |value: &str| json!({"system": BSN, "value": value});
    let table = [
        (json!({"resourceType": "Observation", "subject": {"reference": "Patient/1"}}), vec![id("1")]),
        (json!({"resourceType": "Device", "patient": {"reference": "Patient/1/_history/2"}}), vec![id("1")]),
        (
            json!({"resourceType": "Task", "for": {"reference": "Patient/1"}, "owner": {"reference": "Organization/2"}}),
            vec![id("1")],
        ),
        (
            json!({"resourceType": "Coverage", "beneficiary": {"reference": "Patient/1"}, "payor": [{"reference": "Patient/2"}]}),
            vec![id("1"), id("2")],
        ),
        (
            json!({"resourceType": "Observation", "subject": {"reference": "Patient/1"}, "performer": [{"reference": "Patient/1"}]}),
            vec![id("1")],
        ),
        (json!({"resourceType": "List", "entry": [{"item": {"reference": "Patient/3"}}]}), vec![id("3")]),
        (
            json!({"resourceType": "Basic", "extension": [{"url": "u", "valueReference": {"reference": "Patient/4"}}]}),
            vec![id("4")],
        ),
        (json!({"resourceType": "Consent", "patient": {"identifier": bsn("9")}}), vec![number("9")]),
        (
            json!({"resourceType": "Consent", "patient": {"reference": "Patient/1", "identifier": bsn("9")}}),
            vec![id("1"), number("9")],
        ),
        (
            json!({"resourceType": "Flag", "subject": {"reference": "https://a.example/fhir/Patient/1"}}),
            vec![PatientRef::Other],
        ),
        (json!({"resourceType": "Flag", "subject": {"reference": "urn:uuid:1"}}), vec![PatientRef::Other]),
        (json!({"resourceType": "Flag", "subject": {"display": "somebody"}}), vec![PatientRef::Other]),
        (
            json!({"resourceType": "Flag", "subject": {"identifier": {"system": "other", "value": "9"}}}),
            vec![PatientRef::Other],
        ),
        (
            json!({"resourceType": "Flag", "author": {"type": "Patient", "identifier": {"value": "9"}}}),
            vec![PatientRef::Other],
        ),
        (json!({"resourceType": "Flag", "subject": {"reference": "Group/1"}}), vec![]),
        (json!({"resourceType": "Flag", "subject": {"type": "Group", "display": "many"}}), vec![]),
        (
            json!({"resourceType": "Observation", "performer": [{"type": "RelatedPerson", "identifier": bsn("9")}]}),
            vec![],
        ),
        (
            json!({"resourceType": "RelatedPerson", "patient": {"reference": "Patient/1"}, "identifier": [bsn("9")]}),
            vec![id("1")],
        ),
        (json!({"resourceType": "Patient", "link": [{"other": {"reference": "Patient/2"}}]}), vec![]),
        (json!({"resourceType": "Organization", "partOf": {"reference": "Organization/1"}}), vec![]),
    ];
    for (resource, expected) in table {
        assert_eq!(patients(&resource), expected, "{resource}");
    }
}

#[test]
fn a_contained_patient_is_known_by_number_or_not_at_all() {
    let contained =
        |patient: Value| json!({"resourceType": "Task", "contained": [patient], "for": {"reference": "#p"}});
    let known = json!({"resourceType": "Patient", "id": "p", "identifier": [{"system": BSN, "value": "9"}]});
    assert_eq!(patients(&contained(known)), [number("9")]);
    assert_eq!(patients(&contained(json!({"resourceType": "Patient", "id": "p"}))), [PatientRef::Other]);
    assert_eq!(patients(&contained(json!({"resourceType": "Group", "id": "p"}))), []);
    let deep = json!({"resourceType": "Basic", "contained": [{"resourceType": "Flag", "subject": {"reference": "Patient/1"}}]});
    assert_eq!(patients(&deep), [id("1")]);
    let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Flag",
        "contained": [{"resourceType": "Patient", "id": "p", "identifier": [{"system": BSN, "value": "9"}]}],
        "subject": {"reference": "#p"}}}]});
    assert_eq!(patients(&bundle), [number("9")]);
}

#[test]
fn a_patient_who_is_copied_into_a_resource_is_named_by_it() {
    let bundle = |patient: Value| {
        json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Flag", "subject": {"reference": "Patient/1"}}}, {"resource": patient}]})
    };
    let known = json!({"resourceType": "Patient", "id": "2", "identifier": [{"system": BSN, "value": "9"}]});
    assert_eq!(patients(&bundle(known)), [id("1"), number("9")]);
    assert_eq!(patients(&bundle(json!({"resourceType": "Patient", "id": "1"}))), [id("1")]);
    assert_eq!(patients(&bundle(json!({"resourceType": "Patient", "id": "2"}))), [id("1"), id("2")]);
    assert_eq!(patients(&bundle(json!({"resourceType": "Patient"}))), [id("1"), PatientRef::Other]);
    let contained = json!({"resourceType": "Flag", "subject": {"reference": "Patient/1"},
        "contained": [{"resourceType": "Patient", "id": "1"}]});
    assert_eq!(patients(&contained), [id("1"), PatientRef::Other], "the id of what is contained is local");
}

#[test]
fn relative_references_are_listed_once() {
    let resource = json!({
        "resourceType": "Encounter",
        "subject": {"reference": "Patient/1"},
        "participant": [{"individual": {"reference": "Practitioner/2"}}, {"individual": {"reference": "Practitioner/2/_history/1"}}],
        "partOf": {"reference": "urn:uuid:1"},
        "serviceProvider": {"reference": "#o"}
    });
    let expected = [("Patient", "1"), ("Practitioner", "2")].map(|(rtype, id)| (rtype.to_owned(), id.to_owned()));
    assert_eq!(references(&resource), expected);
}

#[test]
fn the_standards_compartment_is_known() {
    assert_eq!(parameters("AllergyIntolerance"), ["patient", "recorder", "asserter"]);
    assert!(parameters("Organization").is_empty());
    for (rtype, codes) in PARAMETERS.iter() {
        for code in codes {
            let known = crate::parameters::parameters().get(rtype, code).is_some();
            assert!(known || (*rtype, *code) == ("Patient", "link"), "{rtype} {code}");
        }
    }
}
