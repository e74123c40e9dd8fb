//! A handoff that is under way ends when the sender asks for it and the other agrees (NL COW: `CancellationRequest`).

use serde_json::{Value, json};

use super::world::{CONDITION, PATIENT, World};
use crate::notify::{handoff, is, subscription, told};
use crate::support::builders::{coded, permit_categories};
use crate::support::receiver::{Call, Receiver};
use crate::support::{Caller, on_both};

const DAY: i64 = 24 * 3600 * 1000;

fn to(status: &str) -> Value {
    json!([{"op": "replace", "path": "/status", "value": status}])
}

/// Asks to end a handoff to the home-care organisation.
fn question(handoff: &str) -> Value {
    json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": coded("http://hl7.org/fhir/CodeSystem/task-code", "abort"),
        "focus": {"reference": handoff}, "requester": {"reference": "Organization/org-hospital"},
        "owner": {"reference": "Organization/org-vvt"}, "statusReason": {"text": "opgenomen"},
    })
}

/// A handoff that is under way, of a patient who permits it.
async fn started<'w>(world: &'w World, id: &str) -> (Caller<'w>, Caller<'w>) {
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    hospital.put(id, &handoff("org-vvt")).await.expect(201);
    for status in ["accepted", "in-progress"] {
        vvt.patch(id, &to(status)).await.expect(200);
    }
    (hospital, vvt)
}

async fn is_at(caller: &Caller<'_>, address: &str, status: &str) {
    assert_eq!(caller.get(address).await.expect(200).json()["status"], status, "{address}");
}

async fn a_handoff_under_way_ends_when_both_want_it(world: World) {
    let (hospital, vvt) = started(&world, "Task/t1").await;
    hospital.patch("Task/t1", &to("cancelled")).await.expect(422);
    vvt.patch("Task/t1", &to("on-hold")).await.expect(200);
    hospital.patch("Task/t1", &to("cancelled")).await.expect(422);
    // It goes on until the other agrees.
    hospital.put("Task/a1", &question("Task/t1")).await.expect(201);
    vvt.get(CONDITION).await.expect(200);
    vvt.patch("Task/a1", &to("rejected")).await.expect(200);
    is_at(&hospital, "Task/a1", "rejected").await;
    is_at(&hospital, "Task/t1", "on-hold").await;
    vvt.get(CONDITION).await.expect(200);
    vvt.patch("Task/a1", &to("accepted")).await.expect(422);
    // Asked again, and now it does.
    hospital.put("Task/a2", &question("Task/t1")).await.expect(201);
    for (status, after) in [("received", "on-hold"), ("accepted", "cancelled")] {
        vvt.patch("Task/a2", &to(status)).await.expect(200);
        is_at(&vvt, "Task/a2", status).await;
        is_at(&hospital, "Task/t1", after).await;
    }
    for path in [CONDITION, &format!("{CONDITION}/_history/1")] {
        vvt.get(path).await.expect(404);
    }
    is_at(&vvt, "Task/t1", "cancelled").await;
    vvt.patch("Task/t1", &to("in-progress")).await.expect(422);
    // The sender stays the source of both, and the move is in the log of the patient.
    hospital.delete("Task/a2").await.expect(204);
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).text();
    assert!(log.contains("Task/t1"), "{log}");
}

