//! What a token allows bounds everything that a request touches, beside the patient's permission.

use super::world::{CONDITION, World};
use crate::support::on_both;

async fn a_token_bounds_what_is_included_and_what_is_asked_through(world: World) {
    let gp = world.server.gp();
    let wide = "Patient?_id=h1&_revinclude=Condition:patient";
    assert_eq!(gp.get(wide).await.expect(200).included(), [CONDITION]);
    let narrow = gp.scope("system/Patient.rs");
    assert_eq!(narrow.get(wide).await.expect(200).included(), Vec::<String>::new());
    for query in ["Patient?_has:Condition:patient:code=13645005", "Patient?general-practitioner.name=x"] {
        gp.get(query).await.expect(200);
        narrow.get(query).await.expect(403);
    }
    let conditions = gp.scope("system/Condition.rs");
    gp.get("Condition?patient.birthdate=1950-03-04").await.expect(200);
    conditions.get("Condition?patient.birthdate=1950-03-04").await.expect(403);
}

async fn a_token_bounds_each_interaction(world: World) {
    let gp = world.server.gp();
    let search = gp.scope("system/Condition.s");
    search.get("Condition").await.expect(200);
    search.get(CONDITION).await.expect(403);
    search.get("Condition/c1/_history").await.expect(403);
    let read = gp.scope("system/Condition.r");
    read.get(CONDITION).await.expect(200);
    read.get("Condition").await.expect(403);
    read.get("Patient/h1").await.expect(403);
    read.get("Patient/h1/$acp").await.expect(403);
    read.get("Patient/h1/$consent-check?organisation=org-gp&category=problems").await.expect(403);
    read.delete(CONDITION).await.expect(403);
    let patient = world.server.patient(&world.anna).scope("launch/patient patient/Condition.rs");
    patient.get(CONDITION).await.expect(200);
    patient.get("Consent").await.expect(403);
    patient.get("AuditEvent").await.expect(403);
}

/// A conditional write searches: without the right to search it would tell what exists.
async fn a_condition_needs_the_right_to_search(world: World) {
    let body = crate::support::builders::condition("Patient/h1", "13645005");
    let create = world.server.gp().scope("system/Condition.c");
    create.with("if-none-exist", "code=13645005").post("Condition", &body).await.expect(403);
    create.post("Condition", &body).await.expect(201);
    let both = world.server.gp().scope("system/Condition.cs");
    both.with("if-none-exist", "_id=c1").post("Condition", &body).await.expect(200);
}

on_both! {
    a_token_bounds_what_is_included_and_what_is_asked_through,
    a_token_bounds_each_interaction,
    a_condition_needs_the_right_to_search,
}
