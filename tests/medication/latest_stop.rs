//! `period-of-use` and `is-latest-stop` over HTTP.

use serde_json::{Value, json};

use super::blocks::{ADMINISTRATION, AGREEMENT, SCHEDULE, USE, block, duration, stopping};
use crate::support::builders::{bundle, consent, labelled, patient, permit};
use crate::support::{Caller, Person, Server, on_both};

const FOR_GOOD: &str = "410546004";

/// A patient of the hospital with stops of two treatments.
async fn treated(server: &Server) -> (Caller<'_>, Person) {
    let (hospital, anna) = (server.hospital(), server.person().await);
    let year = |start: &str, end: &str| json!({"start": start, "end": end});
    let old = year("2023-01-01", "2023-12-31");
    let new = |category: &str, agreed: &str| block(category, "Patient/h", "1", agreed, old.clone());
    let mut requests = vec![("PUT", "Patient/h", patient(&anna.bsn))];
    let mut put = |name: &'static str, body: Value| requests.push(("PUT", name, body));
    put("MedicationRequest/plain", new(AGREEMENT, "2023-01-01"));
    put("MedicationRequest/first", stopping(new(AGREEMENT, "2023-05-01"), FOR_GOOD));
    put("MedicationRequest/last", stopping(new(AGREEMENT, "2023-06-01"), FOR_GOOD));
    put("MedicationRequest/schedule", stopping(new(SCHEDULE, "2023-04-01"), FOR_GOOD));
    put("MedicationRequest/other", stopping(block(AGREEMENT, "Patient/h", "2", "2023-02-01", old.clone()), FOR_GOOD));
    put("MedicationRequest/now", block(AGREEMENT, "Patient/h", "3", "2026-01-01", json!({"start": "2026-01-01"})));
    put("MedicationDispense/stop", stopping(new(ADMINISTRATION, "2023-06-02"), FOR_GOOD));
    put("MedicationStatement/stop", stopping(new(USE, "2023-06-03"), FOR_GOOD));
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
    (hospital, anna)
}

fn names(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("MedicationRequest/{id}")).collect()
}

async fn the_latest_stop_of_each_treatment_and_kind_comes_beside_the_period(server: Server) {
    let (hospital, _) = treated(&server).await;
    for (query, expected) in [
        ("period-of-use=ge2026-01-01", vec!["now"]),
        ("period-of-use=ge2026-01-01&is-latest-stop=false", vec!["now"]),
        ("period-of-use=ge2026-01-01&is-latest-stop=true", vec!["last", "now", "other", "schedule"]),
        (
            "period-of-use=ge2026-01-01&period-of-use=le2030&is-latest-stop=true",
            vec!["last", "now", "other", "schedule"],
        ),
        (
            "category=http://snomed.info/sct|33633005&period-of-use=ge2026&is-latest-stop=true",
            vec!["last", "now", "other"],
        ),
        (
            "period-of-use=gt2026&pharmaceutical-treatment-identifier=urn:example:mbh|1&is-latest-stop=true",
            vec!["last", "schedule"],
        ),
        ("is-latest-stop=true&authoredon=2023-05-01", vec!["first"]),
        ("period-of-use=2023&is-latest-stop=true&status=active", vec!["first", "last", "other", "plain", "schedule"]),
        ("period-of-use:missing=true&is-latest-stop=true", vec!["last", "other", "schedule"]),
    ] {
        let found = hospital.get(&format!("MedicationRequest?patient=h&{query}")).await.expect(200);
        assert_eq!(found.matches(), names(&expected), "{query}");
        let form = hospital.search("MedicationRequest", &format!("patient=h&{query}")).await.expect(200);
        assert_eq!(form.matches(), found.matches(), "{query}");
        let at_large = hospital.get(&format!("MedicationRequest?{query}")).await.expect(200);
        assert_eq!(at_large.matches(), found.matches(), "{query}");
        let counted = hospital.get(&format!("MedicationRequest?patient=h&{query}&_summary=count")).await.expect(200);
        assert_eq!(counted.json()["total"], expected.len(), "{query}");
    }
    for (rtype, id) in [("MedicationDispense", "stop"), ("MedicationStatement", "stop")] {
        let query = format!("{rtype}?patient=h&period-of-use=ge2026");
        assert!(hospital.get(&query).await.expect(200).matches().is_empty());
        let found = hospital.get(&format!("{query}&is-latest-stop=true")).await.expect(200);
        assert_eq!(found.matches(), [format!("{rtype}/{id}")]);
    }
    let both = "?_type=MedicationRequest,MedicationDispense&period-of-use=ge2026&is-latest-stop=true";
    let found = hospital.get(both).await.expect(200).matches();
    assert_eq!(
        found,
        [vec!["MedicationDispense/stop".to_owned()], names(&["last", "now", "other", "schedule"])].concat()
    );
}

