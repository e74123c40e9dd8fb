//! Every pass through the door leaves one record: permitted or refused, and of whom.

use serde_json::{Value, json};

use spil::store::Dialect;

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{bundle, condition, prescription};
use crate::support::{Caller, Response, on_both};

/// How many records a request leaves.
async fn left<T: Future<Output = Response>>(world: &World, request: T) -> (u16, i64) {
    let before = world.server.audits().await;
    let status = request.await.status;
    (status, world.server.audits().await - before)
}

async fn every_pass_leaves_one_record(world: World) {
    for (who, ctx) in [
        ("gp", world.server.gp()),
        ("vvt", world.server.vvt()),
        ("hospital", world.server.hospital()),
        ("anna", world.server.patient(&world.anna)),
    ] {
        ctx.token().await;
        for path in reads(&world, who) {
            let (status, count) = left(&world, ctx.get(&path)).await;
            assert_eq!(count, 1, "{who} {path}: {status}");
        }
        writes(&world, who, &ctx).await;
    }
    let emergency = world.server.vvt().emergency("onwel");
    emergency.token().await;
    assert_eq!(left(&world, emergency.get(CONDITION)).await.1, 2, "and one of the work that it makes");
    for path in [
        CONDITION,
        "Condition",
        "Condition?patient=Patient/h1",
        "Patient/h1/$acp",
        "Condition/absent",
        "$meta",
        "_history",
        "Patient/h1/*",
    ] {
        assert_eq!(left(&world, emergency.get(path)).await.1, 1, "{path}");
    }
}

