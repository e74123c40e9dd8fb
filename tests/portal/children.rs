//! A parent decides for a child under twelve, both together until sixteen, then the child alone.

use serde_json::json;
use spil::access::Interaction;
use spil_fhir_profiles::time::parse_range;

use super::people::{as_patient, choose, ids, patient_with_record, post, total};
use crate::support::browser::{Browser, Page, hidden};
use crate::support::region::organization;
use crate::support::{Person, Server, builders, on_both};

on_both!(
    a_parent_decides_until_twelve_and_never_from_sixteen,
    a_child_and_a_parent_permit_together_and_each_stops_alone,
    an_objection_works_at_once_and_is_lifted_by_who_made_it,
    a_child_under_twelve_looks_and_does_not_decide,
    nobody_agrees_or_decides_through_the_api_alone,
    each_agrees_once_and_what_stays_the_same_needs_nobody,
    an_objection_from_before_twelve_is_the_parents,
    a_client_verifies_in_its_own_words_only,
    death_ends_it,
);

/// A child born on 1 June 2014 with a parent, and the moment.
async fn family(server: &Server, today: &str) -> (Person, Person) {
    server.set_clock(parse_range(today).expect("a moment").0);
    let (child, _) = patient_with_record(server).await;
    born(server, &child, json!({"birthDate": "2014-06-01"})).await;
    let parent = server.person().await;
    server.represent_as(&parent, &child, "parent", None).await;
    (child, parent)
}

async fn born(server: &Server, person: &Person, life: serde_json::Value) {
    let mut body = builders::patient(&person.bsn);
    for (name, value) in life.as_object().expect("elements") {
        body[name] = value.clone();
    }
    let rtype = "Patient".to_owned();
    server.as_hub(Interaction::Update { rtype, id: person.id.clone(), body, if_match: None }).await;
}

async fn switch(browser: &mut Browser<'_>, child: &Person) -> Page {
    post(browser, "/machtigingen", "/machtigingen/wisselen", &[("person", child.id.as_str())]).await
}

/// A parent who looks at the record of the child.
async fn parent_of<'s>(server: &'s Server, parent: &Person, child: &Person) -> Browser<'s> {
    let mut browser = as_patient(server, parent).await;
    let page = switch(&mut browser, child).await;
    assert!(page.text.contains("U kijkt nu voor"), "{}", page.text);
    browser
}

/// The child says yes to the parent.
async fn agree(browser: &mut Browser<'_>) -> Page {
    let page = browser.get("/machtigingen").await;
    let id = page.text.split("action=\"/machtigingen/akkoord\"").nth(1).map(|piece| hidden(piece, "id"));
    let id = id.unwrap_or_else(|| panic!("nobody asks: {}", page.text));
    post(browser, "/machtigingen", "/machtigingen/akkoord", &[("id", &id)]).await
}

async fn gp_sees(server: &Server, child: &Person) -> bool {
    let path = format!("Condition?patient.identifier={}|{}", builders::BSN, child.bsn);
    total(&server.gp().get(&path).await.expect(200).json()) == 1
}

