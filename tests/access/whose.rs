//! Whose data a resource becomes.

use serde_json::json;

use crate::support::builders::{bundle, condition, consent, patient, permit};
use crate::support::{Server, on_both};

/// Written a second time, the same reference named the person "already": so two writes put data into a stranger's record.
async fn a_second_version_does_not_get_into_the_record_of_a_hidden_patient(server: Server) {
    let anna = server.person().await;
    server.hospital().put("Patient/ah", &patient(&anna.bsn)).await.expect(201);
    let gp = server.gp();
    let body = condition("Patient/ah", "38341003");
    for status in [201, 200, 200] {
        gp.put("Condition/c1", &body).await.expect(status);
        server.patient(&anna).get("Condition/c1").await.expect(404);
    }
    // Who permits the practice something shows it the Patient: from then on it can name her.
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    gp.put("Condition/c1", &body).await.expect(200);
    server.patient(&anna).get("Condition/c1").await.expect(200);
}

/// What is in a record stays there when the writer no longer sees the `Patient` that it refers to.
async fn a_record_keeps_what_it_has_when_the_patient_is_hidden_from_its_writer(server: Server) {
    let anna = server.person().await;
    server.hospital().put("Patient/ah", &patient(&anna.bsn)).await.expect(201);
    let permission = server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await;
    let body = condition("Patient/ah", "38341003");
    server.gp().put("Condition/c1", &body).await.expect(201);
    server.patient(&anna).delete(&format!("Consent/{}", permission.expect(201).id())).await.expect(204);
    server.gp().put("Condition/c1", &body).await.expect(200);
    server.patient(&anna).get("Condition/c1").await.expect(200);
}

async fn a_bundle_with_a_copy_of_another_patient_is_open_to_its_source_only(server: Server) {
    let (anna, bert) = (server.person().await, server.person().await);
    let hospital = server.hospital();
    let copies = |id: &str, who: serde_json::Value| {
        json!({"resourceType": "Bundle", "id": id, "type": "collection",
            "entry": [{"resource": condition("Patient/ah", "38341003")}, {"resource": who}]})
    };
    let written = vec![
        ("PUT", "Patient/ah", patient(&anna.bsn)),
        ("PUT", "Bundle/own", copies("own", patient(&anna.bsn))),
        ("PUT", "Bundle/other", copies("other", patient(&bert.bsn))),
    ];
    hospital.post("", &bundle("transaction", written)).await.expect(200);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    for caller in [server.gp(), server.patient(&anna)] {
        caller.get("Bundle/own").await.expect(200);
        caller.get("Bundle/other").await.expect(404);
    }
    hospital.get("Bundle/other").await.expect(200);
}

on_both! {
    a_second_version_does_not_get_into_the_record_of_a_hidden_patient,
    a_record_keeps_what_it_has_when_the_patient_is_hidden_from_its_writer,
    a_bundle_with_a_copy_of_another_patient_is_open_to_its_source_only,
}
