//! Telling others of handoffs: the subscription of the R4 backport and the older empty POST, to a system that listens.

use std::sync::Arc;

use serde_json::{Value, json};
use spil::clock::SystemRandom;

use crate::support::builders::{coded, permit_categories};
use crate::support::receiver::{Call, Receiver};
use crate::support::world::{CONDITION, PATIENT, World};
use crate::support::{Caller, Engine, Server, on_both};

const EXTENSIONS: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
const TOPIC: &str = "http://twiin.nl/fhir/SubscriptionTopic/transfer-of-care";
const HOUR: i64 = 3_600_000;

/// A subscription to handoffs that is called at an address.
pub fn subscription(endpoint: &str, filter: Option<&str>) -> Value {
    let mut body = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "overdrachten", "criteria": TOPIC,
        "channel": {
            "type": "rest-hook", "endpoint": endpoint, "payload": "application/fhir+json",
            "_payload": {"extension": [
                {"url": format!("{EXTENSIONS}backport-payload-content"), "valueCode": "id-only"},
            ]},
            "header": ["Authorization: Bearer geheim"],
        },
    });
    if let Some(filter) = filter {
        let url = format!("{EXTENSIONS}backport-filter-criteria");
        body["_criteria"] = json!({"extension": [{"url": url, "valueString": filter}]});
    }
    body
}

/// A handoff of a condition to an organisation.
pub fn handoff(owner: &str) -> Value {
    json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": coded("http://snomed.info/sct", "308292007"), "for": {"reference": PATIENT},
        "focus": {"reference": CONDITION}, "owner": {"reference": format!("Organization/{owner}")},
    })
}

fn to(status: &str) -> Value {
    json!([{"op": "replace", "path": "/status", "value": status}])
}

/// The value of a parameter of a notification.
fn said<'c>(call: &'c Call, name: &str) -> Option<&'c Value> {
    let parameters = call.body["entry"][0]["resource"]["parameter"].as_array()?;
    let found = parameters.iter().find(|one| one["name"] == name)?.as_object()?;
    found.iter().find_map(|(key, value)| (key.starts_with("value") || key == "part").then_some(value))
}

fn event(call: &Call) -> (String, String) {
    let parts = said(call, "notification-event").and_then(Value::as_array).expect("an event");
    let part = |name: &str| parts.iter().find(|part| part["name"] == name).expect("a part");
    let focus = part("focus")["valueReference"]["reference"].as_str().expect("a reference").to_owned();
    (part("event-number")["valueString"].as_str().expect("a number").to_owned(), focus)
}

/// Sends what is due, in the order in which the receivers get it.
pub async fn told(server: &Server, receiver: &Receiver, expected: usize) -> Vec<Call> {
    while spil::notify::tell_due(server.app()).await.expect("told") > 0 {}
    let calls = receiver.calls();
    assert_eq!(calls.len(), expected, "{calls:?}");
    calls
}

/// Whether a subscription has a status.
pub async fn is(caller: &Caller<'_>, id: &str, status: &str) {
    let body = caller.get(&format!("Subscription/{id}")).await.expect(200).json();
    assert_eq!(body["status"], status, "{body}");
}

