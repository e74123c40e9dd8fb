//! What is stored for the tests of the language, beside the region.

use serde_json::{Value, json};

use crate::search::region::Held;

const UCUM: &str = "http://unitsofmeasure.org";

/// What is stored for these tests beside the region.
pub fn resources() -> Vec<Held> {
    let subject = json!({"reference": "Patient/p1"});
    let mut all = vec![
        (30, 0, 30, 0, 10, place("utrecht", 52.0907, 5.1214)),
        (31, 0, 30, 0, 10, place("amsterdam", 52.3702, 4.8952)),
        (32, 0, 30, 0, 10, place("suva", -18.1416, 178.4419)),
        (33, 0, 30, 0, 10, json!({"resourceType": "Location", "id": "nowhere", "name": "Nergens"})),
        (
            34,
            1,
            6,
            0,
            10,
            report("dr1", "p1", "Matige <b>hart</b>falen bij echo", "Geen longembolie, wel Chloë's pleuravocht"),
        ),
        (35, 2, 6, 0, 10, report("dr2", "p2", "Hartklep 29463-7", "Longembolie rechts; hart falen onzeker")),
        (
            36,
            1,
            11,
            0,
            10,
            json!({"resourceType": "List", "id": "ls1", "status": "current", "mode": "working", "subject": subject,
            "entry": [{"item": {"reference": "DiagnosticReport/dr1"}}, {"item": {"reference": "Observation/o4"}},
                {"item": {"reference": "Observation/o1"}}]}),
        ),
    ];
    all.extend(medication(&subject));
    all.extend(amounts());
    all.extend(bounds());
    all.extend(requests(&subject));
    all
}

fn place(id: &str, latitude: f64, longitude: f64) -> Value {
    json!({"resourceType": "Location", "id": id, "position": {"latitude": latitude, "longitude": longitude}})
}

fn report(id: &str, patient: &str, narrative: &str, conclusion: &str) -> Value {
    json!({"resourceType": "DiagnosticReport", "id": id, "status": "final", "code": {"text": "Verslag"},
        "subject": {"reference": format!("Patient/{patient}")}, "conclusion": conclusion,
        "text": {"status": "additional", "div": format!("<div title=\"verborgen\">{narrative}</div>")}})
}

fn medication(subject: &Value) -> Vec<Held> {
    let coding = |code: &str| json!({"coding": [{"system": "http://www.whocc.no/atc", "code": code}]});
    let ms1 = json!({"resourceType": "MedicationStatement", "id": "ms1", "status": "active", "subject": subject,
        "contained": [
            {"resourceType": "Medication", "id": "m", "code": coding("C01"), "ingredient": [{"itemReference": {"reference": "#s"}}]},
            {"resourceType": "Medication", "id": "other", "code": coding("C02")},
            {"resourceType": "Substance", "id": "s", "code": coding("S01")},
            {"resourceType": "Observation", "id": "o", "status": "final", "code": coding("K1"), "subject": subject}
        ],
        "medicationReference": {"reference": "#m"}});
    let ms2 = json!({"resourceType": "MedicationStatement", "id": "ms2", "status": "active", "subject": {"reference": "Patient/p2"},
        "contained": [{"resourceType": "Medication", "id": "m", "code": coding("C02")}],
        "medicationReference": {"reference": "#m"}});
    let ms3 = json!({"resourceType": "MedicationStatement", "id": "ms3", "status": "active", "subject": subject,
        "medicationReference": {"reference": "Medication/m1"}});
    vec![(40, 1, 1, 0, 10, ms1), (41, 2, 1, 0, 10, ms2), (42, 1, 1, 0, 10, ms3)]
}

