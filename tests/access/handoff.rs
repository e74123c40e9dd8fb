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

const DAY: i64 = 24 * 3600 * 1000;

async fn a_handoff_opens_what_it_names_from_acceptance_until_some_days_after_it_is_done(world: World) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    hospital.put("Condition/secret", &condition(PATIENT, "38341003")).await.expect(201);
    hospital.put("Task/t1", &task("org-vvt", CONDITION)).await.expect(201);
    vvt.get("Task/t1").await.expect(404);
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    for status in ["requested", "received"] {
        vvt.patch("Task/t1", &to(status)).await.expect(200);
        assert_eq!(vvt.get("Task/t1").await.expect(200).json()["status"], status);
        vvt.get(CONDITION).await.expect(404);
        assert_eq!(vvt.get("Condition").await.expect(200).matches(), [""; 0]);
    }
    for status in ["accepted", "in-progress", "on-hold", "in-progress", "completed"] {
        vvt.patch("Task/t1", &to(status)).await.expect(200);
        vvt.get(CONDITION).await.expect(200);
        vvt.get(&format!("{CONDITION}/_history/1")).await.expect(200);
        vvt.get("Condition/secret").await.expect(404);
        assert_eq!(vvt.get("Condition").await.expect(200).matches(), [CONDITION]);
        world.server.pharmacy().get("Task/t1").await.expect(404);
    }
    vvt.patch("Task/t1", &to("requested")).await.expect(422);
    world.server.advance(6 * DAY);
    // A later remark makes the days no longer.
    let note = json!([{"op": "add", "path": "/note", "value": [{"text": "gelezen"}]}]);
    vvt.patch("Task/t1", &note).await.expect(200);
    vvt.get(CONDITION).await.expect(200);
    world.server.advance(DAY - 1);
    vvt.get(CONDITION).await.expect(200);
    world.server.advance(1);
    vvt.get(CONDITION).await.expect(404);
    vvt.get(&format!("{CONDITION}/_history/1")).await.expect(404);
    assert_eq!(vvt.get("Condition").await.expect(200).matches(), [""; 0]);
    assert_eq!(vvt.get("Condition/_history").await.expect(200).json()["entry"], Value::Null);
    // What was handed over is closed; that it was is nursing data, which the patient permits.
    vvt.get("Task/t1").await.expect(200);
}

async fn a_handoff_that_comes_to_nothing_closes_at_once(world: World) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    for (id, moves) in [("t1", &["accepted", "failed"][..]), ("t2", &["rejected"]), ("t3", &["accepted", "cancelled"])]
    {
        let address = format!("Task/{id}");
        hospital.put(&address, &task("org-vvt", CONDITION)).await.expect(201);
        for status in moves {
            let mover = if *status == "cancelled" { &hospital } else { &vvt };
            mover.patch(&address, &to(status)).await.expect(200);
            vvt.get(CONDITION).await.expect(if *status == "accepted" { 200 } else { 404 });
        }
        vvt.get(&address).await.expect(200);
    }
    let mut short = task("org-vvt", CONDITION);
    short["restriction"] = json!({"period": {"end": "2026-03-05"}});
    hospital.put("Task/t4", &short).await.expect(201);
    vvt.patch("Task/t4", &to("accepted")).await.expect(200);
    vvt.get(CONDITION).await.expect(200);
    world.server.advance(5 * DAY);
    vvt.get(CONDITION).await.expect(404);
}

fn notice(text: &str) -> Value {
    json!({
        "resourceType": "Composition", "status": "final", "date": "2026-03-01", "title": "Vooraankondiging",
        "type": coded("http://snomed.info/sct", "721915006"), "author": [{"display": "Transferpunt"}],
        "section": [{"title": "Zorgvraag", "text": {"status": "generated",
            "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{text}</div>")}}],
    })
}

fn question(owner: &str) -> Value {
    let mut task = task(owner, "ServiceRequest/x");
    let fields = task.as_object_mut().expect("an object");
    fields.remove("for");
    fields.insert("groupIdentifier".to_owned(), json!({"system": "urn:example:groups", "value": "1"}));
    fields.insert(
        "input".to_owned(),
        json!([{"type": coded("http://loinc.org", "57830-2"), "valueReference": {"reference": "Composition/n1"}}]),
    );
    task
}