async fn a_receiver_shakes_hands_and_is_told_of_each_move(world: World) {
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    let own = subscription(&format!("{}/hook", receiver.base), Some("Task?owner=Organization/org-vvt"));
    vvt.put("Subscription/s1", &own).await.expect(201);
    let calls = told(&world.server, &receiver, 1).await;
    assert_eq!(said(&calls[0], "type"), Some(&json!("handshake")));
    assert_eq!(calls[0].headers["authorization"], "Bearer geheim");
    assert_eq!(calls[0].headers["content-type"], "application/fhir+json");
    is(&vvt, "s1", "active").await;
    assert_eq!(receiver.calls().len(), 0);

    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    hospital.put("Task/t2", &handoff("org-pharmacy")).await.expect(201);
    let calls = told(&world.server, &receiver, 1).await;
    let base = world.server.fhir();
    assert_eq!(event(&calls[0]), ("1".to_owned(), format!("{base}/Task/t1")));
    assert_eq!(calls[0].body["type"], "history");
    assert_eq!(calls[0].body["entry"][1]["fullUrl"], format!("{base}/Task/t1"));
    assert_eq!(said(&calls[0], "status"), Some(&json!("active")));
    let text = calls[0].body.to_string();
    assert!(!text.contains(&world.anna.bsn) && !text.contains("Patient") && !text.contains("geheim"), "{text}");
    vvt.patch("Task/t1", &to("accepted")).await.expect(200);
    hospital.patch("Task/t1", &to("cancelled")).await.expect(200);
    let numbers: Vec<String> = told(&world.server, &receiver, 2).await.iter().map(|call| event(call).0).collect();
    assert_eq!(numbers, ["2", "3"]);

    let status = vvt.get("Subscription/s1/$status").await.expect(200).json();
    assert_eq!(status["entry"][0]["resource"]["parameter"][4]["valueString"], "3", "{status}");
    let missed = vvt.get("Subscription/s1/$events?eventsSinceNumber=2").await.expect(200).json();
    assert_eq!(missed["entry"][0]["resource"]["parameter"].as_array().expect("a list").len(), 5 + 2, "{missed}");
    let empty = vvt.get("Subscription/s1/$events?content=empty").await.expect(200).text();
    assert!(empty.contains("event-number") && !empty.contains("Task/t1"), "{empty}");
    for bad in ["eventsSinceNumber=x", "content=full-resource", "unknown=1"] {
        vvt.get(&format!("Subscription/s1/$events?{bad}")).await.expect(400);
    }
    for other in [world.server.gp(), hospital, world.server.patient(&world.anna)] {
        for path in
            ["Subscription/s1", "Subscription/s1/$status", "Subscription/s1/$events", "Subscription/$status?id=s1"]
        {
            other.get(path).await.expect(404);
        }
        assert!(!other.get("Subscription").await.text().contains("geheim"));
    }
    // The patient sees that the organisation was told.
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).text();
    assert!(log.contains("\"altId\":\"Subscription/s1\""), "{log}");
}

async fn nothing_is_told_that_may_not_be_seen(world: World) {
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    vvt.put("Subscription/s1", &subscription(&receiver.base, None)).await.expect(201);
    told(&world.server, &receiver, 1).await;
    is(&vvt, "s1", "active").await;
    // Without permission: nothing, and nothing later either.
    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    told(&world.server, &receiver, 0).await;
    let id = world.consents(permit_categories("org-vvt", &["nursing"])).await;
    told(&world.server, &receiver, 0).await;
    vvt.patch("Task/t1", &to("received")).await.expect(200);
    assert_eq!(event(&told(&world.server, &receiver, 1).await[0]).0, "2");
    // Withdrawn between what happened and the telling: the receiver was not there when it was tried first.
    receiver.answers(503);
    vvt.patch("Task/t1", &to("accepted")).await.expect(200);
    told(&world.server, &receiver, 1).await;
    world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    receiver.answers(200);
    world.server.advance(HOUR);
    told(&world.server, &receiver, 0).await;
    let events = vvt.get("Subscription/s1/$events").await.expect(200).text();
    assert!(!events.contains("Task/t1"), "{events}");
    // What names nobody needs no permission.
    let mut question = handoff("org-vvt");
    question.as_object_mut().expect("an object").remove("for");
    question["focus"] = json!({"reference": "ServiceRequest/x"});
    hospital.put("Task/q1", &question).await.expect(201);
    assert!(event(&told(&world.server, &receiver, 1).await[0]).1.ends_with("Task/q1"));
    // Off is off.
    let mut off = subscription(&receiver.base, None);
    off["status"] = json!("off");
    off["id"] = json!("s1");
    vvt.put("Subscription/s1", &off).await.expect(200);
    vvt.patch("Task/q1", &to("received")).await.expect(200);
    told(&world.server, &receiver, 0).await;
}

