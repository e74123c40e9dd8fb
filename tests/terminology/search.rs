//! Search by the meaning of codes: `:in`, `:not-in`, `:above`, `:below`.

use serde_json::Value;

use super::animals::{ANIMALS, set, with_animals};
use crate::support::builders::{bundle, coded, condition, consent, patient, permit_categories};
use crate::support::{Server, on_both};

on_both! {
    a_search_finds_codes_by_what_they_mean,
    what_is_not_known_is_refused,
    what_is_hidden_stays_hidden,
}

/// Three bites of the hospital's patient: of a dog, a crow and a star.
async fn bites(server: &Server, bsn: &str) {
    let bite = |system: &str, code: &str| {
        let mut body = condition("Patient/p1", "1");
        body["code"] = coded(system, code);
        body
    };
    let resources = vec![
        ("PUT", "Patient/p1", patient(bsn)),
        ("PUT", "Condition/dog", bite(ANIMALS, "dog")),
        ("PUT", "Condition/crow", bite(ANIMALS, "crow")),
        ("PUT", "Condition/star", bite("http://example.org/stars", "dog")),
    ];
    server.hospital().post("", &bundle("transaction", resources)).await.expect(200);
}

async fn a_search_finds_codes_by_what_they_mean(server: Server) {
    with_animals(&server).await;
    let anna = server.person().await;
    bites(&server, &anna.bsn).await;
    let mammals = server.gp().get(&format!("ValueSet?url={}", set("mammals"))).await.matches()[0].clone();
    let cases: Vec<(String, &[&str])> = vec![
        (format!("Condition?code:below={ANIMALS}|mammal"), &["Condition/dog"]),
        (format!("Condition?code:below={ANIMALS}|animal"), &["Condition/crow", "Condition/dog"]),
        (format!("Condition?code:below={ANIMALS}|poodle,{ANIMALS}|bird"), &["Condition/crow"]),
        (format!("Condition?code:above={ANIMALS}|poodle"), &["Condition/dog"]),
        (format!("Condition?code:above={ANIMALS}|animal"), &[]),
        (format!("Condition?code:in={}", set("mammals")), &["Condition/dog"]),
        (format!("Condition?code:in={}|1", set("mammals")), &["Condition/dog"]),
        (format!("Condition?code:in={mammals}"), &["Condition/dog"]),
        (format!("Condition?code:not-in={}", set("mammals")), &["Condition/crow", "Condition/star"]),
        (format!("Patient?_has:Condition:patient:code:in={}", set("mammals")), &["Patient/p1"]),
        (format!("Patient?_has:Condition:patient:code:in={}", set("few")), &["Patient/p1"]),
        (
            "Condition?patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender".to_owned(),
            &["Condition/crow", "Condition/dog", "Condition/star"],
        ),
        ("Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender".to_owned(), &[]),
        ("Patient?gender:below=http://hl7.org/fhir/administrative-gender|female&_count=1".to_owned(), &["refused"]),
    ];
    for (query, expected) in cases {
        let answer = server.hospital().get(&query).await;
        if expected == ["refused"] {
            assert!(answer.expect(400).text().contains("administrative-gender"), "{query}");
        } else {
            assert_eq!(answer.expect(200).matches(), expected, "{query}");
        }
    }
    let first = server.hospital().get(&format!("Condition?code:below={ANIMALS}|animal&_count=1")).await.expect(200);
    let links = first.json()["link"].clone();
    let next = links.as_array().expect("links").iter().find(|link| link["relation"] == "next").expect("next").clone();
    let second = server.hospital().get(next["url"].as_str().expect("url")).await.expect(200);
    assert_eq!(first.matches().len() + second.matches().len(), 2, "a page link asks the same");
    // Conditional interactions understand it too.
    let body = condition("Patient/p1", "1");
    let asked = server.hospital().with("if-none-exist", &format!("code:in={}", set("mammals")));
    assert_eq!(asked.post("Condition", &body).await.expect(200).id(), "dog");
}

async fn what_is_not_known_is_refused(server: Server) {
    with_animals(&server).await;
    for (query, text) in [
        ("Condition?code:in=http://example.org/no".to_owned(), "`http://example.org/no` is not known"),
        ("Condition?code:in=absent".to_owned(), "`absent` is not known"),
        ("Condition?code:not-in=ValueSet/absent".to_owned(), "is not known"),
        (format!("Condition?code:in={}", set("mixed")), "`http://example.org/stars` is not loaded"),
        ("Condition?code:below=http://snomed.info/sct|1".to_owned(), "`http://snomed.info/sct` is not loaded"),
        (format!("Condition?code:below={ANIMALS}|dragon"), "has no code `dragon`"),
        ("Condition?code:above=dog".to_owned(), "need `system|code`"),
    ] {
        let answer = server.gp().get(&query).await.expect(400);
        assert!(answer.text().contains(text), "{query}: {}", answer.text());
    }
}

async fn what_is_hidden_stays_hidden(server: Server) {
    with_animals(&server).await;
    let anna = server.person().await;
    bites(&server, &anna.bsn).await;
    let queries = [
        format!("Condition?code:below={ANIMALS}|mammal"),
        format!("Condition?code:in={}", set("mammals")),
        format!("Condition?code:not-in={}", set("all")),
        format!("Patient?_has:Condition:patient:code:in={}", set("mammals")),
    ];
    for query in &queries {
        assert!(server.gp().get(query).await.expect(200).matches().is_empty(), "{query}");
    }
    let provision: Value = permit_categories("org-gp", &["problems"]);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), provision)).await.expect(201);
    for query in &queries {
        assert_eq!(
            server.gp().get(query).await.expect(200).json()["entry"].as_array().map(Vec::len),
            Some(1),
            "{query}"
        );
    }
}
