//! `$validate` (<https://hl7.org/fhir/R4/resource-operation-validate.html>).

use serde_json::{Value, json};
use spil::access::Interaction;

use super::hospital;
use crate::support::builders::{condition, patient};
use crate::support::{Response, Server, on_both};

fn ask(resource: &Value, more: &[(&str, &str)]) -> Value {
    let mut list: Vec<Value> = more.iter().map(|(name, value)| json!({"name": name, "valueCode": value})).collect();
    list.push(json!({"name": "resource", "resource": resource}));
    json!({"resourceType": "Parameters", "parameter": list})
}

/// Severity, code and place of each issue.
fn issues(response: &Response) -> Vec<(String, String, String)> {
    let body = response.json();
    assert_eq!((response.status, &body["resourceType"]), (200, &json!("OperationOutcome")), "{body}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = body["issue"].as_array().expect("issues").iter();
    list.map(|issue| (text(&issue["severity"]), text(&issue["code"]), text(&issue["expression"][0]))).collect()
}

fn fine() -> Vec<(String, String, String)> {
    vec![("information".to_owned(), "informational".to_owned(), String::new())]
}

fn wrong(response: &Response, code: &str, place: &str) {
    let found = issues(response);
    let fits = |issue: &(String, String, String)| issue.0 == "error" && issue.1 == code && issue.2.contains(place);
    assert!(found.iter().any(fits), "{code} at {place} in {found:?}: {}", response.text());
}

async fn everything_that_is_wrong_is_told_with_its_place(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    let good = condition(&reference, "38341003");
    assert_eq!(issues(&hospital.post("Condition/$validate", &ask(&good, &[])).await), fine());
    assert_eq!(issues(&hospital.post("Condition/$validate", &good).await), fine(), "a bare resource");
    let mut bad = good.clone();
    bad["onsetDateTime"] = json!("yesterday");
    bad["nonsense"] = json!(1);
    bad.as_object_mut().expect("object").remove("subject");
    let found = hospital.post("Condition/$validate", &ask(&bad, &[])).await;
    for (code, place) in [("value", "onset"), ("structure", "nonsense"), ("required", "subject")] {
        let told = issues(&found).into_iter().any(|issue| issue.0 == "error" && issue.2.contains(place));
        assert!(told, "{code} {place}: {}", found.text());
    }
    wrong(&hospital.post("Observation/$validate", &ask(&good, &[])).await, "invalid", "resourceType");
    let xml = hospital.with("accept", "application/fhir+xml").post("Condition/$validate", &good).await.expect(200);
    assert!(xml.text().contains("<OperationOutcome"), "{}", xml.text());
    let count = hospital.get("Condition?_summary=count").await.json();
    assert_eq!(count["total"], 0, "nothing was written");
}

async fn a_stored_resource_is_validated_by_its_id(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&reference, "1")).await.expect(201);
    assert_eq!(issues(&hospital.get("Condition/c1/$validate").await), fine());
    let empty = json!({"resourceType": "Parameters"});
    assert_eq!(issues(&hospital.post("Condition/c1/$validate", &empty).await), fine());
    hospital.get("Condition/none/$validate").await.expect(404);
    server.gp().get("Condition/c1/$validate").await.expect(404);
    hospital.get("Nothing/c1/$validate").await.expect(404);
}