fn all() -> [(&'static str, String); 2] {
    [("organisation", organization("gp")), ("choice", "all".to_owned())]
}

async fn permit(browser: &mut Browser<'_>) -> Page {
    let fields = all();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    choose(browser, &fields).await
}

/// Answers what waits for an answer.
async fn answer(browser: &mut Browser<'_>, answer: &str) -> Page {
    let page = browser.get("/toestemmingen").await;
    let id = page.text.split("action=\"/toestemmingen/antwoord\"").nth(1).map(|piece| hidden(piece, "id"));
    let id = id.unwrap_or_else(|| panic!("nothing waits: {}", page.text));
    post(browser, "/toestemmingen", "/toestemmingen/antwoord", &[("id", &id), ("answer", answer)]).await
}

async fn a_parent_decides_until_twelve_and_never_from_sixteen(server: Server) {
    let (child, parent) = family(&server, "2026-05-31T21:59:00Z").await;
    let mut browser = parent_of(&server, &parent, &child).await;
    permit(&mut browser).await;
    assert!(gp_sees(&server, &child).await, "a parent decides alone");

    server.advance(60_000);
    assert_eq!(browser.get("/gegevens/allergies").await.text.matches("Penicilline").count(), 0, "twelve years old");
    assert_eq!(switch(&mut browser, &child).await.status, 403);
    assert!(!browser.get("/machtigingen").await.text.contains("Kijk voor"));
    assert!(gp_sees(&server, &child).await, "what was permitted stays");

    let mut own = as_patient(&server, &child).await;
    assert!(own.get("/machtigingen").await.text.contains("Vanaf 12 jaar beslist u mee"));
    agree(&mut own).await;
    assert!(switch(&mut browser, &child).await.text.contains("U kijkt nu voor"));
    assert!(browser.get("/gegevens/allergies").await.text.contains("Penicilline"));
    let page = own.get("/machtigingen").await;
    let id = page.text.split("action=\"/machtigingen/stoppen\"").nth(1).map(|piece| hidden(piece, "id")).expect("id");
    post(&mut own, "/machtigingen", "/machtigingen/stoppen", &[("id", &id)]).await;
    assert!(!browser.get("/gegevens/allergies").await.text.contains("Penicilline"), "it ends at once");
    agree(&mut own).await;

    server.set_clock(parse_range("2030-05-31T21:59:00Z").expect("a moment").0);
    let mut browser = parent_of(&server, &parent, &child).await;
    server.advance(60_000);
    assert!(!browser.get("/gegevens/allergies").await.text.contains("Penicilline"), "sixteen years old");
    assert_eq!(switch(&mut browser, &child).await.status, 403);
    let mut own = as_patient(&server, &child).await;
    assert!(own.get("/machtigingen").await.text.contains("Niemand mag voor u kijken"));
    let list = permit(&mut own).await;
    assert_eq!(ids(&list).len(), 2, "the child decides alone: {}", list.text);
}

async fn a_child_and_a_parent_permit_together_and_each_stops_alone(server: Server) {
    let (child, parent) = family(&server, "2028-01-10").await;
    let mut own = as_patient(&server, &child).await;
    agree(&mut own).await;
    let mut other = parent_of(&server, &parent, &child).await;

    let list = permit(&mut own).await;
    assert!(list.text.contains("Wacht op het antwoord van de ander"), "{}", list.text);
    assert!(!gp_sees(&server, &child).await, "one of two said yes");
    let list = answer(&mut other, "yes").await;
    assert!(gp_sees(&server, &child).await, "both said yes");
    post(&mut other, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &ids(&list)[0])]).await;
    assert!(!gp_sees(&server, &child).await, "one stops it alone");

    permit(&mut other).await;
    assert!(!gp_sees(&server, &child).await);
    answer(&mut own, "no").await;
    assert!(!gp_sees(&server, &child).await, "no is no");

    // What a professional wrote down needs both as well.
    let body = builders::consent(&format!("Patient/{}", child.id), builders::permit("org-gp"));
    let mut proposed = body.clone();
    proposed["status"] = json!("proposed");
    proposed["verification"] = json!([{"verified": true, "verifiedWith": {"type": "RelatedPerson", "identifier":
        {"system": "https://spil.example/fhir/NamingSystem/agreed-by", "value": "parent"}}}]);
    server.gp().post("Consent", &proposed).await.expect(201);
    answer(&mut own, "yes").await;
    assert!(!gp_sees(&server, &child).await, "nobody else says yes for the parent");
    answer(&mut other, "yes").await;
    assert!(gp_sees(&server, &child).await);
}

