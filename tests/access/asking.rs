//! An organisation asks a patient for permission; silence is no.

use serde_json::{Value, json};

use super::world::{CONDITION, World};
use crate::support::builders::{CATEGORY, patient};

const TASK: &str = "https://spil.example/fhir/CodeSystem/task";

/// A question of the nursing home about its `Patient`, for categories.
fn question(patient: &str, categories: &[&str]) -> Value {
    let input = |code: &&str| {
        json!({"type": {"coding": [{"system": TASK, "code": "category"}]},
            "valueCodeableConcept": {"coding": [{"system": CATEGORY, "code": code}]}})
    };
    json!({
        "resourceType": "Task", "status": "requested", "intent": "proposal",
        "code": {"coding": [{"system": TASK, "code": "ask-permission"}]},
        "description": "U komt bij ons wonen.",
        "for": {"reference": patient}, "requester": {"reference": "Organization/org-vvt"},
        "input": categories.iter().map(input).collect::<Vec<_>>(),
    })
}

async fn own_patient(world: &World) -> String {
    let made = world.server.vvt().post("Patient", &patient(&world.anna.bsn)).await.expect(201);
    format!("Patient/{}", made.id())
}

async fn open(world: &World) -> Vec<String> {
    let path = format!("Task?code={TASK}|ask-permission&status=requested");
    world.server.vvt().get(&path).await.expect(200).matches()
}

async fn one_question_is_open_at_a_time(world: World) {
    let vvt = world.server.vvt();
    let patient = own_patient(&world).await;
    let asked = question(&patient, &["problems"]);
    let all = (0..8).map(|_| vvt.post("Task", &asked));
    let answers = futures_util::future::join_all(all).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422], "of eight at once one is open");
    assert_eq!(open(&world).await.len(), 1);
    // Another `Patient` of the same person does not get around it.
    let other = own_patient(&world).await;
    vvt.post("Task", &question(&other, &["medication"])).await.expect(422);
    // Neither does a `Patient` that comes along.
    let url = "urn:uuid:6a5b0b3e-7f0e-4c57-9d7b-0d2a3a3f6f11";
    let both = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": url, "request": {"method": "POST", "url": "Patient"},
         "resource": crate::support::builders::patient(&world.anna.bsn)},
        {"request": {"method": "POST", "url": "Task"}, "resource": question(url, &["medication"])},
    ]});
    vvt.post("", &both).await.expect(422);

    let id = open(&world).await.remove(0);
    let mut task = vvt.get(&id).await.expect(200).json();
    task["description"] = json!("Iets heel anders.");
    vvt.put(&id, &task).await.expect(422);
    let mut task = vvt.get(&id).await.expect(200).json();
    task["status"] = json!("completed");
    vvt.put(&id, &task).await.expect(422);
    task["status"] = json!("cancelled");
    vvt.put(&id, &task).await.expect(200);
    vvt.post("", &both).await.expect(200);
    assert_eq!(open(&world).await.len(), 1);
}

async fn a_question_opens_nothing_and_is_seen_by_two(world: World) {
    let vvt = world.server.vvt();
    let patient = own_patient(&world).await;
    let id = vvt.post("Task", &question(&patient, &["problems"])).await.expect(201).id();
    vvt.get(CONDITION).await.expect(404);
    let address = format!("Task/{id}");
    // A permission for everything does not show by whom else a patient was asked.
    for kind in ["gp", "hospital", "mental_health"] {
        world.server.system(kind).get(&address).await.expect(404);
    }
    world.server.gp().emergency("spoed").get(&address).await.expect(404);
    let (anna, bert) = (world.server.patient(&world.anna), world.server.patient(&world.bert));
    bert.get(&address).await.expect(404);
    let mut answered = anna.get(&address).await.expect(200).json();
    assert_eq!(answered["description"], "U komt bij ons wonen.");
    // The answer alone permits nothing either: a Consent does.
    answered["status"] = json!("completed");
    bert.put(&address, &answered).await.expect(404);
    anna.put(&address, &answered).await.expect(200);
    vvt.get(CONDITION).await.expect(404);
    let kept = vvt.get(&address).await.expect(200).json();
    assert_eq!(kept["status"], "completed", "who asked sees the answer");
    answered["status"] = json!("requested");
    anna.put(&address, &answered).await.expect(422);
    anna.delete(&address).await.expect(403);
    world.permit("org-vvt").await;
    vvt.get(CONDITION).await.expect(200);
}

async fn what_is_no_question_is_refused(world: World) {
    let vvt = world.server.vvt();
    let patient = own_patient(&world).await;
    let good = question(&patient, &["problems"]);
    for (name, value) in [
        ("requester", json!({"reference": "Organization/org-gp"})),
        ("requester", Value::Null),
        ("description", Value::Null),
        ("description", json!("x".repeat(1001))),
        ("input", Value::Null),
        ("input", question(&patient, &["identity"])["input"].clone()),
        ("input", question(&patient, &["no-such-category"])["input"].clone()),
        ("status", json!("completed")),
        ("for", json!({"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": world.anna.bsn}})),
    ] {
        let mut bad = good.clone();
        match value {
            Value::Null => drop(bad.as_object_mut().and_then(|task| task.shift_remove(name))),
            value => bad[name] = value,
        }
        vvt.post("Task", &bad).await.expect(422);
    }
    world.server.patient(&world.anna).post("Task", &good).await.expect(403);
    let mut named = good.clone();
    named["id"] = json!("mine");
    world.server.patient(&world.anna).put("Task/mine", &named).await.expect(403);
    // Another Task does not become a question unseen.
    let mut plain = good.clone();
    plain["code"] = json!({"text": "bel terug"});
    let id = vvt.post("Task", &plain).await.expect(201).id();
    let mut turned = good.clone();
    turned["id"] = json!(id);
    turned["requester"] = json!({"reference": "Organization/org-gp"});
    vvt.put(&format!("Task/{id}"), &turned).await.expect(422);
    vvt.post("Task", &good).await.expect(201);
}

crate::support::on_both! {
    one_question_is_open_at_a_time,
    a_question_opens_nothing_and_is_seen_by_two,
    what_is_no_question_is_refused,
}
