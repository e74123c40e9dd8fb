//! Supplements of code systems: what they add, whose count, and that answers follow them.

use serde_json::{Value, json};
use spil::access::Interaction;

use super::animals::{ANIMALS, by, set, value_set, with_animals};
use crate::support::{Response, Server, on_both};

on_both! {
    a_supplement_adds_texts_and_properties_but_no_codes,
    an_answer_follows_the_supplements,
    nobody_but_the_hub_and_the_source_adds_to_a_system,
    a_value_set_can_need_a_supplement,
}

/// German and French texts for dogs.
fn supplement(dog: &str) -> Value {
    let own = json!({"code": "dog", "display": dog, "designation": [{"language": "fr", "value": "chien"}],
                     "property": [{"code": "sound", "valueString": "Wau"}]});
    json!({
        "resourceType": "CodeSystem", "id": "german", "url": "http://example.org/fhir/CodeSystem/german", "version": "1",
        "name": "German", "language": "de", "status": "active", "content": "supplement", "supplements": ANIMALS,
        "concept": [own, {"code": "dragon", "display": "Drache"}],
    })
}

async fn put(server: &Server, body: Value) {
    let text = |name: &str| body[name].as_str().expect("text").to_owned();
    let (rtype, id) = (text("resourceType"), text("id"));
    server.as_hub(Interaction::Update { rtype, id, body, if_match: None }).await;
}

async fn expand(server: &Server, name: &str, more: &str) -> Value {
    server.gp().get(&format!("ValueSet/$expand?url={}&{more}", set(name))).await.expect(200).json()["expansion"].take()
}

/// The texts in an expansion.
fn texts(expansion: &Value) -> Vec<&str> {
    let list = expansion["contains"].as_array().into_iter().flatten();
    list.map(|one| one["display"].as_str().expect("a text")).collect()
}

async fn lookup(server: &Server, more: &str) -> Response {
    server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=dog&{more}")).await
}

async fn german(server: &Server) -> String {
    let answer = lookup(server, "displayLanguage=de").await.expect(200).json();
    let all = answer["parameter"].as_array().expect("a list");
    let display = all.iter().find(|one| one["name"] == "display").expect("a text");
    display["valueString"].as_str().expect("text").to_owned()
}

async fn a_supplement_adds_texts_and_properties_but_no_codes(server: Server) {
    with_animals(&server).await;
    put(&server, supplement("Hund")).await;
    let below = "below-mammal";
    assert_eq!(texts(&expand(&server, below, "displayLanguage=de").await), ["Hund", "Poodle", "Cat"]);
    assert_eq!(texts(&expand(&server, below, "displayLanguage=nl").await), ["Hond", "Poedel", "Kat"]);
    assert_eq!(texts(&expand(&server, "pets", "displayLanguage=fr").await), ["House cat", "chien"]);
    let found = expand(&server, "all", "filter=chien&includeDesignations=true").await;
    assert_eq!(texts(&found), ["Dog"]);
    let languages: Vec<&Value> =
        found["contains"][0]["designation"].as_array().expect("texts").iter().map(|one| &one["language"]).collect();
    assert_eq!(languages, ["nl-NL", "de", "fr"]);
    assert_eq!(texts(&expand(&server, "all", "filter=poodle").await), ["Poodle"]);
    assert!(texts(&expand(&server, "all", "filter=drache").await).is_empty());
    assert!(expand(&server, "all", "").await.to_string().contains("CodeSystem/german|1"), "it is named");
    assert_eq!(german(&server).await, "Hund");
    assert!(lookup(&server, "").await.text().contains("Wau"));
    for (display, expected) in [("Hund", true), ("Chien", true), ("Katze", false)] {
        for path in [
            format!("CodeSystem/$validate-code?url={ANIMALS}&code=dog&display={display}"),
            format!("ValueSet/$validate-code?url={}&system={ANIMALS}&code=dog&display={display}", set("mammals")),
        ] {
            let answer = server.gp().get(&path).await.expect(200).json();
            assert_eq!(answer["parameter"][0]["valueBoolean"], expected, "{path}");
        }
    }
    // It is no code system itself.
    let own = "CodeSystem/$lookup?system=http://example.org/fhir/CodeSystem/german&code=dog";
    server.gp().get(own).await.expect(404);
    server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=dragon")).await.expect(404);
}

