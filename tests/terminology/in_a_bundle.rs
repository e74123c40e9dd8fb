//! The operations of terminology inside a Bundle.

use reqwest::Method;
use serde_json::{Value, json};

use super::animals::{ANIMALS, by, set, value_set, with_animals};
use crate::support::builders::bundle;
use crate::support::{Response, Server, on_both};

on_both! {
    a_bundle_asks_what_a_request_asks,
    a_bundle_calls_nothing_else_by_post,
}

/// Each answer is that of the request alone.
async fn a_bundle_asks_what_a_request_asks(server: Server) {
    with_animals(&server).await;
    let gp = server.gp();
    let id = |found: Response| found.matches()[0].clone();
    let system = id(gp.get(&format!("CodeSystem?url={ANIMALS}")).await);
    let stored = id(gp.get(&format!("ValueSet?url={}", set("mammals"))).await);
    let with = |parameter: Value| json!({"resourceType": "Parameters", "parameter": parameter});
    let coding = |name: &str, code: &str| json!({"name": name, "valueCoding": {"system": ANIMALS, "code": code}});
    let calls = vec![
        ("POST", "ValueSet/$expand".to_owned(), with(json!([{"name": "url", "valueUri": set("pets")}]))),
        ("POST", "ValueSet/$expand".to_owned(), value_set("sent", by("concept", "is-a", "bird"), Value::Null)),
        ("POST", format!("{stored}/$expand?filter=o"), Value::Null),
        ("GET", format!("ValueSet/$expand?url={}", set("few")), Value::Null),
        ("POST", format!("{stored}/$validate-code"), with(json!([coding("coding", "dog")]))),
        (
            "POST",
            "ValueSet/$validate-code".to_owned(),
            with(json!([{"name": "url", "valueUri": set("all")}, coding("coding", "x")])),
        ),
        ("GET", format!("CodeSystem/$validate-code?url={ANIMALS}&code=dog"), Value::Null),
        ("POST", "CodeSystem/$lookup".to_owned(), with(json!([coding("coding", "cat")]))),
        ("POST", format!("CodeSystem/$lookup?system={ANIMALS}&code=dragon"), Value::Null),
        ("POST", format!("{system}/$subsumes"), with(json!([coding("codingA", "dog"), coding("codingB", "poodle")]))),
        ("POST", "ConceptMap/$translate".to_owned(), with(json!([coding("coding", "dog")]))),
        ("POST", "CodeSystem/$subsumes".to_owned(), with(json!([{"name": "nonsense", "valueCode": "x"}]))),
    ];
    // What an expansion is called, and when it was made, is new each time.
    let same = |mut told: Value| {
        if let Some(expansion) = told["expansion"].as_object_mut() {
            expansion.remove("identifier");
            expansion.remove("timestamp");
        }
        told
    };
    for kind in ["batch", "transaction"] {
        let asked =
            bundle(kind, calls.iter().map(|(method, url, body)| (*method, url.as_str(), body.clone())).collect());
        let told = gp.post("", &asked).await.expect(200).json();
        let mut good = 0;
        for (at, (method, url, body)) in calls.iter().enumerate() {
            let alone = match (*method, body) {
                ("GET", _) => gp.get(url).await,
                (_, Value::Null) => gp.send(Method::POST, url, None).await,
                (_, body) => gp.post(url, body).await,
            };
            let entry = &told["entry"][at];
            assert_eq!(
                entry["response"]["status"].as_str().map(|text| &text[..3]),
                Some(alone.status.to_string().as_str()),
                "{entry}"
            );
            let part = if alone.status == 200 { &entry["resource"] } else { &entry["response"]["outcome"] };
            assert_eq!(same(part.clone()), same(alone.json()), "{kind} {url}");
            good += u32::from(alone.status == 200);
        }
        assert_eq!(good, 10);
        let narrow = gp.scope("system/Patient.rs").post("", &asked).await.expect(200).json();
        assert!(narrow["entry"].as_array().is_some_and(|all| all.iter().all(|one| one["resource"].is_null())));
    }
}

/// Other operations by POST, and conditions on one, are refused.
async fn a_bundle_calls_nothing_else_by_post(server: Server) {
    let none = Value::Null;
    let calls = ["Patient/$match", "Patient/$expand", "ValueSet/$lookup", "ValueSet/a/b/$expand", "ValueSet//$expand"];
    let asked =
        bundle("batch", calls.iter().map(|url| ("POST", *url, json!({"resourceType": "Parameters"}))).collect());
    let told = server.gp().post("", &asked).await.expect(200).json();
    for at in 0..calls.len() {
        assert_eq!(told["entry"][at]["response"]["status"], "400 Bad Request", "{}", told["entry"][at]);
    }
    let entry = |name: &str, resource: Value| json!({"resource": resource, "request": {"method": "POST", "url": "ValueSet/$expand", name: "W/\"1\""}});
    let entries = [
        entry("ifMatch", none.clone()),
        entry("ifNoneExist", none.clone()),
        entry("ifNoneMatch", none),
        entry("x", json!([])),
    ];
    for entry in entries {
        let body = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry]});
        server.gp().post("", &body).await.expect(400);
    }
}