async fn the_question_tells_nobody_and_only_its_addressee_reads_it(world: World) {
    let (hospital, vvt) = started(&world, "Task/t1").await;
    hospital.put("Task/a1", &question("Task/t1")).await.expect(201);
    let text = vvt.get("Task/a1").await.expect(200).text();
    assert!(!text.contains("Patient") && !text.contains(&world.anna.bsn), "{text}");
    assert_eq!(vvt.get("Task?code=abort").await.expect(200).matches(), ["Task/a1"]);
    let others = [world.server.gp(), world.server.pharmacy(), world.server.patient(&world.anna)];
    for other in &others {
        other.get("Task/a1").await.expect(404);
        assert_eq!(other.get("Task?code=abort").await.expect(200).matches(), [""; 0]);
        other.patch("Task/a1", &to("accepted")).await.expect(404);
    }
    // Without the patient's permission the handoff is hidden, and the question opens nothing of it.
    world.server.patient(&world.anna).put("Consent/never", &never()).await.expect(201);
    for path in ["Task/t1", CONDITION, PATIENT] {
        vvt.get(path).await.expect(404);
    }
    vvt.get("Task/a1").await.expect(200);
    let included = vvt.get("Task?code=abort&_include=Task:focus").await.expect(200);
    assert_eq!(included.matches(), ["Task/a1"]);
    assert!(!included.text().contains("\"include\""), "{}", included.text());
    let answer = vvt.patch("Task/a1", &to("accepted")).await.expect(200).text();
    assert!(!answer.contains("Patient") && !answer.contains("308292007"), "{answer}");
    is_at(&hospital, "Task/t1", "cancelled").await;
    // That it was asked stays known, for a year.
    world.server.advance(366 * DAY - 1);
    vvt.get("Task/a1").await.expect(200);
    world.server.advance(1);
    vvt.get("Task/a1").await.expect(404);
}

/// An objection of the patient to the home-care organisation.
fn never() -> Value {
    let mut provision = permit_categories("org-vvt", &["nursing", "problems"]);
    provision["type"] = json!("deny");
    crate::support::builders::consent(PATIENT, provision)
}

async fn what_is_not_under_way_or_not_the_callers_cannot_be_asked_to_end(world: World) {
    let (hospital, vvt) = started(&world, "Task/t1").await;
    let with = |name: &str, value: Value| {
        let mut body = question("Task/t1");
        body[name] = value;
        body
    };
    let refused = [
        with("status", json!("accepted")),
        with("owner", json!({"reference": "Organization/org-pharmacy"})),
        with("for", json!({"reference": PATIENT})),
        with("description", json!(format!("Het gaat om {}", world.anna.bsn))),
        with("note", json!([{"authorReference": {"reference": PATIENT}, "text": "x"}])),
    ];
    for body in &refused {
        hospital.post("Task", body).await.expect(422);
    }
    for (id, moves) in [("t2", &[][..]), ("t3", &["accepted"]), ("t4", &["accepted", "in-progress", "completed"])] {
        let address = format!("Task/{id}");
        hospital.put(&address, &handoff("org-vvt")).await.expect(201);
        for status in moves {
            vvt.patch(&address, &to(status)).await.expect(200);
        }
        hospital.post("Task", &question(&address)).await.expect(422);
    }
    // Of another it is a task like any other: it reaches nobody, and ends nothing.
    world.server.pharmacy().put("Task/p1", &question("Task/t1")).await.expect(201);
    vvt.get("Task/p1").await.expect(404);
    hospital.put("Task/a1", &question("Task/t1")).await.expect(201);
    hospital.post("Task", &question("Task/t1")).await.expect(422);
    let entry = || json!({"resource": question("Task/t1"), "request": {"method": "POST", "url": "Task"}});
    hospital.patch("Task/a1", &to("cancelled")).await.expect(200);
    let twice = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry(), entry()]});
    hospital.post("", &twice).await.expect(422);
    let once = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry()]});
    hospital.post("", &once).await.expect(200);
    is_at(&hospital, "Task/t1", "in-progress").await;
}

