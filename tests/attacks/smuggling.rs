//! Another patient, smuggled in beside one who may be seen.

use reqwest::Method;
use serde_json::Value;

use super::probe::Three;
use crate::access::hidden::World as Hidden;
use crate::support::builders::{BSN, bundle, condition, patient};
use crate::support::world::{CODE, PATIENT, World};
use crate::support::{Caller, Response, on_both};

/// What only Bert's record holds.
const SECRET: &str = "38341003";

/// Gives Bert a record at the hospital, of which the GP practice sees nothing.
async fn with_bert(world: &World) {
    let record =
        vec![("PUT", "Patient/h2", patient(&world.bert.bsn)), ("PUT", "Condition/b2", condition("Patient/h2", SECRET))];
    world.server.hospital().post("", &bundle("transaction", record)).await.expect(200);
}

fn tells(answer: &Response) -> bool {
    answer.text().contains("\"code\":\"38341003\"") || answer.text().contains("Condition/b2")
}

async fn attack_10_another_patient_beside_ones_own(world: World) {
    with_bert(&world).await;
    let (gp, hospital) = (world.server.gp(), world.server.hospital());
    let base = world.server.fhir();
    let bsn = format!("{BSN}|{}", world.bert.bsn);
    // With a twin: the hospital, which may, gets Bert's condition by the same request.
    let twins = [
        "Condition?patient=Patient/h1,Patient/h2".to_owned(),
        "Condition?patient=h1,h2".to_owned(),
        "Condition?subject=Patient/h1,Patient/h2,Group/2".to_owned(),
        "Condition?patient:Patient=h2".to_owned(),
        "Condition?subject:Patient=h2".to_owned(),
        format!("Condition?patient={base}/Patient/h2"),
        format!("Condition?patient={base}/Patient/h2/_history/1"),
        "Condition?patient=Patient/h2/_history/1".to_owned(),
        "Condition?patient=Patient%2Fh2".to_owned(),
        "Condition?%70atient=Patient/h2".to_owned(),
        "Condition?patient=Patient/h1%2CPatient/h2".to_owned(),
        format!("Condition?patient.identifier={bsn}"),
        format!("Condition?patient.identifier={BSN}|{},{bsn}", world.anna.bsn),
        format!("Condition?patient.identifier={}", world.bert.bsn),
        "Condition?patient._id=h2".to_owned(),
        "Condition?patient._id=h1,h2".to_owned(),
        "Condition?_id=c1,b2".to_owned(),
        "Condition?patient=Patient/h2&subject=Patient/h2".to_owned(),
        "Condition?code=13645005,38341003".to_owned(),
        format!("Condition?_filter=patient eq Patient/h1 or code eq {SECRET}"),
        "Patient/h2/Condition".to_owned(),
        "Patient/h2/Condition?patient=Patient/h2".to_owned(),
        "?_type=Condition,Patient&_id=c1,b2".to_owned(),
        "//Condition?patient=Patient/h2".to_owned(),
        "Patient%2Fh2/Condition".to_owned(),
        "Condition/%622".to_owned(),
    ];
    for path in &twins {
        let (seen, may) = (gp.get(path).await, hospital.get(path).await);
        assert!(!tells(&seen), "{path}: {}", seen.text());
        if may.status != 404 {
            assert!(tells(&may), "{path}, permitted: {} {}", may.status, may.text());
        }
    }
    // What is of two persons at once, or of nobody: nothing for anybody.
    for path in [
        "Condition?patient=h1&patient=h2",
        "Condition?subject=Patient/h1&patient=Patient/h2",
        "Condition?patient=Patient/h2&subject=Patient/h1",
        "Patient/h1/Condition?patient=Patient/h2",
        "Condition?patient=Patient%252Fh2",
        "Condition?patient=Patient/h1\\,Patient/h2",
        "Condition?patient=\u{ff30}atient/h2",
        "Condition?patient=Patient/h2%00",
        "Condition?patient=patient/h2",
        "Condition?patient=Patient/h1/../h2",
        "Condition?Patient=Patient/h2",
        "condition?patient=Patient/h2",
        "Patient/h1/Condition/../../h2/Condition",
        "Patient/h1/..%2fh2/Condition",
        "Condition;x=1/b2",
        "Condition/b2.json",
        "Condition/b2/x.css",
        "Condition/b2%00",
    ] {
        for (caller, is_source) in [(&gp, false), (&hospital, true)] {
            let answer = caller.get(path).await;
            // What leads to a plain address after all is answered as that address.
            let plain = path.contains("/../") && is_source;
            assert!(plain || !tells(&answer), "{path}: {}", answer.text());
        }
    }
    assert_eq!(gp.get(&format!("Condition?patient={base}/{PATIENT}")).await.expect(200).matches(), ["Condition/c1"]);
}

