//! Create (<https://hl7.org/fhir/R4/http.html#create>) and what a write is refused for.

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn a_create_says_where_the_resource_is(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let mut body = condition(&patient, "1");
    body["id"] = json!("chosen");
    body["meta"] = json!({"versionId": "7", "lastUpdated": "1999-01-01T00:00:00Z", "tag": [{"code": "t"}]});
    let made = hospital.post("Condition", &body).await.expect(201);
    let id = made.id();
    assert_ne!(id, "chosen", "the id of a create is the server's");
    assert_eq!(made.header("location"), format!("{}/Condition/{id}/_history/1", server.fhir()));
    assert_eq!(made.header("etag"), "W/\"1\"");
    let meta = json!({"versionId": "1", "lastUpdated": "2026-03-02T09:00:00.000Z", "tag": [{"code": "t"}]});
    let mut got = made.json()["meta"].clone();
    got.as_object_mut().expect("object").sort_keys();
    let mut expected = meta;
    expected.as_object_mut().expect("object").sort_keys();
    assert_eq!(got, expected);
}

async fn the_writer_chooses_what_comes_back(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = condition(&patient, "1");
    let minimal = hospital.with("prefer", "return=minimal").post("Condition", &body).await.expect(201);
    assert!(minimal.body.is_empty() && !minimal.header("location").is_empty());
    let full = hospital.with("prefer", "return=representation").post("Condition", &body).await.expect(201);
    assert_eq!(full.json()["resourceType"], "Condition");
    let outcome = hospital.with("prefer", "return=OperationOutcome").post("Condition", &body).await.expect(201);
    assert_eq!(outcome.json()["resourceType"], "OperationOutcome");
}

async fn numbers_and_order_are_kept_as_they_came(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let text = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"subject":{{"reference":"{patient}"}},"valueQuantity":{{"value":1.50,"unit":"kg"}},"component":[{{"code":{{"text":"y"}},"valueQuantity":{{"value":0.000000000000000001}}}},{{"code":{{"text":"é €😀"}},"valueString":"</script>"}}]}}"#
    );
    let made = hospital.send(reqwest::Method::POST, "Observation", Some(("application/fhir+json", text.into()))).await;
    let path = format!("Observation/{}", made.expect(201).id());
    let read = hospital.get(&path).await.text();
    for part in [r#""value":1.50,"#, r#""value":0.000000000000000001"#, "é €😀", r#""</script>""#] {
        assert!(read.contains(part), "{part} in {read}");
    }
}

async fn a_fault_is_named_with_its_place_and_nothing_is_stored(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = condition(&patient, "1");
        body[name] = value;
        body
    };
    let table = [
        (with("nonsense", json!(1)), "nonsense"),
        (with("onsetDateTime", json!("2025-13-01")), "onset"),
        (with("onsetDateTime", json!(2025)), "onset"),
        (with("code", json!([{"text": "x"}])), "code"),
        (with("subject", json!(null)), "subject"),
        (with("subject", json!({"reference": "Observation/1"})), "subject"),
        (
            with(
                "clinicalStatus",
                json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "nonsense"}]}),
            ),
            "clinicalStatus",
        ),
        (with("note", json!({"text": "x"})), "note"),
        (with("note", json!([])), "note"),
    ];
    for (body, place) in table {
        let refused = hospital.post("Condition", &body).await;
        assert!([400, 422].contains(&refused.status), "{body}: {}", refused.text());
        let text = refused.json()["issue"].to_string();
        assert!(text.contains("expression") && text.contains(place), "{place} in {text}");
    }
    let bsn = json!({"resourceType": "Patient", "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "123456789"}]});
    let refused = hospital.post("Patient", &bsn).await;
    assert!([400, 422].contains(&refused.status) && refused.text().contains("identifier"), "{}", refused.text());
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 0);
}

async fn what_is_no_resource_is_refused(server: Server) {
    let (hospital, _) = hospital(&server).await;
    for (media, body, status) in [
        ("application/fhir+json", "", 400),
        ("application/fhir+json", "{", 400),
        ("application/fhir+json", "[]", 400),
        ("application/fhir+json", "null", 400),
        ("application/fhir+json", r#"{"resourceType":"Patient"}"#, 400),
        ("application/fhir+json", r#"{"resourceType":"Condition","resourceType":"Condition"}"#, 400),
        ("application/fhir+json", "{\"resourceType\":\"Condition\",\"id\":\"\\ud800\"}", 400),
        ("application/fhir+xml", "<Condition", 400),
        (
            "application/fhir+xml",
            "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><Condition>&y;</Condition>",
            400,
        ),
        ("text/plain", "{}", 415),
        ("image/png", "x", 415),
    ] {
        let answer = hospital.send(reqwest::Method::POST, "Condition", Some((media, body.into()))).await;
        assert_eq!(answer.status, status, "{media} {body}: {}", answer.text());
        assert_eq!(answer.json()["resourceType"], "OperationOutcome");
    }
}

on_both! {
    a_create_says_where_the_resource_is,
    the_writer_chooses_what_comes_back,
    numbers_and_order_are_kept_as_they_came,
    a_fault_is_named_with_its_place_and_nothing_is_stored,
    what_is_no_resource_is_refused,
}