async fn a_duration_takes_the_place_of_an_end_in_a_search(server: Server) {
    let (hospital, _) = treated(&server).await;
    let mut period = json!({"start": "2025-03-01"});
    period["extension"] = json!([duration(2, "wk")]);
    let mut backwards = json!({"end": "2025-04-30"});
    backwards["extension"] = json!([duration(10, "d")]);
    let (from, until) = (json!({"start": "2025-06-01"}), json!({"end": "2022-01-01"}));
    for (id, period) in [("weeks", period), ("back", backwards), ("open", from), ("until", until)] {
        for (rtype, category) in
            [("MedicationRequest", AGREEMENT), ("MedicationDispense", ADMINISTRATION), ("MedicationStatement", USE)]
        {
            let body = block(category, "Patient/h", "9", "2025-01-01", period.clone());
            hospital.put(&format!("{rtype}/{id}"), &body).await.expect(201);
        }
    }
    for (value, expected) in [
        ("ge2025-03-10", vec!["back", "open", "weeks"]),
        ("gt2025-03-14", vec!["back", "open"]),
        ("ge2025-03-15", vec!["back", "open"]),
        ("lt2025-03-01", vec!["until"]),
        ("le2025-03-01", vec!["until"]),
        ("2025", vec!["back", "weeks"]),
        ("2025-04", vec!["back"]),
        ("ne2025", vec!["open", "until"]),
        ("sa2025-04-20", vec!["back", "open"]),
        ("eb2025-03-15", vec!["until", "weeks"]),
        ("eb2025-03-14", vec!["until"]),
        ("ap2025-03-10T12:00:00", vec!["weeks"]),
        ("1999,2025-04", vec!["back"]),
    ] {
        for rtype in ["MedicationRequest", "MedicationDispense", "MedicationStatement"] {
            let numbers = "pharmaceutical-treatment-identifier=urn:example:mbh|9";
            let path = format!("{rtype}?patient=h&{numbers}&period-of-use={value}");
            let expected: Vec<String> = expected.iter().map(|id| format!("{rtype}/{id}")).collect();
            assert_eq!(hospital.get(&path).await.expect(200).matches(), expected, "{path}");
        }
    }
}

async fn what_cannot_be_done_with_it_is_refused(server: Server) {
    let (hospital, _) = treated(&server).await;
    for (path, code) in [
        ("MedicationRequest?is-latest-stop=yes", "value"),
        ("MedicationRequest?is-latest-stop:missing=true", "not-supported"),
        ("MedicationRequest?is-latest-stop=true&is-latest-stop=false", "value"),
        ("MedicationRequest?is-latest-stop=true&_contained=true", "not-supported"),
        ("MedicationRequest?is-latest-stop=true&_filter=period-of-use ge 2026 or status eq active", "not-supported"),
        ("Patient?_has:MedicationRequest:patient:is-latest-stop=true", "not-supported"),
        ("MedicationDispense?prescription:MedicationRequest.is-latest-stop=true", "not-supported"),
        ("MedicationRequest?_sort=is-latest-stop", "not-supported"),
        ("Observation?is-latest-stop=true", "not-found"),
        ("MedicationRequest?period-of-use=yesterday", "value"),
    ] {
        let answer = hospital.get(path).await.expect(400).json();
        assert_eq!(answer["issue"][0]["code"], code, "{path}: {answer}");
    }
    // Nothing is left out silently: who is lenient is told as well.
    let lenient = hospital.with("prefer", "handling=lenient");
    lenient.get("MedicationRequest?is-latest-stop=yes").await.expect(400);
    lenient.get("MedicationRequest?is-latest-stop=true&nonsense=1").await.expect(200);
}

/// A later stop that is hidden makes the one before it no less the latest.
async fn a_hidden_stop_does_not_make_another_one_older(server: Server) {
    let (hospital, anna) = treated(&server).await;
    let query = "MedicationRequest?period-of-use=ge2026&is-latest-stop=true&category=33633005";
    let gp = server.gp();
    assert!(gp.get(query).await.expect(200).matches().is_empty());
    let permitted = consent(&anna.reference(), permit("org-gp"));
    server.patient(&anna).post("Consent", &permitted).await.expect(201);
    assert_eq!(gp.get(query).await.expect(200).matches(), names(&["last", "now", "other"]));
    let stop = hospital.get("MedicationRequest/last").await.expect(200).json();
    hospital.put("MedicationRequest/last", &labelled(stop, "PSY")).await.expect(200);
    let hidden = gp.get(query).await.expect(200);
    assert_eq!(hidden.matches(), names(&["first", "now", "other"]));
    assert_eq!(hospital.get(query).await.expect(200).matches(), names(&["last", "now", "other"]));
    hospital.delete("MedicationRequest/last").await.expect(204);
    assert_eq!(gp.get(query).await.expect(200).matches(), hidden.matches());
    assert_eq!(hospital.get(query).await.expect(200).matches(), hidden.matches());
}

on_both! {
    a_duration_takes_the_place_of_an_end_in_a_search,
    a_hidden_stop_does_not_make_another_one_older,
    the_latest_stop_of_each_treatment_and_kind_comes_beside_the_period,
    what_cannot_be_done_with_it_is_refused,
}
