//! Profiles with several names: claimed, and validated against, by each.

use std::sync::Arc;

use serde_json::{Value, json};
use spil::access::Interaction;
use spil::clock::SystemRandom;
use spil::config::Claimed;

use crate::support::builders::patient;
use crate::support::region::bsn;
use crate::support::{Engine, Server, on_both};

const NEW: &str = "https://api.iknl.nl/docs/pzp/r4";
const OLD: &str = "https://fhir.iknl.nl/fhir";

async fn claiming(engine: Engine, claimed: Claimed) -> Server {
    Server::start_set(engine, Arc::new(SystemRandom), |config| config.profiles.claimed = claimed).await
}

/// A profile of `Patient` that asks for a date of birth and knows an extension of its own base.
fn definitions(base: &str) -> [Value; 2] {
    let extension = format!("{base}/StructureDefinition/ext-Patient.Capable");
    [
        json!({
            "resourceType": "StructureDefinition", "url": extension, "name": "Capable", "status": "active",
            "kind": "complex-type", "abstract": false, "type": "Extension", "derivation": "constraint",
            "context": [{"type": "element", "expression": "Patient"}],
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
            "differential": {"element": [
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": extension},
                {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": "boolean"}]}]},
        }),
        json!({
            "resourceType": "StructureDefinition", "url": format!("{base}/StructureDefinition/ACP-Patient"),
            "version": "1.0.0-rc2", "name": "AcpPatient", "status": "active", "kind": "resource", "abstract": false,
            "type": "Patient", "derivation": "constraint",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
            "differential": {"element": [
                {"id": "Patient.extension", "path": "Patient.extension",
                 "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}},
                {"id": "Patient.extension:capable", "path": "Patient.extension", "sliceName": "capable", "min": 1,
                 "max": "1", "type": [{"code": "Extension", "profile": [extension]}]},
                {"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1}]},
        }),
    ]
}

async fn install(server: &Server, base: &str) {
    for body in definitions(base) {
        let rtype = "StructureDefinition".to_owned();
        server.as_hub(Interaction::Create { rtype, body, if_none_exist: None }).await;
    }
}

fn person(base: &str, version: &str, capable: Option<Value>, born: bool) -> Value {
    let mut body = patient(&bsn(3));
    body["meta"] = json!({"profile": [format!("{base}/StructureDefinition/ACP-Patient{version}")]});
    if let Some(value) = capable {
        let url = format!("{base}/StructureDefinition/ext-Patient.Capable");
        let mut extension = json!({"url": url});
        let kind = if value.is_boolean() { "valueBoolean" } else { "valueString" };
        extension[kind] = value;
        body["extension"] = json!([extension]);
    }
    if !born {
        body.as_object_mut().expect("an object").shift_remove("birthDate");
    }
    body
}

async fn a_claim_by_either_name_is_held_to_the_profile_that_is_installed(engine: Engine) {
    for claimed in [Claimed::Check, Claimed::Require] {
        for (installed, named) in [(NEW, OLD), (OLD, NEW), (NEW, NEW)] {
            let server = claiming(engine, claimed).await;
            install(&server, installed).await;
            let hospital = server.hospital();
            let capable = || Some(json!(true));
            for version in ["", "|1.0.0-rc2"] {
                let made = hospital.post("Patient", &person(named, version, capable(), true)).await.expect(201);
                let read = hospital.get(&format!("Patient/{}", made.id())).await.expect(200).json();
                let stored = json!(format!("{named}/StructureDefinition/ACP-Patient{version}"));
                assert_eq!(read["meta"]["profile"][0], stored, "as it was sent");
                for (wrong, place) in [
                    (person(named, version, capable(), false), "Patient.birthDate"),
                    (person(named, version, None, true), "Patient.extension"),
                    (person(named, version, Some(json!("yes")), true), "Patient.extension"),
                ] {
                    let refused = hospital.post("Patient", &wrong).await.expect(422);
                    assert!(refused.text().contains(place), "{place}: {}", refused.text());
                }
            }
        }
    }
}

async fn validate_knows_a_profile_by_either_name(server: Server) {
    install(&server, NEW).await;
    let hospital = server.hospital();
    for base in [NEW, OLD] {
        let ask = |resource: Value| {
            json!({"resourceType": "Parameters", "parameter": [
                {"name": "profile", "valueUri": format!("{base}/StructureDefinition/ACP-Patient")},
                {"name": "resource", "resource": resource}]})
        };
        let mut plain = patient(&bsn(4));
        let told = hospital.post("Patient/$validate", &ask(plain.clone())).await.expect(200);
        assert!(told.text().contains("\"error\"") && told.text().contains("Patient.extension"), "{}", told.text());
        plain["extension"] =
            json!([{"url": format!("{base}/StructureDefinition/ext-Patient.Capable"), "valueBoolean": true}]);
        let told = hospital.post("Patient/$validate", &ask(plain)).await.expect(200);
        assert!(!told.text().contains("\"error\""), "{}", told.text());
    }
    let unknown = json!({"resourceType": "Parameters", "parameter": [
        {"name": "profile", "valueUri": format!("{OLD}/StructureDefinition/ACP-Nothing")},
        {"name": "resource", "resource": patient(&bsn(4))}]});
    let told = hospital.post("Patient/$validate", &unknown).await.expect(200);
    assert!(told.text().contains("not known"), "{}", told.text());
}

/// An organisation that writes a definition under one name changes nothing for those who use what the hub installed under
/// the other.
async fn nobody_takes_over_a_name_of_what_the_hub_installed(engine: Engine) {
    let server = claiming(engine, Claimed::Check).await;
    install(&server, NEW).await;
    let [_, mut lax] = definitions(OLD);
    lax["differential"] = json!({"element": [{"id": "Patient", "path": "Patient"}]});
    lax["version"] = json!("9.9.9");
    server.vvt().post("StructureDefinition", &lax).await.expect(201);
    let hospital = server.hospital();
    for base in [NEW, OLD] {
        hospital.post("Patient", &person(base, "", Some(json!(true)), false)).await.expect(422);
        hospital.post("Patient", &person(base, "", Some(json!(true)), true)).await.expect(201);
    }
}

on_both! {
    a_claim_by_either_name_is_held_to_the_profile_that_is_installed,
    nobody_takes_over_a_name_of_what_the_hub_installed,
    validate_knows_a_profile_by_either_name,
}
