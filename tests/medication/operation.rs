//! `$latest-stops` (<http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops>).

use serde_json::{Value, json};

use super::blocks::{ADMINISTRATION, AGREEMENT, REQUEST, SCHEDULE, TREATMENTS, block, stopping, with};
use crate::support::builders::{BSN, bundle, coded, consent, labelled, patient, permit};
use crate::support::{Caller, Person, Server, on_both};

async fn treated(server: &Server) -> (Caller<'_>, Person) {
    let (hospital, anna) = (server.hospital(), server.person().await);
    let old = json!({"start": "2023-01-01", "end": "2023-12-31"});
    let new = |category: &str, agreed: &str| block(category, "Patient/h", "1", agreed, old.clone());
    let stop = |category: &str, agreed: &str| stopping(new(category, agreed), "410546004");
    let mut requests = vec![("PUT", "Patient/h", patient(&anna.bsn))];
    let mut put = |name: &'static str, body: Value| requests.push(("PUT", name, body));
    put("Medication/m", json!({"resourceType": "Medication", "code": coded("urn:prk", "1")}));
    put("MedicationRequest/plain", new(AGREEMENT, "2023-01-01"));
    put("MedicationRequest/first", stop(AGREEMENT, "2023-05-01"));
    let product = json!({"reference": "Medication/m"});
    let mut last = stop(AGREEMENT, "2023-06-01");
    last.as_object_mut().expect("a resource").remove("medicationCodeableConcept");
    put("MedicationRequest/last", with(last, json!({"medicationReference": product})));
    put("MedicationRequest/schedule", stop(SCHEDULE, "2023-04-01"));
    put("MedicationRequest/request", block(REQUEST, "Patient/h", "1", "2026-01-01", Value::Null));
    put("MedicationRequest/now", block(AGREEMENT, "Patient/h", "2", "2026-01-01", json!({"start": "2026-01-01"})));
    put("MedicationRequest/soon", block(AGREEMENT, "Patient/h", "3", "2026-01-01", json!({"start": "2027-01-01"})));
    let wrong = with(stop(AGREEMENT, "2023-07-01"), json!({"status": "entered-in-error"}));
    put("MedicationRequest/wrong", wrong);
    put("MedicationDispense/stop", stop(ADMINISTRATION, "2023-06-02"));
    put(
        "MedicationDispense/now",
        block(ADMINISTRATION, "Patient/h", "2", "2026-01-02", json!({"start": "2026-01-01"})),
    );
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
    (hospital, anna)
}

fn parameters(list: Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": list})
}

fn whole(names: &[&str]) -> Vec<String> {
    let name = |short: &&str| match short.strip_prefix("d:") {
        Some(id) => format!("MedicationDispense/{id}"),
        None => format!("MedicationRequest/{short}"),
    };
    let mut names: Vec<String> = names.iter().map(name).collect();
    names.sort();
    names
}

async fn what_runs_and_what_was_stopped_last_is_answered(server: Server) {
    let (hospital, anna) = treated(&server).await;
    let whose = format!("patient={BSN}|{}", anna.bsn);
    let agreement = json!({"coding": [{"system": "http://snomed.info/sct", "code": AGREEMENT}]});
    let one = json!({"system": TREATMENTS, "value": "1"});
    for (on, query, more, expected) in [
        ("", "", json!([]), vec!["last", "schedule", "now", "soon", "d:stop", "d:now"]),
        ("MedicationRequest/", "", json!([]), vec!["last", "schedule", "now", "soon"]),
        ("MedicationDispense/", "", json!([]), vec!["d:stop", "d:now"]),
        (
            "",
            "&category=33633005",
            json!([{"name": "category", "valueCodeableConcept": agreement}]),
            vec!["last", "now", "soon"],
        ),
        (
            "MedicationRequest/",
            "&category=http://snomed.info/sct|33633005&mbh=urn:example:mbh|1",
            json!([{"name": "category", "valueCodeableConcept": agreement}, {"name": "mbh", "valueIdentifier": one}]),
            vec!["last"],
        ),
        (
            "",
            "&mbh=urn:example:mbh|2&mbh=urn:example:mbh|3",
            json!([{"name": "mbh", "valueIdentifier": {"system": TREATMENTS, "value": "2"}},
                {"name": "mbh", "valueIdentifier": {"value": "3"}}]),
            vec!["now", "soon", "d:now"],
        ),
        ("", "&mbh=urn:example:mbh|none", json!([{"name": "mbh", "valueString": "none"}]), vec![]),
    ] {
        let path = format!("{on}$latest-stops?{whose}{query}");
        let by_get = hospital.get(&path).await.expect(200);
        assert_eq!(by_get.matches(), whole(&expected), "{path}");
        assert!(by_get.included().is_empty(), "{path}");
        assert_eq!(by_get.json()["total"], expected.len(), "{path}");
        let mut list = vec![json!({"name": "patient", "valueIdentifier": {"system": BSN, "value": anna.bsn}})];
        list.extend(more.as_array().expect("a list").clone());
        let by_post = hospital.post(&format!("{on}$latest-stops"), &parameters(json!(list))).await.expect(200);
        assert_eq!(by_post.matches(), by_get.matches(), "{path}");
    }
    let xml = hospital.with("accept", "application/fhir+xml").get(&format!("$latest-stops?{whose}")).await.expect(200);
    assert!(xml.text().contains("<MedicationDispense"));
    let detailed = hospital.get(&format!("MedicationRequest/$latest-stops?{whose}&include-details=true")).await;
    let detailed = detailed.expect(200);
    assert_eq!(detailed.matches(), whole(&["last", "schedule", "now", "soon"]));
    let also = ["Medication/m", "MedicationRequest/first", "MedicationRequest/plain"];
    assert_eq!(detailed.included(), also);
}

