//! Who may write what, and into whose record it goes.

use serde_json::{Value, json};

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{BSN, bundle, coded, condition, consent, patient, permit, weight};
use crate::support::on_both;

async fn a_patient_changes_what_patients_write_and_nothing_else(world: World) {
    let (anna, own) = (world.server.patient(&world.anna), world.anna.reference());
    let id = anna.post("Observation", &weight(&own, "2026-03-01", "71.5")).await.expect(201).id();
    anna.put(&format!("Observation/{id}"), &weight(&own, "2026-03-01", "71.6")).await.expect(200);
    anna.put("Observation/o1", &weight(PATIENT, "2026-01-05", "60")).await.expect(403);
    anna.delete("Observation/o1").await.expect(403);
    anna.put("Condition/mine", &condition(&own, CODE)).await.expect(403);
    anna.get("Condition/mine").await.expect(404);
    anna.delete(&format!("Observation/{id}")).await.expect(204);
}

/// A proposal is for the patient to answer; wishes that a professional wrote down stay the professional's.
async fn a_patient_confirms_a_proposal_and_leaves_wishes_as_they_are(world: World) {
    let (anna, hospital) = (world.server.patient(&world.anna), world.server.hospital());
    let mut proposal = consent(PATIENT, permit("org-vvt"));
    proposal["status"] = json!("proposed");
    let proposed = hospital.post("Consent", &proposal).await.expect(201).id();
    let mut wishes = proposal.clone();
    wishes["scope"] = coded("http://terminology.hl7.org/CodeSystem/consentscope", "adr");
    wishes["status"] = json!("active");
    let adr = format!("Consent/{}", hospital.post("Consent", &wishes).await.expect(201).id());
    anna.get(&adr).await.expect(200);
    anna.put(&adr, &wishes).await.expect(403);
    anna.delete(&adr).await.expect(403);
    world.server.vvt().get(CONDITION).await.expect(404);
    proposal["status"] = json!("active");
    anna.put(&format!("Consent/{proposed}"), &proposal).await.expect(200);
    world.server.vvt().get(CONDITION).await.expect(200);
}

async fn who_sees_something_does_not_change_it(world: World) {
    let (gp, hospital) = (world.server.gp(), world.server.hospital());
    let mut task = json!({"resourceType": "Task", "status": "requested", "intent": "order", "code": {"text": "bel terug"},
        "for": {"reference": PATIENT}});
    let id = format!("Task/{}", hospital.post("Task", &task).await.expect(201).id());
    task["id"] = json!(id.trim_start_matches("Task/"));
    for (address, body) in [(CONDITION, &condition(PATIENT, "1")), (id.as_str(), &task)] {
        gp.get(address).await.expect(200);
        gp.put(address, body).await.expect(403);
        gp.delete(address).await.expect(403);
        gp.patch(address, &json!([{"op": "add", "path": "/language", "value": "nl"}])).await.expect(403);
        hospital.put(address, body).await.expect(200);
        hospital.delete(address).await.expect(204);
    }
}

/// A deleted resource comes back by its source only: another would write in its name.
async fn who_saw_something_does_not_bring_it_back(world: World) {
    let (gp, hospital) = (world.server.gp(), world.server.hospital());
    let body = condition(PATIENT, CODE);
    hospital.delete(CONDITION).await.expect(204);
    gp.get(CONDITION).await.expect(410);
    gp.put(CONDITION, &body).await.expect(404);
    gp.get(CONDITION).await.expect(410);
    hospital.put(CONDITION, &body).await.expect(201);
    gp.get(CONDITION).await.expect(200);
}

async fn only_what_is_not_there_is_made_when_nothing_may_be(world: World) {
    let body = condition(PATIENT, CODE);
    let hospital = world.server.hospital().with("if-none-match", "*");
    let refused = hospital.put(CONDITION, &body).await.expect(412).text();
    assert!(refused.contains("already"), "{refused}");
    hospital.put("Condition/new", &body).await.expect(201);
    // What is hidden is taken, and that is all that is told.
    world.server.vvt().with("if-none-match", "*").put(CONDITION, &body).await.expect(404);
}

/// The log is the server's: no system writes into it, also not as one of several.
async fn nobody_writes_an_audit_record(world: World) {
    let event = json!({
        "resourceType": "AuditEvent", "recorded": "2026-03-02T08:00:00Z", "type": {"code": "rest"},
        "agent": [{"requestor": true}], "source": {"observer": {"display": "x"}},
    });
    let hospital = world.server.hospital();
    for (method, address) in [("POST", "AuditEvent"), ("PUT", "AuditEvent/mine")] {
        let one = bundle("transaction", vec![(method, address, event.clone())]);
        hospital.post("", &one).await.expect(403);
        let one = bundle("batch", vec![(method, address, event.clone())]);
        let answer = hospital.post("", &one).await.expect(200).json();
        assert_eq!(answer["entry"][0]["response"]["status"].as_str().map(|text| &text[..3]), Some("403"), "{answer}");
    }
    let one = bundle("transaction", vec![("POST", "Basic", json!({"resourceType": "Basic", "code": {"text": "x"}}))]);
    hospital.post("", &one).await.expect(200);
}

async fn a_patient_has_one_bsn_and_any_other_numbers(world: World) {
    let hospital = world.server.hospital();
    let number = |system: &str, value: &str| json!({"system": system, "value": value});
    let with = |kind: &str, numbers: &[Value]| {
        let mut body = patient("");
        if kind == "RelatedPerson" {
            body = json!({"resourceType": kind, "patient": {"reference": PATIENT}});
        }
        body["identifier"] = json!(numbers);
        body
    };
    let (anna, bert) = (number(BSN, &world.anna.bsn), number(BSN, &world.bert.bsn));
    let local = number("http://example.org/number", "1");
    for (kind, numbers, status) in [
        ("Patient", vec![anna.clone(), local.clone()], 201),
        ("Patient", vec![local, anna.clone()], 201),
        ("Patient", vec![anna.clone(), anna.clone()], 201),
        ("Patient", vec![anna.clone(), bert.clone()], 422),
        ("RelatedPerson", vec![anna, bert], 201),
    ] {
        hospital.post(kind, &with(kind, &numbers)).await.expect(status);
    }
}

/// The ids of types are apart: a `Condition` named like the patient is not the patient.
async fn an_id_of_another_type_is_no_patient(world: World) {
    let id = PATIENT.trim_start_matches("Patient/");
    let address = format!("Condition/{id}");
    world.server.hospital().put(&address, &condition(PATIENT, CODE)).await.expect(201);
    world.server.patient(&world.anna).get(&address).await.expect(200);
    world.server.gp().get(&address).await.expect(200);
    world.server.patient(&world.bert).get(&address).await.expect(404);
}

on_both! {
    a_patient_changes_what_patients_write_and_nothing_else,
    a_patient_confirms_a_proposal_and_leaves_wishes_as_they_are,
    who_sees_something_does_not_change_it,
    who_saw_something_does_not_bring_it_back,
    only_what_is_not_there_is_made_when_nothing_may_be,
    nobody_writes_an_audit_record,
    a_patient_has_one_bsn_and_any_other_numbers,
    an_id_of_another_type_is_no_patient,
}