async fn it_is_tried_for_days_and_what_could_not_be_told_stays_visible(world: World) {
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    vvt.put("Subscription/s1", &subscription(&receiver.base, None)).await.expect(201);
    told(&world.server, &receiver, 1).await;
    is(&vvt, "s1", "active").await;
    receiver.answers(500);
    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    vvt.patch("Task/t1", &to("received")).await.expect(200);
    // One call, for the second waits until the first was told: the order stays.
    assert_eq!(event(&told(&world.server, &receiver, 1).await[0]).0, "1");
    world.server.advance(31_000);
    told(&world.server, &receiver, 1).await;
    world.server.advance(31_000);
    told(&world.server, &receiver, 0).await;
    world.server.advance(31_000);
    told(&world.server, &receiver, 1).await;
    receiver.answers(200);
    world.server.advance(6 * HOUR);
    let numbers: Vec<String> = told(&world.server, &receiver, 2).await.iter().map(|call| event(call).0).collect();
    assert_eq!(numbers, ["1", "2"], "nothing is lost, and in order");
    receiver.answers(500);
    vvt.patch("Task/t1", &to("accepted")).await.expect(200);
    told(&world.server, &receiver, 1).await;
    for _ in 0..40 {
        world.server.advance(6 * HOUR);
        spil::notify::tell_due(world.server.app()).await.expect("told");
    }
    assert!(receiver.calls().len() > 20, "four times a day, for a week");
    is(&vvt, "s1", "error").await;
    let status = vvt.get("Subscription/s1/$status").await.expect(200).text();
    assert!(status.contains("answered with 500"), "{status}");
    // What it missed it asks for; and it begins anew.
    receiver.answers(200);
    assert!(vvt.get("Subscription/s1/$events?eventsSinceNumber=3").await.expect(200).text().contains("Task/t1"));
    let mut again = subscription(&receiver.base, None);
    again["id"] = json!("s1");
    vvt.put("Subscription/s1", &again).await.expect(200);
    told(&world.server, &receiver, 1).await;
    is(&vvt, "s1", "active").await;
    vvt.patch("Task/t1", &to("in-progress")).await.expect(200);
    assert_eq!(event(&told(&world.server, &receiver, 1).await[0]).0, "4", "the numbers go on");
}

async fn silence_is_broken_by_a_heartbeat(world: World) {
    let receiver = Receiver::start().await;
    let vvt = world.server.vvt();
    let mut beating = subscription(&receiver.base, None);
    beating["channel"]["extension"] =
        json!([{"url": format!("{EXTENSIONS}backport-heartbeat-period"), "valueUnsignedInt": 60}]);
    vvt.put("Subscription/s1", &beating).await.expect(201);
    told(&world.server, &receiver, 1).await;
    is(&vvt, "s1", "active").await;
    world.server.advance(59_000);
    told(&world.server, &receiver, 0).await;
    world.server.advance(1_000);
    assert_eq!(said(&told(&world.server, &receiver, 1).await[0], "type"), Some(&json!("heartbeat")));
    told(&world.server, &receiver, 0).await;
}

