//! Search in a compartment (<https://hl7.org/fhir/R4/http.html#vsearch>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{allergy, condition, encounter, weight};
use crate::support::{Caller, Server, on_both};

/// Two patients, each with an encounter, a condition in it and a weight; gives the first patient.
async fn record(server: &Server) -> (Caller<'_>, String) {
    let (hospital, anna) = hospital(server).await;
    let bert = crate::support::builders::patient(&crate::support::region::bsn(8));
    hospital.put("Patient/bert", &bert).await.expect(201);
    hospital.put("Practitioner/p1", &json!({"resourceType": "Practitioner"})).await.expect(201);
    for (patient, mark) in [(anna.as_str(), "a"), ("Patient/bert", "b")] {
        hospital.put(&format!("Encounter/e{mark}"), &encounter(patient)).await.expect(201);
        let mut problem = condition(patient, "1");
        problem["encounter"] = json!({"reference": format!("Encounter/e{mark}")});
        problem["asserter"] = json!({"reference": "Practitioner/p1"});
        hospital.put(&format!("Condition/c{mark}"), &problem).await.expect(201);
        hospital.put(&format!("Observation/o{mark}"), &weight(patient, "2026-01-01", "70")).await.expect(201);
        hospital.put(&format!("AllergyIntolerance/a{mark}"), &allergy(patient, "2")).await.expect(201);
    }
    hospital.put("Condition/loose", &condition(&anna, "2")).await.expect(201);
    (hospital, anna)
}

async fn each_owner_has_what_belongs_to_it(server: Server) {
    let (hospital, anna) = record(&server).await;
    for (path, expected) in [
        (format!("{anna}/Condition"), vec!["Condition/ca", "Condition/loose"]),
        (format!("{anna}/Condition?code=2"), vec!["Condition/loose"]),
        (format!("{anna}/Observation?patient=Patient/bert"), vec![]),
        ("Patient/bert/Observation".to_owned(), vec!["Observation/ob"]),
        ("Encounter/ea/Condition".to_owned(), vec!["Condition/ca"]),
        ("Encounter/ea/Encounter".to_owned(), vec!["Encounter/ea"]),
        ("Practitioner/p1/Condition".to_owned(), vec!["Condition/ca", "Condition/cb"]),
        ("Practitioner/p1/Condition?encounter=Encounter/eb".to_owned(), vec!["Condition/cb"]),
    ] {
        assert_eq!(hospital.get(&path).await.expect(200).matches(), expected, "{path}");
        let (address, form) = path.split_once('?').unwrap_or((&path, ""));
        assert_eq!(hospital.search(address, form).await.expect(200).matches(), expected, "POST {path}");
    }
    for (path, status) in [
        (format!("{anna}/Organization"), 404),
        (format!("{anna}/Nothing"), 404),
        ("Patient/absent/Condition".to_owned(), 404),
        ("Condition/ca/Observation".to_owned(), 404),
        (format!("{anna}/Condition?nonsense=1"), 400),
        (format!("{anna}/Condition?_page=x"), 400),
        (format!("{anna}/*?_sort=_id"), 400),
        (format!("{anna}/*?_include=*"), 400),
        (format!("{anna}/*?code=1"), 400),
        (format!("{anna}/*?_type=Nothing"), 400),
    ] {
        let answer = hospital.get(&path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
}

async fn all_of_a_compartment_comes_page_by_page(server: Server) {
    let (hospital, anna) = record(&server).await;
    let whole = hospital.get(&format!("{anna}/*")).await.expect(200);
    let mut expected = vec![
        "AllergyIntolerance/aa",
        "Condition/ca",
        "Condition/loose",
        "Encounter/ea",
        "Observation/oa",
        anna.as_str(),
    ];
    expected.sort_unstable();
    assert_eq!(whole.matches(), expected);
    let some = hospital.get(&format!("{anna}/*?_type=Observation,Encounter")).await.expect(200);
    assert_eq!(some.matches(), ["Encounter/ea", "Observation/oa"]);
    let count = hospital.get(&format!("{anna}/*?_summary=count")).await.expect(200).json();
    assert_eq!((count["total"].as_i64(), count["entry"].is_null()), (Some(6), true));
    for size in 1..=4 {
        let mut page = hospital.get(&format!("{anna}/*?_count={size}&_total=accurate")).await.expect(200);
        assert_eq!(page.json()["total"], 6, "{size} a page");
        let mut found = page.matches();
        while let Some(next) = next(&page.json()) {
            assert!(server.gp().get(&next).await.status >= 400, "a link works for the caller it was made for");
            page = hospital.get(&next).await.expect(200);
            assert!(page.matches().len() <= size);
            assert!(page.json()["total"].is_null(), "the first page told it");
            found.extend(page.matches());
        }
        found.sort();
        assert_eq!(found, expected, "{size} a page");
    }
    let mut page = hospital.get(&format!("{anna}/Condition?_count=1")).await.expect(200);
    let mut found = page.matches();
    while let Some(next) = next(&page.json()) {
        page = hospital.get(&next).await.expect(200);
        found.extend(page.matches());
    }
    found.sort();
    assert_eq!(found, ["Condition/ca", "Condition/loose"]);
}

/// The page that ends with the last type that there is leads nowhere.
async fn the_last_type_ends_the_pages(server: Server) {
    let (hospital, anna) = record(&server).await;
    let glasses = json!({
        "resourceType": "VisionPrescription", "status": "active", "created": "2026-01-01", "dateWritten": "2026-01-01",
        "patient": {"reference": anna}, "prescriber": {"display": "Arts"},
        "lensSpecification": [{"product": {"text": "bril"}, "eye": "left"}],
    });
    hospital.put("VisionPrescription/v1", &glasses).await.expect(201);
    for (types, is_more) in [("VisionPrescription", false), ("Observation,VisionPrescription", true)] {
        let page = hospital.get(&format!("{anna}/*?_type={types}&_count=1")).await.expect(200);
        assert_eq!((page.matches().len(), next(&page.json()).is_some()), (1, is_more), "{types}");
    }
}

fn next(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array()?;
    links.iter().find(|link| link["relation"] == "next")?["url"].as_str().map(str::to_owned)
}

on_both! {
    each_owner_has_what_belongs_to_it,
    all_of_a_compartment_comes_page_by_page,
    the_last_type_ends_the_pages,
}
