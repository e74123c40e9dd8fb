//! What a record of the log tells: the fields of NEN 7513 and the agents of IHE BALP; and who may read it beside the patient.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::condition;
use crate::support::{Caller, on_both};

fn events(bundle: &Value) -> Vec<Value> {
    bundle["entry"].as_array().into_iter().flatten().map(|entry| entry["resource"].clone()).collect()
}

fn officer<'s>(caller: &Caller<'s>) -> Caller<'s> {
    caller.claim(&json!({"subject_role": "privacy-officer", "subject_name": "F. Gegevens", "subject_id": "fg-1"}))
}

/// Something of every kind: read, searched, written, refused, in an emergency, by people, systems and the hub.
async fn do_everything(world: &World) {
    let doctor = json!({"subject_name": "H. de Arts", "subject_id": "arts-1", "subject_role": "01.015"});
    let gp = world.server.gp().claim(&doctor);
    gp.get(CONDITION).await.expect(200);
    gp.get("Condition?code=13645005").await.expect(200);
    gp.get("Condition/c1/_history").await.expect(200);
    world.server.gp().claim(&json!({"subject_name": "Zonder rol"})).get(CONDITION).await.expect(200);
    world.server.vvt().get(CONDITION).await.expect(404);
    world.server.vvt().emergency("onwel").get(CONDITION).await.expect(200);
    let hospital = world.server.hospital();
    let made = hospital.post("Condition", &condition(PATIENT, CODE)).await.expect(201).id();
    hospital.put(&format!("Condition/{made}"), &condition(PATIENT, CODE)).await.expect(200);
    hospital.delete(&format!("Condition/{made}")).await.expect(204);
    world.server.patient(&world.anna).get(CONDITION).await.expect(200);
}

fn code(value: &Value) -> &str {
    value["coding"][0]["code"].as_str().unwrap_or_default()
}

/// Kind of the system that asked and of the server, by what was done.
fn kinds(action: &str) -> (&'static str, &'static str) {
    match action {
        "R" => ("110152", "110153"),
        "D" => ("110150", "custodian"),
        _ => ("110153", "110152"),
    }
}

fn is_filled(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn check(event: &Value, bsn: &str) {
    let action = event["action"].as_str().expect("an action");
    assert_eq!(event["type"]["code"], "rest");
    for place in
        ["/subtype/0/code", "/recorded", "/outcome", "/source/observer/identifier/value", "/source/type/0/code"]
    {
        assert!(event.pointer(place).is_some_and(is_filled), "{place} in {event}");
    }
    assert_eq!(event["outcome"] == "0", event["outcomeDesc"].is_null(), "a refusal has its reason: {event}");
    let agents = event["agent"].as_array().expect("agents");
    assert!((2..=3).contains(&agents.len()), "{event}");
    for agent in agents {
        let role = &agent["role"][0];
        assert!(is_filled(&agent["who"]["identifier"]["value"]), "who: {agent}");
        assert!(is_filled(&role["text"]) || is_filled(&role["coding"][0]["code"]), "role: {agent}");
        assert!(agent["type"].is_object(), "{agent}");
    }
    let (server, askers) = agents.split_last().expect("agents");
    let asked = askers.iter().map(|agent| agent["requestor"] == true);
    assert_eq!(asked.collect::<Vec<_>>(), [true, false][..askers.len()], "the first has asked: {event}");
    for agent in askers {
        assert!(is_filled(&agent["policy"][0]), "on what ground: {agent}");
        assert!(!code(&agent["purposeOfUse"][0]).is_empty(), "why: {agent}");
    }
    let client = askers.last().expect("one");
    assert_eq!((code(&client["type"]), code(&server["type"])), kinds(action), "{event}");
    assert!(client["network"].is_object() && is_filled(&server["network"]["address"]), "{event}");
    if let [user, _] = askers {
        assert_eq!(code(&user["type"]), if ["R", "E"].contains(&action) { "IRCP" } else { "AUT" }, "{event}");
    }
    let entities = event["entity"].as_array().expect("entities");
    let of = |code: &str| entities.iter().filter(|one| one["type"]["code"] == code).collect::<Vec<_>>();
    let patients = of("1");
    assert_eq!(patients.len(), 1, "{event}");
    assert_eq!(patients[0]["what"]["identifier"]["value"], bsn, "{event}");
    assert_eq!(patients[0]["role"]["code"], "1");
    assert_eq!(of("XrequestId").len(), 1, "{event}");
    let data = of("2");
    assert!(!data.is_empty(), "{event}");
    assert!(is_filled(&data[0]["what"]["reference"]) || is_filled(&data[0]["query"]), "{event}");
}

async fn every_event_has_the_fields_that_the_norm_asks_for(world: World) {
    do_everything(&world).await;
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).json();
    let events = events(&log);
    for event in &events {
        check(event, &world.anna.bsn);
        assert_eq!(
            event["entity"].as_array().and_then(|all| all.last()).expect("one")["what"]["reference"],
            world.anna.reference()
        );
    }
    let actions: BTreeSet<_> = events.iter().map(|event| event["action"].as_str().expect("an action")).collect();
    assert_eq!(actions, BTreeSet::from(["C", "D", "E", "R", "U"]));
    let consented = events.iter().any(|event| event["entity"].to_string().contains("\"Consent/"));
    assert!(consented, "the patient sees which permission decided");
    let text = log.to_string();
    for part in ["onwel", "BTG", "uzi-rolcode", "data-absent-reason", "v3-RoleClass"] {
        assert!(text.contains(part), "{part}");
    }
}

