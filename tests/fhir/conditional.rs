//! Conditional create, update, patch and delete (<https://hl7.org/fhir/R4/http.html#ccreate>).

use serde_json::json;

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn a_create_happens_only_when_nothing_matches(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = condition(&patient, "1");
    let writer = hospital.with("if-none-exist", "code=1");
    let made = writer.post("Condition", &body).await.expect(201).id();
    let found = writer.post("Condition", &body).await.expect(200);
    assert_eq!((found.id(), found.header("etag")), (made, "W/\"1\""));
    hospital.post("Condition", &body).await.expect(201);
    writer.post("Condition", &body).await.expect(412);
    hospital.with("if-none-exist", "nonsense=1").post("Condition", &body).await.expect(400);
    hospital.with("if-none-exist", "_count=1").post("Condition", &body).await.expect(400);
}

async fn equal_conditional_creates_at_once_make_one_resource(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = condition(&patient, "1");
    let writer = hospital.with("if-none-exist", "code=1");
    let answers = futures_util::future::join_all((0..12).map(|_| writer.post("Condition", &body))).await;
    let mut ids: Vec<String> = answers.into_iter().map(|answer| answer.id()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 1);
}

/// As many callers as a busy region has: the answers are one 201 and otherwise 200, and there is one resource.
async fn many_at_once_agree_on_one_resource(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let statuses = |answers: &[crate::support::Response]| {
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable_by(|one, other| other.cmp(one));
        statuses
    };
    let expected: Vec<u16> = std::iter::once(201).chain(std::iter::repeat_n(200, 31)).collect();
    let create = hospital.with("if-none-exist", "code=create");
    let body = condition(&patient, "create");
    let answers = futures_util::future::join_all((0..32).map(|_| create.post("Condition", &body))).await;
    assert_eq!(statuses(&answers), expected);
    let body = condition(&patient, "update");
    let answers = futures_util::future::join_all((0..32).map(|_| hospital.put("Condition?code=update", &body))).await;
    assert_eq!(statuses(&answers), expected);
    let mut versions: Vec<String> = answers.iter().map(|answer| answer.header("etag").to_owned()).collect();
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), 32, "no update was lost");
    let mut bundle = crate::support::builders::bundle(
        "transaction",
        vec![
            ("POST", "Condition", condition(&patient, "bundle")),
            ("POST", "Condition", condition(&patient, "beside")),
        ],
    );
    bundle["entry"][0]["request"]["ifNoneExist"] = json!("code=bundle");
    let answers = futures_util::future::join_all((0..16).map(|_| hospital.post("", &bundle))).await;
    assert_eq!(statuses(&answers), vec![200; 16]);
    for (code, number) in [("create", 1), ("update", 1), ("bundle", 1), ("beside", 16)] {
        let total = hospital.get(&format!("Condition?code={code}&_summary=count")).await.json()["total"].as_i64();
        assert_eq!(total, Some(number), "{code}");
    }
    let patch = json!([{"op": "add", "path": "/note/-", "value": {"text": "x"}}]);
    let mut body = condition(&patient, "notes");
    body["note"] = json!([{"text": "first"}]);
    hospital.put("Condition/notes", &body).await.expect(201);
    let answers = futures_util::future::join_all((0..32).map(|_| hospital.patch("Condition/notes", &patch))).await;
    assert_eq!(statuses(&answers), vec![200; 32]);
    assert_eq!(hospital.get("Condition/notes").await.json()["note"].as_array().map(Vec::len), Some(33));
}

async fn an_update_finds_its_resource_by_search(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let made = hospital.put("Condition?code=1", &condition(&patient, "1")).await.expect(201).id();
    let updated = hospital.put("Condition?code=1", &condition(&patient, "1")).await.expect(200);
    assert_eq!((updated.id(), updated.header("etag")), (made, "W/\"2\""));
    hospital.with("if-match", "W/\"1\"").put("Condition?code=1", &condition(&patient, "1")).await.expect(412);
    hospital.post("Condition", &condition(&patient, "1")).await.expect(201);
    hospital.put("Condition?code=1", &condition(&patient, "1")).await.expect(412);
    hospital.put("Condition", &condition(&patient, "1")).await.expect(400);
    let mut chosen = condition(&patient, "9");
    chosen["id"] = json!("chosen");
    assert_eq!(hospital.put("Condition?code=9", &chosen).await.expect(201).id(), "chosen");
}

async fn a_patch_and_a_delete_find_theirs_too(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2024"}]);
    hospital.patch("Condition?code=1", &patch).await.expect(200);
    hospital.patch("Condition?code=2", &patch).await.expect(404);
    hospital.delete("Condition").await.expect(400);
    hospital.delete("Condition?code=2").await.expect(204);
    hospital.get("Condition/c1").await.expect(200);
    hospital.put("Condition/c2", &condition(&patient, "1")).await.expect(201);
    hospital.delete("Condition?code=1").await.expect(412);
    hospital.with("if-match", "W/\"1\"").delete("Condition?_id=c1").await.expect(400);
    hospital.delete("Condition?_id=c1").await.expect(204);
    hospital.get("Condition/c1").await.expect(410);
}

on_both! {
    a_create_happens_only_when_nothing_matches,
    equal_conditional_creates_at_once_make_one_resource,
    many_at_once_agree_on_one_resource,
    an_update_finds_its_resource_by_search,
    a_patch_and_a_delete_find_theirs_too,
}
