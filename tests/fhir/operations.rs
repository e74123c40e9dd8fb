//! Each operation of the CapabilityStatement has a definition, and ours take what theirs say and nothing else.

use serde_json::Value;
use spil::definitions::{self, operations::OWN};

use crate::support::world::World;
use crate::support::{Caller, Server, hub, on_both};

const OURS: &str = "https://spil.example/fhir/OperationDefinition/";

/// What others define: the standard, its backport of subscriptions, the International Patient Summary, Nictiz, SQL on FHIR.
const OF_OTHERS: [&str; 23] = [
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
    "http://hl7.org/fhir/OperationDefinition/Composition-document",
    "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
    "http://hl7.org/fhir/OperationDefinition/Encounter-everything",
    "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "http://hl7.org/fhir/OperationDefinition/Patient-match",
    "http://hl7.org/fhir/OperationDefinition/Resource-convert",
    "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
    "http://hl7.org/fhir/OperationDefinition/Resource-meta",
    "http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
    "http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
    "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
    "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events",
    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status",
    "http://nictiz.nl/fhir/OperationDefinition/Medication-Overview",
    "http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops",
    "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run",
];

async fn publish(server: &Server) {
    let app = server.app();
    let open = || hub(server.app(), server.now());
    definitions::install(&app.store, app.clock.now(), &open).await.expect("published");
}

/// What the server tells of operations: type (none for the whole server), name and address of the definition.
async fn told(server: &Server) -> Vec<(String, String, String)> {
    let statement = server.nobody().get("metadata").await.expect(200).json();
    let rest = &statement["rest"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let places = rest["resource"].as_array().into_iter().flatten().chain([rest]);
    let of = |place: &Value| {
        let operations = place["operation"].as_array().cloned().unwrap_or_default();
        let rtype = text(&place["type"]);
        operations.into_iter().map(move |one| (rtype.clone(), text(&one["name"]), text(&one["definition"])))
    };
    places.flat_map(of).collect()
}

async fn each_operation_has_a_definition(server: Server) {
    publish(&server).await;
    let mut ours = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for (rtype, name, address) in told(&server).await {
        if !address.starts_with(OURS) {
            assert!(OF_OTHERS.contains(&address.as_str()), "nobody defines {address}");
            others.push(address);
            continue;
        }
        let found = server.gp().get(&format!("OperationDefinition?url={address}")).await.expect(200).json();
        let definition = &found["entry"][0]["resource"];
        assert_eq!((&definition["code"], &definition["resource"][0]), (&name.into(), &rtype.into()), "{address}");
        ours.push(address);
    }
    let all = |word: &str| -> Vec<String> {
        let mut all: Vec<String> = OWN.iter().map(|one| one.url()).filter(|one| one.contains(word)).collect();
        all.sort();
        all
    };
    ours.sort();
    assert_eq!(ours, all(""), "what is defined is told, and what is told is defined");
    others.sort();
    others.dedup();
    assert_eq!(others, OF_OTHERS);
}

/// A value of a parameter that the operation can do something with.
fn value(name: &str) -> &'static str {
    match name {
        "include-administrations" => "true",
        "_profile" => "http://hl7.org/fhir/StructureDefinition/Composition",
        "organisation" => "org-gp",
        "category" => "problems",
        "purpose" => "TREAT",
        _ => panic!("{name} is a parameter that this test does not know"),
    }
}

/// The names of the parameters of a definition with this use; the required ones alone, or all.
fn names(definition: &Value, usage: &str, required: bool) -> Vec<String> {
    let all = definition["parameter"].as_array().into_iter().flatten();
    let wanted = all.filter(|one| one["use"] == usage && (!required || one["min"] == 1));
    wanted.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
}

async fn refused(caller: &Caller<'_>, path: &str, place: &str) {
    let answer = caller.get(path).await.expect(400);
    assert_eq!(answer.json()["issue"][0]["expression"][0], place, "{path}: {}", answer.text());
}

async fn ours_take_what_their_definitions_say_and_nothing_else(world: World) {
    publish(&world.server).await;
    let gp = world.server.gp();
    for own in OWN {
        let id = format!("{}-{}", own.on, own.code);
        let definition = gp.get(&format!("OperationDefinition/{id}")).await.expect(200).json();
        let place = if own.on == "Patient" { "Patient/h1" } else { "SearchParameter/none" };
        let required = names(&definition, "in", true);
        let given = |name: &String| format!("{name}={}", value(name));
        let query = |names: &[String]| names.iter().map(given).collect::<Vec<_>>().join("&");
        let address = format!("{place}/${}", own.code);
        let status = if own.on == "Patient" { 200 } else { 403 };
        for names in [&required, &names(&definition, "in", false)] {
            let answer = gp.get(&format!("{address}?{}", query(names))).await.expect(status).json();
            if answer["resourceType"] == "Parameters" {
                let known = self::names(&definition, "out", false);
                let told = answer["parameter"].as_array().expect("a list").iter();
                let told: Vec<&str> = told.filter_map(|one| one["name"].as_str()).collect();
                assert!(told.iter().all(|name| known.iter().any(|one| one == name)), "{id}: {told:?}");
                let missing: Vec<String> = self::names(&definition, "out", true);
                assert!(missing.iter().all(|name| told.contains(&name.as_str())), "{id}: {told:?}");
            }
        }
        refused(&gp, &format!("{address}?{}&nonsense=1", query(&required)), "nonsense").await;
        for name in &required {
            let others: Vec<String> = required.iter().filter(|one| *one != name).cloned().collect();
            refused(&gp, &format!("{address}?{}", query(&others)), name).await;
        }
    }
}

/// `$document` is of the standard: of what it can take only what changes nothing is taken.
async fn a_stored_document_is_given_and_not_stored(world: World) {
    let hospital = world.server.hospital();
    let body = serde_json::json!({
        "resourceType": "Composition", "status": "final", "date": "2026-03-01", "title": "Brief",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]}, "author": [{"display": "Arts"}],
        "subject": {"reference": "Patient/h1"},
    });
    hospital.put("Composition/d9", &body).await.expect(201);
    hospital.get("Composition/d9/$document?persist=false").await.expect(200);
    refused(&hospital, "Composition/d9/$document?persist=true", "persist").await;
    refused(&hospital, "Composition/d9/$document?nonsense=1", "nonsense").await;
}

on_both! {
    each_operation_has_a_definition,
    ours_take_what_their_definitions_say_and_nothing_else,
    a_stored_document_is_given_and_not_stored,
}
