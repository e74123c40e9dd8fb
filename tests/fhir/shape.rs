//! `_summary`, `_elements`, `_format` and `_pretty` (<https://hl7.org/fhir/R4/search.html#summary>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, weight};
use crate::support::{Caller, Server, on_both};

async fn written(server: &Server) -> Caller<'_> {
    let (hospital, patient) = hospital(server).await;
    let mut body = weight(&patient, "2026-01-01", "70.00");
    body["text"] =
        json!({"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a <b>b</b></p></div>"});
    body["note"] = json!([{"text": "n"}]);
    hospital.put("Observation/o1", &body).await.expect(201);
    hospital
}

/// The elements of a resource, and whether it is marked as a part.
fn parts(resource: &Value) -> (Vec<&str>, bool) {
    let names = resource.as_object().expect("an object").keys().map(String::as_str);
    let tags = resource["meta"]["tag"].as_array().into_iter().flatten();
    let marked = tags.filter(|tag| tag["code"] == "SUBSETTED").count() == 1;
    (names.filter(|name| !["resourceType", "id", "meta"].contains(name)).collect(), marked)
}

async fn the_part_that_is_asked_is_sent_everywhere(server: Server) {
    let hospital = written(&server).await;
    for (query, expected) in [
        ("_summary=true", vec!["status", "code", "subject", "effectiveDateTime", "valueQuantity"]),
        ("_summary=text", vec!["status", "code", "text"]),
        ("_summary=data", vec!["status", "category", "code", "subject", "effectiveDateTime", "valueQuantity", "note"]),
        ("_elements=note", vec!["status", "code", "note"]),
        ("_elements=value,Observation.note", vec!["status", "code", "valueQuantity", "note"]),
    ] {
        let read = hospital.get(&format!("Observation/o1?{query}")).await.expect(200);
        assert!(read.header("etag").starts_with("W/"));
        let vread = hospital.get(&format!("Observation/o1/_history/1?{query}")).await.expect(200).json();
        let history = hospital.get(&format!("Observation/_history?{query}")).await.expect(200).json();
        let search = hospital.get(&format!("Observation?{query}")).await.expect(200).json();
        let inside = [("GET", format!("Observation/o1?{query}"), Value::Null)];
        let inside = inside.iter().map(|(method, url, body)| (*method, url.as_str(), body.clone())).collect();
        let batch = hospital.post("", &bundle("batch", inside)).await.expect(200).json();
        let read = read.json();
        for (name, resource) in [
            ("read", &read),
            ("vread", &vread),
            ("history", &history["entry"][0]["resource"]),
            ("search", &search["entry"][0]["resource"]),
            ("batch", &batch["entry"][0]["resource"]),
        ] {
            let mut expected = expected.clone();
            expected.sort_unstable();
            let (mut found, marked) = parts(resource);
            found.sort_unstable();
            assert_eq!((found, marked), (expected, true), "{name} {query}: {resource}");
        }
    }
    let whole = hospital.get("Observation/o1?_summary=false").await.expect(200);
    assert_eq!(whole.body, hospital.get("Observation/o1").await.body);
    assert!(!parts(&whole.json()).1);
    let xml = hospital.get("Observation/o1?_elements=note&_format=xml").await.expect(200).text();
    assert!(xml.contains("SUBSETTED") && !xml.contains("valueQuantity"), "{xml}");
}

async fn what_cannot_be_asked_is_refused(server: Server) {
    let hospital = written(&server).await;
    for path in [
        "Observation/o1?_summary=count",
        "Observation/o1?_summary=x",
        "Observation/o1?_elements=nonsense",
        "Observation/o1?_elements=component.code",
        "Observation/o1?_elements=note&_summary=true",
        "Observation/o1?code=1",
        "Observation/o1?_pretty=maybe",
        "Observation/o1/_history/1?_count=1",
        "Observation?_elements=note&_summary=true",
        "Observation?_elements=nonsense",
        "Observation/_history?_summary=x",
    ] {
        let answer = hospital.get(path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        assert!(answer.json()["issue"][0]["expression"][0].is_string(), "{path}: {}", answer.text());
    }
}

async fn every_spelling_of_a_format_is_understood(server: Server) {
    let hospital = written(&server).await;
    for (format, media) in [
        ("json", "application/fhir+json"),
        ("application/json", "application/fhir+json"),
        ("application/fhir%2Bjson", "application/fhir+json"),
        ("application/fhir+json", "application/fhir+json"),
        ("application/fhir%2Bjson;fhirVersion=4.0", "application/fhir+json"),
        ("text/json", "application/fhir+json"),
        ("xml", "application/fhir+xml"),
        ("text/xml", "application/fhir+xml"),
        ("application/xml", "application/fhir+xml"),
        ("application/fhir+xml", "application/fhir+xml"),
    ] {
        let answer = hospital.get(&format!("Observation/o1?_format={format}")).await.expect(200);
        assert!(answer.header("content-type").starts_with(media), "{format}");
    }
    let xml = hospital.search("Observation", "_id=o1&_format=xml").await.expect(200);
    assert!(xml.header("content-type").starts_with("application/fhir+xml"), "the form may say it too");
    hospital.search("Observation", "_format=ttl").await.expect(406);
    for format in ["ttl", "text/turtle", "application/fhir%2Bjson;fhirVersion=3.0", ""] {
        hospital.get(&format!("Observation/o1?_format={format}")).await.expect(406);
    }
    hospital.with("accept", "application/fhir+json; fhirVersion=5.0").get("Observation/o1").await.expect(406);
    hospital.with("accept", "application/fhir+xml; fhirVersion=4.0").get("Observation/o1").await.expect(200);
}

async fn a_pretty_answer_says_the_same(server: Server) {
    let hospital = written(&server).await;
    for path in ["Observation/o1?", "Observation?", "Observation/absent?", "metadata?"] {
        let plain = hospital.get(path).await;
        let pretty = hospital.get(&format!("{path}_pretty=true")).await;
        assert_eq!(plain.status, pretty.status, "{path}");
        assert!(pretty.text().contains("\n  \""), "{path}");
        let without = |value: Value| value.to_string().replace("_pretty=true", "");
        assert_eq!(without(plain.json()), without(pretty.json()), "{path}");
    }
    assert!(hospital.get("Observation/o1?_pretty=true").await.text().contains("\"value\": 70.00"));
    let xml = hospital.get("Observation/o1?_pretty=true&_format=xml").await.expect(200);
    assert!(xml.text().contains("\n  <status value=\"final\"/>\n"), "{}", xml.text());
    assert!(xml.text().contains("<p>a <b>b</b></p>"), "narrative stays as it is");
    let read = |body: &[u8]| spil_fhir_profiles::xml::to_json(body).expect("XML");
    assert_eq!(read(&xml.body), read(&hospital.get("Observation/o1?_format=xml").await.body));
}

on_both! {
    the_part_that_is_asked_is_sent_everywhere,
    what_cannot_be_asked_is_refused,
    every_spelling_of_a_format_is_understood,
    a_pretty_answer_says_the_same,
}