/// Several organisations are asked for a place without being told who it is for, and without a permission.
async fn a_notice_of_nobody_goes_to_each_candidate_without_permission(world: World) {
    let (hospital, vvt, clinic) = (world.server.hospital(), world.server.vvt(), world.server.mental_health());
    hospital.put("Composition/n1", &notice("Vrouw, 90 jaar, gebroken heup")).await.expect(201);
    hospital.put("Task/q1", &question("org-vvt")).await.expect(201);
    hospital.put("Task/q2", &question("org-mental-health")).await.expect(201);
    for (candidate, own, other) in [(&vvt, "Task/q1", "Task/q2"), (&clinic, "Task/q2", "Task/q1")] {
        candidate.get(own).await.expect(200);
        candidate.get(other).await.expect(404);
        assert_eq!(candidate.get("Task").await.expect(200).matches(), [own]);
        candidate.get("Composition/n1").await.expect(200);
        let document = candidate.get("Composition/n1/$document").await.expect(200).text();
        assert!(document.contains("gebroken heup") && !document.contains(&world.anna.bsn), "{document}");
        let found = candidate.get("Task?_include=Task:*&status=requested").await.expect(200);
        assert_eq!(found.matches(), [own]);
        candidate.patch(own, &to("received")).await.expect(200);
    }
    world.server.pharmacy().get("Composition/n1").await.expect(404);
    clinic.patch("Task/q2", &to("rejected")).await.expect(200);
    clinic.get("Composition/n1").await.expect(404);
    // That it was asked stays known, for a year.
    clinic.get("Task/q2").await.expect(200);
    world.server.advance(366 * DAY);
    clinic.get("Task/q2").await.expect(404);
    vvt.patch("Task/q1", &to("accepted")).await.expect(200);
    vvt.get(PATIENT).await.expect(404);
    // The sender chooses: now it is about somebody, and for that the patient's permission counts.
    let chosen = json!([
        {"op": "add", "path": "/for", "value": {"reference": PATIENT}},
        {"op": "add", "path": "/businessStatus", "value": {"text": "selected"}},
        {"op": "add", "path": "/input/-", "value":
            {"type": coded("http://snomed.info/sct", "11171000146100"), "valueReference": {"reference": CONDITION}}},
    ]);
    hospital.patch("Task/q1", &chosen).await.expect(200);
    for path in ["Task/q1", "Task/q1/_history/1", "Composition/n1", CONDITION] {
        vvt.get(path).await.expect(404);
    }
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    for path in ["Task/q1", "Task/q1/_history/1", CONDITION, PATIENT] {
        vvt.get(path).await.expect(200);
    }
    vvt.patch("Task/q1", &to("in-progress")).await.expect(200);
    vvt.patch("Task/q1", &to("completed")).await.expect(200);
}

async fn a_notice_of_nobody_tells_nobody(world: World) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    for text in [&format!("BSN {}", world.anna.bsn), "BSN 9999.11.120"] {
        hospital.put("Composition/n1", &notice(text)).await.expect(422);
        let mut task = question("org-vvt");
        task["description"] = json!(text);
        hospital.put("Task/q1", &task).await.expect(422);
        // Of somebody, it may be said: that needs the permission.
        task["for"] = json!({"reference": PATIENT});
        hospital.put("Task/q9", &task).await.expect(201);
        vvt.get("Task/q9").await.expect(404);
        hospital.delete("Task/q9").await.expect(204);
    }
    hospital.put("Composition/n1", &notice("Man, 78 jaar, 2711")).await.expect(201);
    // What is about somebody is not lent out by a Task about nobody.
    let mut task = question("org-vvt");
    task["focus"] = json!({"reference": CONDITION});
    hospital.put("Task/q1", &task).await.expect(201);
    vvt.patch("Task/q1", &to("accepted")).await.expect(200);
    vvt.get("Composition/n1").await.expect(200);
    vvt.get(CONDITION).await.expect(404);
}

async fn a_handoff_begins_at_the_beginning_and_goes_to_the_region(world: World) {
    let hospital = world.server.hospital();
    for (element, value, status) in [
        ("status", json!("draft"), 201),
        ("status", json!("requested"), 201),
        ("status", json!("accepted"), 422),
        ("status", json!("completed"), 422),
        ("owner", json!({"reference": "Organization/elsewhere"}), 422),
        ("owner", json!({"display": "ergens"}), 422),
    ] {
        let mut task = task("org-vvt", CONDITION);
        task[element] = value.clone();
        let answer = hospital.post("Task", &task).await.expect(status);
        if status == 422 {
            let expression = format!("Task.{element}");
            assert_eq!(answer.json()["issue"][0]["expression"][0], expression.as_str(), "{value}");
        }
    }
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
    a_handoff_opens_what_it_names_from_acceptance_until_some_days_after_it_is_done,
    a_handoff_that_comes_to_nothing_closes_at_once,
    a_notice_of_nobody_goes_to_each_candidate_without_permission,
    a_notice_of_nobody_tells_nobody,
    a_handoff_begins_at_the_beginning_and_goes_to_the_region,
    the_addressee_cannot_lend_itself_more,
    the_sender_and_the_addressee_move_a_handoff_and_nobody_else,
    a_handoff_lends_only_what_the_sender_holds,
}
