//! What is too much is refused with the limit in the text.

use bytes::Bytes;

use super::hospital;
use crate::support::builders::{bundle, condition};
use crate::support::{Server, on_both};

async fn what_is_too_much_is_refused(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let deep = |levels: usize| {
        let (open, close) = ("{\"extension\":[".repeat(levels), "]}".repeat(levels));
        format!("{{\"resourceType\":\"Patient\",\"extension\":[{open}{close}]}}")
    };
    let huge = format!("{{\"resourceType\":\"Patient\",\"id\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    for (name, body) in [("depth", deep(40)), ("very deep", deep(200_000)), ("size", huge)] {
        let answer =
            hospital.send(reqwest::Method::POST, "Patient", Some(("application/fhir+json", Bytes::from(body)))).await;
        assert!([400, 413, 422].contains(&answer.status), "{name}: {}", answer.status);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{name}");
        let limit = if name == "size" { "10 MiB" } else { "64" };
        assert!(answer.text().contains(limit), "{name}: {}", answer.text());
    }
    let xml = format!("<Patient xmlns=\"http://hl7.org/fhir\">{}", "<contact>".repeat(100_000));
    let answer = hospital.send(reqwest::Method::POST, "Patient", Some(("application/fhir+xml", xml.into()))).await;
    assert_eq!(answer.status, 400);
    let entries = (0..1001).map(|_| ("POST", "Condition", condition(&patient, "1"))).collect();
    let answer = hospital.post("", &bundle("transaction", entries)).await;
    assert!([400, 413, 422].contains(&answer.status) && answer.text().contains("1,000"), "{}", answer.text());
    let query = format!("Condition?code={}", "x".repeat(9000));
    let answer = hospital.get(&query).await;
    assert!([400, 414].contains(&answer.status) && answer.text().contains("8 KiB"), "{}", answer.text());
    let many = format!("Condition?code={}", vec!["x"; 500].join(","));
    hospital.get(&many).await.expect(400);
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 0);
}

on_both! {
    what_is_too_much_is_refused,
}
