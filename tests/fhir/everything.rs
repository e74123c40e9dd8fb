//! `$everything` (<https://hl7.org/fhir/R4/patient-operation-everything.html>).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{allergy, bundle, condition, encounter, patient, prescription, weight};
use crate::support::{Caller, Server, on_both};

/// A record of a patient, with what it refers to.
async fn record(hospital: &Caller<'_>, patient: &str) {
    let mut seen = encounter(patient);
    seen["location"] = json!([{"location": {"reference": "Location/l1"}}]);
    let mut problem = condition(patient, "38341003");
    problem["encounter"] = json!({"reference": "Encounter/e1"});
    problem["asserter"] = json!({"reference": "Practitioner/d1"});
    let requests = vec![
        ("PUT", "Practitioner/d1", json!({"resourceType": "Practitioner", "name": [{"family": "Arts"}]})),
        ("PUT", "Practitioner/d2", json!({"resourceType": "Practitioner", "name": [{"family": "Niemand"}]})),
        ("PUT", "Location/l1", json!({"resourceType": "Location", "name": "Polikliniek"})),
        ("PUT", "Encounter/e1", seen),
        ("PUT", "Condition/c1", problem),
        ("PUT", "AllergyIntolerance/a1", allergy(patient, "91936005")),
        ("PUT", "Observation/o1", weight(patient, "2025-12-31", "71")),
        ("PUT", "Observation/o2", weight(patient, "2026-01-05", "72")),
        ("PUT", "MedicationRequest/m1", prescription(patient, "N02BE01")),
    ];
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
}

/// The names of all pages, in order, without those that were included.
async fn all(caller: &Caller<'_>, address: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut address, mut names, mut included) = (address.to_owned(), Vec::new(), BTreeSet::new());
    loop {
        let page = caller.get(&address).await.expect(200);
        included.extend(page.included());
        let body = page.json();
        let entries = body["entry"].as_array().into_iter().flatten().filter(|entry| entry["search"]["mode"] == "match");
        names.extend(entries.map(|entry| {
            let text = |name: &str| entry["resource"][name].as_str().expect("text").to_owned();
            format!("{}/{}", text("resourceType"), text("id"))
        }));
        let next = body["link"].as_array().expect("links").iter().find(|link| link["relation"] == "next");
        let Some(next) = next else { break };
        next["url"].as_str().expect("url").clone_into(&mut address);
        assert!(!address.contains("_type") && !address.contains("2026"), "a page link carries no values: {address}");
    }
    (names, included)
}

async fn all_of_the_record_comes_once_page_by_page_with_what_it_refers_to(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    record(&hospital, &reference).await;
    let other = hospital.post("Patient", &patient(&crate::support::region::bsn(9))).await.expect(201).id();
    hospital.put("Condition/x1", &condition(&format!("Patient/{other}"), "1")).await.expect(201);
    let expected: BTreeSet<String> = [
        &reference,
        "AllergyIntolerance/a1",
        "Condition/c1",
        "Encounter/e1",
        "MedicationRequest/m1",
        "Observation/o1",
        "Observation/o2",
    ]
    .map(str::to_owned)
    .into();
    for count in ["", "?_count=1", "?_count=2", "?_count=6", "?_count=7", "?_count=1000"] {
        let (names, included) = all(&hospital, &format!("{reference}/$everything{count}")).await;
        assert_eq!((names.len(), names.iter().cloned().collect()), (7, expected.clone()), "{count}");
        assert_eq!(names[0], reference, "the patient comes first");
        assert_eq!(included, ["Location/l1", "Practitioner/d1"].map(str::to_owned).into(), "{count}");
    }
    let xml =
        hospital.with("accept", "application/fhir+xml").get(&format!("{reference}/$everything")).await.expect(200);
    assert!(xml.text().contains("<Bundle xmlns"), "{}", xml.text());
    hospital.get("Patient/nobody/$everything").await.expect(404);
}

