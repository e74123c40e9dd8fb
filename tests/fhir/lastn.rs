//! `Observation/$lastn` (<https://hl7.org/fhir/R4/observation-operation-lastn.html>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, weight};
use crate::support::{Caller, Response, Server, on_both};

/// The ids in the order of the answer.
fn ids(response: &Response) -> Vec<String> {
    let body = response.json();
    let entries = body["entry"].as_array().into_iter().flatten();
    let ids: Vec<String> = entries.map(|entry| entry["resource"]["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(body["total"], ids.len(), "{body}");
    ids
}

fn measured(patient: &str, date: &str, code: Value) -> Value {
    let mut body = weight(patient, date, "70");
    body["code"] = code;
    body
}

async fn measure(hospital: &Caller<'_>, patient: &str) {
    let pulse = json!({"coding": [{"system": "http://loinc.org", "code": "8867-4"}]});
    let both =
        json!({"coding": [{"system": "http://loinc.org", "code": "8867-4"}, {"system": "urn:own", "code": "HR"}]});
    let own = json!({"coding": [{"system": "urn:own", "code": "HR"}]});
    let text = |text: &str| json!({"text": text});
    let requests = vec![
        ("PUT", "Observation/w1", weight(patient, "2026-01-01", "70")),
        ("PUT", "Observation/w2", weight(patient, "2026-01-02", "71")),
        ("PUT", "Observation/w3", weight(patient, "2026-01-03", "72")),
        ("PUT", "Observation/w4", weight(patient, "2026-01-03", "73")),
        ("PUT", "Observation/p1", measured(patient, "2026-02-01", pulse)),
        ("PUT", "Observation/p2", measured(patient, "2026-02-03", own)),
        ("PUT", "Observation/p3", measured(patient, "2026-02-02", both)),
        ("PUT", "Observation/t1", measured(patient, "2025-02-01", text("Stemming"))),
        ("PUT", "Observation/t2", measured(patient, "2025-02-02", text("stemming"))),
        ("PUT", "Observation/t3", measured(patient, "2025-02-03", text("Eetlust"))),
    ];
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
}

async fn the_last_of_each_kind_come_newest_first(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    measure(&hospital, &patient).await;
    let id = patient.trim_start_matches("Patient/");
    for (query, expected) in [
        ("category=vital-signs", vec!["p2", "w4", "w3", "t3", "t2"]),
        ("category=vital-signs&max=1", vec!["p2", "w4", "w3", "t3", "t2"]),
        ("category=vital-signs&max=2", vec!["p2", "p3", "w4", "w3", "t3", "t2", "t1"]),
        ("category=vital-signs&max=3", vec!["p2", "p3", "p1", "w4", "w3", "w2", "t3", "t2", "t1"]),
        ("code=http://loinc.org|29463-7&max=3", vec!["w4", "w3", "w2"]),
        ("code=29463-7&date=lt2026-01-03", vec!["w2"]),
        ("code=8867-4,29463-7&date=le2026-02-01", vec!["p1", "w4", "w3"]),
        ("code=nothing", vec![]),
    ] {
        let found = hospital.get(&format!("Observation/$lastn?patient={id}&{query}")).await.expect(200);
        assert_eq!(ids(&found), expected, "{query}");
    }
    let body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "subject", "valueString": patient}, {"name": "code", "valueString": "29463-7"},
        {"name": "max", "valuePositiveInt": 4},
    ]});
    assert_eq!(ids(&hospital.post("Observation/$lastn", &body).await.expect(200)), ["w4", "w3", "w2", "w1"]);
}

/// As R4 says: what was entered in error is among them, unless the search asks for a status.
async fn what_was_entered_in_error_is_left_out_only_on_request(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let mut wrong = weight(&patient, "2026-01-02", "700");
    wrong["status"] = json!("entered-in-error");
    hospital.put("Observation/right", &weight(&patient, "2026-01-01", "70")).await.expect(201);
    hospital.put("Observation/wrong", &wrong).await.expect(201);
    for (query, expected) in [("", "wrong"), ("&status:not=entered-in-error", "right"), ("&status=final", "right")] {
        let found =
            hospital.get(&format!("Observation/$lastn?subject={patient}&code=29463-7{query}")).await.expect(200);
        assert_eq!(ids(&found), [expected], "{query}");
    }
}

async fn what_is_not_whole_or_not_known_is_refused(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    measure(&hospital, &patient).await;
    for bad in [
        "code=29463-7",
        "patient=x",
        "patient=x&code=1&max=0",
        "patient=x&code=1&max=1&max=2",
        "patient=x&code=1&max=101",
        "patient=x&code=1&_sort=date",
        "patient=x&code=1&_count=2",
        "patient=x&code=1&_include=Observation:subject",
        "patient=x&code=1&nonsense=2",
        "patient=x&code=1&date=x",
    ] {
        hospital.get(&format!("Observation/$lastn?{bad}")).await.expect(400);
    }
    assert!(ids(&hospital.get("Observation/$lastn?patient=nobody&code=29463-7").await.expect(200)).is_empty());
    let narrow = hospital.scope("system/Condition.rs");
    narrow.get(&format!("Observation/$lastn?subject={patient}&code=29463-7")).await.expect(403);
}

/// A thing that is measured is not one with another thing.
async fn different_subjects_are_never_of_one_kind(server: Server) {
    let hospital = server.hospital();
    for (id, day) in [("l1", "2026-01-01"), ("l2", "2026-01-02")] {
        let reference = format!("Location/{id}");
        hospital.put(&reference, &json!({"resourceType": "Location", "name": id})).await.expect(201);
        hospital.put(&format!("Observation/{id}"), &weight(&reference, day, "20")).await.expect(201);
    }
    let found = hospital.get("Observation/$lastn?subject=Location/l1,Location/l2&code=29463-7").await.expect(200);
    assert_eq!(ids(&found), ["l2", "l1"]);
}

on_both! {
    the_last_of_each_kind_come_newest_first,
    what_was_entered_in_error_is_left_out_only_on_request,
    what_is_not_whole_or_not_known_is_refused,
    different_subjects_are_never_of_one_kind,
}
