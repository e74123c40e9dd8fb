//! Delete (<https://hl7.org/fhir/R4/http.html#delete>).

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn a_deleted_resource_answers_410(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let gone = hospital.delete("Condition/c1").await.expect(204);
    assert_eq!((gone.header("etag"), gone.body.len()), ("W/\"2\"", 0));
    hospital.get("Condition/c1").await.expect(410);
    hospital.get("Condition/c1/_history/2").await.expect(410);
    hospital.get("Condition/c1/_history/1").await.expect(200);
    assert_eq!(hospital.get("Condition").await.matches(), Vec::<String>::new());
    hospital.delete("Condition/c1").await.expect(204);
    hospital.delete("Condition/absent").await.expect(204);
    hospital.patch("Condition/c1", &serde_json::json!([])).await.expect(410);
    let again = hospital.put("Condition/c1", &condition(&patient, "3")).await.expect(201);
    assert_eq!(again.header("etag"), "W/\"3\"");
    assert_eq!(hospital.get("Condition").await.matches(), ["Condition/c1"]);
}

async fn a_delete_of_another_version_is_refused(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    hospital.with("if-match", "W/\"2\"").delete("Condition/c1").await.expect(412);
    hospital.with("if-match", "W/\"1\"").delete("Condition/c1").await.expect(204);
}

on_both! {
    a_deleted_resource_answers_410,
    a_delete_of_another_version_is_refused,
}
