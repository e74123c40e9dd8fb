//! Transactions (<https://hl7.org/fhir/R4/http.html#trules>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, condition, encounter, patient};
use crate::support::{Server, on_both, region};

async fn references_between_entries_become_literal(server: Server) {
    let hospital = server.hospital();
    let (one, two) = ("urn:uuid:0b8b3f3e-3d7a-4a3f-9a53-0d1a8a2f6a01", "urn:uuid:0b8b3f3e-3d7a-4a3f-9a53-0d1a8a2f6a02");
    let mut problem = condition(one, "1");
    problem["encounter"] = json!({"reference": two});
    let mut body = bundle(
        "transaction",
        vec![
            ("POST", "Condition", problem),
            ("POST", "Encounter", encounter(one)),
            ("POST", "Patient", patient(&region::bsn(3))),
        ],
    );
    body["entry"][1]["fullUrl"] = json!(two);
    body["entry"][2]["fullUrl"] = json!(one);
    let answer = hospital.with("prefer", "return=representation").post("", &body).await.expect(200).json();
    let entries = answer["entry"].as_array().expect("entries");
    let types: Vec<_> = entries.iter().map(|entry| entry["resource"]["resourceType"].as_str().expect("type")).collect();
    assert_eq!(types, ["Condition", "Encounter", "Patient"], "answers are in the order of the entries");
    let id = |at: usize| entries[at]["resource"]["id"].as_str().expect("id");
    assert_eq!(entries[0]["resource"]["subject"]["reference"], format!("Patient/{}", id(2)));
    assert_eq!(entries[0]["resource"]["encounter"]["reference"], format!("Encounter/{}", id(1)));
    assert!(entries[0]["response"]["status"].as_str().expect("status").starts_with("201"));
    let found = hospital.get(&format!("Condition?patient={}&encounter={}", id(2), id(1))).await;
    assert_eq!(found.matches().len(), 1);
}

async fn conditional_references_are_resolved_or_refused(server: Server) {
    let (hospital, own) = hospital(&server).await;
    let by_bsn = format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", region::bsn(7));
    let body = bundle("transaction", vec![("PUT", "Condition/c1", condition(&by_bsn, "1"))]);
    hospital.post("", &body).await.expect(200);
    assert_eq!(hospital.get("Condition/c1").await.json()["subject"]["reference"], own);
    for reference in ["Patient?family=nobody", "Patient?nonsense=1", "Patient?"] {
        let body = bundle("transaction", vec![("PUT", "Condition/c2", condition(reference, "1"))]);
        let answer = hospital.post("", &body).await;
        assert!([400, 412].contains(&answer.status), "{reference}: {}", answer.text());
    }
    hospital.get("Condition/c2").await.expect(404);
}

async fn nothing_is_kept_when_one_entry_fails(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/old", &condition(&patient, "1")).await.expect(201);
    let bad = json!({"resourceType": "Condition", "nonsense": 1});
    for (name, request) in [
        ("a fault", ("POST", "Condition", bad)),
        (
            "a version",
            (
                "PATCH",
                "Condition/absent",
                json!({"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "W10="}),
            ),
        ),
        ("a type", ("POST", "Nothing", condition(&patient, "1"))),
        ("twice the same", ("PUT", "Condition/new", condition(&patient, "1"))),
        ("no such method", ("BREW", "Condition/new", condition(&patient, "1"))),
        ("a read of nothing", ("POST", "Condition/x/y/z", condition(&patient, "1"))),
        ("the log", ("POST", "AuditEvent", condition(&patient, "1"))),
    ] {
        let body = bundle(
            "transaction",
            vec![("PUT", "Condition/new", condition(&patient, "1")), ("DELETE", "Condition/old", Value::Null), request],
        );
        let answer = hospital.post("", &body).await;
        assert!((400..500).contains(&answer.status), "{name}: {}", answer.text());
        assert!(answer.text().contains("Bundle.entry["), "{name}: {}", answer.text());
        hospital.get("Condition/new").await.expect(404);
        assert_eq!(hospital.get("Condition/old").await.expect(200).header("etag"), "W/\"1\"");
    }
}

async fn deletions_come_first_and_reads_last(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/old", &condition(&patient, "1")).await.expect(201);
    let mut body = bundle(
        "transaction",
        vec![
            ("GET", "Condition?code=1", Value::Null),
            ("POST", "Condition", condition(&patient, "1")),
            ("DELETE", "Condition/old", Value::Null),
        ],
    );
    body["entry"][1]["request"]["ifNoneExist"] = json!("code=7");
    let answer = hospital.post("", &body).await.expect(200).json();
    let found = crate::support::builders::entries(&answer["entry"][0]["resource"], "match");
    assert_eq!(found.len(), 1, "{answer}");
    assert_ne!(found[0], "Condition/old");
    hospital.get("Condition/old").await.expect(410);
}

async fn a_transaction_of_a_thousand_entries_is_written_at_once(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let entries = (0..1000).map(|_| ("POST", "Condition", condition(&patient, "1"))).collect();
    let answer = hospital.post("", &bundle("transaction", entries)).await.expect(200).json();
    assert_eq!(answer["entry"].as_array().map(Vec::len), Some(1000));
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 1000);
}

on_both! {
    references_between_entries_become_literal,
    conditional_references_are_resolved_or_refused,
    nothing_is_kept_when_one_entry_fails,
    deletions_come_first_and_reads_last,
    a_transaction_of_a_thousand_entries_is_written_at_once,
}
