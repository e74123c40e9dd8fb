//! Patch with JSON Patch (<https://hl7.org/fhir/R4/http.html#patch>).

use serde_json::json;

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
    plain.expect(415);
    assert_eq!(hospital.get("Condition/c1").await.header("etag"), "W/\"1\"");
}

on_both! {
    a_patch_changes_a_part,
    a_patch_that_does_not_fit_changes_nothing,
}