async fn a_patient_asks_without_saying_who(server: Server) {
    let (_, anna) = treated(&server).await;
    let (other, expected) = (server.person().await, whole(&["last", "schedule", "now", "soon"]));
    let own = server.patient(&anna);
    assert_eq!(own.get("MedicationRequest/$latest-stops").await.expect(200).matches(), expected);
    assert!(server.patient(&other).get("$latest-stops").await.expect(200).matches().is_empty());
    let named = format!("$latest-stops?patient={BSN}|{}", anna.bsn);
    assert!(server.patient(&other).get(&named).await.expect(200).matches().is_empty());
}

async fn what_is_hidden_is_no_latest_stop_and_in_no_details(server: Server) {
    let (hospital, anna) = treated(&server).await;
    let path =
        format!("MedicationRequest/$latest-stops?patient={BSN}|{}&category=33633005&include-details=true", anna.bsn);
    let gp = server.gp();
    assert!(gp.get(&path).await.expect(200).matches().is_empty());
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    assert_eq!(gp.get(&path).await.expect(200).matches(), whole(&["last", "now", "soon"]));
    let stop = hospital.get("MedicationRequest/last").await.expect(200).json();
    hospital.put("MedicationRequest/last", &labelled(stop, "PSY")).await.expect(200);
    let hidden = gp.get(&path).await.expect(200);
    assert_eq!(hidden.matches(), whole(&["first", "now", "soon"]));
    assert_eq!(hidden.included(), whole(&["plain"]));
    hospital.delete("MedicationRequest/last").await.expect(204);
    let gone = gp.get(&path).await.expect(200);
    assert_eq!((gone.matches(), gone.included()), (hidden.matches(), hidden.included()));
}

async fn what_is_not_whole_is_refused(server: Server) {
    let (hospital, anna) = treated(&server).await;
    let whose = format!("patient={BSN}|{}", anna.bsn);
    for bad in [
        "$latest-stops".to_owned(),
        format!("$latest-stops?{whose}&{whose}"),
        format!("$latest-stops?{whose}&category=52711000146108"),
        format!("MedicationRequest/$latest-stops?{whose}&category=422037009"),
        format!("$latest-stops?{whose}&include-details=maybe"),
        format!("$latest-stops?{whose}&nonsense=1"),
        "$latest-stops?patient=".to_owned(),
    ] {
        hospital.get(&bad).await.expect(400);
    }
    let narrow = hospital.scope("system/MedicationRequest.rs");
    narrow.get(&format!("MedicationRequest/$latest-stops?{whose}")).await.expect(200);
    narrow.get(&format!("$latest-stops?{whose}")).await.expect(403);
    hospital.get("Observation/$latest-stops").await.expect(404);
    let statement = server.nobody().get("metadata").await.expect(200).text();
    assert!(statement.contains("http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops"));
}

on_both! {
    a_patient_asks_without_saying_who,
    what_is_hidden_is_no_latest_stop_and_in_no_details,
    what_is_not_whole_is_refused,
    what_runs_and_what_was_stopped_last_is_answered,
}