async fn an_objection_works_at_once_and_is_lifted_by_who_made_it(server: Server) {
    let (child, parent) = family(&server, "2028-01-10").await;
    let mut own = as_patient(&server, &child).await;
    agree(&mut own).await;
    let mut other = parent_of(&server, &parent, &child).await;
    permit(&mut own).await;
    answer(&mut other, "yes").await;
    assert!(gp_sees(&server, &child).await);
    let gp = organization("gp");
    choose(&mut own, &[("organisation", &gp), ("choice", "object"), ("category", "problems")]).await;
    assert!(!gp_sees(&server, &child).await, "an objection of one works");
    let list = other.get("/toestemmingen").await;
    let objection = ids(&list).pop().expect("an objection");
    let page = post(&mut other, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &objection)]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(!gp_sees(&server, &child).await);
    post(&mut own, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &objection)]).await;
    assert!(gp_sees(&server, &child).await, "who made it lifts it");
}

async fn a_child_under_twelve_looks_and_does_not_decide(server: Server) {
    let (child, parent) = family(&server, "2026-01-10").await;
    let mut own = as_patient(&server, &child).await;
    assert!(own.get("/gegevens/allergies").await.text.contains("Penicilline"));
    let page = own.get("/toestemmingen").await;
    assert!(page.text.contains("Tot je 12 bent") && !page.text.contains("Nieuwe keuze maken"), "{}", page.text);
    let fields = all();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("step", "confirm"));
    let refused = post(&mut own, "/toestemmingen/nieuw", "/toestemmingen/bevestigen", &fields).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(!gp_sees(&server, &child).await);
    let mut other = parent_of(&server, &parent, &child).await;
    let list = permit(&mut other).await;
    assert!(gp_sees(&server, &child).await);
    let stopped = post(&mut own, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &ids(&list)[0])]).await;
    assert_eq!(stopped.status, 422);
    assert!(gp_sees(&server, &child).await);
}

async fn nobody_agrees_or_decides_through_the_api_alone(server: Server) {
    let (child, parent) = family(&server, "2028-01-10").await;
    let mut browser = as_patient(&server, &parent).await;
    assert_eq!(switch(&mut browser, &child).await.status, 403, "a parent does not agree for the child");
    let api = server.patient(&child);
    let body = builders::consent(&format!("Patient/{}", child.id), builders::permit("org-gp"));
    api.post("Consent", &body).await.expect(422);
    let mut forged = body.clone();
    forged["verification"] = json!([{"verified": true, "verifiedWith": {"identifier":
        {"system": "https://spil.example/fhir/NamingSystem/agreed-by", "value": "parent"}}}]);
    api.post("Consent", &forged).await.expect(422);
    forged["status"] = json!("proposed");
    let id = api.post("Consent", &forged).await.expect(201).id();
    let mut made = api.get(&format!("Consent/{id}")).await.expect(200).json();
    assert_eq!(made["verification"].as_array().map(Vec::len), Some(1), "only the child agreed: {made}");
    made["status"] = json!("active");
    api.put(&format!("Consent/{id}"), &made).await.expect(422);
    assert!(!gp_sees(&server, &child).await);
    let mut own = as_patient(&server, &child).await;
    agree(&mut own).await;
    let page = answer(&mut parent_of(&server, &parent, &child).await, "yes").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(gp_sees(&server, &child).await);
    // Another choice under the same id needs both again.
    let mut wider = api.get(&format!("Consent/{id}")).await.expect(200).json();
    wider["provision"] = builders::permit("org-vvt");
    api.put(&format!("Consent/{id}"), &wider).await.expect(422);
    api.delete(&format!("Consent/{id}")).await.expect(204);
    assert!(!gp_sees(&server, &child).await, "each stops alone");
}

const AGREED: &str = "https://spil.example/fhir/NamingSystem/agreed-by";

