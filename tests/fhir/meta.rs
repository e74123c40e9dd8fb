//! `$meta`, `$meta-add`, `$meta-delete` and `$convert` (<https://hl7.org/fhir/R4/resource-operations.html>).

use reqwest::Method;
use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{condition, consent, permit};
use crate::support::{Server, on_both};

fn meta(meta: Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]})
}

fn label(code: &str) -> Value {
    json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}])
}

async fn labels_are_added_and_taken_away_as_versions(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let tag = json!([{"system": "urn:t", "code": "t"}]);
    let added = hospital.post("Condition/c1/$meta-add", &meta(json!({"tag": tag, "profile": ["urn:p"]}))).await;
    let added = added.expect(200).json();
    assert_eq!(added["parameter"][0]["name"], "return");
    assert_eq!(added["parameter"][0]["valueMeta"]["tag"], tag);
    assert_eq!(hospital.get("Condition?_tag=urn:t|t").await.expect(200).matches(), ["Condition/c1"]);
    let told = hospital.get("Condition/c1/$meta").await.expect(200).json();
    assert_eq!(told["parameter"][0]["valueMeta"]["profile"], json!(["urn:p"]));
    assert_eq!(told["parameter"][0]["valueMeta"]["versionId"], "2");
    hospital.post("Condition/c1/$meta-delete", &meta(json!({"tag": tag}))).await.expect(200);
    let now = hospital.get("Condition/c1").await.json();
    assert_eq!((now["meta"]["tag"].is_null(), &now["meta"]["versionId"]), (true, &json!("3")));
    assert_eq!(hospital.get("Condition/c1/_history").await.json()["total"], 3);
    hospital.with("if-match", "W/\"1\"").post("Condition/c1/$meta-add", &meta(json!({"tag": tag}))).await.expect(412);
    for body in [
        json!({"resourceType": "Basic"}),
        json!({"resourceType": "Parameters"}),
        json!({"resourceType": "Parameters", "parameter": [{"name": "other", "valueMeta": {}}]}),
        meta(json!({"versionId": "7"})),
        meta(json!({"lastUpdated": "2020-01-01T00:00:00Z"})),
    ] {
        hospital.post("Condition/c1/$meta-add", &body).await.expect(400);
    }
    hospital.post("Condition/absent/$meta-add", &meta(json!({"tag": tag}))).await.expect(404);
}

/// A label can hide a resource; only who wrote the resource can take it away again.
async fn a_label_restricts_and_only_the_source_lifts_it(server: Server) {
    let anna = server.person().await;
    let hospital = server.hospital();
    hospital.put("Patient/h1", &crate::support::builders::patient(&anna.bsn)).await.expect(201);
    hospital.put("Condition/c1", &condition("Patient/h1", "1")).await.expect(201);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    server.gp().get("Condition/c1").await.expect(200);
    for operation in ["$meta-add", "$meta-delete"] {
        let path = format!("Condition/c1/{operation}");
        server.gp().post(&path, &meta(json!({"security": label("PSY")}))).await.expect(403);
        server.vvt().post(&path, &meta(json!({"security": label("PSY")}))).await.expect(404);
    }
    hospital.post("Condition/c1/$meta-add", &meta(json!({"security": label("PSY")}))).await.expect(200);
    server.gp().get("Condition/c1").await.expect(404);
    server.gp().get("Condition/c1/$meta").await.expect(404);
    server.gp().post("Condition/c1/$meta-delete", &meta(json!({"security": label("PSY")}))).await.expect(404);
    server.gp().get("Condition/c1/_history/1").await.expect(404);
    let listed = server.gp().get("Condition/_history").await.expect(200).json();
    assert!(listed["entry"].is_null(), "{listed}");
    hospital.post("Condition/c1/$meta-delete", &meta(json!({"security": label("PSY")}))).await.expect(200);
    server.gp().get("Condition/c1").await.expect(200);
    let seen = server.gp().get("Condition/c1/_history").await.expect(200).json();
    assert_eq!(seen["total"], 2, "the version with the label stays hidden: {seen}");
}