fn reads(world: &World, who: &str) -> Vec<String> {
    let organisation = match who {
        "anna" => "org-gp".to_owned(),
        kind => format!("org-{kind}"),
    };
    let check = format!("Patient/h1/$consent-check?organisation={organisation}&category=problems");
    let other = "Patient/h1/$consent-check?organisation=org-pharmacy&category=problems".to_owned();
    let mut all: Vec<String> = [
        CONDITION,
        PATIENT,
        "Condition/absent",
        "Condition/c1/_history",
        "Condition/c1/_history/1",
        "Condition/c1/_history/7",
        "Condition",
        "Condition?code=13645005",
        "Condition?_summary=count",
        "Condition?code=nothing",
        "Patient?_id=h1&_revinclude=Condition:patient",
        "Patient/h1/$acp",
        "Patient/h1/$medication-overview",
        "Patient/h1/$eoverdracht",
        "Patient/absent/$acp",
        "Composition/d1/$document",
        "Composition/absent/$document",
        "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender",
        "ValueSet/$expand?url=http://example.org/fhir/ValueSet/absent",
        "ValueSet/absent/$validate-code?code=a",
        "CodeSystem/$lookup?system=http://snomed.info/sct&code=1",
        "ConceptMap/$translate?system=http://snomed.info/sct&code=1",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([check, other, format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", world.bert.bsn)]);
    all
}

async fn writes(world: &World, who: &str, caller: &Caller<'_>) {
    let body = condition(PATIENT, "1");
    let bad = json!({"resourceType": "Condition", "subject": {"reference": PATIENT}, "nonsense": 1});
    let patch = json!([{"op": "add", "path": "/note", "value": [{"text": "x"}]}]);
    let two =
        bundle("transaction", vec![("POST", "Condition", body.clone()), ("DELETE", "Condition/absent", Value::Null)]);
    let wrong = bundle("transaction", vec![("POST", "Condition", body.clone()), ("POST", "Condition", bad.clone())]);
    let single = bundle("batch", vec![("GET", CONDITION, Value::Null)]);
    let counts = [
        ("create", left(world, caller.post("Condition", &body)).await),
        ("bad create", left(world, caller.post("Condition", &bad)).await),
        ("conditional", left(world, caller.with("if-none-exist", "_id=c1").post("Condition", &body)).await),
        ("update", left(world, caller.put(CONDITION, &body)).await),
        ("stale update", left(world, caller.with("if-match", "W/\"99\"").put(CONDITION, &body)).await),
        ("patch", left(world, caller.patch(CONDITION, &patch)).await),
        ("patch of nothing", left(world, caller.patch("Condition/absent", &patch)).await),
        ("delete of nothing", left(world, caller.delete("Condition/absent")).await),
        ("conditional delete of nothing", left(world, caller.delete("Condition?code=nothing")).await),
        ("transaction", left(world, caller.post("", &two)).await),
        ("bad transaction", left(world, caller.post("", &wrong)).await),
        ("batch of one", left(world, caller.post("", &single)).await),
    ];
    for (what, (status, count)) in counts {
        assert_eq!(count, 1, "{who} {what}: {status}");
    }
}

async fn the_patient_reads_who_looked_at_what_and_why(world: World) {
    let gp = world
        .server
        .gp()
        .claim(&json!({"subject_name": "H. de Arts", "subject_id": "arts-1", "subject_role": "01.015"}));
    gp.get(CONDITION).await.expect(200);
    world.server.vvt().get(CONDITION).await.expect(404);
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).json();
    let events: Vec<&Value> =
        log["entry"].as_array().expect("entries").iter().map(|entry| &entry["resource"]).collect();
    let refused = events[0];
    assert_eq!((&refused["outcome"], &refused["action"]), (&json!("4"), &json!("R")), "{refused}");
    assert!(refused.to_string().contains("Thuiszorg West") && refused.to_string().contains(CONDITION), "{refused}");
    let seen = events[1];
    for part in
        ["H. de Arts", "arts-1", "01.015", "Huisartsenpraktijk De Linde", "90000101", CONDITION, "TREAT", "problems"]
    {
        assert!(seen.to_string().contains(part), "{part} in {seen}");
    }
    assert_eq!(seen["outcome"], "0");
    let id = seen["id"].as_str().expect("id");
    assert_eq!(world.server.patient(&world.anna).get(&format!("AuditEvent/{id}")).await.expect(200).json(), *seen);
    world.server.patient(&world.bert).get(&format!("AuditEvent/{id}")).await.expect(404);
    let refusals = world.server.patient(&world.anna).get("AuditEvent?outcome=4").await.expect(200).json();
    assert_eq!(refusals["entry"][0]["resource"]["id"], refused["id"]);
    let bert = world.server.patient(&world.bert).get("AuditEvent").await.expect(200).text();
    assert!(!bert.contains("Condition/c1"), "{bert}");
}

async fn the_log_names_everybody_whose_data_a_search_gave(world: World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &crate::support::builders::patient(&world.bert.bsn)).await.expect(201);
    hospital.put("MedicationRequest/m2", &prescription("Patient/h2", "N02BE01")).await.expect(201);
    let count = async |who| {
        let log = world.server.patient(who).get("AuditEvent?_count=200").await.expect(200).json();
        log["entry"].as_array().map_or(0, Vec::len)
    };
    let before = (count(&world.anna).await, count(&world.bert).await);
    hospital.get("Patient").await.expect(200);
    assert_eq!((count(&world.anna).await, count(&world.bert).await), (before.0 + 1, before.1 + 1));
    let found = hospital.get("Patient?_id=h2&_revinclude=MedicationRequest:patient").await.expect(200);
    assert_eq!(found.included(), ["MedicationRequest/m2"]);
    assert_eq!((count(&world.anna).await, count(&world.bert).await), (before.0 + 1, before.1 + 2));
}

async fn the_chain_of_records_holds_after_everything(world: World) {
    world.server.gp().get(CONDITION).await.expect(200);
    let app = world.server.app();
    let sound = app.store.verify_audit(app.log_key.verifier(), Vec::new()).await.expect("read");
    assert_eq!(sound.map(|whole| whole.records), Ok(world.server.audits().await));
}

/// Makes every write of a record fail, or lets them be written again.
async fn break_log(world: &World, broken: bool) {
    let store = &world.server.app().store;
    let sql = match (store.dialect(), broken) {
        (Dialect::Sqlite, true) => {
            "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END"
        }
        (Dialect::Sqlite, false) => "DROP TRIGGER broken",
        (Dialect::Postgres, true) => "ALTER TABLE audit ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID",
        (Dialect::Postgres, false) => "ALTER TABLE audit DROP CONSTRAINT broken",
    };
    store.statements(vec![(sql, Vec::new())]).await.expect("done");
}

/// What tells that something of the record left.
fn tells(world: &World, answer: &Response) -> bool {
    let text = answer.text();
    [CODE, "Condition/c1", "\"h1\"", "Jansen", &world.anna.bsn].iter().any(|part| text.contains(part))
}

async fn nothing_leaves_when_the_record_cannot_be_kept(world: World) {
    let hospital = world.server.hospital();
    let (doctor, anna) = (world.server.vvt().emergency("onwel"), world.server.patient(&world.anna));
    let officer = hospital.claim(&json!({"subject_role": "privacy-officer"}));
    for caller in [&hospital, &doctor, &anna, &officer] {
        caller.token().await;
    }
    let asked = format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", world.anna.bsn);
    let mut all: Vec<(&Caller<'_>, &str)> = vec![(&doctor, CONDITION), (&anna, CONDITION), (&anna, "Condition")];
    for path in [
        CONDITION,
        PATIENT,
        "Condition",
        &asked,
        "Condition/c1/_history",
        "Condition/c1/_history/1",
        "Condition/_history",
        "Patient/h1/$everything",
        "Patient/h1/Condition",
        "Patient?_id=h1&_revinclude=Condition:patient",
        "Composition/d1/$document",
        "Patient/h1/$acp",
        "$graphql?query={ConditionList(code:\"13645005\"){id,code{coding{code}}}}",
    ] {
        all.push((&hospital, path));
    }
    all.push((&officer, "AuditEvent"));
    let body = condition(PATIENT, "1");
    let read = bundle("batch", vec![("GET", CONDITION, Value::Null)]);
    let both = bundle("transaction", vec![("POST", "Condition", body.clone()), ("GET", CONDITION, Value::Null)]);
    let count = async || hospital.get("Condition?_summary=count").await.json()["total"].clone();
    let before = count().await;
    break_log(&world, true).await;
    for (caller, path) in &all {
        let answer = caller.get(path).await;
        let whole = path.starts_with('$');
        assert!(answer.status == 500 || (whole && answer.status == 200), "{path}: {} {}", answer.status, answer.text());
        assert!(!tells(&world, &answer), "{path}: {}", answer.text());
    }
    let answer = hospital.post("", &read).await;
    assert!(!tells(&world, &answer), "{}", answer.text());
    hospital.post("", &both).await.expect(500);
    hospital.post("Condition", &body).await.expect(500);
    hospital.put(CONDITION, &body).await.expect(500);
    hospital.delete(CONDITION).await.expect(500);
    break_log(&world, false).await;
    assert_eq!(count().await, before, "nothing was written");
    for (caller, path) in &all {
        let answer = caller.get(path).await.expect(200);
        assert!(tells(&world, &answer) || path.contains("$acp"), "{path}: {}", answer.text());
    }
    hospital.post("", &both).await.expect(200);
    assert!(tells(&world, &hospital.post("", &read).await));
}

on_both! {
    nothing_leaves_when_the_record_cannot_be_kept,
    every_pass_leaves_one_record,
    the_patient_reads_who_looked_at_what_and_why,
    the_log_names_everybody_whose_data_a_search_gave,
    the_chain_of_records_holds_after_everything,
}
