//! Transactions (<https://hl7.org/fhir/R4/http.html#trules>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, condition, encounter, patient};
use crate::support::{Server, on_both, region};

async fn references_between_entries_become_literal(server: Server) {
    let hospital = server.hospital();
    let (one, two) = ("urn:uuid:0b8b3f3e-3d7a-4a3f-9a53-0d1a8a2f6a01", "urn:uuid:0b8b3f3e-3d7a-4a3f-9a53-0d1a8a2f6a02");
    let mut problem = condition(one, "1");
    problem["encounter"] = json!({"reference": two});
    let mut body = bundle(
        "transaction",
        vec![
            ("POST", "Condition", problem),
            ("POST", "Encounter", encounter(one)),
            ("POST", "Patient", patient(&region::bsn(3))),
        ],
    );
    body["entry"][1]["fullUrl"] = json!(two);
    body["entry"][2]["fullUrl"] = json!(one);
    let answer = hospital.with("prefer", "return=representation").post("", &body).await.expect(200).json();
    let entries = answer["entry"].as_array().expect("entries");
    let types: Vec<_> = entries.iter().map(|entry| entry["resource"]["resourceType"].as_str().expect("type")).collect();
    assert_eq!(types, ["Condition", "Encounter", "Patient"], "answers are in the order of the entries");
    let id = |at: usize| entries[at]["resource"]["id"].as_str().expect("id");
    assert_eq!(entries[0]["resource"]["subject"]["reference"], format!("Patient/{}", id(2)));
    assert_eq!(entries[0]["resource"]["encounter"]["reference"], format!("Encounter/{}", id(1)));
    assert!(entries[0]["response"]["status"].as_str().expect("status").starts_with("201"));
    let found = hospital.get(&format!("Condition?patient={}&encounter={}", id(2), id(1))).await;
    assert_eq!(found.matches().len(), 1);
}

async fn conditional_references_are_resolved_or_refused(server: Server) {
    let (hospital, own) = hospital(&server).await;
    let by_bsn = format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", region::bsn(7));
    let body = bundle("transaction", vec![("PUT", "Condition/c1", condition(&by_bsn, "1"))]);
    hospital.post("", &body).await.expect(200);
    assert_eq!(hospital.get("Condition/c1").await.json()["subject"]["reference"], own);
    for reference in ["Patient?family=nobody", "Patient?nonsense=1", "Patient?"] {
        let body = bundle("transaction", vec![("PUT", "Condition/c2", condition(reference, "1"))]);
        let answer = hospital.post("", &body).await;
        assert!([400, 412].contains(&answer.status), "{reference}: {}", answer.text());
    }
    hospital.get("Condition/c2").await.expect(404);
}

