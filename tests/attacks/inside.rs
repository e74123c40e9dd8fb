//! Addresses that the server is asked to call, and secrets that a client leaves in a resource.

use serde_json::json;
use tokio::net::TcpListener;

use super::probe::told;
use crate::support::builders::{bundle, condition, weight};
use crate::support::on_both;
use crate::support::world::{CODE, CONDITION, PATIENT, World};

/// However it is told an address, the server does not call it: somebody listens, and nobody comes.
async fn attack_44_addresses_that_are_not_called(world: World) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let called = tokio::spawn(async move { listener.accept().await.is_ok() });
    let (gp, base) = (world.server.gp(), world.server.base().to_owned());
    let forms = [
        format!("http://127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/x"),
        format!("http://[::ffff:127.0.0.1]:{port}/x"),
        format!("http://2130706433:{port}/x"),
        format!("http://0x7f.1:{port}/x"),
    ];
    for url in &forms {
        let escaped = urlencoding::encode(url);
        for path in [
            format!("ValueSet/$expand?url={escaped}"),
            format!("CodeSystem/$lookup?system={escaped}&code=a"),
            format!("ConceptMap/$translate?url={escaped}&system={escaped}&code=a"),
            format!("Condition?code:in={escaped}"),
            format!("Condition/c1/$validate?profile={escaped}"),
            format!("Condition?patient={escaped}"),
            format!("Patient/{escaped}"),
        ] {
            let answer = gp.get(&path).await;
            assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text());
        }
        let mut body = condition(PATIENT, CODE);
        body["meta"] = json!({"profile": [url], "source": url});
        body["recorder"] = json!({"reference": url});
        gp.post("Condition/$validate", &body).await;
        gp.post("Condition", &body).await;
        let outside = json!({"subject": url, "hook": url});
        for (rtype, extra) in [
            (
                "DocumentReference",
                json!({"status": "current", "subject": {"reference": PATIENT},
                "content": [{"attachment": {"contentType": "application/pdf", "url": url}}]}),
            ),
            (
                "Endpoint",
                json!({"status": "active", "address": url, "payloadType": [{"text": "x"}],
                "connectionType": {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"}}),
            ),
            (
                "Subscription",
                json!({"status": "requested", "reason": "x", "criteria": "Condition?",
                "channel": {"type": "rest-hook", "endpoint": url}}),
            ),
            (
                "ValueSet",
                json!({"status": "active", "url": url, "compose": {"include": [{"system": url}, {"valueSet": [url]}]}}),
            ),
            (
                "StructureDefinition",
                json!({"status": "active", "url": url, "name": "X", "kind": "resource", "abstract": false,
                "type": "Condition", "baseDefinition": url, "derivation": "constraint"}),
            ),
        ] {
            let mut body = extra.clone();
            body["resourceType"] = json!(rtype);
            let answer = gp.post(rtype, &body).await;
            assert!(answer.status < 500, "{rtype}: {} {}", answer.status, answer.text());
        }
        gp.post("", &bundle("batch", vec![("GET", url, serde_json::Value::Null)])).await;
        gp.get(&format!("ValueSet/$expand?url={escaped}")).await;
        let assertion = world.server.key("gp").sign(json!({"jku": url, "x5u": url}), &outside);
        for fields in [
            vec![
                ("grant_type", "client_credentials"),
                ("client_assertion", assertion.as_str()),
                ("scope", "system/*.rs"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ],
            vec![("client_id", "patients-app"), ("request_uri", url.as_str()), ("redirect_uri", url.as_str())],
        ] {
            for place in ["/oauth/token", "/oauth/par", "/oauth/introspect"] {
                let sent = world.server.client().post(format!("{base}{place}")).form(&fields).send().await;
                assert!(sent.expect("an answer").status().as_u16() < 500, "{place}");
            }
        }
        let address =
            format!("{base}/oauth/authorize?client_id=patients-app&request_uri={escaped}&redirect_uri={escaped}");
        let answer = world.server.client().get(address).send().await.expect("an answer");
        let goes = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(!goes.starts_with(url.as_str()) && answer.status().as_u16() < 500, "{goes}");
    }
    let xml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE p [<!ENTITY e SYSTEM \"http://127.0.0.1:{port}/x\">]>\
        <Condition xmlns=\"http://hl7.org/fhir\"><subject><reference value=\"&e;\"/></subject></Condition>"
    );
    let sent = gp.send(reqwest::Method::POST, "Condition", Some(("application/fhir+xml", xml.into()))).await;
    assert!((400..500).contains(&sent.status), "{}", sent.text());
    assert!(!called.is_finished(), "somebody called");
    // That an address is not called keeps nobody from storing it, and the listener does listen.
    gp.post("Observation", &weight(PATIENT, "2026-03-01", "70")).await.expect(201);
    gp.get(CONDITION).await.expect(200);
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("the listener");
    assert!(called.await.expect("the listener"));
}

/// The secret of a channel is for the one who left it, and no notification is ever sent.
async fn attack_45_secrets_of_a_channel(world: World) {
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    let mut subscription = crate::notify::subscription("https://gp.example/hook", None);
    subscription["channel"]["header"] = json!(["Authorization: Bearer kwikstaart"]);
    let id = gp.post("Subscription", &subscription).await.expect(201).id();
    let path = format!("Subscription/{id}");
    for asked in [
        path.clone(),
        format!("{path}/_history"),
        format!("{path}/_history/1"),
        "Subscription".to_owned(),
        "Subscription?criteria=http://twiin.nl/fhir/SubscriptionTopic/transfer-of-care".to_owned(),
        "Subscription?url=https://gp.example/hook".to_owned(),
        "Subscription?_content=kwikstaart".to_owned(),
        "Subscription?_summary=count".to_owned(),
        "Subscription/_history".to_owned(),
        "_history?_count=500".to_owned(),
        "?_type=Subscription,Condition".to_owned(),
        "$graphql?query={SubscriptionList{channel{header}}}".to_owned(),
    ] {
        for caller in [&vvt, &world.server.hospital(), &vvt.emergency("onwel"), &world.server.patient(&world.anna)] {
            let text = told(&caller.get(&asked).await);
            assert!(!text.contains("kwikstaart") && !text.contains("\"total\":1"), "{asked}: {text}");
        }
    }
    vvt.put(&path, &subscription).await.expect(404);
    vvt.delete(&path).await.expect(204);
    let kept = gp.get(&path).await.expect(200).json();
    assert_eq!(
        (&kept["channel"]["header"][0], &kept["status"]),
        (&json!("Authorization: Bearer kwikstaart"), &json!("requested"))
    );
}

on_both! {
    attack_44_addresses_that_are_not_called,
    attack_45_secrets_of_a_channel,
}
