//! The search language over HTTP, with the stored resources behind it: words and contained resources follow the current
//! version, several types share a page, GET and POST add up. What each line finds is proved in `tests/search/language.rs`.

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{condition, prescription, weight};
use crate::support::{Caller, Response, Server, on_both};

fn report(patient: &str, narrative: &str) -> Value {
    json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Verslag"},
        "subject": {"reference": patient}, "conclusion": "geen bijzonderheden",
        "text": {"status": "additional", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{narrative}</div>")}})
}

fn statement(patient: &str, code: &str) -> Value {
    let code = json!({"coding": [{"system": "http://www.whocc.no/atc", "code": code}]});
    json!({"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": patient},
        "contained": [{"resourceType": "Medication", "id": "m", "code": code}],
        "medicationReference": {"reference": "#m"}})
}

async fn found(caller: &Caller<'_>, path: &str) -> Vec<String> {
    caller.get(path).await.expect(200).matches()
}

async fn words_follow_the_current_version(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let one = vec!["DiagnosticReport/d1".to_owned()];
    hospital.put("DiagnosticReport/d1", &report(&patient, "Gering <b>hartfalen</b>")).await.expect(201);
    assert_eq!(found(&hospital, "DiagnosticReport?_text=hartfalen").await, one);
    assert_eq!(found(&hospital, "DiagnosticReport?_content=bijzonder*&_text=gering").await, one);
    let bound = format!("DiagnosticReport?patient={patient}&_text=");
    assert_eq!(found(&hospital, &format!("{bound}hartfalen")).await, one);
    hospital.put("DiagnosticReport/d1", &report(&patient, "Ernstig nierfalen")).await.expect(200);
    assert!(found(&hospital, "DiagnosticReport?_text=hartfalen").await.is_empty());
    assert_eq!(found(&hospital, &format!("{bound}nierfalen")).await, one);
    hospital.delete("DiagnosticReport/d1").await.expect(204);
    assert!(found(&hospital, "DiagnosticReport?_content=nierfalen").await.is_empty());
    let left = server.app().store.rows("SELECT COUNT(*) FROM full_text", Vec::new()).await.expect("rows");
    let stored = server.app().store.rows("SELECT COUNT(*) FROM resource WHERE deleted = 0", Vec::new()).await;
    assert!(left[0].int(0) <= stored.expect("rows")[0].int(0));
}

async fn contained_resources_follow_the_current_version(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let one = vec!["MedicationStatement/s1".to_owned()];
    hospital.put("MedicationStatement/s1", &statement(&patient, "C01")).await.expect(201);
    for query in
        ["MedicationStatement?medication.code=C01", "Medication?code=C01&_contained=true", "Medication?_contained=both"]
    {
        assert_eq!(found(&hospital, query).await, one, "{query}");
    }
    assert!(found(&hospital, "Medication?code=C01").await.is_empty());
    let alone = hospital.get("Medication?code=C01&_contained=true&_containedType=contained&_total=accurate").await;
    let alone = alone.expect(200).json();
    let entry = &alone["entry"][0];
    assert_eq!((&alone["total"], &entry["resource"]["resourceType"]), (&json!(1), &json!("Medication")));
    let address = entry["fullUrl"].as_str().expect("an address");
    assert!(address.ends_with("/MedicationStatement/s1#m"), "{address}");
    hospital.put("MedicationStatement/s1", &statement(&patient, "C02")).await.expect(200);
    assert!(found(&hospital, "Medication?code=C01&_contained=true").await.is_empty());
    assert_eq!(found(&hospital, "MedicationStatement?medication.code=C02").await, one);
    hospital.delete("MedicationStatement/s1").await.expect(204);
    assert!(found(&hospital, "Medication?_contained=true").await.is_empty());
    assert_eq!(server.app().store.rows("SELECT COUNT(*) FROM contained", Vec::new()).await.expect("rows")[0].int(0), 0);
}