async fn attack_11_a_form_beside_the_address(world: World) {
    with_bert(&world).await;
    let (gp, hospital) = (world.server.gp(), world.server.hospital());
    let form = "application/x-www-form-urlencoded";
    for (address, body, has_twin) in [
        ("Condition/_search?patient=Patient/h1", "patient=Patient/h2", false),
        ("Condition/_search?patient=Patient/h2", "patient=Patient/h1", false),
        ("Condition/_search?code=38341003", "patient=Patient/h2", true),
        ("Condition/_search?patient=Patient/h2", "code=38341003", true),
        ("Condition/_search?_id=c1,b2", "_id=b2", true),
        ("Condition/_search?_id=c1", "_id=b2", false),
        ("Condition/_search?_summary=count", "_id=b2&_summary=false", true),
        ("_search?_type=Condition", "_id=b2", true),
        ("_search?_type=Patient", "_type=Condition&_id=b2", false),
        ("Patient/h1/Condition/_search", "patient=Patient/h2", false),
        ("Patient/h1/Condition/_search?patient=Patient/h1", "patient=Patient/h2", false),
        ("Patient/h2/Condition/_search", "code=38341003", true),
    ] {
        let sent = || Some((form, body.to_owned().into()));
        let seen = gp.send(Method::POST, address, sent()).await;
        assert!(!tells(&seen), "{address} with {body}: {}", seen.text());
        let may = hospital.send(Method::POST, address, sent()).await;
        assert_eq!(tells(&may), has_twin, "{address} with {body}, permitted: {} {}", may.status, may.text());
    }
    // A body where none is looked at, another kind of body, another method in a header.
    let forms: [(Caller<'_>, Method, &str, &str); 4] = [
        (gp.clone(), Method::GET, "Condition?patient=Patient/h1", form),
        (gp.clone(), Method::POST, "Condition/_search?patient=Patient/h1", "application/json"),
        (gp.with("x-http-method-override", "GET"), Method::POST, "Condition/b2", form),
        (gp.with("x-original-url", "/fhir/Condition/b2"), Method::GET, "Condition?patient=Patient/h1", form),
    ];
    for (caller, method, address, media) in forms {
        let seen = caller.send(method, address, Some((media, "patient=Patient/h2".into()))).await;
        assert!(!tells(&seen), "{address}: {}", seen.text());
    }
    let own = gp.search("Condition", "patient=Patient/h1").await.expect(200);
    assert!(own.matches() == ["Condition/c1"] && own.text().contains(CODE));
}

async fn attack_13_conditional_references(three: Three) {
    three
        .each(async |world: &Hidden, gp: Caller<'_>| {
            let bert = format!("Patient?identifier={BSN}|{}", world.bert.bsn);
            let mut evidence = condition("Patient/ag", "1");
            evidence["evidence"] = serde_json::json!([{"detail": [{"reference": "Observation?value-quantity=72.5"}]}]);
            let of = |body: Value| bundle("transaction", vec![("POST", "Condition", body)]);
            vec![
                ("a BSN", gp.post("", &of(condition(&bert, "1"))).await),
                ("a family name", gp.post("", &of(condition("Patient?family=verborgen", "1"))).await),
                ("an encounter", gp.post("", &of(condition("Encounter?class=IMP", "1"))).await),
                ("a chain", gp.post("", &of(condition("Condition?patient.birthdate=1933-03-03", "1"))).await),
                ("a value", gp.post("", &of(evidence)).await),
                (
                    "beside others",
                    gp.post(
                        "",
                        &bundle(
                            "transaction",
                            vec![
                                ("POST", "Condition", condition("Patient/ag", "1")),
                                ("POST", "Condition", condition(&bert, "1")),
                            ],
                        ),
                    )
                    .await,
                ),
            ]
        })
        .await;
}

on_both! {
    attack_10_another_patient_beside_ones_own,
    attack_11_a_form_beside_the_address,
    attack_13_conditional_references,
}