async fn nothing_is_kept_when_one_entry_fails(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/old", &condition(&patient, "1")).await.expect(201);
    let bad = json!({"resourceType": "Condition", "nonsense": 1});
    for (name, request) in [
        ("a fault", ("POST", "Condition", bad)),
        (
            "a version",
            (
                "PATCH",
                "Condition/absent",
                json!({"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "W10="}),
            ),
        ),
        ("a type", ("POST", "Nothing", condition(&patient, "1"))),
        ("twice the same", ("PUT", "Condition/new", condition(&patient, "1"))),
        ("no such method", ("BREW", "Condition/new", condition(&patient, "1"))),
        ("a read of nothing", ("POST", "Condition/x/y/z", condition(&patient, "1"))),
        ("the log", ("POST", "AuditEvent", condition(&patient, "1"))),
    ] {
        let body = bundle(
            "transaction",
            vec![("PUT", "Condition/new", condition(&patient, "1")), ("DELETE", "Condition/old", Value::Null), request],
        );
        let answer = hospital.post("", &body).await;
        assert!((400..500).contains(&answer.status), "{name}: {}", answer.text());
        assert!(answer.text().contains("Bundle.entry["), "{name}: {}", answer.text());
        hospital.get("Condition/new").await.expect(404);
        assert_eq!(hospital.get("Condition/old").await.expect(200).header("etag"), "W/\"1\"");
    }
}

async fn deletions_come_first_and_reads_last(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/old", &condition(&patient, "1")).await.expect(201);
    let mut body = bundle(
        "transaction",
        vec![
            ("GET", "Condition?code=1", Value::Null),
            ("POST", "Condition", condition(&patient, "1")),
            ("DELETE", "Condition/old", Value::Null),
        ],
    );
    body["entry"][1]["request"]["ifNoneExist"] = json!("code=7");
    let answer = hospital.post("", &body).await.expect(200).json();
    let found = crate::support::builders::entries(&answer["entry"][0]["resource"], "match");
    assert_eq!(found.len(), 1, "{answer}");
    assert_ne!(found[0], "Condition/old");
    hospital.get("Condition/old").await.expect(410);
}

async fn what_is_read_inside_goes_through_the_same_routes(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    for kind in ["transaction", "batch"] {
        let mut body = bundle(
            kind,
            vec![
                ("GET", "Condition/c1", Value::Null),
                ("HEAD", "Condition/c1", Value::Null),
                ("GET", "Condition/c1", Value::Null),
                ("GET", "Condition/c1", Value::Null),
                ("GET", "Condition/c1/_history", Value::Null),
                ("GET", &format!("{patient}/Condition?_summary=count"), Value::Null),
                ("GET", &format!("{patient}/$acp"), Value::Null),
                ("GET", "Condition/absent", Value::Null),
                ("GET", "Condition?nonsense=1", Value::Null),
                ("GET", &format!("{}/Condition/c1?_format=xml&_elements=code", server.fhir()), Value::Null),
                ("GET", "Condition/c1/$nonsense", Value::Null),
                ("GET", "Condition?code=http://snomed.info/sct|1", Value::Null),
                ("GET", "metadata", Value::Null),
            ],
        );
        body["entry"][2]["request"]["ifNoneMatch"] = json!("W/\"1\"");
        body["entry"][3]["request"]["ifModifiedSince"] = json!("2026-03-02T09:00:00.000Z");
        let answer = hospital.post("", &body).await.expect(200).json();
        let told: Vec<(&str, &str)> = answer["entry"]
            .as_array()
            .expect("entries")
            .iter()
            .map(|entry| {
                let status = &entry["response"]["status"].as_str().expect("status")[..3];
                (status, entry["resource"]["resourceType"].as_str().unwrap_or("-"))
            })
            .collect();
        let expected = [
            ("200", "Condition"),
            ("200", "-"),
            ("304", "-"),
            ("304", "-"),
            ("200", "Bundle"),
            ("200", "Bundle"),
            ("200", "Bundle"),
            ("404", "-"),
            ("400", "-"),
            ("200", "Condition"),
            ("404", "-"),
            ("200", "Bundle"),
            ("200", "CapabilityStatement"),
        ];
        assert_eq!(told, expected, "{kind}");
        assert_eq!(answer["entry"][0]["response"]["etag"], "W/\"1\"");
        assert_eq!(answer["entry"][0]["response"]["lastModified"], "2026-03-02T09:00:00.000Z");
        assert_eq!(answer["entry"][7]["response"]["outcome"]["resourceType"], "OperationOutcome");
        assert!(answer["entry"][9]["resource"]["onsetDateTime"].is_null());
    }
}

async fn preferences_and_versions_hold_per_entry(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let ask = || {
        let mut body = bundle(
            "transaction",
            vec![("PUT", "Condition/c1", condition(&patient, "1")), ("POST", "Condition", condition(&patient, "2"))],
        );
        body["entry"][0]["request"]["ifMatch"] = json!("W/\"1\"");
        body
    };
    let answer = hospital.with("prefer", "return=OperationOutcome").post("", &ask()).await.expect(200).json();
    assert_eq!(answer["entry"][0]["response"]["outcome"]["resourceType"], "OperationOutcome");
    assert_eq!(answer["entry"][0]["response"]["etag"], "W/\"2\"");
    assert!(answer["entry"][1]["response"]["location"].as_str().expect("location").starts_with("Condition/"));
    let refused = hospital.post("", &ask()).await.expect(412);
    assert!(refused.text().contains("Bundle.entry[0]"), "{}", refused.text());
    let mut body = ask();
    body["entry"][0]["request"] = json!({"method": "PUT", "url": "Condition/c1", "ifNoneMatch": "*"});
    hospital.post("", &body).await.expect(412);
    for (prefer, resource) in [("return=minimal", false), ("return=representation", true)] {
        let body = bundle("transaction", vec![("PUT", "Condition/c1", condition(&patient, "1"))]);
        let answer = hospital.with("prefer", prefer).post("", &body).await.expect(200).json();
        assert_eq!(answer["entry"][0]["resource"].is_object(), resource, "{prefer}");
    }
    let single =
        hospital.with("prefer", "return=OperationOutcome").put("Condition/c1", &condition(&patient, "1")).await;
    assert_eq!(single.expect(200).json()["resourceType"], "OperationOutcome");
    let single =
        hospital.with("prefer", "return=minimal").put("Condition/c1", &condition(&patient, "1")).await.expect(200);
    assert!(single.body.is_empty() && single.header("location").contains("/Condition/c1/_history/"));
}

async fn what_is_named_twice_is_refused_and_what_is_deleted_matches_nothing(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/old", &condition(&patient, "7")).await.expect(201);
    let conditional = |code: &str, twice: bool| {
        let entry = ("POST", "Condition", condition(&patient, code));
        let mut body = bundle("transaction", vec![entry.clone(), entry]);
        body["entry"][0]["request"]["ifNoneExist"] = json!(format!("code={code}"));
        body["entry"][1]["request"]["ifNoneExist"] = json!(format!("code={code}"));
        if !twice {
            body["entry"][0] = json!({"request": {"method": "DELETE", "url": "Condition/old"}});
        }
        body
    };
    hospital.post("", &conditional("8", true)).await.expect(400);
    assert_eq!(hospital.get("Condition?code=8&_summary=count").await.json()["total"], 0);
    let answer = hospital.post("", &conditional("7", false)).await.expect(200).json();
    assert_eq!(answer["entry"][1]["response"]["status"], "201 Created");
    hospital.get("Condition/old").await.expect(410);
    assert_eq!(hospital.get("Condition?code=7&_summary=count").await.json()["total"], 1);
    let existing = hospital.post("", &conditional("7", true)).await.expect(200).json();
    assert_eq!(existing["entry"][0]["response"]["status"], "200 OK", "both find what is there");
}

async fn links_are_rewritten_where_the_standard_says(server: Server) {
    let hospital = server.hospital();
    let (one, two) = ("urn:uuid:0b8b3f3e-3d7a-4a3f-9a53-0d1a8a2f6a01", "urn:oid:1.2.3.4");
    let mut problem = condition(one, "1");
    problem["encounter"] = json!({"reference": "Encounter/e"});
    problem["identifier"] = json!([{"system": "urn:x", "value": one}]);
    problem["meta"] = json!({"profile": [one]});
    problem["text"] = json!({
        "status": "generated",
        "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{one}\">{one}</a></div>"),
    });
    problem["extension"] = json!([{"url": "urn:e", "valueUri": two}]);
    let mut body = bundle(
        "transaction",
        vec![
            ("POST", "Condition", problem),
            ("POST", "Encounter", encounter(one)),
            ("POST", "Patient", patient(&region::bsn(3))),
            ("POST", "Basic", json!({"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": one}})),
        ],
    );
    let urls = ["http://old.example/fhir/Condition/c", "http://old.example/fhir/Encounter/e", one, two];
    for (at, url) in urls.into_iter().enumerate() {
        body["entry"][at]["fullUrl"] = json!(url);
    }
    let answer = hospital.with("prefer", "return=representation").post("", &body).await.expect(200).json();
    let place = |at: usize| {
        let resource = &answer["entry"][at]["resource"];
        format!("{}/{}", resource["resourceType"].as_str().expect("type"), resource["id"].as_str().expect("id"))
    };
    let made = &answer["entry"][0]["resource"];
    assert_eq!(made["subject"]["reference"], place(2));
    assert_eq!(made["encounter"]["reference"], place(1), "relative to the full URL of the entry");
    assert_eq!(made["identifier"][0]["value"], one, "text is no link");
    assert_eq!(made["meta"]["profile"][0], one, "a canonical address is no link");
    assert_eq!(made["extension"][0]["valueUri"], place(3));
    let div = made["text"]["div"].as_str().expect("narrative");
    assert!(div.contains(&format!("<a href=\"{}\">{one}</a>", place(2))), "{div}");
}

async fn a_transaction_of_a_thousand_entries_is_written_at_once(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let entries = (0..1000).map(|_| ("POST", "Condition", condition(&patient, "1"))).collect();
    let answer = hospital.post("", &bundle("transaction", entries)).await.expect(200).json();
    assert_eq!(answer["entry"].as_array().map(Vec::len), Some(1000));
    assert_eq!(hospital.get("Condition?_summary=count").await.json()["total"], 1000);
}

on_both! {
    what_is_read_inside_goes_through_the_same_routes,
    preferences_and_versions_hold_per_entry,
    what_is_named_twice_is_refused_and_what_is_deleted_matches_nothing,
    links_are_rewritten_where_the_standard_says,
    references_between_entries_become_literal,
    conditional_references_are_resolved_or_refused,
    nothing_is_kept_when_one_entry_fails,
    deletions_come_first_and_reads_last,
    a_transaction_of_a_thousand_entries_is_written_at_once,
}