async fn a_mode_tells_what_the_write_would_be_refused_for(server: Server) {
    let (hospital, reference) = hospital(&server).await;
    let good = condition(&reference, "38341003");
    hospital.put("Condition/c1", &good).await.expect(201);
    let create = [("mode", "create")];
    assert_eq!(issues(&hospital.post("Condition/$validate", &ask(&good, &create)).await), fine());
    let nobody = condition("Patient/nobody", "1");
    let real = hospital.post("Condition", &nobody).await;
    let told = issues(&hospital.post("Condition/$validate", &ask(&nobody, &create)).await);
    assert_eq!(real.status >= 400, told != fine(), "as the real write: {} {told:?}", real.text());
    let mut own = good.clone();
    own["id"] = json!("c1");
    let update = [("mode", "update")];
    assert_eq!(issues(&hospital.post("Condition/c1/$validate", &ask(&own, &update)).await), fine());
    assert_eq!(issues(&hospital.post("Condition/$validate", &ask(&own, &update)).await), fine());
    let stale = hospital.with("if-match", "W/\"7\"").post("Condition/c1/$validate", &ask(&own, &update)).await;
    wrong(&stale, "conflict", "");
    wrong(&hospital.post("Condition/c2/$validate", &ask(&own, &update)).await, "value", "Condition.id");
    wrong(&server.gp().post("Condition/c1/$validate", &ask(&own, &update)).await, "not-found", "");
    let narrow = hospital.scope("system/Condition.rs");
    wrong(&narrow.post("Condition/$validate", &ask(&good, &create)).await, "forbidden", "");
    let delete = json!({"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCode": "delete"}]});
    assert_eq!(issues(&hospital.post("Condition/c1/$validate", &delete).await), fine());
    let gone = issues(&hospital.post("Condition/none/$validate", &delete).await);
    assert_eq!(issues(&server.gp().post("Condition/c1/$validate", &delete).await), gone, "hidden as absent");
    assert_eq!(gone[0].0, "warning", "{gone:?}");
    let body = hospital.get("Condition/c1").await.expect(200).json();
    assert_eq!(body["meta"]["versionId"], "1", "nothing was changed");
}

async fn a_profile_is_checked_when_it_is_installed_and_named_when_it_is_not(server: Server) {
    let hospital = server.hospital();
    let url = "http://example.org/born";
    let mut body = patient(&crate::support::region::bsn(3));
    let named = [("profile", url)];
    let asked = hospital.post("Patient/$validate", &ask(&body, &named)).await;
    wrong(&asked, "not-found", "");
    assert!(asked.text().contains(url), "{}", asked.text());
    body["meta"] = json!({"profile": [url]});
    let claimed = issues(&hospital.post("Patient/$validate", &ask(&body, &[])).await);
    assert!(claimed.iter().all(|issue| issue.0 != "error"), "{claimed:?}");
    let definition = json!({
        "resourceType": "StructureDefinition", "url": url, "name": "Born", "status": "active", "kind": "resource",
        "abstract": false, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [
            {"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1},
            {"id": "Patient.photo", "path": "Patient.photo", "max": "0"},
        ]},
    });
    let rtype = "StructureDefinition".to_owned();
    server.as_hub(Interaction::Create { rtype, body: definition, if_none_exist: None }).await;
    let good = issues(&hospital.post("Patient/$validate", &ask(&body, &named)).await);
    assert!(good.iter().all(|issue| issue.0 != "error"), "{good:?}");
    body.as_object_mut().expect("object").remove("birthDate");
    for more in [&named[..], &[]] {
        let found = hospital.post("Patient/$validate", &ask(&body, more)).await;
        let told = issues(&found).into_iter().any(|issue| issue.0 == "error");
        assert!(told && found.text().contains("birthDate"), "{}", found.text());
    }
}

/// A profile of `Patient` that makes one element obligatory.
fn profile(id: &str, base: &str, element: &str) -> Value {
    let element = format!("Patient.{element}");
    json!({
        "resourceType": "StructureDefinition", "id": id, "url": format!("http://example.org/{id}"), "name": "Some",
        "status": "active", "kind": "resource", "abstract": false, "type": "Patient", "derivation": "constraint",
        "baseDefinition": base, "differential": {"element": [{"id": element, "path": element, "min": 1}]},
    })
}