async fn the_older_pull_gets_an_empty_post_with_the_task_at_the_end(world: World) {
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    let endpoint = json!({
        "resourceType": "Endpoint", "status": "active", "address": format!("{}/notify", receiver.base),
        "connectionType": {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"},
        "payloadType": [coded("http://minvws.github.io/generiekefuncties-docs/CodeSystem/nl-gf-data-exchange-capabilities", "eOverdracht-notification")],
        "managingOrganization": {"reference": "Organization/org-vvt"},
    });
    // An address that somebody else gives for it does not count.
    world.server.gp().put("Endpoint/e9", &endpoint).await.expect(201);
    vvt.put("Endpoint/e1", &endpoint).await.expect(201);
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    let calls = told(&world.server, &receiver, 1).await;
    assert_eq!((calls[0].path.as_str(), &calls[0].body), ("/notify/t1", &Value::Null));
    // GET Task, PUT Task, the document: the rest of the pull.
    let read = vvt.get("Task/t1").await.expect(200).json();
    vvt.patch("Task/t1", &to("accepted")).await.expect(200);
    told(&world.server, &receiver, 1).await;
    vvt.get(CONDITION).await.expect(200);
    let mut done = vvt.get("Task/t1").await.expect(200).json();
    assert_eq!(read["status"], "requested");
    done["status"] = json!("rejected");
    let refused = vvt.put("Task/t1", &done).await.expect(422).json();
    assert_eq!(refused["resourceType"], "OperationOutcome");
    done["status"] = json!("in-progress");
    vvt.put("Task/t1", &done).await.expect(200);
    told(&world.server, &receiver, 1).await;
    // What happened before the address was taken away is not told after it.
    vvt.patch("Task/t1", &json!([{"op": "add", "path": "/note", "value": [{"text": "later"}]}])).await.expect(200);
    vvt.delete("Endpoint/e1").await.expect(204);
    told(&world.server, &receiver, 0).await;
    vvt.patch("Task/t1", &to("completed")).await.expect(200);
    told(&world.server, &receiver, 0).await;
}

async fn the_server_tells_by_itself(engine: Engine) {
    let server = Server::start_set(engine, Arc::new(SystemRandom), |config| config.notify.send = true).await;
    let receiver = Receiver::start().await;
    let vvt = server.vvt();
    let id = vvt.post("Subscription", &subscription(&receiver.base, None)).await.expect(201).id();
    let path = format!("Subscription/{id}");
    for _ in 0..1_000 {
        if vvt.get(&path).await.expect(200).json()["status"] == "active" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    is(&vvt, &id, "active").await;
    assert_eq!(receiver.calls().len(), 1, "the handshake");
}

async fn a_subscription_that_cannot_be_carried_out_is_refused(world: World) {
    let vvt = world.server.vvt();
    let good = subscription("http://127.0.0.1:9/hook", None);
    let change = |place: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        body
    };
    let filter = |text: &str| subscription("http://127.0.0.1:9/hook", Some(text));
    for (body, place) in [
        (change("/criteria", json!("Observation?patient=Patient/h1")), "criteria"),
        (change("/channel/type", json!("email")), "channel.type"),
        (change("/channel/endpoint", json!("nergens")), "channel.endpoint"),
        (change("/channel/endpoint", json!("http://u:p@127.0.0.1/x")), "channel.endpoint"),
        (change("/channel/payload", json!("text/plain")), "channel.payload"),
        (change("/channel/_payload/extension/0/valueCode", json!("full-resource")), "channel.payload"),
        (change("/channel/header", json!(["geen dubbele punt"])), "channel.header"),
        (change("/status", json!("active")), "status"),
        (filter("Task?owner=Organization/org-gp"), "criteria"),
        (filter("Task?patient=Patient/h1"), "criteria"),
        (filter("Observation?owner=Organization/org-vvt"), "criteria"),
    ] {
        let refused = vvt.post("Subscription", &body).await.expect(422).json();
        let expected = format!("Subscription.{place}");
        assert_eq!(refused["issue"][0]["expression"][0], expected.as_str(), "{body}\n{refused}");
    }
    vvt.post("Subscription", &good).await.expect(201);
    world.server.patient(&world.anna).post("Subscription", &good).await.expect(403);
}

on_both! {
    a_receiver_shakes_hands_and_is_told_of_each_move,
    nothing_is_told_that_may_not_be_seen,
    it_is_tried_for_days_and_what_could_not_be_told_stays_visible,
    silence_is_broken_by_a_heartbeat,
    the_older_pull_gets_an_empty_post_with_the_task_at_the_end,
    the_server_tells_by_itself,
    a_subscription_that_cannot_be_carried_out_is_refused,
}
