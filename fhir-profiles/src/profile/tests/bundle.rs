//! The rules of Bundles and documents.

use serde_json::{Value, json};

use super::{Library, told, validate};

fn document() -> Value {
    json!({"resourceType": "Bundle", "type": "document", "identifier": {"system": "urn:s", "value": "1"},
    "timestamp": "2024-01-01T10:00:00Z",
    "entry": [
        {"fullUrl": "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001", "resource": {
            "resourceType": "Composition", "status": "final", "type": {"text": "t"}, "date": "2024", "title": "t",
            "author": [{"reference": "urn:uuid:0a0a0a0a-0000-4000-8000-000000000002"}],
            "subject": {"reference": "Patient/1"}}},
        {"fullUrl": "urn:uuid:0a0a0a0a-0000-4000-8000-000000000002", "resource": {"resourceType": "Practitioner"}},
        {"fullUrl": "http://a.example/Patient/1", "resource": {"resourceType": "Patient", "id": "1",
            "managingOrganization": {"display": "x"}}}
    ]})
}

type Change = fn(&mut Value);

#[test]
fn a_document_is_whole_and_begins_with_its_composition() {
    let library = Library::default();
    assert_eq!(told(&validate(&document(), &[], &library)), []);
    let table: &[(Change, &str, &str)] = &[
        (|b| b["identifier"] = json!({"value": "1"}), "Bundle", "bdl-9"),
        (
            |b| {
                b.as_object_mut().expect("an object").remove("timestamp");
            },
            "Bundle",
            "bdl-10",
        ),
        (|b| b["entry"].as_array_mut().expect("a list").swap(0, 1), "Bundle", "bdl-11"),
        (|b| b["entry"][2]["fullUrl"] = b["entry"][1]["fullUrl"].clone(), "Bundle.entry[2].fullUrl", "bdl-7"),
        (
            |b| b["entry"][0]["resource"]["subject"]["reference"] = json!("Patient/2"),
            "Bundle.entry[0].resource.subject.reference",
            "not in the document",
        ),
        (
            |b| {
                b["entry"][2]["resource"]["managingOrganization"] =
                    json!({"reference": "urn:uuid:0a0a0a0a-0000-4000-8000-00000000000a"});
            },
            "Bundle.entry[2].resource.managingOrganization.reference",
            "not in the document",
        ),
        (
            |b| b["entry"][1]["fullUrl"] = json!("http://a.example/Practitioner/1/_history/2"),
            "Bundle.entry[1].fullUrl",
            "bdl-8",
        ),
        (
            |b| b["entry"][2]["fullUrl"] = json!("http://a.example/Patient/2"),
            "Bundle.entry[2].fullUrl",
            "another resource",
        ),
        (
            |b| b["entry"][2]["fullUrl"] = json!("http://a.example/Group/1"),
            "Bundle.entry[2].fullUrl",
            "another resource",
        ),
        (|b| b["entry"][2]["fullUrl"] = json!("Patient/1"), "Bundle.entry[2].fullUrl", "must be absolute"),
        (
            |b| b["entry"][0]["fullUrl"] = json!("http://b.example/Composition/1"),
            "Bundle.entry[0].resource.subject.reference",
            "not in the document",
        ),
        (
            |b| {
                let more = json!({"fullUrl": "http://a.example/Basic/1", "resource": {"resourceType": "Basic", "code": {"text": "x"}}});
                b["entry"].as_array_mut().expect("a list").push(more);
            },
            "Bundle.entry[3]",
            "nothing in the document leads to this entry",
        ),
        (|b| b["total"] = json!(3), "Bundle.total", "bdl-1"),
        (|b| b["entry"][1]["search"] = json!({"mode": "match"}), "Bundle.entry[1]", "bdl-2"),
        (|b| b["entry"][1]["request"] = json!({"method": "PUT", "url": "x"}), "Bundle.entry[1]", "bdl-3"),
        (|b| b["entry"][1]["response"] = json!({"status": "200"}), "Bundle.entry[1]", "bdl-4"),
    ];
    for (change, place, part) in table {
        let mut bundle = document();
        change(&mut bundle);
        let issues = validate(&bundle, &[], &library);
        let issues = told(&issues);
        assert!(issues.iter().any(|(_, at, text)| at == place && text.contains(part)), "{part}: {issues:?}");
    }
}

#[test]
fn requests_and_messages_have_their_rules() {
    let library = Library::default();
    let entry = json!({"resource": {"resourceType": "Basic", "code": {"text": "x"}}});
    let table = [
        (json!({"type": "transaction", "entry": [entry.clone()]}), "Bundle.entry[0]", "bdl-3"),
        (json!({"type": "batch-response", "entry": [entry.clone()]}), "Bundle.entry[0]", "bdl-4"),
        (json!({"type": "message", "entry": [entry]}), "Bundle", "bdl-12"),
        (json!({"type": "collection", "entry": [{"fullUrl": "urn:a:b"}]}), "Bundle.entry[0]", "bdl-5"),
    ];
    for (mut bundle, place, part) in table {
        bundle["resourceType"] = json!("Bundle");
        let issues = validate(&bundle, &[], &library);
        let issues = told(&issues);
        assert!(issues.iter().any(|(_, at, text)| *at == place && text.contains(part)), "{part}: {issues:?}");
    }
}

#[test]
fn a_document_may_carry_what_speaks_about_it_and_how_it_is_shown() {
    let mut bundle = document();
    let entries = bundle["entry"].as_array_mut().expect("a list");
    entries.push(
        json!({"fullUrl": "http://a.example/Provenance/1", "resource": {"resourceType": "Provenance", "id": "1",
        "target": [{"reference": "Patient/1"}], "recorded": "2024-01-01T10:00:00Z",
        "agent": [{"who": {"reference": "Organization/2"}}]}}),
    );
    entries.push(
        json!({"fullUrl": "http://a.example/Organization/2", "resource": {"resourceType": "Organization", "id": "2",
        "name": "x"}}),
    );
    entries.push(json!({"fullUrl": "http://a.example/Binary/3", "resource": {"resourceType": "Binary", "id": "3",
        "contentType": "text/css"}}));
    let library = Library::default();
    assert_eq!(told(&validate(&bundle, &[], &library)), []);
    bundle["entry"][3]["resource"]["target"][0]["reference"] = json!("Patient/9");
    let issues = validate(&bundle, &[], &library);
    let lost: Vec<_> = told(&issues).into_iter().filter(|one| one.2.contains("leads to")).map(|one| one.1).collect();
    assert_eq!(lost, ["Bundle.entry[3]", "Bundle.entry[4]"]);
}
