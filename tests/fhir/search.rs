//! Search over HTTP (<https://hl7.org/fhir/R4/search.html>); what each parameter finds is proved in `tests/search`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{condition, encounter, prescription, weight};
use crate::support::{Server, on_both};

async fn each_kind_of_parameter_works_through_http(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let id = patient.trim_start_matches("Patient/").to_owned();
    hospital.put("Observation/o1", &weight(&patient, "2026-01-05", "72.5")).await.expect(201);
    hospital.put("Observation/o2", &weight(&patient, "2026-02-05", "75")).await.expect(201);
    let risk = json!({"resourceType": "RiskAssessment", "status": "final", "subject": {"reference": patient}, "prediction": [{"probabilityDecimal": 0.4}]});
    hospital.put("RiskAssessment/r1", &risk).await.expect(201);
    let values = json!({"resourceType": "ValueSet", "url": "http://example.org/vs", "status": "active"});
    hospital.put("ValueSet/v1", &values).await.expect(201);
    for (path, expected) in [
        ("Patient?family=jan", vec![patient.clone()]),
        ("Patient?family=xyz", vec![]),
        ("Observation?code=http://loinc.org|29463-7&date=ge2026-02", vec!["Observation/o2".to_owned()]),
        ("Observation?code=29463-7&_id=o1", vec!["Observation/o1".to_owned()]),
        (&format!("Observation?patient={id}&value-quantity=gt73||kg"), vec!["Observation/o2".to_owned()]),
        ("Observation?code-value-quantity=29463-7$lt73", vec!["Observation/o1".to_owned()]),
        ("RiskAssessment?probability=gt0.3", vec!["RiskAssessment/r1".to_owned()]),
        ("ValueSet?url=http://example.org/vs", vec!["ValueSet/v1".to_owned()]),
        ("Observation?subject:Patient.family=jan&date=lt2026-02", vec!["Observation/o1".to_owned()]),
        ("Patient?_has:Observation:patient:code=29463-7", vec![patient.clone()]),
        ("Observation?code=29463%2D7&date=sa2026%2d01%2d10", vec!["Observation/o2".to_owned()]),
    ] {
        let found = hospital.get(path).await.expect(200);
        assert_eq!(found.matches(), expected, "{path}");
        let (rtype, form) = path.split_once('?').expect("a query");
        assert_eq!(hospital.search(rtype, form).await.expect(200).matches(), expected, "POST {path}");
    }
    let sorted = hospital.get("Observation?_sort=date").await.json();
    assert_eq!(sorted["entry"][0]["resource"]["id"], "o1");
    let count = hospital.get("Observation?_summary=count").await.json();
    assert_eq!((&count["total"], &count["entry"]), (&json!(2), &Value::Null));
    let elements = hospital.get("Observation?_id=o1&_elements=code").await.json();
    assert!(elements["entry"][0]["resource"]["valueQuantity"].is_null());
}

async fn includes_come_beside_the_matches(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Encounter/e1", &encounter(&patient)).await.expect(201);
    let mut body = prescription(&patient, "N02BE01");
    body["encounter"] = json!({"reference": "Encounter/e1"});
    hospital.put("MedicationRequest/m1", &body).await.expect(201);
    let found = hospital.get("MedicationRequest?_include=MedicationRequest:encounter").await.expect(200);
    assert_eq!(
        (found.matches(), found.included()),
        (vec!["MedicationRequest/m1".to_owned()], vec!["Encounter/e1".to_owned()])
    );
    let found = hospital.get("Encounter?_revinclude=MedicationRequest:encounter").await.expect(200);
    assert_eq!(found.included(), ["MedicationRequest/m1"]);
}

async fn pages_lead_to_every_match_once(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    for at in 0..7 {
        hospital.put(&format!("Condition/c{at}"), &condition(&patient, "1")).await.expect(201);
    }
    for query in ["Condition?code=1&_count=2", "Condition?_count=3&_sort=-_id", "Condition?_count=1&_total=accurate"] {
        let (mut address, mut seen, mut pages) = (query.to_owned(), Vec::new(), 0);
        loop {
            let page = hospital.get(&address).await.expect(200);
            seen.extend(page.matches());
            pages += 1;
            let body = page.json();
            let next = body["link"].as_array().expect("links").iter().find(|link| link["relation"] == "next");
            let Some(next) = next else { break };
            next["url"].as_str().expect("url").clone_into(&mut address);
            assert!(!address.contains("code"), "a page link carries no values: {address}");
        }
        let every: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), every.len()), (7, 7), "{query} in {pages} pages");
    }
    for bad in ["Condition?_page=x", "Condition?_page=", "Condition?_page=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        hospital.get(bad).await.expect(400);
    }
}

async fn a_parameter_that_is_not_known_is_refused_unless_the_caller_is_lenient(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    for query in [
        "nonsense=1",
        "code:nonsense=1",
        "onset-date=x",
        "_sort=nonsense",
        "_include=nonsense",
        "_has:x=1",
        "code=",
        "_count=-1",
        "_count=x",
        "_summary=x",
        "%ff=1",
        "code=%zz",
        "code=a%00b",
    ] {
        let refused = hospital.get(&format!("Condition?{query}")).await.expect(400);
        assert_eq!(refused.json()["resourceType"], "OperationOutcome", "{query}");
    }
    let lenient = hospital.with("prefer", "handling=lenient").get("Condition?nonsense=1&code=1").await.expect(200);
    assert_eq!(lenient.matches(), ["Condition/c1"]);
    let body = lenient.json();
    let entries = body["entry"].as_array().expect("entries");
    assert!(entries.iter().any(|entry| entry["search"]["mode"] == "outcome"), "{body}");
    let link = body["link"][0]["url"].as_str().expect("self").to_owned();
    assert!(!link.contains("nonsense") && link.contains("code=1"), "{link}");
    hospital.get("Nothing?x=1").await.expect(404);
    let json = hospital.send(reqwest::Method::POST, "Condition/_search", Some(("application/json", "{}".into()))).await;
    json.expect(415);
}

on_both! {
    each_kind_of_parameter_works_through_http,
    includes_come_beside_the_matches,
    pages_lead_to_every_match_once,
    a_parameter_that_is_not_known_is_refused_unless_the_caller_is_lenient,
}