async fn several_types_share_pages_that_carry_no_values(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    for at in 0..3 {
        hospital.put(&format!("Condition/c{at}"), &condition(&patient, "1")).await.expect(201);
        hospital.put(&format!("MedicationRequest/m{at}"), &prescription(&patient, "N02BE01")).await.expect(201);
    }
    let asked = format!("?_type=Condition,MedicationRequest&patient={patient}&_count=4&_total=estimate");
    let first = hospital.get(&asked).await.expect(200);
    let body = first.json();
    assert_eq!((first.matches().len(), &body["total"]), (4, &json!(6)));
    let link = |body: &Value, relation: &str| {
        let links = body["link"].as_array().expect("links").iter();
        links.filter(|link| link["relation"] == relation).find_map(|link| link["url"].as_str().map(str::to_owned))
    };
    let next = link(&body, "next").expect("a next page");
    assert!(!next.contains("Condition") && !next.contains(&patient), "{next}");
    let second = hospital.get(&next).await.expect(200);
    let mut all = first.matches();
    all.extend(second.matches());
    all.sort();
    all.dedup();
    assert_eq!((all.len(), link(&second.json(), "next")), (6, None));
    server.gp().get(&next).await.expect(400);
    let form = ("application/x-www-form-urlencoded", "_type=Condition,MedicationRequest&_sort=_id&_count=2".into());
    let posted = hospital.send(reqwest::Method::POST, "_search", Some(form)).await.expect(200);
    assert_eq!(posted.matches(), ["Condition/c0", "Condition/c1"]);
    let narrow = hospital.scope("system/Condition.rs");
    assert_eq!(narrow.get("?_type=Condition").await.expect(200).matches().len(), 3);
    narrow.get("?_type=Condition,MedicationRequest").await.expect(403);
    narrow.get("Condition?_filter=subject.family sw a").await.expect(403);
    narrow.get("Condition?_list=l1").await.expect(403);
    hospital.get("?code=1").await.expect(400);
}

async fn address_and_form_add_up_and_repetition_is_and(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Observation/o1", &weight(&patient, "2026-01-05", "72.5")).await.expect(201);
    hospital.put("Observation/o2", &weight(&patient, "2026-02-05", "75")).await.expect(201);
    let send = async |address: &str, form: &str| -> Response {
        let form = ("application/x-www-form-urlencoded", form.to_owned().into());
        hospital.send(reqwest::Method::POST, address, Some(form)).await
    };
    let answer = send("Observation/_search?date=ge2026-02", "code=29463-7").await.expect(200);
    assert_eq!(answer.matches(), ["Observation/o2"]);
    let answer = send("Observation/_search?date=ge2026-02", "date=lt2026-02").await.expect(200);
    assert!(answer.matches().is_empty());
    assert_eq!(found(&hospital, "Observation?date=lt2026-02,ge2026-02&_sort=date").await.len(), 2);
    for (value, expected) in [
        ("72500|http://unitsofmeasure.org|g", vec!["Observation/o1".to_owned()]),
        ("gt73000|http://unitsofmeasure.org|g", vec!["Observation/o2".to_owned()]),
        ("72.5|http://unitsofmeasure.org|g", vec![]),
    ] {
        assert_eq!(found(&hospital, &format!("Observation?value-quantity={value}")).await, expected, "{value}");
    }
}

async fn an_error_says_what_where_and_in_words(server: Server) {
    let (hospital, _) = hospital(&server).await;
    for (query, code, expression) in [
        ("Patient?colour=red", "not-found", "colour"),
        ("Patient?name:above=a", "not-supported", "name:above"),
        ("Patient?_filter=name xx a", "value", "_filter"),
        ("Patient?_filter=family[name eq a] eq b", "value", "_filter"),
        ("Patient?_list=$current-medications", "not-supported", "_list"),
        ("Patient?_content=NOT a", "value", "_content"),
        ("?_type=Patient,Nothing", "not-found", "_type"),
        ("Patient?birthdate=19x", "value", "birthdate"),
    ] {
        let refused = hospital.get(query).await.expect(400).json();
        let issue = &refused["issue"][0];
        assert_eq!((&issue["code"], &issue["expression"][0]), (&json!(code), &json!(expression)), "{query}: {refused}");
        assert!(issue["diagnostics"].as_str().is_some_and(|text| text.len() > 5), "{query}: {refused}");
    }
    let lenient = hospital.with("prefer", "handling=lenient");
    for query in ["Patient?colour=red", "Patient?_filter=name xx a", "?_type=Patient,Practitioner&colour=red"] {
        let body = lenient.get(query).await.expect(200).json();
        let entries = body["entry"].as_array().cloned().unwrap_or_default();
        assert!(entries.iter().any(|entry| entry["search"]["mode"] == "outcome"), "{query}: {body}");
    }
}

on_both! {
    words_follow_the_current_version,
    contained_resources_follow_the_current_version,
    several_types_share_pages_that_carry_no_values,
    address_and_form_add_up_and_repetition_is_and,
    an_error_says_what_where_and_in_words,
}