async fn each_party_makes_its_own_moves(world: World) {
    let (hospital, vvt) = started(&world, "Task/t1").await;
    hospital.put("Task/a1", &question("Task/t1")).await.expect(201);
    for status in ["received", "accepted", "rejected"] {
        hospital.patch("Task/a1", &to(status)).await.expect(422);
    }
    vvt.patch("Task/a1", &to("cancelled")).await.expect(422);
    let replace = |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    for (caller, path, value, status) in [
        (&vvt, "/focus", json!({"reference": "Task/t2"}), 422),
        (&vvt, "/owner", json!({"reference": "Organization/org-pharmacy"}), 422),
        (&vvt, "/code", coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"), 403),
        (&hospital, "/owner", json!({"reference": "Organization/org-pharmacy"}), 422),
        (&vvt, "/statusReason", json!({"text": world.anna.bsn}), 422),
        (&vvt, "/statusReason", json!({"text": "gelezen"}), 200),
    ] {
        caller.patch("Task/a1", &replace(path, value)).await.expect(status);
    }
    vvt.delete("Task/a1").await.expect(403);
    // Taken back: there is nothing to answer any more.
    hospital.patch("Task/a1", &to("cancelled")).await.expect(200);
    vvt.patch("Task/a1", &to("accepted")).await.expect(422);
    is_at(&hospital, "Task/t1", "in-progress").await;
    // Over in the meantime: it can only be rejected.
    hospital.put("Task/a2", &question("Task/t1")).await.expect(201);
    let entry = |id: &str, status: &str| {
        json!({"resource": {"resourceType": "Binary", "contentType": "application/json-patch+json",
            "data": base64(&to(status).to_string())}, "request": {"method": "PATCH", "url": format!("Task/{id}")}})
    };
    let both = json!({"resourceType": "Bundle", "type": "transaction",
        "entry": [entry("a2", "accepted"), entry("t1", "completed")]});
    vvt.post("", &both).await.expect(422);
    vvt.patch("Task/t1", &to("completed")).await.expect(200);
    vvt.patch("Task/a2", &to("accepted")).await.expect(422);
    vvt.patch("Task/a2", &to("rejected")).await.expect(200);
    is_at(&hospital, "Task/t1", "completed").await;
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The resources that calls were about.
fn focuses(calls: &[Call]) -> Vec<String> {
    let of = |call: &Call| {
        let entry = call.body["entry"][1]["fullUrl"].as_str().unwrap_or_default();
        entry.rsplit("/Task/").next().unwrap_or_default().to_owned()
    };
    let mut all: Vec<String> = calls.iter().map(of).collect();
    all.sort();
    all
}

async fn each_party_is_told(world: World) {
    let (to_vvt, to_hospital) = (Receiver::start().await, Receiver::start().await);
    let (hospital, vvt) = started(&world, "Task/t1").await;
    vvt.put("Subscription/s1", &subscription(&to_vvt.base, Some("Task?owner=Organization/org-vvt"))).await.expect(201);
    let own = subscription(&to_hospital.base, Some("Task?requester=Organization/org-hospital"));
    hospital.put("Subscription/s2", &own).await.expect(201);
    told(&world.server, &to_vvt, 1).await;
    told(&world.server, &to_hospital, 1).await;
    is(&vvt, "s1", "active").await;
    is(&hospital, "s2", "active").await;
    hospital.put("Task/a1", &question("Task/t1")).await.expect(201);
    let calls = told(&world.server, &to_vvt, 1).await;
    assert_eq!(focuses(&calls), ["a1"]);
    let text = calls[0].body.to_string();
    assert!(!text.contains(&world.anna.bsn) && !text.contains("Patient") && !text.contains("opgenomen"), "{text}");
    told(&world.server, &to_hospital, 1).await;
    vvt.patch("Task/a1", &to("accepted")).await.expect(200);
    assert_eq!(focuses(&told(&world.server, &to_hospital, 2).await), ["a1", "t1"]);
    assert_eq!(focuses(&told(&world.server, &to_vvt, 2).await), ["a1", "t1"]);
}

on_both! {
    a_handoff_under_way_ends_when_both_want_it,
    the_question_tells_nobody_and_only_its_addressee_reads_it,
    what_is_not_under_way_or_not_the_callers_cannot_be_asked_to_end,
    each_party_makes_its_own_moves,
    each_party_is_told,
}
