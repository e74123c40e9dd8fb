//! Instance history (<https://hl7.org/fhir/R4/http.html#history>).

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn every_version_is_listed_newest_first(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    hospital.put("Condition/c1", &condition(&patient, "2")).await.expect(200);
    hospital.delete("Condition/c1").await.expect(204);
    let history = hospital.get("Condition/c1/_history").await.expect(200).json();
    assert_eq!((history["type"].as_str(), history["total"].as_i64()), (Some("history"), Some(3)));
    let entries = history["entry"].as_array().expect("entries");
    let methods: Vec<_> = entries.iter().map(|entry| entry["request"]["method"].as_str().expect("method")).collect();
    assert_eq!(methods[0], "DELETE");
    assert!(entries[0]["resource"].is_null());
    let etags: Vec<_> = entries.iter().map(|entry| entry["response"]["etag"].as_str().expect("etag")).collect();
    assert_eq!(etags, ["W/\"3\"", "W/\"2\"", "W/\"1\""]);
    assert_eq!(entries[2]["resource"]["code"]["coding"][0]["code"], "1");
    hospital.get("Condition/absent/_history").await.expect(404);
    let xml = hospital.get("Condition/c1/_history?_format=xml").await.expect(200).text();
    assert!(xml.contains("<type value=\"history\"/>"), "{xml}");
}

on_both! {
    every_version_is_listed_newest_first,
}
