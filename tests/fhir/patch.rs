//! Patch with JSON Patch, JSON Merge Patch and FHIRPath Patch (<https://hl7.org/fhir/R4/http.html#patch>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn a_patch_changes_a_part(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let patch = json!([
        {"op": "test", "path": "/onsetDateTime", "value": "2025-11-01"},
        {"op": "replace", "path": "/onsetDateTime", "value": "2024"},
        {"op": "add", "path": "/note", "value": [{"text": "x"}]},
    ]);
    let patched = hospital.patch("Condition/c1", &patch).await.expect(200);
    assert_eq!((patched.json()["onsetDateTime"].as_str(), patched.header("etag")), (Some("2024"), "W/\"2\""));
    hospital.with("if-match", "W/\"1\"").patch("Condition/c1", &patch).await.expect(412);
    let history = hospital.get("Condition/c1/_history").await.json();
    assert_eq!(history["entry"][0]["request"]["method"], "PATCH");
}

async fn a_patch_that_does_not_fit_changes_nothing(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    for (patch, status) in [
        (json!([{"op": "test", "path": "/onsetDateTime", "value": "1999"}]), 422),
        (json!([{"op": "remove", "path": "/note"}]), 422),
        (json!([{"op": "replace", "path": "/id", "value": "x"}]), 422),
        (json!([{"op": "replace", "path": "/resourceType", "value": "Patient"}]), 422),
        (json!([{"op": "replace", "path": "", "value": {}}]), 422),
        (json!([{"op": "remove", "path": "/subject"}]), 400),
        (json!([{"op": "add", "path": "/nonsense", "value": 1}]), 400),
        (json!([{"op": "nonsense", "path": "/id"}]), 400),
        (json!({"op": "remove"}), 400),
        (json!(1), 400),
    ] {
        let answer = hospital.patch("Condition/c1", &patch).await;
        assert_eq!(answer.status, status, "{patch}: {}", answer.text());
    }
    hospital.patch("Condition/absent", &json!([])).await.expect(404);
    let plain =
        hospital.send(reqwest::Method::PATCH, "Condition/c1", Some(("application/fhir+json", "[]".into()))).await;
    plain.expect(400);
    let plain =
        hospital.send(reqwest::Method::PATCH, "Condition/c1", Some(("application/xml-patch+xml", "<x/>".into()))).await;
    plain.expect(415);
    assert_eq!(hospital.get("Condition/c1").await.header("etag"), "W/\"1\"");
}