/// What was compiled for one call serves the next only while nothing that it was made of has changed.
async fn a_changed_profile_is_used_by_the_next_call(server: Server) {
    const PATIENT: &str = "http://hl7.org/fhir/StructureDefinition/Patient";
    let hospital = server.hospital();
    let put = |body: Value| {
        let id = body["id"].as_str().expect("an id").to_owned();
        server.as_hub(Interaction::Update { rtype: "StructureDefinition".to_owned(), id, body, if_match: None })
    };
    let delete = |id: &str| {
        let (rtype, id) = ("StructureDefinition".to_owned(), id.to_owned());
        server.as_hub(Interaction::Delete { rtype, id, if_match: None })
    };
    let mut body = patient(&crate::support::region::bsn(3));
    let members = body.as_object_mut().expect("object");
    members.insert("gender".to_owned(), json!("female"));
    members.insert("birthDate".to_owned(), json!("1950-01-01"));
    let named = ask(&body, &[("profile", "http://example.org/upper")]);
    let check = async |missing: Option<&str>| {
        // Twice: the second time with what the first has left.
        for _ in 0..2 {
            let found = issues(&hospital.post("Patient/$validate", &named).await);
            let errors: Vec<_> =
                found.iter().filter(|issue| issue.0 == "error").map(|issue| issue.2.as_str()).collect();
            let expected: Vec<String> = missing.iter().map(|element| format!("Patient.{element}")).collect();
            assert_eq!(errors, expected);
        }
    };
    put(profile("lower", PATIENT, "birthDate")).await;
    put(profile("upper", "http://example.org/lower", "gender")).await;
    check(None).await;
    put(profile("lower", PATIENT, "photo")).await;
    check(Some("photo")).await;
    put(profile("lower", PATIENT, "birthDate")).await;
    check(None).await;
    put(profile("upper", "http://example.org/lower", "maritalStatus")).await;
    check(Some("maritalStatus")).await;
    // A newer version of what it builds on, beside the older one; then it is taken away.
    let mut newer = profile("lower-2", PATIENT, "contact");
    (newer["url"], newer["version"]) = (json!("http://example.org/lower"), json!("2.0"));
    put(profile("upper", "http://example.org/lower", "gender")).await;
    check(None).await;
    put(newer).await;
    check(Some("contact")).await;
    delete("lower-2").await;
    check(None).await;
    delete("lower").await;
    let found = hospital.post("Patient/$validate", &named).await;
    assert!(found.text().contains("cannot be used"), "{}", found.text());
    delete("upper").await;
    wrong(&hospital.post("Patient/$validate", &named).await, "not-found", "");
    put(profile("lower", PATIENT, "birthDate")).await;
    put(profile("upper", "http://example.org/lower", "gender")).await;
    check(None).await;
}

async fn a_question_that_cannot_be_understood_is_refused(server: Server) {
    let hospital = server.hospital();
    let body = patient(&crate::support::region::bsn(3));
    for (path, bad) in [
        ("Patient/$validate", ask(&body, &[("mode", "x")])),
        ("Patient/$validate", ask(&body, &[("mode", "profile")])),
        ("Patient/$validate", ask(&body, &[("mode", "update")])),
        ("Patient/$validate", ask(&body, &[("mode", "delete")])),
        ("Patient/p1/$validate", ask(&body, &[("mode", "create")])),
        ("Patient/$validate", ask(&body, &[("nonsense", "x")])),
        ("Patient/$validate", json!({"resourceType": "Parameters"})),
    ] {
        hospital.post(path, &bad).await.expect(400);
    }
    server.nobody().post("Patient/$validate", &body).await.expect(401);
}

on_both! {
    everything_that_is_wrong_is_told_with_its_place,
    a_stored_resource_is_validated_by_its_id,
    a_mode_tells_what_the_write_would_be_refused_for,
    a_profile_is_checked_when_it_is_installed_and_named_when_it_is_not,
    a_changed_profile_is_used_by_the_next_call,
    a_question_that_cannot_be_understood_is_refused,
}
