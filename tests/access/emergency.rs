//! Emergency access: with a reason, for one patient who is named, on the record, and never what is marked never.

use serde_json::{Value, json};

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{coded, codes, condition, labelled, weight};
use crate::support::on_both;

async fn an_emergency_opens_one_named_patient_and_the_patient_sees_it(world: World) {
    let doctor = world.server.vvt().claim(&json!({"subject_name": "Dr. Haast"})).emergency("onwel op straat");
    doctor.get(CONDITION).await.expect(200);
    let bsn = format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", world.anna.bsn);
    assert_eq!(doctor.get(&bsn).await.expect(200).matches().len(), 2);
    assert_eq!(doctor.get(&format!("Condition?patient={PATIENT}")).await.expect(200).matches(), [CONDITION]);
    doctor.get("Condition").await.expect(403);
    doctor.get("Condition?code=13645005").await.expect(403);
    for at_large in ["_history", "Condition/_history", "$meta", "Condition/$meta"] {
        doctor.get(at_large).await.expect(403);
        world.server.vvt().get(at_large).await.expect(200);
    }
    doctor.get("Condition/c1/_history").await.expect(200);
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

/// Also not who permits the organisation everything: an emergency is about one patient, who is named.
async fn a_search_at_large_opens_nobody_in_an_emergency(world: World) {
    world.permit("org-vvt").await;
    let (nurse, hurried) = (world.server.vvt(), world.server.vvt().emergency("onwel op straat"));
    for path in ["Patient?name=jansen", "Patient?gender=female"] {
        assert!(nurse.get(path).await.expect(200).matches().contains(&PATIENT.to_owned()), "{path}");
        assert_eq!(hurried.get(path).await.expect(200).matches(), Vec::<String>::new(), "{path}");
    }
    hurried.get(PATIENT).await.expect(200);
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

const TASK: &str = "https://spil.example/fhir/CodeSystem/task";
const REVIEWS: &str = "Task?code=https://spil.example/fhir/CodeSystem/task|review-emergency";

async fn an_emergency_gives_the_privacy_officer_one_piece_of_work(world: World) {
    let doctor = world.server.vvt().claim(&json!({"subject_name": "Dr. Haast", "subject_id": "vv1"}));
    let officer = world.server.vvt().claim(&json!({"subject_role": "privacy-officer"}));
    let count = async || officer.get(REVIEWS).await.expect(200).matches().len();
    let first = doctor.emergency("onwel op straat");
    first.get("Condition/absent").await.expect(404);
    assert_eq!(count().await, 0, "nothing was released");
    first.get(CONDITION).await.expect(200);
    first.get(CONDITION).await.expect(200);
    first.get(&format!("Condition?patient={PATIENT}")).await.expect(200);
    assert_eq!(count().await, 1);
    doctor.emergency("weer onwel").get(CONDITION).await.expect(200);
    world
        .server
        .vvt()
        .claim(&json!({"subject_id": "vv2"}))
        .emergency("onwel op straat")
        .get(CONDITION)
        .await
        .expect(200);
    assert_eq!(count().await, 3, "each professional, and each reason");
    world.server.advance(4 * 3_600_000 + 1);
    doctor.emergency("onwel op straat").get(CONDITION).await.expect(200);
    assert_eq!(count().await, 4, "after four hours it is another emergency");
    // What needs no emergency makes no work.
    world.server.hospital().get(CONDITION).await.expect(200);
    assert!(world.server.hospital().get(REVIEWS).await.expect(200).matches().is_empty());

    let body = officer.get(REVIEWS).await.expect(200).json()["entry"].clone();
    let first = body.as_array().expect("entries").iter().map(|entry| &entry["resource"]);
    let first = first.filter(|task| {
        task["reasonCode"]["text"] == "onwel op straat" && task["input"][0]["valueString"] == "Dr. Haast"
    });
    let first = first.min_by_key(|task| task["authoredOn"].to_string()).expect("the first");
    assert_eq!(first["for"]["identifier"]["value"], world.anna.bsn);
    assert_eq!((&first["status"], &first["owner"]["reference"]), (&json!("requested"), &json!("Organization/org-vvt")));
    let id = format!("Task/{}", first["id"].as_str().expect("an id"));
    // The patient sees it, other organisations and other patients do not.
    world.server.patient(&world.anna).get(&id).await.expect(200);
    for stranger in [world.server.patient(&world.bert), world.server.gp(), world.server.hospital()] {
        stranger.get(&id).await.expect(404);
    }
}

async fn only_the_privacy_officer_says_whether_it_was_justified(world: World) {
    let vvt = world.server.vvt();
    let officer = vvt.claim(&json!({"subject_role": "privacy-officer"}));
    vvt.emergency("onwel op straat").get(CONDITION).await.expect(200);
    let id = officer.get(REVIEWS).await.expect(200).matches()[0].clone();
    let open = officer.get(&id).await.expect(200).json();
    let coded = |code: &str| json!({"coding": [{"system": TASK, "code": code}]});
    let found = |finding: &str| json!([{"type": coded("finding"), "valueCodeableConcept": coded(finding)}]);
    let with = |changes: &[(&str, Value)]| {
        let mut body = open.clone();
        for (name, value) in changes {
            body[*name] = value.clone();
        }
        body
    };
    let done = with(&[("status", json!("completed")), ("output", found("not-justified"))]);
    for other in [vvt.clone(), vvt.emergency("onwel op straat"), world.server.patient(&world.anna)] {
        other.put(&id, &done).await.expect(403);
        other.delete(&id).await.expect(403);
    }
    for caller in [&vvt, &officer] {
        caller.delete(&id).await.expect(403);
        let mut made = done.clone();
        made.as_object_mut().expect("a task").remove("id");
        caller.post("Task", &made).await.expect(403);
    }
    for wrong in [
        with(&[("status", json!("completed"))]),
        with(&[("status", json!("completed")), ("output", found("whatever"))]),
        with(&[("status", json!("cancelled"))]),
        with(&[
            ("status", json!("completed")),
            ("output", found("justified")),
            ("reasonCode", json!({"text": "anders"})),
        ]),
        with(&[("status", json!("completed")), ("output", found("justified")), ("code", coded("ask-permission"))]),
    ] {
        officer.put(&id, &wrong).await.expect(422);
    }
    officer.put(&id, &with(&[("status", json!("in-progress"))])).await.expect(200);
    officer.put(&id, &done).await.expect(200);
    officer.put(&id, &with(&[("status", json!("in-progress"))])).await.expect(422);
    let seen = world.server.patient(&world.anna).get(&id).await.expect(200).json();
    assert_eq!(seen["output"][0]["valueCodeableConcept"]["coding"][0]["code"], "not-justified");
    // A task of another kind does not become one.
    let task = json!({"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": PATIENT}});
    let other = vvt.post("Task", &task).await.expect(201).json();
    let id = format!("Task/{}", other["id"].as_str().expect("an id"));
    let mut becomes = other.clone();
    becomes["code"] = coded("review-emergency");
    officer.put(&id, &becomes).await.expect(403);
    officer.put(&id, &other).await.expect(200);
}

/// What an objection to an emergency reaches by the time of the data stays closed in every list.
async fn an_objection_to_an_emergency_by_period_closes_everything_too(world: World) {
    let role = coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP");
    let user = |id: &str| json!({"role": role, "reference": {"reference": format!("Practitioner/{id}")}});
    let provision = json!({
        "type": "deny",
        "actor": [user("prac-c"), user("prac-a")],
        "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}],
        "code": codes(&["measurements", "wishes"]),
        "dataPeriod": {"start": "2026-01-03", "end": "2026-02-22"},
        "provision": [{"type": "deny", "period": {"start": "2026-03-02", "end": "2026-03-03"}}],
    });
    world.consents(provision).await;
    let hub = world.anna.reference();
    world.server.gp_post().put("Observation/o2", &weight(&hub, "2026-02-10", "70")).await.expect(201);
    let doctor = world.server.vvt().claim(&json!({"subject_id": "prac-a"})).emergency("bewusteloos");
    for path in ["$everything", "$everything?start=2026-01-01", "$everything?_type=Observation"] {
        for patient in [PATIENT, &hub] {
            let shown = doctor.get(&format!("{patient}/{path}")).await.expect(200).text();
            assert!(!shown.contains("29463-7"), "{path}: {shown}");
        }
    }
    for path in ["Observation/o1", "Observation/o2"] {
        doctor.get(path).await.expect(404);
    }
    assert_eq!(doctor.get(&format!("Observation?patient={PATIENT}")).await.expect(200).matches(), [""; 0]);
    let other = world.server.vvt().claim(&json!({"subject_id": "prac-b"})).emergency("bewusteloos");
    other.get("Observation/o1").await.expect(200);
    assert!(other.get(&format!("{PATIENT}/$everything?start=2026-01-01")).await.expect(200).text().contains("29463-7"));
}

on_both! {
    an_objection_to_an_emergency_by_period_closes_everything_too,
    an_emergency_gives_the_privacy_officer_one_piece_of_work,
    only_the_privacy_officer_says_whether_it_was_justified,
    an_emergency_opens_one_named_patient_and_the_patient_sees_it,
    a_search_at_large_opens_nobody_in_an_emergency,
    an_emergency_reads_only,
    what_is_marked_never_stays_closed,
    a_sensitive_label_stays_closed_when_the_patient_says_so,
    privacy_consents_stay_closed_in_an_emergency,
}
