//! History of a resource, of a type and of everything (<https://hl7.org/fhir/R4/http.html#history>).

use serde_json::Value;

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn every_version_is_listed_newest_first(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    hospital.put("Condition/c1", &condition(&patient, "2")).await.expect(200);
    hospital.delete("Condition/c1").await.expect(204);
    let history = hospital.get("Condition/c1/_history").await.expect(200).json();
    assert_eq!((history["type"].as_str(), history["total"].as_i64()), (Some("history"), Some(3)));
    let entries = history["entry"].as_array().expect("entries");
    let methods: Vec<_> = entries.iter().map(|entry| entry["request"]["method"].as_str().expect("method")).collect();
    assert_eq!(methods[0], "DELETE");
    assert!(entries[0]["resource"].is_null());
    let etags: Vec<_> = entries.iter().map(|entry| entry["response"]["etag"].as_str().expect("etag")).collect();
    assert_eq!(etags, ["W/\"3\"", "W/\"2\"", "W/\"1\""]);
    assert_eq!(entries[2]["resource"]["code"]["coding"][0]["code"], "1");
    hospital.get("Condition/absent/_history").await.expect(404);
    let xml = hospital.get("Condition/c1/_history?_format=xml").await.expect(200).text();
    assert!(xml.contains("<type value=\"history\"/>"), "{xml}");
}

/// `Type/id vN` of the entries, in their order.
fn listed(history: &Value) -> Vec<String> {
    assert_eq!(history["type"], "history", "{history}");
    let entries = history["entry"].as_array().into_iter().flatten();
    let one = |entry: &Value| {
        let url = entry["fullUrl"].as_str().expect("a URL").rsplit("/fhir/").next().expect("a path").to_owned();
        let etag = entry["response"]["etag"].as_str().expect("a version").to_owned();
        format!("{url} {}", etag.trim_matches(['W', '/', '"']))
    };
    entries.map(one).collect()
}

/// The hospital with three conditions: c1 in three versions, c2 deleted, c3 in one; a second apart each, from 09:00:00 on.
async fn six_versions(server: &Server) -> crate::support::Caller<'_> {
    let (hospital, patient) = hospital(server).await;
    for (path, code) in [("c1", "1"), ("c2", "1"), ("c1", "2"), ("c3", "1")] {
        server.advance(1_000);
        assert!(hospital.put(&format!("Condition/{path}"), &condition(&patient, code)).await.status < 300);
    }
    server.advance(1_000);
    hospital.delete("Condition/c2").await.expect(204);
    server.advance(1_000);
    hospital.put("Condition/c1", &condition(&patient, "3")).await.expect(200);
    hospital
}

async fn a_type_has_a_history_with_its_deletions(server: Server) {
    let hospital = six_versions(&server).await;
    let history = hospital.get("Condition/_history").await.expect(200).json();
    let all =
        ["Condition/c1 3", "Condition/c2 2", "Condition/c3 1", "Condition/c1 2", "Condition/c2 1", "Condition/c1 1"];
    assert_eq!(listed(&history), all);
    assert_eq!(history["entry"][1]["request"]["method"], "DELETE");
    assert!(history["entry"][1]["resource"].is_null() && history["total"].is_null());
    assert_eq!(hospital.get("Condition/_history?_total=accurate&_count=2").await.json()["total"], 6);
    let count = hospital.get("Condition/_history?_summary=count").await.expect(200).json();
    assert_eq!((count["total"].as_i64(), count["entry"].is_null()), (Some(6), true));
    assert_eq!(hospital.get("Condition/c1/_history?_count=1").await.json()["total"], 3);
    let system = listed(&hospital.get("_history").await.expect(200).json());
    assert_eq!(system[..6], all.map(str::to_owned));
    assert!(system[6].starts_with("Patient/"), "{system:?}");
    assert_eq!(listed(&hospital.get("Encounter/_history").await.expect(200).json()), Vec::<String>::new());
}

async fn a_history_is_limited_by_time(server: Server) {
    let hospital = six_versions(&server).await;
    for (query, expected) in [
        ("_since=2026-03-02T09:00:05Z", vec!["c1 3", "c2 2"]),
        ("_since=2026-03-02T09:00:06Z", vec!["c1 3"]),
        ("_since=2026-03-02T09:00:07Z", vec![]),
        ("_at=2026-03-02T09:00:02Z", vec!["c2 1", "c1 1"]),
        ("_at=2026-03-02T09:00:03Z", vec!["c1 2", "c2 1"]),
        ("_at=2026-03-02T09:00:06.000Z", vec!["c1 3", "c2 2", "c3 1"]),
        ("_at=2026-03-01", vec![]),
        ("_at=2026-03-02T09:00:03Z&_since=2026-03-02T09:00:03Z", vec!["c1 2"]),
    ] {
        let found = listed(&hospital.get(&format!("Condition/_history?{query}")).await.expect(200).json());
        let expected: Vec<String> = expected.iter().map(|one| format!("Condition/{one}")).collect();
        assert_eq!(found, expected, "{query}");
        let of_one = listed(&hospital.get(&format!("Condition/c1/_history?{query}")).await.expect(200).json());
        let expected: Vec<String> = expected.into_iter().filter(|one| one.contains("c1")).collect();
        assert_eq!(of_one, expected, "{query}");
    }
    for query in
        ["_since=x", "_at=ge2020", "_count=-1", "_sort=_id", "code=1", "_total=x", "_page=x", "_elements=nonsense"]
    {
        let refused = hospital.get(&format!("Condition/_history?{query}")).await.expect(400).json();
        assert!(refused["issue"][0]["expression"][0].is_string(), "{query}: {refused}");
    }
    hospital.get("AuditEvent/_history").await.expect(404);
    hospital.get("Nothing/_history").await.expect(404);
}

async fn a_history_is_paged_while_others_write(server: Server) {
    let hospital = six_versions(&server).await;
    for (path, more) in [("Condition/_history", 6), ("_history", 6), ("Condition/c1/_history", 3)] {
        let whole = listed(&hospital.get(path).await.json());
        let mut page = hospital.get(&format!("{path}?_count=2")).await.expect(200).json();
        let mut found = listed(&page);
        let mut pages = 1;
        while let Some(next) = page["link"].as_array().into_iter().flatten().find(|link| link["relation"] == "next") {
            let next = next["url"].as_str().expect("a URL").to_owned();
            assert!(!next.contains("_count"), "the link is sealed: {next}");
            assert!(server.gp().get(&next).await.status >= 400, "it works for the caller it was made for");
            // What is written meanwhile is newer than every page.
            let (_, patient) = super::hospital(&server).await;
            hospital.post("Encounter", &crate::support::builders::encounter(&patient)).await.expect(201);
            page = hospital.get(&next).await.expect(200).json();
            found.extend(listed(&page));
            pages += 1;
        }
        assert_eq!(found, whole, "{path}");
        assert!(pages >= more / 2, "{path}: {pages} pages");
    }
}

on_both! {
    every_version_is_listed_newest_first,
    a_type_has_a_history_with_its_deletions,
    a_history_is_limited_by_time,
    a_history_is_paged_while_others_write,
}
