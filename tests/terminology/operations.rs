//! `$expand`, `$validate-code`, `$lookup`, `$subsumes` and `$translate`.

use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};
use spil::terminology::Membership;

use super::animals::{ANIMALS, by, set, value_set, with_animals};
use crate::support::{Response, Server, on_both};

on_both! {
    a_value_set_expands_to_its_codes,
    what_cannot_be_expanded_says_why,
    an_expansion_is_shaped_as_asked,
    an_expansion_follows_what_it_was_made_with,
    a_code_is_judged_against_a_value_set,
    a_code_is_judged_against_its_system,
    a_code_is_looked_up,
    codes_are_compared,
    codes_are_translated,
    operations_speak_xml_and_parameters,
    others_can_ask_whether_a_code_is_in_a_set,
}

fn codes(response: &Response) -> Vec<String> {
    let body = response.json();
    let list = body["expansion"]["contains"].as_array().into_iter().flatten();
    list.map(|one| one["code"].as_str().expect("code").to_owned()).collect()
}

fn parameter(response: &Response, name: &str) -> Value {
    let body = response.json();
    let mut list = body["parameter"].as_array().into_iter().flatten();
    let found = list.find(|one| one["name"] == name).and_then(|one| one.as_object());
    found.and_then(|map| map.iter().find(|(key, _)| key.starts_with("value"))).map_or(Value::Null, |(_, v)| v.clone())
}

fn outcome(response: &Response) -> (u16, String, String) {
    let issue = response.json()["issue"][0].clone();
    let text = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
    (response.status, text("code"), text("diagnostics"))
}

