//! What somebody who is told of handoffs could make of that: learn what is hidden, stay informed, or have others called.

use std::sync::Arc;

use serde_json::{Value, json};
use spil::clock::SystemRandom;

use crate::notify::{handoff, is, subscription, told};
use crate::support::builders::{coded, permit_categories};
use crate::support::receiver::Receiver;
use crate::support::world::World;
use crate::support::{Engine, Fixture as _, Server, on_both};

async fn attack_41_a_subscription_as_a_question(world: World) {
    let receiver = Receiver::start().await;
    let vvt = world.server.vvt();
    for criteria in [
        "Condition?patient=Patient/h1",
        "Task?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
        "Patient?_has:Condition:patient:code=13645005",
        "Task?_filter=code eq 1",
    ] {
        let mut asked = subscription(&receiver.base, None);
        asked["criteria"] = json!(criteria);
        vvt.post("Subscription", &asked).await.expect(422);
        vvt.post("Subscription", &subscription(&receiver.base, Some(criteria))).await.expect(422);
    }
    // Also without any content a call would tell that something happened.
    let mut empty = subscription(&receiver.base, None);
    empty["channel"]["_payload"]["extension"][0]["valueCode"] = json!("empty");
    let id = vvt.post("Subscription", &empty).await.expect(201).id();
    // The handshake.
    told(&world.server, &receiver, 1).await;
    is(&vvt, &id, "active").await;
    world.server.hospital().put("Task/t1", &handoff("org-vvt")).await.expect(201);
    told(&world.server, &receiver, 0).await;
    let events = vvt.get(&format!("Subscription/{id}/$events")).await.expect(200).text();
    assert!(!events.contains("notification-event"), "{events}");
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    vvt.patch("Task/t1", &json!([{"op": "replace", "path": "/status", "value": "received"}])).await.expect(200);
    // The twin: permitted.
    told(&world.server, &receiver, 1).await;
}

async fn attack_42_a_subscription_after_a_withdrawal(world: World) {
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (world.server.hospital(), world.server.vvt());
    let own = vvt.post("Subscription", &subscription(&receiver.base, None)).await.expect(201).id();
    let id = world.consents(permit_categories("org-vvt", &["nursing"])).await;
    // The handshake.
    told(&world.server, &receiver, 1).await;
    is(&vvt, &own, "active").await;
    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    // The twin: while it is permitted.
    told(&world.server, &receiver, 1).await;
    world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    let note = json!([{"op": "add", "path": "/note", "value": [{"text": "later"}]}]);
    hospital.patch("Task/t1", &note).await.expect(200);
    told(&world.server, &receiver, 0).await;
    // A client that is no more is told nothing more.
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    let found = vvt.get("Subscription").await.expect(200).matches();
    vvt.delete(&found[0]).await.expect(204);
    hospital.patch("Task/t1", &note).await.expect(200);
    told(&world.server, &receiver, 0).await;
}

async fn attack_43_a_call_to_where_nobody_should_call(engine: Engine) {
    let server = Server::start_set(engine, Arc::new(SystemRandom), |config| config.notify.private = false).await;
    let vvt = server.vvt();
    for address in [
        "http://vvt.example/hook",
        "https://127.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://2130706433/hook",
        "https://0x7f000001/hook",
        "https://192.168.1.1:8443/hook",
        "https://vvt@127.0.0.1/hook",
        "file:///etc/passwd",
    ] {
        vvt.post("Subscription", &subscription(address, None)).await.expect(422);
        let endpoint = endpoint(address);
        vvt.post("Endpoint", &endpoint).await.expect(422);
    }
    // A name is looked up when it is called, and called is what was found.
    let id = vvt.post("Subscription", &subscription("https://localhost:9/hook", None)).await.expect(201).id();
    spil::notify::tell_due(server.app()).await.expect("told");
    let fault = "SELECT fault FROM notification";
    for _ in 0..100 {
        let rows = server.app().store.rows(fault, Vec::new()).await.expect("rows");
        if rows[0].text(0).contains("may not be called") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let rows = server.app().store.rows(fault, Vec::new()).await.expect("rows");
    assert!(rows[0].text(0).contains("may not be called"), "{}", rows[0].text(0));
    assert_eq!(vvt.get(&format!("Subscription/{id}")).await.expect(200).json()["status"], "requested");
    // The twin: where private addresses may be called, it is; and what it answers leads nowhere else.
    let world = World::on(engine).await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    receiver.answers(307);
    let vvt = world.server.vvt();
    vvt.post("Subscription", &subscription(&receiver.base, None)).await.expect(201);
    told(&world.server, &receiver, 1).await;
    assert_eq!(elsewhere.calls().len(), 0);
    assert_eq!(vvt.get("Subscription").await.expect(200).json()["entry"][0]["resource"]["status"], "requested");
}

fn endpoint(address: &str) -> Value {
    json!({
        "resourceType": "Endpoint", "status": "active", "address": address,
        "connectionType": {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"},
        "payloadType": [coded("http://example.org/payload", "eOverdracht-notification")],
        "managingOrganization": {"reference": "Organization/org-vvt"},
    })
}

on_both! {
    attack_41_a_subscription_as_a_question,
    attack_42_a_subscription_after_a_withdrawal,
    attack_43_a_call_to_where_nobody_should_call,
}