async fn each_agrees_once_and_what_stays_the_same_needs_nobody(server: Server) {
    let (child, parent) = family(&server, "2028-01-10").await;
    let mut own = as_patient(&server, &child).await;
    agree(&mut own).await;
    let mut other = parent_of(&server, &parent, &child).await;
    let api = server.patient(&child);
    let mut body = builders::consent(&child.reference(), builders::permit("org-gp"));
    let refused = api.post("Consent", &body).await.expect(422).text();
    assert!(refused.contains("as `proposed`"), "{refused}");
    body["status"] = json!("proposed");
    let address = format!("Consent/{}", api.post("Consent", &body).await.expect(201).id());
    api.put(&address, &body).await.expect(200);
    let twice = api.get(&address).await.expect(200).json();
    assert_eq!(twice["verification"].as_array().map(Vec::len), Some(1), "{twice}");
    answer(&mut other, "yes").await;

    // An objection of the parent: written down again as it is, it stays; changed by the child, it would be lifted.
    choose(&mut other, &[("organisation", &organization("gp")), ("choice", "object"), ("category", "problems")]).await;
    let objection = format!("Consent/{}", ids(&other.get("/toestemmingen").await).pop().expect("an objection"));
    let kept = api.get(&objection).await.expect(200).json();
    api.put(&objection, &kept).await.expect(200);
    assert!(!gp_sees(&server, &child).await);
}

/// What was laid down for a younger child, its parent laid down.
async fn an_objection_from_before_twelve_is_the_parents(server: Server) {
    let (child, parent) = family(&server, "2026-05-31T21:00:00Z").await;
    let mut other = parent_of(&server, &parent, &child).await;
    let gp = organization("gp");
    permit(&mut other).await;
    choose(&mut other, &[("organisation", &gp), ("choice", "object"), ("category", "problems")]).await;
    let objection = ids(&other.get("/toestemmingen").await).pop().expect("an objection");
    let young = builders::consent(&child.reference(), builders::permit("org-vvt"));
    let refused = server.patient(&child).post("Consent", &young).await.expect(422).text();
    assert!(refused.contains("under twelve"), "{refused}");

    server.advance(2 * 3_600_000);
    let mut own = as_patient(&server, &child).await;
    agree(&mut own).await;
    let page = post(&mut own, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &objection)]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(!gp_sees(&server, &child).await);
    let mut other = parent_of(&server, &parent, &child).await;
    post(&mut other, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &objection)]).await;
    assert!(gp_sees(&server, &child).await, "who made it lifts it");
}

async fn a_client_verifies_in_its_own_words_only(server: Server) {
    let (adult, _) = patient_with_record(&server).await;
    let api = server.patient(&adult);
    let other = json!({"verified": true, "verifiedWith": {"display": "Tante"}});
    let ours = json!({"verified": true, "verifiedWith": {"identifier": {"system": AGREED, "value": "parent"}}});
    for (given, kept) in [(json!([other, ours]), json!([other])), (json!([ours]), serde_json::Value::Null)] {
        let mut body = builders::consent(&adult.reference(), builders::permit("org-gp"));
        body["verification"] = given;
        let made = api.post("Consent", &body).await.expect(201).json();
        assert_eq!(made["verification"], kept, "{made}");
    }
}

async fn death_ends_it(server: Server) {
    let (child, parent) = family(&server, "2026-01-10").await;
    let mut browser = parent_of(&server, &parent, &child).await;
    assert!(browser.get("/gegevens/allergies").await.text.contains("Penicilline"));
    born(&server, &parent, json!({"deceasedDateTime": "2026-01-09"})).await;
    assert!(!browser.get("/gegevens/allergies").await.text.contains("Penicilline"));
    born(&server, &parent, json!({})).await;
    let mut browser = parent_of(&server, &parent, &child).await;
    born(&server, &child, json!({"birthDate": "2014-06-01", "deceasedBoolean": true})).await;
    assert!(!browser.get("/gegevens/allergies").await.text.contains("Penicilline"));
    assert_eq!(switch(&mut browser, &child).await.status, 403);
}