async fn a_value_set_expands_to_its_codes(server: Server) {
    with_animals(&server).await;
    let cases: [(&str, &[&str]); 14] = [
        ("all", &["animal", "mammal", "dog", "poodle", "cat", "bird", "crow", "dodo"]),
        ("mammals", &["mammal", "dog", "poodle", "cat"]),
        ("below-mammal", &["dog", "poodle", "cat"]),
        ("no-mammals", &["animal", "bird", "crow", "dodo"]),
        ("above-dog", &["animal", "mammal", "dog"]),
        ("two-legs", &["bird", "crow", "dodo"]),
        ("not-two-legs", &["animal", "mammal", "dog", "poodle", "cat"]),
        ("few", &["cat", "crow"]),
        ("leaves", &["poodle", "cat", "crow", "dodo"]),
        ("d-words", &["dog", "dodo"]),
        ("birds-in-use", &["animal", "bird", "crow"]),
        ("pets", &["cat", "dog"]),
        ("import", &["dog", "cat"]),
        ("no-pets", &["mammal", "poodle"]),
    ];
    for (name, expected) in cases {
        let answer = server.gp().get(&format!("ValueSet/$expand?url={}", set(name))).await.expect(200);
        assert_eq!(codes(&answer), expected, "{name}");
        assert_eq!(answer.json()["expansion"]["total"], expected.len(), "{name}");
        let faults = spil_fhir_profiles::validate::validate(&answer.json());
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    // Codes that are listed count without their system.
    let stars = server.gp().get(&format!("ValueSet/$expand?url={}", set("stars"))).await.expect(200);
    assert_eq!(stars.json()["expansion"]["contains"][0]["display"], "Sun");
    // Codes that R4 itself binds.
    let genders = server.gp().get("ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender").await;
    assert_eq!(codes(&genders.expect(200)), ["female", "male", "other", "unknown"]);
}

async fn what_cannot_be_expanded_says_why(server: Server) {
    with_animals(&server).await;
    let cases = [
        ("url=http://example.org/nothing".to_owned(), 404, "not-found", "http://example.org/nothing"),
        (format!("url={}|9", set("all")), 404, "not-found", "|9"),
        (format!("url={}", set("mixed")), 422, "not-found", "the code system `http://example.org/stars` is not loaded"),
        ("url=http://snomed.info/sct?fhir_vs=isa/1".to_owned(), 422, "not-found", "http://snomed.info/sct"),
        (format!("url={}", set("round")), 422, "invalid", "includes itself"),
        (format!("url={}", set("wrong-filter")), 422, "not-supported", "colour ="),
        (format!("url={}&context=x", set("all")), 400, "not-supported", "`context`"),
        (format!("url={}&count=-1", set("all")), 400, "value", "whole number"),
        (format!("url={}&activeOnly=maybe", set("all")), 400, "value", "`true` or `false`"),
        (String::new(), 400, "required", "name the value set"),
    ];
    for (query, status, code, text) in cases {
        let (got, issue, told) = outcome(&server.gp().get(&format!("ValueSet/$expand?{query}")).await);
        assert_eq!((got, issue.as_str()), (status, code), "{query}: {told}");
        assert!(told.contains(text), "{query}: {told}");
    }
    assert_eq!(outcome(&server.gp().get("ValueSet/absent/$expand").await).0, 404);
    let many: Vec<Value> = (0..10_001).map(|at| json!({"code": format!("c{at}")})).collect();
    let big = json!({"resourceType": "CodeSystem", "url": "urn:example:big", "status": "active", "content": "complete",
                     "concept": many});
    server.gp().post("CodeSystem", &big).await.expect(201);
    let all = value_set("big", json!([{"system": "urn:example:big"}]), Value::Null);
    server.gp().post("ValueSet", &all).await.expect(201);
    let (status, code, _) = outcome(&server.gp().get(&format!("ValueSet/$expand?url={}", set("big"))).await);
    assert_eq!((status, code.as_str()), (422, "too-costly"));
    let some = server.gp().get(&format!("ValueSet/$expand?url={}&filter=c1234", set("big"))).await.expect(200);
    assert_eq!(codes(&some), ["c1234"]);
    let (status, code, _) = outcome(&server.gp().get(&format!("Condition?code:in={}", set("big"))).await);
    assert_eq!((status, code.as_str()), (400, "too-costly"));
}

async fn an_expansion_is_shaped_as_asked(server: Server) {
    with_animals(&server).await;
    let ask =
        async |more: &str| server.gp().get(&format!("ValueSet/$expand?url={}&{more}", set("all"))).await.expect(200);
    let page = ask("offset=2&count=3").await;
    assert_eq!(codes(&page), ["dog", "poodle", "cat"]);
    let expansion = page.json()["expansion"].clone();
    assert_eq!((&expansion["total"], &expansion["offset"]), (&json!(8), &json!(2)));
    assert!(ask("count=0").await.json()["expansion"]["contains"].is_null());
    assert_eq!(codes(&ask("activeOnly=true").await).len(), 7);
    assert_eq!(codes(&ask("filter=hond").await), ["dog"]);
    assert_eq!(codes(&ask("filter=CR").await), ["crow"]);
    assert!(codes(&ask(&format!("exclude-system={ANIMALS}")).await).is_empty());
    let dutch = ask("displayLanguage=nl&includeDesignations=true&filter=dodo").await.json();
    assert_eq!(dutch["expansion"]["contains"][0]["inactive"], true);
    let dutch = ask("displayLanguage=nl&filter=dog").await.json();
    assert_eq!(dutch["expansion"]["contains"][0]["display"], "Hond");
    let all = ask("includeDesignations=true&filter=dog").await.json();
    assert_eq!(all["expansion"]["contains"][0]["designation"][0]["value"], "Hond");
    let plain = ask("").await.json();
    assert!(plain["compose"].is_null() && plain["expansion"]["contains"][2]["designation"].is_null(), "{plain}");
    assert_eq!(plain["expansion"]["contains"][0]["abstract"], true);
    assert!(!ask("includeDefinition=true").await.json()["compose"].is_null());
    let used = plain["expansion"]["parameter"][0].clone();
    assert_eq!((&used["name"], &used["valueUri"]), (&json!("used-codesystem"), &json!(format!("{ANIMALS}|1.0"))));
}

async fn an_expansion_follows_what_it_was_made_with(server: Server) {
    let small = |codes: &[&str]| {
        let list: Vec<Value> = codes.iter().map(|code| json!({"code": code})).collect();
        json!({"resourceType": "CodeSystem", "id": "small", "url": "urn:example:small", "status": "active",
               "content": "complete", "concept": list})
    };
    server.gp().put("CodeSystem/small", &small(&["a"])).await.expect(201);
    let mut all = value_set("small", json!([{"system": "urn:example:small"}]), Value::Null);
    all["id"] = json!("small");
    server.gp().put("ValueSet/small", &all).await.expect(201);
    let ask = async || codes(&server.gp().get("ValueSet/small/$expand").await.expect(200));
    assert_eq!(ask().await, ["a"]);
    assert_eq!(ask().await, ["a"]);
    server.gp().put("CodeSystem/small", &small(&["a", "b"])).await.expect(200);
    assert_eq!(ask().await, ["a", "b"]);
    server.gp().delete("CodeSystem/small").await.expect(204);
    server.gp().get("ValueSet/small/$expand").await.expect(422);
}

async fn a_code_is_judged_against_a_value_set(server: Server) {
    with_animals(&server).await;
    let ask = async |name: &str, more: &str| {
        server.gp().get(&format!("ValueSet/$validate-code?url={}&{more}", set(name))).await
    };
    let system = format!("system={ANIMALS}");
    let cases = [
        ("mammals", format!("{system}&code=dog"), true),
        ("mammals", "code=dog".to_owned(), true),
        ("mammals", format!("{system}&code=crow"), false),
        ("mammals", "system=http://example.org/stars&code=dog".to_owned(), false),
        ("mammals", format!("{system}&code=dog&display=hond"), true),
        ("mammals", format!("{system}&code=dog&display=Cat"), false),
        ("import", format!("{system}&code=dog"), true),
        ("import", format!("{system}&code=poodle"), false),
        ("no-pets", format!("{system}&code=dog"), false),
        ("d-words", format!("{system}&code=dog"), true),
        ("mixed", format!("{system}&code=crow"), true),
        ("mixed", format!("{system}&code=dog"), false),
        ("all", format!("{system}&code=animal&abstract=false"), false),
    ];
    for (name, more, expected) in cases {
        let answer = ask(name, &more).await.expect(200);
        assert_eq!(parameter(&answer, "result"), expected, "{name} {more}: {}", answer.text());
        assert_eq!(parameter(&answer, "message").is_null(), expected, "{name} {more}");
    }
    let right = ask("mammals", &format!("{system}&code=dog&display=Cat&displayLanguage=nl")).await.expect(200);
    assert_eq!(parameter(&right, "display"), "Hond");
    let (status, code, told) = outcome(&ask("mixed", "system=http://example.org/stars&code=sun").await);
    assert_eq!((status, code.as_str()), (422, "not-found"));
    assert!(told.contains("http://example.org/stars"), "{told}");
    ask("nothing", "code=a").await.expect(404);
    ask("mammals", "").await.expect(400);
    let concept = json!({"resourceType": "Parameters", "parameter": [
        {"name": "valueSet", "resource": value_set("sent", by("concept", "is-a", "bird"), Value::Null)},
        {"name": "codeableConcept", "valueCodeableConcept": {"coding": [
            {"system": ANIMALS, "code": "dog"}, {"system": ANIMALS, "code": "crow"},
        ]}},
    ]});
    let answer = server.gp().post("ValueSet/$validate-code", &concept).await.expect(200);
    assert_eq!(parameter(&answer, "result"), true);
}

async fn a_code_is_judged_against_its_system(server: Server) {
    with_animals(&server).await;
    let ask = async |more: &str| server.gp().get(&format!("CodeSystem/$validate-code?{more}")).await;
    for (code, expected) in [("dog", true), ("dragon", false), ("DOG", false)] {
        let answer = ask(&format!("url={ANIMALS}&code={code}")).await.expect(200);
        assert_eq!(parameter(&answer, "result"), expected, "{code}");
    }
    let (status, code, told) = outcome(&ask("url=http://snomed.info/sct&code=1").await);
    assert_eq!((status, code.as_str()), (422, "not-found"));
    assert!(told.contains("http://snomed.info/sct"), "{told}");
    let known = ask("url=http://hl7.org/fhir/administrative-gender&code=female").await.expect(200);
    assert_eq!(parameter(&known, "result"), true);
    ask("url=http://hl7.org/fhir/administrative-gender&code=vrouw").await.expect(422);
    let id = server.gp().get(&format!("CodeSystem?url={ANIMALS}")).await.matches()[0].clone();
    let stored = server.gp().get(&format!("{id}/$validate-code?code=crow")).await.expect(200);
    assert_eq!(parameter(&stored, "result"), true);
    let sent = json!({"resourceType": "Parameters", "parameter": [
        {"name": "codeSystem", "resource": {"resourceType": "CodeSystem", "url": "urn:example:sent",
            "caseSensitive": false, "content": "complete", "concept": [{"code": "Left", "display": "Links"}]}},
        {"name": "code", "valueCode": "left"},
    ]});
    let answer = server.gp().post("CodeSystem/$validate-code", &sent).await.expect(200);
    assert_eq!((parameter(&answer, "result"), parameter(&answer, "display")), (json!(true), json!("Links")));
}

async fn a_code_is_looked_up(server: Server) {
    with_animals(&server).await;
    let ask = async |more: &str| server.gp().get(&format!("CodeSystem/$lookup?{more}")).await;
    let answer = ask(&format!("system={ANIMALS}&code=dog&displayLanguage=nl")).await.expect(200);
    assert_eq!((parameter(&answer, "name"), parameter(&answer, "version")), (json!("Animals"), json!("1.0")));
    assert_eq!(parameter(&answer, "display"), "Hond");
    let text = answer.text();
    for part in ["poodle", "mammal", "legs", "Hond"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let faults = spil_fhir_profiles::validate::validate(&answer.json());
    assert!(faults.is_empty(), "{faults:?}");
    let less = ask(&format!("system={ANIMALS}&code=dog&property=parent")).await.expect(200).text();
    assert!(less.contains("mammal") && !less.contains("poodle") && !less.contains("legs"), "{less}");
    let coding = json!({"resourceType": "Parameters", "parameter": [
        {"name": "coding", "valueCoding": {"system": ANIMALS, "code": "cat"}},
    ]});
    assert_eq!(parameter(&server.gp().post("CodeSystem/$lookup", &coding).await.expect(200), "display"), "Cat");
    let unknown = outcome(&ask(&format!("system={ANIMALS}&code=dragon")).await);
    assert_eq!((unknown.0, unknown.1.as_str()), (404, "code-invalid"));
    let absent = outcome(&ask("system=http://snomed.info/sct&code=1").await);
    assert_eq!((absent.0, absent.1.as_str()), (404, "not-found"));
    assert!(absent.2.contains("`http://snomed.info/sct` is not loaded"), "{}", absent.2);
    ask("code=dog").await.expect(400);
}

async fn codes_are_compared(server: Server) {
    with_animals(&server).await;
    let id = server.gp().get(&format!("CodeSystem?url={ANIMALS}")).await.matches()[0].clone();
    for (left, right, expected) in [
        ("dog", "dog", "equivalent"),
        ("animal", "poodle", "subsumes"),
        ("poodle", "mammal", "subsumed-by"),
        ("cat", "dog", "not-subsumed"),
    ] {
        let query = format!("codeA={left}&codeB={right}");
        for address in [format!("CodeSystem/$subsumes?system={ANIMALS}&{query}"), format!("{id}/$subsumes?{query}")] {
            let answer = server.gp().get(&address).await.expect(200);
            assert_eq!(parameter(&answer, "outcome"), expected, "{address}");
        }
    }
    server.gp().get("CodeSystem/$subsumes?system=http://snomed.info/sct&codeA=1&codeB=2").await.expect(404);
    server.gp().get(&format!("CodeSystem/$subsumes?system={ANIMALS}&codeA=dog&codeB=x")).await.expect(404);
    server.gp().get("CodeSystem/$subsumes?codeA=dog&codeB=x").await.expect(400);
}

async fn codes_are_translated(server: Server) {
    with_animals(&server).await;
    let map = "url=http://example.org/fhir/ConceptMap/to-stars";
    let ask = async |more: &str| server.gp().get(&format!("ConceptMap/$translate?{more}")).await;
    let first = |answer: &Response| {
        let body = answer.json();
        let list = body["parameter"].as_array().expect("list").clone();
        let found = list.into_iter().find(|one| one["name"] == "match").unwrap_or_default();
        (found["part"][0]["valueCode"].clone(), found["part"][1]["valueCoding"]["code"].clone())
    };
    for query in [format!("{map}&system={ANIMALS}&code=dog"), format!("system={ANIMALS}&code=dog")] {
        let answer = ask(&query).await.expect(200);
        assert_eq!(parameter(&answer, "result"), true, "{query}");
        assert_eq!(first(&answer), (json!("wider"), json!("sirius")));
    }
    let none = ask(&format!("{map}&system={ANIMALS}&code=cat")).await.expect(200);
    assert_eq!(parameter(&none, "result"), false);
    let fixed = ask(&format!("{map}&system={ANIMALS}&code=crow")).await.expect(200);
    assert_eq!(first(&fixed), (json!("inexact"), json!("sun")));
    let back = ask(&format!("{map}&system=http://example.org/stars&code=sirius&reverse=true")).await.expect(200);
    assert_eq!(first(&back), (json!("narrower"), json!("dog")));
    let other = ask(&format!("system={ANIMALS}&code=dog&targetsystem=urn:other")).await;
    assert_eq!(outcome(&other).0, 404);
    ask("url=http://example.org/no&system=a&code=b").await.expect(404);
    ask(&format!("{map}&system={ANIMALS}&code=dog&dependency=x")).await.expect(400);
}

async fn operations_speak_xml_and_parameters(server: Server) {
    with_animals(&server).await;
    let body = format!(
        "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"url\"/><valueUri value=\"{}\"/></parameter>\
         <parameter><name value=\"count\"/><valueInteger value=\"1\"/></parameter></Parameters>",
        set("mammals")
    );
    let caller = server.gp().with("accept", "application/fhir+xml");
    let answer = caller.send(Method::POST, "ValueSet/$expand", Some(("application/fhir+xml", Bytes::from(body)))).await;
    let text = answer.expect(200).text();
    assert!(text.contains("<code value=\"mammal\"/>") && !text.contains("poodle"), "{text}");
    let sent = value_set("sent", by("concept", "is-a", "bird"), Value::Null);
    let posted = server.gp().post("ValueSet/$expand", &sent).await.expect(200);
    assert_eq!(codes(&posted), ["bird", "crow", "dodo"]);
    let twice = json!({"resourceType": "Parameters", "parameter": [
        {"name": "url", "valueUri": set("all")}, {"name": "url", "valueUri": set("all")},
    ]});
    server.gp().post("ValueSet/$expand", &twice).await.expect(400);
    server.nobody().get(&format!("ValueSet/$expand?url={}", set("all"))).await.expect(401);
    let narrow = server.gp().scope("system/Patient.rs");
    narrow.get(&format!("ValueSet/$expand?url={}", set("all"))).await.expect(403);
}

async fn others_can_ask_whether_a_code_is_in_a_set(server: Server) {
    with_animals(&server).await;
    let known = &server.app().conformance;
    let ask = async |name: &str, system: Option<&str>, code: &str| {
        known.membership(&set(name), system, code).await.expect("asked")
    };
    assert!(matches!(ask("mammals", Some(ANIMALS), "dog").await, Membership::Yes(_)));
    assert_eq!(ask("mammals", Some(ANIMALS), "crow").await, Membership::No);
    assert!(matches!(ask("mixed", None, "dog").await, Membership::Unknown(_)));
    assert!(matches!(ask("mixed", None, "crow").await, Membership::Yes(_)));
    assert!(matches!(ask("nothing", None, "crow").await, Membership::Unknown(_)));
}
