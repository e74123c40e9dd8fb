//! Emergency access: with a reason, for one patient who is named, on the record, and never what is marked never.

use serde_json::json;

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{codes, condition, labelled};
use crate::support::on_both;

async fn an_emergency_opens_one_named_patient_and_the_patient_sees_it(world: World) {
    let doctor = world.server.vvt().claim(&json!({"subject_name": "Dr. Haast"})).emergency("onwel op straat");
    doctor.get(CONDITION).await.expect(200);
    let bsn = format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", world.anna.bsn);
    assert_eq!(doctor.get(&bsn).await.expect(200).matches().len(), 2);
    assert_eq!(doctor.get(&format!("Condition?patient={PATIENT}")).await.expect(200).matches(), [CONDITION]);
    doctor.get("Condition").await.expect(403);
    doctor.get("Condition?code=13645005").await.expect(403);
    assert_eq!(doctor.get("Patient").await.expect(200).matches(), Vec::<String>::new());
    assert_eq!(doctor.get("Patient?name=jansen").await.expect(200).matches(), Vec::<String>::new());
    assert_eq!(
        doctor.get(&format!("Condition?patient={PATIENT},{}", world.bert.reference())).await.json()["entry"],
        json!(null)
    );
    world.server.vvt().get(CONDITION).await.expect(404);
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).text();
    for part in ["BTG", "onwel op straat", "Dr. Haast", "org-vvt"] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

async fn an_emergency_reads_only(world: World) {
    let doctor = world.server.vvt().emergency("onwel op straat");
    doctor.post("Condition", &condition(PATIENT, CODE)).await.expect(403);
    doctor.delete(CONDITION).await.expect(403);
    let patch = json!([{"op": "remove", "path": "/onsetDateTime"}]);
    doctor.patch(CONDITION, &patch).await.expect(403);
    world.server.hospital().get(CONDITION).await.expect(200);
}

async fn what_is_marked_never_stays_closed(world: World) {
    let doctor = world.server.gp_post().emergency("onwel op straat");
    doctor.get(CONDITION).await.expect(200);
    let btg = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}]);
    world.consents(json!({"type": "deny", "purpose": btg, "code": codes(&["problems"])})).await;
    doctor.get(CONDITION).await.expect(404);
    assert_eq!(doctor.get(&format!("Condition?patient={PATIENT}")).await.expect(200).matches(), Vec::<String>::new());
    doctor.get("Composition/d1").await.expect(200);
    let letter = doctor.get("Composition/d1/$document").await.expect(200).text();
    assert!(!letter.contains(CODE), "{letter}");
}

async fn a_sensitive_label_stays_closed_when_the_patient_says_so(world: World) {
    world.server.hospital().put("Condition/s1", &labelled(condition(PATIENT, CODE), "PSY")).await.expect(201);
    let btg = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}]);
    world.consents(json!({"type": "deny", "purpose": btg, "code": codes(&["mental-health"])})).await;
    let doctor = world.server.gp_post().emergency("onwel op straat");
    doctor.get("Condition/s1").await.expect(404);
    doctor.get(CONDITION).await.expect(200);
}

async fn privacy_consents_stay_closed_in_an_emergency(world: World) {
    let id = world.permit("org-pharmacy").await;
    let doctor = world.server.vvt().emergency("onwel op straat");
    doctor.get(&format!("Consent/{id}")).await.expect(404);
    assert_eq!(doctor.get(&format!("Consent?patient={PATIENT}")).await.expect(200).matches(), Vec::<String>::new());
    let all = doctor.get("Patient?_id=h1&_revinclude=Consent:patient&_revinclude=Condition:patient").await;
    assert_eq!(all.expect(200).included(), [CONDITION]);
}

on_both! {
    an_emergency_opens_one_named_patient_and_the_patient_sees_it,
    an_emergency_reads_only,
    what_is_marked_never_stays_closed,
    a_sensitive_label_stays_closed_when_the_patient_says_so,
    privacy_consents_stay_closed_in_an_emergency,
}
