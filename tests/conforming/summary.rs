//! What the patient summary says, and above all what it does not say.

use serde_json::{Value, json};
use spil::documents::{Lang, Source, html, patient_summary};

use super::{Person, composed, people};

/// The section with this code.
fn section<'b>(bundle: &'b Value, code: &str) -> Option<&'b Value> {
    let sections = bundle["entry"][0]["resource"]["section"].as_array()?;
    sections.iter().find(|section| section["code"]["coding"][0]["code"] == code)
}

fn person(resources: Vec<Value>) -> Person {
    let patient =
        json!({"resourceType": "Patient", "id": "p1", "name": [{"text": "A. Jansen"}], "birthDate": "1950-03-04"});
    let hub = json!({"resourceType": "Organization", "id": "spil-hub", "name": "Spil"});
    let source = |resource| Source { resource, organisation: "Praktijk".to_owned() };
    Person { name: "a".to_owned(), patient, sources: std::iter::once(hub).chain(resources).map(source).collect() }
}

fn allergy(code: &str, verification: &str) -> Value {
    let of = |name: &str| format!("http://terminology.hl7.org/CodeSystem/allergyintolerance-{name}");
    json!({"resourceType": "AllergyIntolerance", "id": format!("a{code}"), "patient": {"reference": "Patient/p1"},
        "clinicalStatus": {"coding": [{"system": of("clinical"), "code": "active"}]},
        "verificationStatus": {"coding": [{"system": of("verification"), "code": verification}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": code}]}})
}

const REQUIRED: [&str; 3] = ["11450-4", "48765-2", "10160-0"];

#[test]
fn what_is_unknown_is_not_said_to_be_absent() {
    let bundle = composed(&person(Vec::new()), patient_summary).bundle;
    let sections = bundle["entry"][0]["resource"]["section"].as_array().expect("sections");
    assert_eq!(sections.len(), 3, "only what is always there");
    for code in REQUIRED {
        let section = section(&bundle, code).expect(code);
        assert_eq!(section["emptyReason"]["coding"][0]["code"], "unavailable", "{code}");
        assert_eq!(section["entry"], Value::Null);
        assert!(section["text"]["div"].as_str().expect("words").contains("geen informatie"), "{section}");
    }
    let whole = bundle.to_string();
    for claim in ["nilknown", "716186003", "no-allergy", "no-known", "No known"] {
        assert!(!whole.contains(claim), "{claim}");
    }
    // What was refuted says nothing about the rest either.
    let bundle = composed(&person(vec![allergy("91936005", "refuted")]), patient_summary).bundle;
    assert_eq!(section(&bundle, "48765-2").expect("there")["emptyReason"]["coding"][0]["code"], "unavailable");
}

#[test]
fn what_somebody_wrote_down_is_said() {
    for code in ["91936005", "716186003"] {
        let bundle = composed(&person(vec![allergy(code, "confirmed")]), patient_summary).bundle;
        let section = section(&bundle, "48765-2").expect("there");
        assert_eq!(section["entry"][0]["reference"], format!("AllergyIntolerance/a{code}"));
        assert_eq!(section["emptyReason"], Value::Null);
    }
}

#[test]
fn a_patient_without_name_or_birth_date_says_so() {
    let mut nobody = person(Vec::new());
    nobody.patient = json!({"resourceType": "Patient", "id": "p1"});
    let bundle = composed(&nobody, patient_summary).bundle;
    let patient = &bundle["entry"][1]["resource"];
    assert_eq!(patient["_birthDate"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(patient["name"][0]["_text"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(patient["identifier"], Value::Null, "no identifier is made up");
}

#[test]
fn each_record_has_its_section() {
    let observation = |id: &str, system: &str, code: &str, category: &str| {
        let mut one = json!({"resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p1"},
            "code": {"coding": [{"system": system, "code": code}]}, "effectiveDateTime": "2025-01-01", "valueString": "x"});
        if !category.is_empty() {
            let system = "http://terminology.hl7.org/CodeSystem/observation-category";
            one["category"] = json!([{"coding": [{"system": system, "code": category}]}]);
        }
        one
    };
    let condition = |id: &str, status: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
        json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p1"}, "code": {"text": id},
            "clinicalStatus": {"coding": [{"system": system, "code": status}]}})
    };
    let (sct, loinc) = ("http://snomed.info/sct", "http://loinc.org");
    let scope = |code: &str| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": code}]});
    let about = json!({"reference": "Patient/p1"});
    let rows: Vec<(&str, Value)> = vec![
        ("11450-4", condition("now", "active")),
        ("11348-0", condition("past", "resolved")),
        ("30954-2", observation("lab", loinc, "718-7", "laboratory")),
        ("8716-3", observation("bp", loinc, "85354-9", "")),
        ("29762-2", observation("smoke", sct, "365980008", "")),
        ("10162-6", observation("child", sct, "118185001", "")),
        (
            "104605-1",
            json!({"resourceType": "Flag", "id": "f", "status": "active", "subject": about, "code": {"text": "MRSA"}}),
        ),
        (
            "11369-6",
            json!({"resourceType": "Immunization", "id": "i", "status": "completed", "patient": about,
            "vaccineCode": {"text": "griep"}, "occurrenceDateTime": "2024"}),
        ),
        (
            "47519-4",
            json!({"resourceType": "Procedure", "id": "pr", "status": "completed", "subject": about, "code": {"text": "heup"}}),
        ),
        (
            "46264-8",
            json!({"resourceType": "DeviceUseStatement", "id": "d", "status": "active", "subject": about,
            "device": {"display": "pacemaker"}}),
        ),
        (
            "42348-3",
            json!({"resourceType": "Consent", "id": "w", "status": "active", "scope": scope("adr"), "patient": about,
            "category": [{"text": "x"}], "sourceAttachment": {"title": "verklaring"}, "policy": [{"uri": "urn:x"}]}),
        ),
        (
            "18776-5",
            json!({"resourceType": "CarePlan", "id": "cp", "status": "active", "intent": "plan", "subject": about, "title": "x"}),
        ),
        (
            "10160-0",
            json!({"resourceType": "MedicationStatement", "id": "m", "status": "active", "subject": about,
            "medicationCodeableConcept": {"text": "paracetamol"}, "effectivePeriod": {"start": "2026-01-01"}}),
        ),
    ];
    for (code, resource) in &rows {
        let name = format!(
            "{}/{}",
            resource["resourceType"].as_str().expect("a type"),
            resource["id"].as_str().expect("an id")
        );
        let bundle = composed(&person(vec![resource.clone()]), patient_summary).bundle;
        let found = section(&bundle, code).unwrap_or_else(|| panic!("{code} for {name}"));
        assert_eq!(found["entry"][0]["reference"], name.as_str(), "{code}");
        let sections = bundle["entry"][0]["resource"]["section"].as_array().expect("sections");
        let elsewhere = sections.iter().filter(|other| other["entry"].to_string().contains(&name));
        assert_eq!(elsewhere.count(), 1, "{name} stands in one section");
    }
    // What somebody can do is in words: the guide lists conditions there.
    let walk = observation("walk", sct, "282097004", "");
    let bundle = composed(&person(vec![walk]), patient_summary).bundle;
    assert_eq!(section(&bundle, "47420-5").expect("there")["entry"], Value::Null);
    // A privacy consent is in no document.
    let hidden = json!({"resourceType": "Consent", "id": "c", "status": "active", "scope": scope("patient-privacy"), "patient": about});
    assert!(!composed(&person(vec![hidden]), patient_summary).bundle.to_string().contains("Consent/c"));
}

#[test]
fn a_summary_is_a_page_as_well() {
    let people = people();
    let truus = people.iter().find(|person| person.name == "truus").expect("truus");
    let document = composed(truus, patient_summary);
    for (lang, words) in [(Lang::Nl, "Samenvatting van het dossier"), (Lang::En, "Patient summary")] {
        let page = html(&document.view, lang, None);
        assert!(page.contains(words) && page.contains("<section"), "{words}");
    }
    let used = document.bundle["entry"][0]["resource"]["section"].as_array().map_or(0, Vec::len);
    assert!(used >= 8, "{used} sections");
}