async fn a_privacy_officer_reads_what_the_own_organisation_did(world: World) {
    do_everything(&world).await;
    let (gp, hospital) = (officer(&world.server.gp()), officer(&world.server.hospital()));
    let found = events(&gp.get("AuditEvent").await.expect(200).json());
    assert!(found.len() >= 4, "{found:?}");
    for event in &found {
        check(event, &world.anna.bsn);
        let agents = event["agent"].to_string();
        assert!(agents.contains("Huisartsenpraktijk De Linde") && !agents.contains("Ziekenhuis"), "{agents}");
        assert!(!event.to_string().contains("Consent/"), "the patient's choices stay with the patient: {event}");
    }
    let id = format!("AuditEvent/{}", found[0]["id"].as_str().expect("an id"));
    assert_eq!(gp.get(&id).await.expect(200).json(), found[0]);
    let absent = hospital.get("AuditEvent/999999").await.expect(404);
    assert_eq!(hospital.get(&id).await.expect(404).body, absent.body);
    let deleted = events(&hospital.get("AuditEvent").await.expect(200).json());
    assert!(deleted.iter().any(|event| event["action"] == "D"), "{deleted:?}");
    let patient = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).text();
    assert!(patient.contains("F. Gegevens") && patient.contains("fg-1"), "the patient sees that the log was read");
}

/// A role alone: everybody else of the same organisation gets nothing, and the role needs a token for the log.
async fn nobody_else_of_an_organisation_reads_the_log(world: World) {
    do_everything(&world).await;
    let gp = world.server.gp();
    for role in ["01.015", "Privacy-Officer", "privacy-officer-2", "officer"] {
        let other = gp.claim(&json!({"subject_role": role}));
        other.get("AuditEvent").await.expect(403);
        other.get("AuditEvent/1").await.expect(403);
    }
    gp.get("AuditEvent").await.expect(403);
    let narrow = officer(&gp).scope("system/Condition.rs");
    narrow.get("AuditEvent").await.expect(403);
    narrow.get("AuditEvent/1").await.expect(403);
    let wide = officer(&gp).scope("system/AuditEvent.rs");
    wide.get("AuditEvent").await.expect(200);
    wide.search("AuditEvent", "outcome=0").await.expect(200);
    wide.get(CONDITION).await.expect(403);
}

/// The post may not see the record: its log must not tell what its question did not.
async fn the_log_of_an_organisation_tells_no_more_than_its_answers(world: World) {
    let post = world.server.gp_post();
    post.get(CONDITION).await.expect(404);
    post.get("Condition/absent").await.expect(404);
    post.get(&format!("Condition?patient={PATIENT}")).await.expect(200);
    let log = officer(&post).get("AuditEvent").await.expect(200).json();
    let mut events = events(&log);
    assert_eq!(events.len(), 3, "{log}");
    assert!(!log.to_string().contains(&world.anna.bsn) && !log.to_string().contains(&world.anna.id), "{log}");
    let search = events.remove(0);
    assert!(search["entity"].as_array().expect("entities").iter().all(|one| one["type"]["code"] != "1"), "{search}");
    for event in &mut events {
        event["id"] = Value::Null;
        event["entity"][0]["what"] = Value::Null;
        event["entity"][1]["what"] = Value::Null;
    }
    assert_eq!(events[0], events[1], "hidden reads like absent");
    let hidden = officer(&post).get(&format!("AuditEvent?patient={PATIENT}")).await.expect(404);
    let absent = officer(&post).get("AuditEvent?patient=Patient/absent").await.expect(404);
    assert_eq!(hidden.body, absent.body);

    let gp = world.server.gp();
    gp.get(CONDITION).await.expect(200);
    let of_anna = officer(&gp).get(&format!("AuditEvent?patient={PATIENT}")).await.expect(200).json();
    assert!(of_anna.to_string().contains(&world.anna.bsn), "{of_anna}");
    officer(&gp).get(&format!("AuditEvent?patient={}", world.bert.reference())).await.expect(404);
}

async fn a_page_leads_to_the_next_one_of_the_same_question(world: World) {
    let gp = world.server.gp();
    for _ in 0..205 {
        gp.get(CONDITION).await.expect(200);
    }
    world.server.vvt().get(CONDITION).await.expect(404);
    for caller in [officer(&gp), world.server.patient(&world.anna)] {
        let first = caller.get("AuditEvent?outcome=0&date=ge2026-01-01").await.expect(200).json();
        assert_eq!(events(&first).len(), 200);
        let next = first["link"][1]["url"].as_str().expect("a next page").to_owned();
        assert!(next.contains("outcome=0&date=ge2026-01-01&_page="), "{next}");
        let second = events(&caller.get(&next).await.expect(200).json());
        assert!(second.len() >= 5, "{}", second.len());
        let ids = |events: &[Value]| events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
        assert!(ids(&second).iter().all(|id| !ids(&events(&first)).contains(id)));
    }
}

on_both! {
    every_event_has_the_fields_that_the_norm_asks_for,
    a_privacy_officer_reads_what_the_own_organisation_did,
    nobody_else_of_an_organisation_reads_the_log,
    the_log_of_an_organisation_tells_no_more_than_its_answers,
    a_page_leads_to_the_next_one_of_the_same_question,
}
