//! What was once permitted, or once another's.

use serde_json::Value;

use super::probe::{Three, told};
use crate::support::builders::{condition, consent, labelled, patient, permit};
use crate::support::world::{CODE, PATIENT, World};
use crate::support::{Engine, Fixture as _, on_both};

async fn attack_15_versions_of_another_time(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "Condition/s1/_history",
            "Condition/s1/_history?_count=1",
            "Condition/_history",
            "Encounter/_history",
            "Patient/_history",
            "_history",
            "_history?_count=3",
            "Condition/s1/_history/1",
        ])
        .await;
    drop(three);
    let world = World::on(engine).await;
    a_version_of_another_patient(&world).await;
    a_version_with_another_label(&world).await;
}

/// First Bert's, who permits home care; then Anna's, who permits the GP practice. Each sees none of the other's.
async fn a_version_of_another_patient(world: &World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    let bert = world.server.patient(&world.bert);
    bert.post("Consent", &consent(&world.bert.reference(), permit("org-vvt"))).await.expect(201);
    hospital.put("Condition/moved", &condition("Patient/h2", "38341003")).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    vvt.get("Condition/moved/_history/1").await.expect(200);
    hospital.put("Condition/moved", &condition(PATIENT, CODE)).await.expect(200);
    for path in
        ["Condition/moved", "Condition/moved/_history/1", "Condition/moved/_history/2", "Condition/moved/_history"]
    {
        vvt.get(path).await.expect(404);
        hospital.get(path).await.expect(200);
    }
    gp.get("Condition/moved/_history/2").await.expect(200);
    gp.get("Condition/moved/_history/1").await.expect(404);
    let anna = world.server.patient(&world.anna);
    anna.get("Condition/moved/_history/2").await.expect(200);
    anna.get("Condition/moved/_history/1").await.expect(404);
    bert.get("Condition/moved/_history/1").await.expect(404);
    for path in ["Condition/moved/_history", "Condition/_history?_count=500", "_history?_count=500"] {
        for (caller, name) in [(&gp, "gp"), (&vvt, "vvt"), (&anna, "anna"), (&bert, "bert")] {
            let text = told(&caller.get(path).await);
            assert!(!text.contains("38341003"), "{name} {path}: {text}");
        }
        assert!(told(&hospital.get(path).await.expect(200)).contains("38341003"), "{path}");
        assert!(told(&gp.get(path).await.expect(200)).contains(CODE), "{path}");
    }
    let counted = gp.get("Condition/moved/_history?_total=accurate").await.expect(200).json();
    assert_eq!(counted["total"], 1, "{counted}");
}

/// A label that comes later closes what was before, and one that goes does not open it.
async fn a_version_with_another_label(world: &World) {
    let hospital = world.server.hospital();
    let plain = condition(PATIENT, CODE);
    for (id, first, second, seen) in [
        ("later", plain.clone(), labelled(plain.clone(), "PSY"), [404, 404]),
        ("gone-label", labelled(plain.clone(), "PSY"), plain.clone(), [404, 200]),
        ("never", plain.clone(), plain.clone(), [200, 200]),
    ] {
        let path = format!("Condition/{id}");
        hospital.put(&path, &first).await.expect(201);
        hospital.put(&path, &second).await.expect(200);
        let gp = world.server.gp();
        for (version, status) in [1, 2].into_iter().zip(seen) {
            gp.get(&format!("{path}/_history/{version}")).await.expect(status);
            hospital.get(&format!("{path}/_history/{version}")).await.expect(200);
        }
        let history = gp.get(&format!("{path}/_history")).await;
        let shown = seen.iter().filter(|status| **status == 200).count();
        let entries = if history.status == 200 { history.json()["entry"].as_array().map_or(0, Vec::len) } else { 0 };
        assert_eq!(entries, shown, "{id}");
    }
}

/// A token goes with the organisation that it was made for, and permissions with the one that they name.
async fn attack_58_another_organisation(world: World) {
    let store = &world.server.app().store;
    let gp = world.server.gp();
    let token = gp.token().await.expect("a token");
    let old = world.server.bearer(&token);
    old.get("Condition/c1").await.expect(200);
    // The system moves to another organisation, and keeps its token: within seconds that opens nothing.
    let id = crate::support::region::client_id("gp");
    let client = store.client(&id).await.expect("rows").expect("a client");
    let other = store.register_organisation("org-new", "90000199", "gp", "Praktijk De Nieuwe").await;
    let other = other.expect("organisation").expect("number");
    let mut moved = client.clone();
    moved.org = Some(other);
    store.register_client(&moved).await.expect("moved");
    world.server.advance(6_000);
    old.get("Condition/c1").await.expect(401);
    old.get("Condition").await.expect(401);
    // Nor does the new organisation inherit what the old one was permitted: the patient is asked again.
    let successor = gp.claim(&serde_json::json!({"subject_name": "Opnieuw"}));
    successor.get("Condition/c1").await.expect(404);
    assert_eq!(successor.get("Condition").await.expect(200).json()["entry"], Value::Null);
    world.server.advance(61_000);
    world.permit("org-new").await;
    successor.get("Condition/c1").await.expect(200);
    // One that is put away is out within seconds.
    moved.active = false;
    store.register_client(&moved).await.expect("inactive");
    world.server.advance(6_000);
    successor.get("Condition/c1").await.expect(401);
}

on_both! {
    attack_15_versions_of_another_time,
    attack_58_another_organisation,
}
