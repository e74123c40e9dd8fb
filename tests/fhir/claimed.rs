//! What a write does with the profiles that a resource claims, for each of the settings.

use std::sync::Arc;

use serde_json::{Value, json};
use spil::access::Interaction;
use spil::clock::SystemRandom;
use spil::config::Claimed;

use crate::support::builders::patient;
use crate::support::region::bsn;
use crate::support::{Engine, Response, Server, on_both};

const BORN: &str = "http://example.org/born";
const NOWHERE: &str = "http://example.org/nowhere";

async fn server(engine: Engine, claimed: Claimed) -> Server {
    let server = Server::start_set(engine, Arc::new(SystemRandom), |config| config.profiles.claimed = claimed).await;
    let body = json!({
        "resourceType": "StructureDefinition", "url": BORN, "name": "Born", "status": "active", "kind": "resource",
        "abstract": false, "type": "Patient", "derivation": "constraint",
        "meta": {"profile": [NOWHERE]},
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1}]},
    });
    // What the hub installs is taken as it is, whatever it claims.
    let rtype = "StructureDefinition".to_owned();
    server.as_hub(Interaction::Create { rtype, body, if_none_exist: None }).await;
    server
}

fn person(profile: Option<&str>, born: bool) -> Value {
    let mut body = patient(&bsn(3));
    let members = body.as_object_mut().expect("an object");
    members.shift_remove("birthDate");
    if born {
        members.insert("birthDate".to_owned(), json!("1950-01-01"));
    }
    if let Some(profile) = profile {
        members.insert("meta".to_owned(), json!({"profile": [profile]}));
    }
    body
}

fn place(response: &Response) -> String {
    response.json()["issue"][0]["expression"][0].as_str().unwrap_or_default().to_owned()
}

/// Create, update, patch and transaction: with a broken promise, with a kept one.
async fn a_promise_is_kept_or_the_write_is_refused(engine: Engine) {
    for claimed in [Claimed::Check, Claimed::Require] {
        let server = server(engine, claimed).await;
        let hospital = server.hospital();
        let refused = hospital.post("Patient", &person(Some(BORN), false)).await.expect(422);
        assert_eq!(place(&refused), "Patient.birthDate", "{}", refused.text());
        hospital.put("Patient/p1", &person(Some(BORN), false)).await.expect(422);
        hospital.get("Patient/p1").await.expect(404);
        hospital.post("Patient", &person(Some(BORN), true)).await.expect(201);
        hospital.put("Patient/p1", &person(Some(BORN), true)).await.expect(201);
        hospital.put("Patient/p2", &person(None, false)).await.expect(201);
        let patch = json!([{"op": "remove", "path": "/birthDate"}]);
        hospital.patch("Patient/p1", &patch).await.expect(422);
        let bundle = |resource: Value| {
            json!({"resourceType": "Bundle", "type": "transaction", "entry": [
                {"resource": person(None, false), "request": {"method": "PUT", "url": "Patient/p3"}},
                {"resource": resource, "request": {"method": "PUT", "url": "Patient/p4"}},
            ]})
        };
        let with_id = |mut body: Value| {
            body["id"] = json!("p4");
            body
        };
        let refused = hospital.post("", &bundle(with_id(person(Some(BORN), false)))).await.expect(422);
        assert!(place(&refused).starts_with("Bundle.entry[1]"), "{}", refused.text());
        hospital.get("Patient/p4").await.expect(404);
        hospital.post("", &bundle(with_id(person(Some(BORN), true)))).await.expect(200);
        let rehearsed = json!({"resourceType": "Parameters", "parameter": [
            {"name": "mode", "valueCode": "create"}, {"name": "resource", "resource": person(Some(BORN), false)}]});
        let told = hospital.post("Patient/$validate", &rehearsed).await.expect(200);
        assert!(told.text().contains("Patient.birthDate"), "{}", told.text());
    }
}

async fn a_profile_that_is_not_installed_is_taken_or_refused(engine: Engine) {
    for (claimed, status) in [(Claimed::Accept, 201), (Claimed::Check, 201), (Claimed::Require, 422)] {
        let server = server(engine, claimed).await;
        let hospital = server.hospital();
        let answer = hospital.post("Patient", &person(Some(NOWHERE), true)).await.expect(status);
        assert_eq!(answer.text().contains("not known"), status == 422, "{}", answer.text());
        hospital.post("Patient", &person(None, false)).await.expect(201);
        let inside = json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001", "resource": person(Some(NOWHERE), true)}]});
        hospital.post("Bundle", &inside).await.expect(status);
    }
}

async fn nothing_is_asked_where_the_settings_say_nothing(engine: Engine) {
    let server = server(engine, Claimed::default()).await;
    server.hospital().post("Patient", &person(Some(BORN), false)).await.expect(201);
}

on_both! {
    a_promise_is_kept_or_the_write_is_refused,
    a_profile_that_is_not_installed_is_taken_or_refused,
    nothing_is_asked_where_the_settings_say_nothing,
}