/// A version has its own labels, is seen as its vread is, and never changes.
async fn a_version_tells_the_labels_that_it_had(server: Server) {
    let anna = server.person().await;
    let hospital = server.hospital();
    hospital.put("Patient/h1", &crate::support::builders::patient(&anna.bsn)).await.expect(201);
    hospital.put("Condition/c1", &condition("Patient/h1", "1")).await.expect(201);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    hospital.post("Condition/c1/$meta-add", &meta(json!({"security": label("PSY")}))).await.expect(200);
    hospital.post("Condition/c1/$meta-delete", &meta(json!({"security": label("PSY")}))).await.expect(200);
    for (version, security) in [(1, Value::Null), (2, json!("PSY")), (3, Value::Null)] {
        let told = hospital.get(&format!("Condition/c1/_history/{version}/$meta")).await.expect(200).json();
        let told = &told["parameter"][0]["valueMeta"];
        assert_eq!((&told["versionId"], &told["security"][0]["code"]), (&json!(version.to_string()), &security));
    }
    server.gp().get("Condition/c1/_history/1/$meta").await.expect(200);
    let hidden = server.gp().get("Condition/c1/_history/2/$meta").await.expect(404);
    let absent = server.gp().get("Condition/c1/_history/9/$meta").await.expect(404);
    assert_eq!(hidden.text(), absent.text());
    server.gp().get("Condition/c1/_history/x/$meta").await.expect(404);
    for operation in ["$meta-add", "$meta-delete"] {
        let body = meta(json!({"security": label("PSY")}));
        let there = hospital.post(&format!("Condition/c1/_history/1/{operation}"), &body).await.expect(405);
        let absent = server.vvt().post(&format!("Condition/absent/_history/1/{operation}"), &body).await.expect(405);
        assert_eq!(there.text(), absent.text());
        assert!(there.text().contains("a version never changes"), "{}", there.text());
    }
    assert_eq!(hospital.get("Condition/c1/_history").await.json()["total"], 3);
    assert!(hospital.get("Condition/c1/_history/1").await.json()["meta"]["security"].is_null());
    hospital.delete("Condition/c1").await.expect(204);
    hospital.get("Condition/c1/_history/4/$meta").await.expect(410);
    hospital.get("Condition/c1/_history/2/$meta").await.expect(200);
}

/// What is in use is told as far as the caller may see what carries it.
async fn labels_in_use_are_those_that_the_caller_may_see(server: Server) {
    let anna = server.person().await;
    let hospital = server.hospital();
    hospital.put("Patient/h1", &crate::support::builders::patient(&anna.bsn)).await.expect(201);
    let tagged = |tag: &str| {
        let mut body = condition("Patient/h1", "1");
        body["meta"] = json!({"tag": [{"system": "urn:t", "code": tag}], "profile": ["urn:p"]});
        body
    };
    hospital.put("Condition/c1", &tagged("one")).await.expect(201);
    hospital.put("Condition/c2", &tagged("two")).await.expect(201);
    hospital.put("Condition/c3", &tagged("two")).await.expect(201);
    let codes = |answer: Value| -> Vec<String> {
        let tags = answer["parameter"][0]["valueMeta"]["tag"].as_array().cloned().unwrap_or_default();
        tags.iter()
            .filter(|tag| tag["system"] == "urn:t")
            .map(|tag| tag["code"].as_str().expect("code").to_owned())
            .collect()
    };
    for path in ["$meta", "Condition/$meta"] {
        let answer = hospital.get(path).await.expect(200).json();
        assert!(
            answer["parameter"][0]["valueMeta"]["profile"].as_array().is_some_and(|all| all.contains(&json!("urn:p")))
        );
        assert_eq!(codes(answer), ["one", "two"], "{path}");
        assert_eq!(codes(server.gp().get(path).await.expect(200).json()), Vec::<String>::new(), "{path}");
        server.nobody().get(path).await.expect(401);
        server.gp().emergency("unconscious").get(path).await.expect(403);
    }
    assert_eq!(codes(hospital.get("Observation/$meta").await.expect(200).json()), Vec::<String>::new());
    hospital.get("Nothing/$meta").await.expect(404);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    assert_eq!(codes(server.gp().get("Condition/$meta").await.expect(200).json()), ["one", "two"]);
}

async fn a_resource_is_converted_and_nothing_is_stored(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let mut body = condition(&patient, "1");
    body["id"] = json!("x");
    body["extension"] = json!([{"url": "urn:e", "valueDecimal": 1}]);
    let text = body.to_string().replace("\"valueDecimal\":1", "\"valueDecimal\":1.00");
    let send = async |media: &str, accept: &str, text: String| {
        hospital.with("accept", accept).send(Method::POST, "$convert", Some((media, text.into()))).await
    };
    let (json, xml) = ("application/fhir+json", "application/fhir+xml");
    let as_xml = send(json, xml, text.clone()).await.expect(200);
    assert!(as_xml.header("content-type").starts_with(xml) && as_xml.text().contains("<valueDecimal value=\"1.00\"/>"));
    let back = send(xml, json, as_xml.text()).await.expect(200);
    let sorted = |text: &str| {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        value.sort_all_objects();
        value.to_string()
    };
    assert_eq!(sorted(&back.text()), sorted(&text));
    send(json, json, text).await.expect(200);
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 0);
    send(json, xml, "{}".to_owned()).await.expect(400);
    let fault = send(json, xml, r#"{"resourceType":"Basic","nonsense":1}"#.to_owned()).await.expect(422);
    assert!(fault.text().contains("Basic"), "{}", fault.text());
    send("text/turtle", json, "x".to_owned()).await.expect(415);
    send(json, "image/png", "{}".to_owned()).await.expect(406);
    server.nobody().post("$convert", &body).await.expect(401);
}

on_both! {
    labels_are_added_and_taken_away_as_versions,
    a_label_restricts_and_only_the_source_lifts_it,
    a_version_tells_the_labels_that_it_had,
    labels_in_use_are_those_that_the_caller_may_see,
    a_resource_is_converted_and_nothing_is_stored,
}
