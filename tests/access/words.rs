//! The words of a reference to what the caller may not see.

use serde_json::{Value, json};

use crate::support::builders::{
    bundle, condition, consent, encounter, labelled, patient, permit_categories, prescription,
};
use crate::support::{Caller, Person, Server, on_both};

const WORDS: &str = "woorden";

fn told(reference: &str) -> Value {
    json!({"reference": reference, "display": WORDS, "identifier": {"system": "urn:example:ids", "value": WORDS}})
}

/// A prescription in an admission, because of a psychiatric problem, by somebody of the directory.
async fn record(server: &Server) -> Person {
    let anna = server.person().await;
    let mut medicine = prescription("Patient/ah", "N02BE01");
    medicine["encounter"] = told("Encounter/e1");
    medicine["reasonReference"] = json!([told("Condition/c1"), told("Condition/absent")]);
    medicine["requester"] = told("Practitioner/d1");
    let written = vec![
        ("PUT", "Practitioner/d1", json!({"resourceType": "Practitioner"})),
        ("PUT", "Patient/ah", patient(&anna.bsn)),
        ("PUT", "Encounter/e1", encounter("Patient/ah")),
        ("PUT", "Condition/c1", labelled(condition("Patient/ah", "35489007"), "PSY")),
        ("PUT", "MedicationRequest/m1", medicine.clone()),
    ];
    server.hospital().post("", &bundle("transaction", written)).await.expect(200);
    server.hospital().put("MedicationRequest/m1", &medicine).await.expect(200);
    anna
}

async fn permits(server: &Server, anna: &Person, categories: &[&str]) {
    let body = consent(&anna.reference(), permit_categories("org-gp", categories));
    server.patient(anna).post("Consent", &body).await.expect(201);
}

/// The prescription by every way on which it is given out.
async fn given(caller: &Caller<'_>) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for path in [
        "MedicationRequest/m1",
        "MedicationRequest/m1/_history/1",
        "MedicationRequest/m1/_history",
        "MedicationRequest/_history",
        "MedicationRequest",
        "Patient/ah/MedicationRequest",
        "Patient?_id=ah&_revinclude=MedicationRequest:patient",
        "Patient/ah/$everything",
    ] {
        let body = caller.get(path).await.expect(200).json();
        let entries = body["entry"].as_array().cloned().unwrap_or_else(|| vec![json!({"resource": body})]);
        let found = entries.into_iter().map(|mut entry| entry["resource"].take());
        let found: Vec<Value> = found.filter(|one| one["resourceType"] == "MedicationRequest").collect();
        assert!(!found.is_empty(), "{path}");
        all.extend(found.into_iter().map(|one| (path.to_owned(), one)));
    }
    all
}

async fn the_words_about_what_is_hidden_are_not_given_out(server: Server) {
    let anna = record(&server).await;
    permits(&server, &anna, &["medication"]).await;
    for (path, one) in given(&server.gp()).await {
        assert_eq!(one["encounter"], json!({"reference": "Encounter/e1"}), "{path}");
        let reasons = json!([{"reference": "Condition/c1"}, {"reference": "Condition/absent"}]);
        assert_eq!(one["reasonReference"], reasons, "{path}: hidden and absent look alike");
        assert_eq!(one["requester"], told("Practitioner/d1"), "{path}");
    }
    let query = "query={MedicationRequestList{encounter{reference display}}}";
    let answer = server.gp().get(&format!("$graphql?{query}")).await.expect(200);
    assert!(answer.text().contains("Encounter/e1") && !answer.text().contains(WORDS), "{}", answer.text());
}

async fn the_words_about_what_may_be_seen_stay(server: Server) {
    let anna = record(&server).await;
    permits(&server, &anna, &["medication", "encounters", "mental-health"]).await;
    for (path, one) in given(&server.gp()).await {
        assert_eq!(one["encounter"], told("Encounter/e1"), "{path}");
        assert_eq!(one["reasonReference"][0], told("Condition/c1"), "{path}");
        assert_eq!(one["reasonReference"][1], json!({"reference": "Condition/absent"}), "{path}");
    }
}

/// The source reads what it wrote, and the patient what is hers.
async fn source_and_patient_read_the_words(server: Server) {
    let anna = record(&server).await;
    for (path, one) in given(&server.hospital()).await {
        assert_eq!(one["encounter"], told("Encounter/e1"), "{path}");
        assert_eq!(one["reasonReference"][1], told("Condition/absent"), "{path}");
    }
    let own = server.patient(&anna).get("MedicationRequest/m1").await.expect(200).json();
    assert_eq!(own["reasonReference"][0], told("Condition/c1"));
}

on_both! {
    the_words_about_what_is_hidden_are_not_given_out,
    the_words_about_what_may_be_seen_stay,
    source_and_patient_read_the_words,
}
