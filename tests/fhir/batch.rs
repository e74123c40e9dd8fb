//! Batch (<https://hl7.org/fhir/R4/http.html#transaction>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, condition};
use crate::support::{Server, on_both};

async fn an_entry_that_fails_harms_no_other(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = bundle(
        "batch",
        vec![
            ("PUT", "Condition/c1", condition(&patient, "1")),
            ("POST", "Condition", json!({"resourceType": "Condition", "nonsense": 1})),
            ("GET", "Condition/c1", Value::Null),
            ("GET", "Condition?code=1", Value::Null),
            ("GET", "Condition/absent", Value::Null),
            ("DELETE", "Condition/c1", Value::Null),
            ("GET", "Condition/c1/_history/1", Value::Null),
            ("GET", "Patient/x/$acp", Value::Null),
        ],
    );
    let answer = hospital.post("", &body).await.expect(200).json();
    assert_eq!(answer["type"], "batch-response");
    let statuses: Vec<_> = answer["entry"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["response"]["status"].as_str().expect("status")[..3].to_owned())
        .collect();
    assert_eq!(statuses, ["201", "400", "200", "200", "404", "204", "200", "404"]);
    assert_eq!(answer["entry"][1]["response"]["outcome"]["resourceType"], "OperationOutcome");
    assert_eq!(answer["entry"][2]["resource"]["id"], "c1");
}

async fn what_is_no_batch_is_refused(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    for body in [
        json!({"resourceType": "Bundle"}),
        json!({"resourceType": "Bundle", "type": "collection"}),
        json!({"resourceType": "Bundle", "type": "batch", "entry": {}}),
        condition(&patient, "1"),
    ] {
        hospital.post("", &body).await.expect(400);
    }
    let odd = json!({"resourceType": "Bundle", "type": "batch", "entry": [{}, 1, null, {"request": 1}, {"request": {"method": "GET"}}]});
    let answer = hospital.post("", &odd).await;
    assert!(answer.status < 500, "{}", answer.text());
}

on_both! {
    an_entry_that_fails_harms_no_other,
    what_is_no_batch_is_refused,
}
