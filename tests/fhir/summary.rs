//! `Patient/{id}/$summary` (<http://hl7.org/fhir/uv/ips/OperationDefinition/summary>).

use serde_json::{Value, json};

use crate::support::builders::{patient, permit_categories};
use crate::support::world::{CONDITION, World};
use crate::support::{Response, on_both};

const SUMMARY: &str = "Patient/h1/$summary";
const PROBLEMS: &str = "11450-4";

fn section(answer: &Response, code: &str) -> Value {
    let body = answer.json();
    assert_eq!((&body["resourceType"], &body["type"]), (&json!("Bundle"), &json!("document")), "{body}");
    let sections = body["entry"][0]["resource"]["section"].as_array().expect("sections").clone();
    sections.into_iter().find(|one| one["code"]["coding"][0]["code"] == code).unwrap_or(Value::Null)
}

async fn it_is_given_by_get_and_post_in_every_form(world: World) {
    let gp = world.server.gp();
    let answer = gp.get(SUMMARY).await.expect(200);
    assert_eq!(section(&answer, PROBLEMS)["entry"][0]["reference"], CONDITION);
    let empty = json!({"resourceType": "Parameters"});
    let posted = gp.post(SUMMARY, &empty).await.expect(200);
    assert_eq!(section(&posted, PROBLEMS), section(&answer, PROBLEMS));
    let xml = gp.with("accept", "application/fhir+xml").get(SUMMARY).await.expect(200);
    assert!(xml.text().contains("<Composition") && xml.text().contains("60591-5"), "{}", xml.text());
    let page = gp.with("accept", "text/html").get(SUMMARY).await.expect(200);
    assert!(page.text().contains("Samenvatting van het dossier"), "{}", page.text());
    let capability = world.server.nobody().get("metadata").await.expect(200);
    assert!(capability.text().contains("http://hl7.org/fhir/uv/ips/OperationDefinition/summary"));
}

async fn it_holds_what_is_permitted_and_nothing_else(world: World) {
    let provision = permit_categories("org-vvt", &["measurements"]);
    let vvt = world.server.vvt();
    vvt.get(SUMMARY).await.expect(404);
    vvt.post(SUMMARY, &json!({"resourceType": "Parameters"})).await.expect(404);
    let never = vvt.get("Patient/absent/$summary").await.expect(404);
    assert_eq!(never.text(), vvt.get(SUMMARY).await.expect(404).text(), "hidden as absent");
    world.consents(provision).await;
    let answer = vvt.get(SUMMARY).await.expect(200);
    assert!(answer.text().contains("Observation/o1"), "{}", answer.text());
    assert!(!answer.text().contains("Condition"), "{}", answer.text());
    // Where a problem is hidden it reads as where none was written down.
    let hidden = section(&answer, PROBLEMS);
    let bert = patient(&world.bert.bsn);
    world.server.vvt().put("Patient/b1", &bert).await.expect(201);
    let absent = section(&vvt.get("Patient/b1/$summary").await.expect(200), PROBLEMS);
    assert_eq!(hidden, absent);
    assert_eq!(hidden["emptyReason"]["coding"][0]["code"], "unavailable");
    // The source and the patient see it.
    for caller in [world.server.hospital(), world.server.patient(&world.anna)] {
        let answer = caller.get(SUMMARY).await.expect(200);
        assert_eq!(section(&answer, PROBLEMS)["entry"][0]["reference"], CONDITION);
    }
}

async fn a_profile_is_named_that_it_keeps_or_it_is_refused(world: World) {
    let gp = world.server.gp();
    let ips = "http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips";
    for profile in [ips, &format!("{ips}|2.0.0"), "https://spil.example/fhir/StructureDefinition/PatientSummary"] {
        let escaped = profile.replace('|', "%7C");
        let answer = gp.get(&format!("{SUMMARY}?profile={escaped}")).await.expect(200);
        let claimed = answer.json()["entry"][0]["resource"]["meta"]["profile"].clone();
        let plain = profile.split('|').next().expect("an address");
        assert!(claimed.as_array().expect("profiles").iter().any(|one| *one == plain), "{claimed}");
        let named =
            json!({"resourceType": "Parameters", "parameter": [{"name": "profile", "valueCanonical": profile}]});
        gp.post(SUMMARY, &named).await.expect(200);
    }
    for query in [format!("profile={ips}%7C1.1.0"), "profile=urn:x".to_owned(), "nonsense=1".to_owned()] {
        gp.get(&format!("{SUMMARY}?{query}")).await.expect(400);
    }
    gp.put(SUMMARY, &json!({"resourceType": "Parameters"})).await.expect(405);
}

on_both! {
    it_is_given_by_get_and_post_in_every_form,
    it_holds_what_is_permitted_and_nothing_else,
    a_profile_is_named_that_it_keeps_or_it_is_refused,
}