/// A FHIRPath patch of one operation.
fn operation(kind: &str, path: &str, parts: Value) -> Value {
    let mut all = json!([{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]);
    all.as_array_mut().expect("list").extend(parts.as_array().expect("list").clone());
    json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": all}]})
}

async fn sent(caller: &crate::support::Caller<'_>, path: &str, media: &str, body: &Value) -> crate::support::Response {
    caller.send(reqwest::Method::PATCH, path, Some((media, body.to_string().into()))).await
}

async fn a_fhirpath_patch_changes_a_part(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let media = "application/fhir+json";
    let add = operation(
        "add",
        "Condition",
        json!([{"name": "name", "valueString": "note"}, {"name": "value", "valueAnnotation": {"text": "x"}}]),
    );
    let patched = sent(&hospital, "Condition/c1", media, &add).await.expect(200);
    assert_eq!((patched.json()["note"][0]["text"].as_str(), patched.header("etag")), (Some("x"), "W/\"2\""));
    let replace = operation("replace", "Condition.onset", json!([{"name": "value", "valueString": "long ago"}]));
    let patched = sent(&hospital, "Condition?code=1", media, &replace).await.expect(200).json();
    assert_eq!((patched["onsetString"].as_str(), patched["onsetDateTime"].is_null()), (Some("long ago"), true));
    let xml = "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"operation\"/><part><name value=\"type\"/>\
               <valueCode value=\"delete\"/></part><part><name value=\"path\"/><valueString value=\"Condition.note\"/></part>\
               </parameter></Parameters>";
    let patched =
        hospital.send(reqwest::Method::PATCH, "Condition/c1", Some(("application/fhir+xml", xml.into()))).await;
    assert!(patched.expect(200).json()["note"].is_null());
    for (patch, status) in [
        (operation("replace", "Condition.abatement", json!([{"name": "value", "valueString": "x"}])), 422),
        (operation("delete", "Condition.id", json!([])), 422),
        (operation("replace", "Condition.id", json!([{"name": "value", "valueId": "x"}])), 422),
        (operation("nonsense", "Condition", json!([])), 400),
        (operation("delete", "Condition.(", json!([])), 400),
        (operation("delete", "Condition.subject", json!([])), 400),
        (json!({"resourceType": "Basic"}), 400),
    ] {
        let answer = sent(&hospital, "Condition/c1", media, &patch).await;
        assert_eq!(answer.status, status, "{patch}: {}", answer.text());
        let issue = &answer.json()["issue"][0];
        assert!(issue["diagnostics"].is_string(), "{issue}");
    }
    assert_eq!(hospital.get("Condition/c1").await.header("etag"), "W/\"4\"");
}

async fn a_merge_patch_changes_a_part(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let media = "application/merge-patch+json";
    let patch = json!({"onsetDateTime": null, "note": [{"text": "x"}], "code": {"text": "t"}});
    let patched = sent(&hospital, "Condition/c1", media, &patch).await.expect(200).json();
    assert!(patched["onsetDateTime"].is_null(), "{patched}");
    assert_eq!((&patched["code"]["text"], &patched["code"]["coding"][0]["code"]), (&json!("t"), &json!("1")));
    sent(&hospital, "Condition?code=1", media, &json!({"note": null})).await.expect(200);
    sent(&hospital.with("if-match", "W/\"1\""), "Condition/c1", media, &json!({"note": null})).await.expect(412);
    for (patch, status) in
        [(json!({"id": "x"}), 422), (json!({"subject": null}), 400), (json!([]), 400), (json!({"nonsense": 1}), 400)]
    {
        assert_eq!(sent(&hospital, "Condition/c1", media, &patch).await.status, status, "{patch}");
    }
    assert_eq!(hospital.get("Condition/c1").await.header("etag"), "W/\"3\"");
}

async fn every_kind_of_patch_works_in_a_bundle(server: Server) {
    use base64::Engine as _;
    let (hospital, patient) = hospital(&server).await;
    for id in ["c1", "c2", "c3"] {
        hospital.put(&format!("Condition/{id}"), &condition(&patient, id)).await.expect(201);
    }
    let binary = |media: &str, patch: Value| {
        let data = base64::engine::general_purpose::STANDARD.encode(patch.to_string());
        json!({"resourceType": "Binary", "contentType": media, "data": data})
    };
    let note = |text: &str| json!([{"text": text}]);
    for kind in ["transaction", "batch"] {
        let add = operation(
            "add",
            "Condition",
            json!([{"name": "name", "valueString": "note"}, {"name": "value", "valueAnnotation": {"text": kind}}]),
        );
        let requests = vec![
            (
                "PATCH",
                "Condition/c1",
                binary("application/json-patch+json", json!([{"op": "add", "path": "/note", "value": note(kind)}])),
            ),
            ("PATCH", "Condition?code=c2", binary("application/merge-patch+json", json!({"note": note(kind)}))),
            ("PATCH", "Condition/c3", add),
        ];
        let answer = hospital.post("", &crate::support::builders::bundle(kind, requests)).await.expect(200).json();
        for (at, id) in ["c1", "c2", "c3"].iter().enumerate() {
            assert_eq!(answer["entry"][at]["response"]["status"], "200 OK", "{answer}");
            let body = hospital.get(&format!("Condition/{id}")).await.json();
            let texts: Vec<_> =
                body["note"].as_array().expect("notes").iter().map(|note| note["text"].clone()).collect();
            assert_eq!(texts.last(), Some(&json!(kind)), "{id}");
        }
    }
    let bad = vec![("PATCH", "Condition/c1", binary("text/plain", json!([])))];
    hospital.post("", &crate::support::builders::bundle("transaction", bad)).await.expect(400);
}

on_both! {
    a_patch_changes_a_part,
    a_fhirpath_patch_changes_a_part,
    a_merge_patch_changes_a_part,
    every_kind_of_patch_works_in_a_bundle,
    a_patch_that_does_not_fit_changes_nothing,
}