fn amounts() -> Vec<Held> {
    let ucum = |value: &str, code: &str| {
        let value: Value = serde_json::from_str(value).expect("a number");
        json!({"value": value, "system": UCUM, "code": code, "unit": code})
    };
    let mut under = ucum("5", "mg");
    under["comparator"] = json!("<");
    let tablets = json!({"value": 5.4, "system": "urn:u", "code": "tablet"});
    let all = [
        ("a-mg", ucum("5.4", "mg")),
        ("a-ug", ucum("5400", "ug")),
        ("a-g", ucum("0.0054", "g")),
        ("a-mL", ucum("5.4", "mL")),
        ("a-tablet", tablets),
        ("a-less", under),
        ("a-kg", ucum("72", "kg")),
        ("a-cel", ucum("37.0", "Cel")),
        ("a-degf", ucum("98.6", "[degF]")),
    ];
    let substance = |(id, quantity): (&str, Value)| {
        json!({"resourceType": "Substance", "id": id, "code": {"text": id}, "instance": [{"quantity": quantity}],
            "identifier": [{"system": "urn:a|b", "value": format!("{id},1|2$3\\4")}]})
    };
    (50..).zip(all).map(|(rid, one)| (rid, 0, 30, 0, 10, substance(one))).collect()
}

/// The five ways to be 20, of a unit that converts and of one that does not; ranges likewise.
fn bounds() -> Vec<Held> {
    let units = [("l", UCUM, "mmol/L"), ("s", "urn:u", "spoon")];
    let mut all = Vec::new();
    for (letter, system, code) in units {
        for (name, comparator) in
            [("is", None), ("lt", Some("<")), ("le", Some("<=")), ("ge", Some(">=")), ("gt", Some(">"))]
        {
            let mut quantity = json!({"value": 20, "system": system, "code": code});
            if let Some(comparator) = comparator {
                quantity["comparator"] = json!(comparator);
            }
            let id = format!("b-{letter}-{name}");
            all.push(json!({"resourceType": "Substance", "id": id, "code": {"text": id}, "instance": [{"quantity": quantity}]}));
        }
        let code = if system == UCUM { "a" } else { code };
        let end = |value: f64| json!({"value": value, "system": system, "code": code});
        for (name, range) in [
            ("narrow", json!({"low": end(2.0), "high": end(2.5)})),
            ("wide", json!({"low": end(2.0), "high": end(20.0)})),
            ("from", json!({"low": end(20.0)})),
            ("to", json!({"high": end(2.0)})),
        ] {
            all.push(json!({"resourceType": "Condition", "id": format!("r-{letter}-{name}"), "onsetRange": range,
                "subject": {"reference": "Patient/p9"}}));
        }
    }
    (70..).zip(all).map(|(rid, one)| (rid, 0, 30, 0, 10, one)).collect()
}

fn requests(subject: &Value) -> Vec<Held> {
    let request = |id: &str, subject: Value, more: Value| {
        let mut request = json!({"resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order",
            "subject": subject});
        for (name, value) in more.as_object().expect("an object") {
            request[name] = value.clone();
        }
        request
    };
    let at = |reference: &str| json!({"reference": reference});
    let named = json!({"reference": "https://other.example/fhir/Patient/p1/_history/2", "display": "Mevrouw de Vriès"});
    let two = json!([{"coding": [{"system": "urn:c", "code": "x"}, {"system": "urn:d", "code": "y"}]},
        {"coding": [{"code": "z"}]}]);
    let all = [
        request(
            "sr1",
            at("https://spil.example/fhir/Patient/p1"),
            json!({"occurrenceTiming": {"event": ["2024-02-01", "2024-02-20"]}, "category": two}),
        ),
        request("sr2", at("Patient/p1/_history/3"), json!({"occurrencePeriod": {"end": "2024-02-10"}})),
        request("sr3", named, json!({"occurrencePeriod": {"start": "2024-02-10"}})),
        request("sr4", subject.clone(), json!({"occurrenceDateTime": "2024-02-10T23:30:00-05:00"})),
        request("sr5", subject.clone(), json!({"occurrenceDateTime": "2024-02"})),
        request("sr6", subject.clone(), json!({"occurrenceDateTime": "2024-02-10T23:30:00"})),
        request(
            "sr7",
            subject.clone(),
            json!({"occurrenceTiming": {"repeat": {"boundsPeriod": {"start": "2024-03-01"}}}}),
        ),
    ];
    (60..).zip(all).map(|(rid, one)| (rid, 1, 4, 0, 10, one)).collect()
}
