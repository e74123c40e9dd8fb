//! What is remembered of one caller is not used for another.

use serde_json::{Value, json};

use crate::support::builders::{condition, consent, patient, permit};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Caller, on_both};

/// The same request, one caller after the other, over and over: each gets its own answer.
async fn attack_54_what_was_decided_for_another(world: World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    hospital.put("Condition/b2", &condition("Patient/h2", "38341003")).await.expect(201);
    let bert = world.server.patient(&world.bert);
    bert.post("Consent", &consent(&world.bert.reference(), permit("org-vvt"))).await.expect(201);
    let mut provision = permit("org-pharmacy");
    provision["purpose"] = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HPAYMT"}]);
    world.consents(provision).await;
    let arts = json!({"subject_id": "arts-1", "subject_name": "Arts"});
    let mut one = permit("org-mental-health");
    one["actor"][0]["reference"] = json!({"reference": "Practitioner/arts-1"});
    world.consents(one).await;
    // Who, and of Anna, of Bert.
    let callers: Vec<(&str, Caller<'_>, bool, bool)> = vec![
        ("gp", world.server.gp(), true, false),
        ("vvt", world.server.vvt(), false, true),
        ("gp post", world.server.gp_post(), false, false),
        ("hospital", hospital.clone(), true, true),
        ("pharmacy", world.server.pharmacy(), false, false),
        ("pharmacy for payment", world.server.pharmacy().purpose("HPAYMT"), true, false),
        ("one professional", world.server.mental_health().claim(&arts), true, false),
        (
            "another",
            world.server.mental_health().claim(&json!({"subject_id": "arts-2", "subject_name": "Arts"})),
            false,
            false,
        ),
        ("nobody in particular", world.server.mental_health(), false, false),
        ("anna", world.server.patient(&world.anna), true, false),
        ("bert", bert.clone(), false, true),
        ("gp, for another type", world.server.gp().scope("system/Patient.rs"), false, false),
        ("gp again", world.server.gp(), true, false),
    ];
    for round in 0..3 {
        for path in [
            CONDITION,
            "Condition",
            "Condition?_count=50&_total=accurate",
            "Condition/_history",
            "Condition/b2",
            "Patient/h1/$everything",
            "Patient?_has:Condition:patient:code=13645005,38341003",
            "$graphql?query={ConditionList{code{coding{code}}}}",
        ] {
            for (name, caller, anna, bert) in &callers {
                let answer = caller.get(path).await;
                let (of_anna, of_bert) = match path {
                    "Condition/b2" => (false, *bert),
                    "Patient/h1/$everything" | CONDITION => (*anna, false),
                    _ => (*anna, *bert),
                };
                let text = answer.text();
                if path.starts_with("Patient?") {
                    let found = |id: &str| text.contains(&format!("/{id}\""));
                    assert!((!found("h1") || of_anna) && (!found("h2") || of_bert), "{round} {name} {path}: {text}");
                    continue;
                }
                let may = !name.contains("another type");
                assert_eq!(text.contains(CODE), of_anna && may, "{round} {name} {path}: {text}");
                assert_eq!(text.contains("38341003"), of_bert && may, "{round} {name} {path}: {text}");
                assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            }
        }
    }
    silence(&world).await;
}

/// No permission at all is not a search without conditions.
async fn silence(world: &World) {
    let nobody_permits = world.server.gp_post();
    for path in ["Condition", "Patient", "Observation", "?_type=Condition,Patient", "Condition/_history", "Composition"]
    {
        let found = nobody_permits.get(path).await.expect(200).json();
        assert_eq!(found["entry"], Value::Null, "{path}: {found}");
    }
    let carla = world.server.person().await;
    let found = world.server.patient(&carla).get("Condition").await.expect(200).json();
    assert_eq!(found["entry"], Value::Null, "a patient without a record: {found}");
    // An answer that was right a moment ago is not given again: the permission of the moment counts, there and back.
    let anna = world.server.patient(&world.anna);
    for _ in 0..3 {
        let id = world.permit("org-gp-post").await;
        let seen = nobody_permits.get(CONDITION).await.expect(200);
        let etag = seen.header("etag").to_owned();
        nobody_permits.with("if-none-match", &etag).get(CONDITION).await.expect(304);
        assert_eq!(nobody_permits.get("Condition?patient=Patient/h1").await.expect(200).matches(), [CONDITION]);
        anna.delete(&format!("Consent/{id}")).await.expect(204);
        nobody_permits.with("if-none-match", &etag).get(CONDITION).await.expect(404);
        let closed = nobody_permits.get("Condition?patient=Patient/h1").await.expect(200);
        assert_eq!(closed.matches(), Vec::<String>::new());
        nobody_permits.get(PATIENT).await.expect(404);
    }
}

on_both! {
    attack_54_what_was_decided_for_another,
}