async fn an_answer_follows_the_supplements(server: Server) {
    with_animals(&server).await;
    let check = async |expected: &str| {
        // Twice: the second time with what the first has left.
        for _ in 0..2 {
            let found = expand(&server, "below-mammal", "displayLanguage=de").await;
            assert_eq!((texts(&found)[0], german(&server).await.as_str()), (expected, expected));
        }
    };
    check("Dog").await;
    put(&server, supplement("Hund")).await;
    check("Hund").await;
    put(&server, supplement("Köter")).await;
    check("Köter").await;
    let mut newer = supplement("Vierbeiner");
    (newer["id"], newer["version"]) = (json!("newer"), json!("2"));
    put(&server, newer.clone()).await;
    check("Vierbeiner").await;
    newer["supplements"] = json!(format!("{ANIMALS}|9.9"));
    put(&server, newer.clone()).await;
    check("Köter").await;
    newer["supplements"] = json!(format!("{ANIMALS}|1.0"));
    put(&server, newer).await;
    check("Vierbeiner").await;
    for id in ["newer", "german"] {
        let (rtype, id) = ("CodeSystem".to_owned(), id.to_owned());
        server.as_hub(Interaction::Delete { rtype, id, if_match: None }).await;
    }
    check("Dog").await;
}

async fn nobody_but_the_hub_and_the_source_adds_to_a_system(server: Server) {
    with_animals(&server).await;
    server.hospital().put("CodeSystem/german", &supplement("Hund")).await.expect(201);
    assert_eq!(german(&server).await, "Dog");
    let small = json!({"resourceType": "CodeSystem", "id": "small", "url": "urn:example:small", "status": "active",
                       "content": "complete", "concept": [{"code": "dog", "display": "Dog"}]});
    server.hospital().put("CodeSystem/small", &small).await.expect(201);
    let mut more = supplement("Hund");
    (more["id"], more["url"], more["supplements"]) =
        (json!("more"), json!("urn:example:more"), json!("urn:example:small"));
    let ask = async || {
        let path = "CodeSystem/$lookup?system=urn:example:small&code=dog&displayLanguage=de";
        server.gp().get(path).await.expect(200).text().contains("Hund")
    };
    server.gp().put("CodeSystem/more", &more).await.expect(201);
    assert!(!ask().await, "of somebody else");
    server.gp().delete("CodeSystem/more").await.expect(204);
    more["id"] = json!("ours");
    server.hospital().put("CodeSystem/ours", &more).await.expect(201);
    assert!(ask().await, "of the same source");
}

async fn a_value_set_can_need_a_supplement(server: Server) {
    with_animals(&server).await;
    let mut needy = value_set("needy", by("concept", "is-a", "dog"), Value::Null);
    needy["extension"] = json!([{
        "url": "http://hl7.org/fhir/StructureDefinition/valueset-supplement",
        "valueCanonical": "http://example.org/fhir/CodeSystem/german",
    }]);
    put(&server, needy).await;
    let path = format!("ValueSet/$expand?url={}", set("needy"));
    let refused = server.gp().get(&path).await.expect(422);
    assert!(refused.text().contains("CodeSystem/german"), "{}", refused.text());
    let judged = format!("ValueSet/$validate-code?url={}&system={ANIMALS}&code=dog", set("needy"));
    server.gp().get(&judged).await.expect(422);
    put(&server, supplement("Hund")).await;
    assert_eq!(texts(&expand(&server, "needy", "displayLanguage=de").await), ["Hund", "Poodle"]);
    server.gp().get(&judged).await.expect(200);
}
