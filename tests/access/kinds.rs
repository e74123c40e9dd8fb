//! Of which category a resource is, where its type alone does not say it.

use serde_json::{Value, json};

use super::world::{PATIENT, World};
use crate::support::builders::{coded, condition, patient, permit_categories, weight};
use crate::support::on_both;

async fn is_open(world: &World, address: &str) -> bool {
    world.server.vvt().get(address).await.status == 200
}

/// Who it is comes along with every permission: what a `Patient` carries inside does not.
async fn a_patient_that_carries_something_is_more_than_an_identity(world: World) {
    let mut inner = condition(PATIENT, "38341003");
    inner["id"] = json!("c");
    let mut carrier = patient(&world.anna.bsn);
    carrier["contained"] = json!([inner]);
    carrier["extension"] = json!([{"url": "http://example.org/why", "valueReference": {"reference": "#c"}}]);
    let hospital = world.server.hospital();
    hospital.put("Patient/carrier", &carrier).await.expect(201);
    world.consents(permit_categories("org-vvt", &["wishes"])).await;
    assert!(is_open(&world, PATIENT).await && !is_open(&world, "Patient/carrier").await);
    world.consents(permit_categories("org-vvt", &["documents", "problems"])).await;
    assert!(is_open(&world, "Patient/carrier").await);
}

/// A definition is open to all, until it is about somebody.
async fn what_is_general_is_not_when_it_names_a_patient(world: World) {
    let hospital = world.server.hospital();
    let medication = json!({"resourceType": "Medication", "code": {"text": "zalf"}});
    let mut of_anna = medication.clone();
    of_anna["extension"] = json!([{"url": "http://example.org/for", "valueReference": {"reference": PATIENT}}]);
    hospital.put("Medication/all", &medication).await.expect(201);
    hospital.put("Medication/anna", &of_anna).await.expect(201);
    let (anna, bert) = (world.server.patient(&world.anna), world.server.patient(&world.bert));
    for (caller, name, status) in [
        (&anna, "Medication/all", 200),
        (&bert, "Medication/all", 200),
        (&anna, "Medication/anna", 200),
        (&bert, "Medication/anna", 404),
        (&world.server.gp(), "Medication/anna", 200),
        (&world.server.vvt(), "Medication/all", 200),
        (&world.server.vvt(), "Medication/anna", 404),
    ] {
        assert_eq!(caller.get(name).await.status, status, "{name}");
    }
    world.consents(permit_categories("org-vvt", &["documents"])).await;
    assert!(is_open(&world, "Medication/anna").await);
}

async fn what_a_patient_measures_is_apart_and_what_a_patient_writes_is_not(world: World) {
    let (anna, own) = (world.server.patient(&world.anna), json!({"reference": world.anna.reference()}));
    let note = json!({"resourceType": "Communication", "status": "completed", "subject": own});
    let measured = weight(&world.anna.reference(), "2026-03-01", "71.5");
    let place = |kind: &str, made: Value| format!("{kind}/{}", made["id"].as_str().expect("an id"));
    let note = place("Communication", anna.post("Communication", &note).await.expect(201).json());
    let measured = place("Observation", anna.post("Observation", &measured).await.expect(201).json());
    let question = json!({"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": PATIENT},
        "code": coded("http://example.org/x", "call")});
    let task = place("Task", world.server.hospital().post("Task", &question).await.expect(201).json());
    world.consents(permit_categories("org-vvt", &["own-measurements"])).await;
    assert_eq!((is_open(&world, &measured).await, is_open(&world, &note).await), (true, false));
    assert!(!is_open(&world, &task).await);
    world.consents(permit_categories("org-vvt", &["documents"])).await;
    assert!(is_open(&world, &note).await);
}

on_both! {
    a_patient_that_carries_something_is_more_than_an_identity,
    what_is_general_is_not_when_it_names_a_patient,
    what_a_patient_measures_is_apart_and_what_a_patient_writes_is_not,
}
