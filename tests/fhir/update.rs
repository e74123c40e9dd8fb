//! Update (<https://hl7.org/fhir/R4/http.html#update>).

use serde_json::json;

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn an_update_creates_and_then_replaces(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let made = hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    assert_eq!((made.id().as_str(), made.header("etag")), ("c1", "W/\"1\""));
    server.advance(1000);
    let replaced = hospital.put("Condition/c1", &condition(&patient, "2")).await.expect(200);
    assert_eq!(replaced.header("etag"), "W/\"2\"");
    assert_eq!(replaced.header("location"), format!("{}/Condition/c1/_history/2", server.fhir()));
    assert_eq!(hospital.get("Condition?code=1").await.matches(), Vec::<String>::new());
    assert_eq!(hospital.get("Condition?code=2").await.matches(), ["Condition/c1"]);
}

async fn an_update_of_a_version_that_is_not_current_is_refused(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = condition(&patient, "1");
    hospital.with("if-match", "W/\"1\"").put("Condition/c1", &body).await.expect(412);
    hospital.put("Condition/c1", &body).await.expect(201);
    hospital.with("if-match", "W/\"2\"").put("Condition/c1", &body).await.expect(412);
    hospital.with("if-match", "W/\"1\"").put("Condition/c1", &body).await.expect(200);
    hospital.with("if-match", "W/\"1\"").put("Condition/c1", &body).await.expect(412);
    hospital.with("if-match", "nonsense").put("Condition/c1", &body).await.expect(400);
}

async fn the_id_must_be_that_of_the_address(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let mut body = condition(&patient, "1");
    body["id"] = json!("other");
    hospital.put("Condition/c1", &body).await.expect(400);
    hospital.put("Observation/c1", &condition(&patient, "1")).await.expect(400);
    for id in ["a_b", "a%20b", &"x".repeat(65)] {
        let answer = hospital.put(&format!("Condition/{id}"), &condition(&patient, "1")).await;
        assert!([400, 404].contains(&answer.status), "{id}: {}", answer.status);
    }
}

async fn one_of_many_updates_of_the_same_version_wins(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "0")).await.expect(201);
    let writer = hospital.with("if-match", "W/\"1\"");
    let bodies: Vec<_> = (1..=8).map(|code| condition(&patient, &code.to_string())).collect();
    let answers = futures_util::future::join_all(bodies.iter().map(|body| writer.put("Condition/c1", body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(hospital.get("Condition/c1/_history").await.json()["total"], 2);
}

on_both! {
    an_update_creates_and_then_replaces,
    an_update_of_a_version_that_is_not_current_is_refused,
    the_id_must_be_that_of_the_address,
    one_of_many_updates_of_the_same_version_wins,
}