async fn types_moments_and_care_dates_narrow_it(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    record(&hospital, &reference).await;
    server.advance(60_000);
    hospital.put("Observation/o2", &weight(&reference, "2026-01-05", "73")).await.expect(200);
    let undated = "AllergyIntolerance/a1";
    for (query, expected) in [
        ("_type=Observation", vec!["Observation/o1", "Observation/o2"]),
        ("_type=Observation,Condition", vec!["Condition/c1", "Observation/o1", "Observation/o2"]),
        ("_type=Observation&_type=Condition", vec!["Condition/c1", "Observation/o1", "Observation/o2"]),
        ("_since=2026-03-02T09:00:30Z", vec!["Observation/o2"]),
        ("_since=2026-03-02T09:00:30Z&_type=Condition", vec![]),
        ("start=2026&_type=Observation,Condition,AllergyIntolerance", vec![undated, "Observation/o2"]),
        ("end=2025&_type=Observation,Encounter,AllergyIntolerance", vec![undated, "Observation/o1"]),
        ("start=2026-01-04&end=2026-01-06&_type=Observation,Encounter", vec!["Encounter/e1", "Observation/o2"]),
    ] {
        let (names, _) = all(&hospital, &format!("{reference}/$everything?{query}")).await;
        assert_eq!(names, expected, "{query}");
    }
    let body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "_type", "valueCode": "Observation"}, {"name": "start", "valueDate": "2026"},
        {"name": "_count", "valueInteger": 5},
    ]});
    let found = hospital.post(&format!("{reference}/$everything"), &body).await.expect(200);
    assert_eq!(found.matches(), ["Observation/o2"]);
    for bad in [
        "_type=Nothing",
        "_since=x",
        "start=",
        "_count=0",
        "_count=x",
        "nonsense=1",
        "start=2025&start=2026",
        "_page=x",
    ] {
        let refused = hospital.get(&format!("{reference}/$everything?{bad}")).await.expect(400).json();
        assert_eq!(refused["resourceType"], "OperationOutcome", "{bad}");
        assert!(refused["issue"][0]["expression"].is_array(), "{bad}: {refused}");
    }
}

async fn an_encounter_has_what_was_recorded_in_it(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    record(&hospital, &reference).await;
    let (names, included) = all(&hospital, "Encounter/e1/$everything?_count=1").await;
    assert_eq!(names, ["Encounter/e1", "Condition/c1"]);
    assert_eq!(included, [reference.as_str(), "Location/l1", "Practitioner/d1"].map(str::to_owned).into());
    hospital.get("Encounter/none/$everything").await.expect(404);
    hospital.get("Encounter/e1/$everything?start=2026").await.expect(400);
}

async fn a_patient_gets_their_own_and_a_page_link_works_for_nobody_else(server: Server) {
    let (anna, bert) = (server.person().await, server.person().await);
    let hospital = server.hospital();
    record(&hospital, &anna.reference()).await;
    let (names, _) = all(&server.patient(&anna), "Patient/$everything?_count=3").await;
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 7, "{names:?}");
    let (names, _) = all(&server.patient(&bert), "Patient/$everything").await;
    assert_eq!(names, [bert.reference()]);
    server.patient(&bert).get(&format!("{}/$everything", anna.reference())).await.expect(404);
    hospital.get("Patient/$everything").await.expect(403);
    let page = server.patient(&anna).get("Patient/$everything?_count=3").await.json();
    let next = page["link"][1]["url"].as_str().expect("a next page").to_owned();
    server.patient(&anna).get(&next).await.expect(200);
    server.patient(&bert).get(&next).await.expect(400);
    hospital.get(&next).await.expect(400);
    server
        .patient(&anna)
        .get(&next.replace("Patient/$every", &format!("{}/$every", anna.reference())))
        .await
        .expect(400);
    let narrow = server.patient(&anna).scope("launch/patient patient/Patient.rs patient/Observation.rs");
    let (names, _) = all(&narrow, "Patient/$everything").await;
    assert_eq!(names, [anna.reference(), "Observation/o1".to_owned(), "Observation/o2".to_owned()]);
    narrow.get("Patient/$everything?_type=Condition").await.expect(403);
    let log = server.patient(&anna).get("AuditEvent").await.expect(200).json();
    let is_operation = |entry: &Value| entry["resource"]["subtype"][0]["code"] == "operation";
    assert!(log["entry"].as_array().expect("entries").iter().any(is_operation), "{log}");
}

on_both! {
    all_of_the_record_comes_once_page_by_page_with_what_it_refers_to,
    types_moments_and_care_dates_narrow_it,
    an_encounter_has_what_was_recorded_in_it,
    a_patient_gets_their_own_and_a_page_link_works_for_nobody_else,
}
