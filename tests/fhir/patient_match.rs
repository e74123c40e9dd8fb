//! `Patient/$match` (<https://hl7.org/fhir/R4/patient-operation-match.html>).

use serde_json::{Value, json};

use crate::support::builders::{BSN, bundle, consent, permit};
use crate::support::region::bsn;
use crate::support::{Response, Server, on_both};

fn somebody(family: &str, given: &str, birth: &str) -> Value {
    json!({
        "resourceType": "Patient", "name": [{"family": family, "given": [given]}], "birthDate": birth,
        "gender": "female", "address": [{"line": ["Dorpsstraat 12"], "postalCode": "1234 AB"}],
    })
}

fn with_number(mut body: Value, number: &str) -> Value {
    body["identifier"] = json!([{"system": BSN, "value": number}]);
    body
}

fn ask(resource: &Value, more: &[Value]) -> Value {
    let mut list = vec![json!({"name": "resource", "resource": resource})];
    list.extend(more.iter().cloned());
    json!({"resourceType": "Parameters", "parameter": list})
}

/// Id and grade of each answer, best first.
fn graded(response: &Response) -> Vec<(String, String)> {
    let body = response.json();
    let entries = body["entry"].as_array().into_iter().flatten();
    let mut scores = Vec::new();
    let answers = entries.map(|entry| {
        scores.push(entry["search"]["score"].as_f64().expect("a score"));
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&entry["resource"]["id"]), text(&entry["search"]["extension"][0]["valueCode"]))
    });
    let answers: Vec<_> = answers.collect();
    assert!(scores.is_sorted_by(|one, next| one >= next) && scores.iter().all(|score| (0.0..=1.0).contains(score)));
    answers
}

fn named(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(id, grade)| ((*id).to_owned(), (*grade).to_owned())).collect()
}

async fn details_find_whom_they_fit_best_first(server: Server) {
    let hospital = server.hospital();
    let people = vec![
        ("PUT", "Patient/anna", with_number(somebody("van der Vriés", "Anna", "1950-03-04"), &bsn(1))),
        ("PUT", "Patient/twin", with_number(somebody("van der Vries", "Pieternel", "1950-03-04"), &bsn(2))),
        ("PUT", "Patient/other", with_number(somebody("Bakker", "Anna", "1981-11-30"), &bsn(3))),
    ];
    hospital.post("", &bundle("transaction", people)).await.expect(200);
    let mut elsewhere = somebody("Vries", "Anna", "1950-03-04");
    elsewhere["address"] = json!([]);
    elsewhere.as_object_mut().expect("object").remove("address");
    let mut married = somebody("Smit - van der Vries", "A.", "1950-04-03");
    married["gender"] = json!("female");
    for (details, expected) in [
        (with_number(json!({"resourceType": "Patient"}), &bsn(1)), vec![("anna", "certain")]),
        (somebody("Vries", "Anna", "1950-03-04"), vec![("anna", "certain"), ("twin", "possible")]),
        (somebody("v.d. Vries", "Anna", "1950-03-04"), vec![("anna", "certain"), ("twin", "possible")]),
        (somebody("van der Vreis", "Anna", "1950-03-04"), vec![("anna", "probable"), ("twin", "possible")]),
        (elsewhere, vec![("anna", "probable"), ("twin", "possible")]),
        (married, vec![("anna", "probable"), ("twin", "possible")]),
        (with_number(somebody("Vries", "Anna", "1950-03-04"), &bsn(4)), vec![]),
        (somebody("Smit", "Kees", "1990-01-01"), vec![]),
    ] {
        let found = hospital.post("Patient/$match", &ask(&details, &[])).await.expect(200);
        assert_eq!(graded(&found), named(&expected), "{details}");
    }
    let bare = hospital.post("Patient/$match", &somebody("Vries", "Anna", "1950-03-04")).await.expect(200);
    assert_eq!(graded(&bare).len(), 2, "a bare resource is the parameter `resource`");
}

async fn only_certain_matches_name_one_person_or_nobody(server: Server) {
    let hospital = server.hospital();
    let anna = somebody("Jansen", "Anna", "1950-03-04");
    hospital.put("Patient/a1", &with_number(anna.clone(), &bsn(1))).await.expect(201);
    let certain = [json!({"name": "onlyCertainMatches", "valueBoolean": true})];
    let found = hospital.post("Patient/$match", &ask(&anna, &certain)).await.expect(200);
    assert_eq!(graded(&found), named(&[("a1", "certain")]));
    hospital.put("Patient/a2", &with_number(anna.clone(), &bsn(2))).await.expect(201);
    let found = hospital.post("Patient/$match", &ask(&anna, &certain)).await.expect(200);
    assert_eq!(graded(&found), [], "two persons: nobody is certain");
    let found = hospital.post("Patient/$match", &ask(&anna, &[])).await.expect(200);
    assert_eq!(graded(&found), named(&[("a2", "certain"), ("a1", "certain")]));
    let one = [json!({"name": "count", "valueInteger": 1})];
    assert_eq!(graded(&hospital.post("Patient/$match", &ask(&anna, &one)).await.expect(200)).len(), 1);
}

/// Somebody who permits nothing is not found, by no detail; a person who permits is.
async fn nobody_is_found_who_is_hidden(server: Server) {
    let anna = server.person().await;
    let details = with_number(somebody("Jansen", "Anna", "1950-03-04"), &anna.bsn);
    server.hospital().put("Patient/h1", &details).await.expect(201);
    let plain = somebody("Jansen", "Anna", "1950-03-04");
    for asked in [&details, &plain] {
        let found = server.gp().post("Patient/$match", &ask(asked, &[])).await.expect(200);
        assert_eq!(graded(&found), [], "{asked}");
    }
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    for asked in [&details, &plain] {
        let found = server.gp().post("Patient/$match", &ask(asked, &[])).await.expect(200);
        let ids: Vec<String> = graded(&found).into_iter().map(|(id, _)| id).collect();
        assert!(ids.contains(&"h1".to_owned()), "{ids:?}");
    }
    let emergency = server.vvt().emergency("bewusteloos");
    assert_eq!(graded(&emergency.post("Patient/$match", &ask(&plain, &[])).await.expect(200)), [], "not at large");
}

async fn what_cannot_be_matched_is_refused(server: Server) {
    let hospital = server.hospital();
    let vague = json!({"resourceType": "Patient", "gender": "female"});
    for bad in [
        ask(&vague, &[]),
        ask(&json!({"resourceType": "Practitioner"}), &[]),
        ask(&somebody("A", "B", "1950-01-01"), &[json!({"name": "count", "valueInteger": 0})]),
        ask(&somebody("A", "B", "1950-01-01"), &[json!({"name": "nonsense", "valueBoolean": true})]),
        ask(&somebody("A", "B", "1950-01-01"), &[json!({"name": "onlyCertainMatches", "valueString": "x"})]),
        json!({"resourceType": "Parameters"}),
    ] {
        hospital.post("Patient/$match", &bad).await.expect(400);
    }
    hospital
        .scope("system/Patient.r")
        .post("Patient/$match", &ask(&somebody("A", "B", "1950-01-01"), &[]))
        .await
        .expect(403);
    hospital.get("Patient/$match").await.expect(405);
}

on_both! {
    details_find_whom_they_fit_best_first,
    only_certain_matches_name_one_person_or_nobody,
    nobody_is_found_who_is_hidden,
    what_cannot_be_matched_is_refused,
}
