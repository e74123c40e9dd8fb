//! A nursing handoff lends out what it names, to whom it is addressed, while it runs and the patient permits.

use serde_json::{Value, json};

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{coded, condition, permit_categories};
use crate::support::on_both;

fn task(owner: &str, focus: &str) -> Value {
    json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": coded("http://snomed.info/sct", "308292007"),
        "for": {"reference": PATIENT},
        "focus": {"reference": focus},
        "owner": {"reference": format!("Organization/{owner}")},
    })
}

fn to(status: &str) -> Value {
    json!([{"op": "replace", "path": "/status", "value": status}])
}

async fn a_handoff_opens_what_it_names_until_it_is_done(world: World) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    hospital.put("Condition/secret", &condition(PATIENT, "38341003")).await.expect(201);
    hospital.put("Task/t1", &task("org-vvt", CONDITION)).await.expect(201);
    vvt.get("Task/t1").await.expect(404);
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    vvt.get("Task/t1").await.expect(200);
    vvt.get(CONDITION).await.expect(200);
    vvt.get("Condition/secret").await.expect(404);
    assert_eq!(vvt.get("Condition").await.expect(200).matches(), [CONDITION]);
    world.server.pharmacy().get("Task/t1").await.expect(404);
    vvt.patch("Task/t1", &to("accepted")).await.expect(200);
    vvt.get(CONDITION).await.expect(200);
    vvt.patch("Task/t1", &to("requested")).await.expect(422);
    vvt.patch("Task/t1", &to("completed")).await.expect(200);
    vvt.get(CONDITION).await.expect(404);
}

/// Whom a handoff is addressed to may add notes and results; what these name must not be lent out by it.
async fn the_addressee_cannot_lend_itself_more(world: World) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    hospital.put("Condition/secret", &condition(PATIENT, CODE)).await.expect(201);
    hospital.put("Task/t1", &task("org-vvt", CONDITION)).await.expect(201);
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    vvt.get("Condition/secret").await.expect(404);
    let output = json!([{"type": {"text": "result"}, "valueReference": {"reference": "Condition/secret"}}]);
    let patch = json!([
        {"op": "replace", "path": "/status", "value": "accepted"},
        {"op": "add", "path": "/output", "value": output},
    ]);
    vvt.patch("Task/t1", &patch).await.expect(200);
    vvt.get("Condition/secret").await.expect(404);
    vvt.get(CONDITION).await.expect(200);
    for (path, value) in
        [("/focus", json!({"reference": "Condition/secret"})), ("/for", json!({"reference": "Patient/x"}))]
    {
        let status = vvt.patch("Task/t1", &json!([{"op": "replace", "path": path, "value": value}])).await.status;
        assert_eq!(status, 422, "{path}");
    }
}

async fn the_sender_and_the_addressee_move_a_handoff_and_nobody_else(world: World) {
    let (gp, hospital, vvt) = (world.server.gp(), world.server.hospital(), world.server.vvt());
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    let ura = |number: &str| json!({"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": number}});
    for (id, owner) in [("t1", json!({"reference": "Organization/org-vvt"})), ("t2", ura("90000104"))] {
        let address = format!("Task/{id}");
        let mut body = task("org-vvt", CONDITION);
        body["owner"] = owner;
        hospital.put(&address, &body).await.expect(201);
        gp.get(&address).await.expect(200);
        gp.patch(&address, &to("accepted")).await.expect(403);
        gp.patch(&address, &to("cancelled")).await.expect(403);
        vvt.patch(&address, &to("cancelled")).await.expect(422);
        hospital.patch(&address, &to("accepted")).await.expect(422);
        vvt.delete(&address).await.expect(403);
        // Its labels close a handoff to others: they stay the sender's.
        let tag = json!({"tag": [{"system": "http://example.org/tag", "code": "x"}]});
        let meta = json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": tag}]});
        vvt.post(&format!("{address}/$meta-add"), &meta).await.expect(403);
        let label = json!([{"op": "add", "path": "/meta/security", "value": [{"code": "R"}]}]);
        vvt.patch(&address, &label).await.expect(422);
        vvt.patch(&address, &to("accepted")).await.expect(200);
        vvt.get(CONDITION).await.expect(200);
        hospital.post(&format!("{address}/$meta-add"), &meta).await.expect(200);
        hospital.patch(&address, &to("cancelled")).await.expect(200);
        vvt.patch(&address, &to("completed")).await.expect(422);
        vvt.get(CONDITION).await.expect(404);
    }
    let mut elsewhere = task("org-vvt", CONDITION);
    elsewhere["owner"] = ura("90000105");
    hospital.put("Task/t3", &elsewhere).await.expect(201);
    vvt.get(CONDITION).await.expect(404);
    gp.patch("Task/t3", &to("accepted")).await.expect(403);
}

async fn a_handoff_lends_only_what_the_sender_holds(world: World) {
    world.server.gp().put("Condition/gp1", &condition(PATIENT, CODE)).await.expect(201);
    world.server.hospital().put("Task/t1", &task("org-vvt", "Condition/gp1")).await.expect(201);
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    world.server.vvt().get("Task/t1").await.expect(200);
    world.server.vvt().get("Condition/gp1").await.expect(404);
}

on_both! {
    a_handoff_opens_what_it_names_until_it_is_done,
    the_addressee_cannot_lend_itself_more,
    the_sender_and_the_addressee_move_a_handoff_and_nobody_else,
    a_handoff_lends_only_what_the_sender_holds,
}
