//! The parts of the language beyond plain parameters: words, expressions, lists, several types, contained resources,
//! units, places, and the corners of dates, references and tokens. Every line on every engine.

use serde_json::{Value, json};
use spil::search::parse;
use spil::store::sql::search::{cursor, estimate, matched, page, total};
use spil_consent::{Category, CategorySet, Scope, Test};

use super::region::Held;
use super::support::{engines, everything, options, pairs, query};
use spil::store::sql::search::Visibility;

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

/// Query and the ids found, newest stored first.
const FOUND: &[(&str, &[&str])] = &[
    // _text: the narrative alone, without its tags; _content: everything
    ("DiagnosticReport?_text=hart", &["dr1"]),
    ("DiagnosticReport?_text=HART*", &["dr2", "dr1"]),
    ("DiagnosticReport?_text=hart falen", &["dr1"]),
    ("DiagnosticReport?_text=\"falen hart\"", &[]),
    ("DiagnosticReport?_text=verborgen", &[]),
    ("DiagnosticReport?_text=longembolie", &[]),
    ("DiagnosticReport?_text=29463-7", &["dr2"]),
    ("DiagnosticReport?_text=29463-8", &[]),
    ("DiagnosticReport?_content=longembolie", &["dr2", "dr1"]),
    ("DiagnosticReport?_content=chloe", &["dr1"]),
    ("DiagnosticReport?_content=Chloë's", &["dr1"]),
    ("DiagnosticReport?_content=\"hart falen\"", &["dr2", "dr1"]),
    ("DiagnosticReport?_content=\"longembolie rechts\" OR pleura*", &["dr2", "dr1"]),
    ("DiagnosticReport?_content=longembolie NOT rechts", &["dr1"]),
    ("DiagnosticReport?_content=longembolie AND (rechts OR links)", &["dr2"]),
    ("DiagnosticReport?_content=rechts,pleuravocht", &["dr2", "dr1"]),
    ("DiagnosticReport?_content=verslag&_text=echo", &["dr1"]),
    // A phrase does not reach from the narrative into the rest.
    ("DiagnosticReport?_content=\"echo final\"", &[]),
    ("DiagnosticReport?_content=or", &[]),
    ("Patient?_has:DiagnosticReport:subject:_text=echo", &["p1"]),
    // _list
    ("Observation?_list=ls1", &["o4", "o1"]),
    ("Observation?_list=List/ls1&code=85354-9", &["o4", "o1"]),
    ("DiagnosticReport?_list=ls1,none", &["dr1"]),
    ("Patient?_list=ls1", &[]),
    ("Observation?_list=none", &[]),
    ("Observation?_list=no such id!", &[]),
    // quantities in base units
    ("Substance?quantity=5.4|http://unitsofmeasure.org|mg", &["a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=5400|http://unitsofmeasure.org|ug", &["a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=5|http://unitsofmeasure.org|mg", &["a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=5.40|http://unitsofmeasure.org|mg", &["a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=5.41|http://unitsofmeasure.org|mg", &[]),
    ("Substance?quantity=gt5.4|http://unitsofmeasure.org|mg", &["a-kg"]),
    ("Substance?quantity=ge5.4|http://unitsofmeasure.org|mg", &["a-kg", "a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=lt5.4|http://unitsofmeasure.org|mg", &["a-less"]),
    ("Substance?quantity=le5400|http://unitsofmeasure.org|ug", &["a-less", "a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=ne5.4|http://unitsofmeasure.org|mg", &["a-kg", "a-less"]),
    ("Substance?quantity=eb5.2|http://unitsofmeasure.org|mg", &["a-less"]),
    ("Substance?quantity=sa5|http://unitsofmeasure.org|mg", &["a-kg", "a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=ap5.5|http://unitsofmeasure.org|mg", &["a-less", "a-g", "a-ug", "a-mg"]),
    ("Substance?quantity=72000|http://unitsofmeasure.org|g", &["a-kg"]),
    ("Substance?quantity=37.0|http://unitsofmeasure.org|Cel", &["a-degf", "a-cel"]),
    ("Substance?quantity=5.4|http://unitsofmeasure.org|mL", &["a-mL"]),
    // An unknown unit, and none, compare as written.
    ("Substance?quantity=5.4|urn:u|tablet", &["a-tablet"]),
    ("Substance?quantity=5.4||mg", &["a-mg"]),
    ("Substance?quantity=5.4", &["a-tablet", "a-mL", "a-mg"]),
    // contained resources within a chain
    ("MedicationStatement?medication.code=C01", &["ms1"]),
    ("MedicationStatement?medication.code=C02", &["ms2"]),
    ("MedicationStatement?medication.code=N02BE01", &["ms3"]),
    ("MedicationStatement?medication.code=C02,N02BE01", &["ms3", "ms2"]),
    ("MedicationStatement?medication.code:not=C01", &["ms3", "ms2"]),
    ("MedicationStatement?medication.ingredient:Substance.code=S01", &["ms1"]),
    ("MedicationStatement?medication.ingredient:Substance.code=S02", &[]),
    ("MedicationStatement?medication._id=m", &["ms2", "ms1"]),
    // contained resources as matches: their containers
    ("Medication?code=C02", &[]),
    ("Medication?code=C02&_contained=true", &["ms2", "ms1"]),
    ("Medication?_contained=true&ingredient:Substance.code=S01", &["ms1"]),
    ("Medication?_contained=both", &["ms2", "ms1", "m1"]),
    ("Medication?_contained=both&code=N02BE01", &["m1"]),
    ("Medication?_contained=false", &["m1"]),
    ("Medication?_contained=true&_id=other", &["ms1"]),
    ("Observation?_contained=true&patient=Patient/p1", &["ms1"]),
    ("Medication?_contained=true&_sort=_id", &["ms1", "ms2"]),
    // near
    ("Location?near=52.09|5.12", &["utrecht"]),
    ("Location?near=52.09|5.12|40", &["amsterdam", "utrecht"]),
    ("Location?near=52.09|5.12|30|km", &["utrecht"]),
    ("Location?near=52.09|5.12|40000|m", &["amsterdam", "utrecht"]),
    ("Location?near=52.09|5.12|20|[mi_i]", &["utrecht"]),
    ("Location?near=52.09|5.12|25|[mi_i]", &["amsterdam", "utrecht"]),
    ("Location?near=-18|-179|400|km", &["suva"]),
    ("Location?near=52.37|4.89|1|km,-18.1|178.4|10|km", &["suva", "amsterdam"]),
    ("Location?near=0|0|30000", &["suva", "amsterdam", "utrecht"]),
    ("Location?near:missing=true", &["nowhere"]),
    ("Location?near:missing=false&near=52.09|5.12", &["utrecht"]),
    // dates: Timing, open ends, zones
    ("ServiceRequest?occurrence=2024-02", &["sr6", "sr5", "sr4", "sr1"]),
    ("ServiceRequest?occurrence=eq2024-02-10", &["sr6"]),
    ("ServiceRequest?occurrence=2024-02-11", &["sr4"]),
    ("ServiceRequest?occurrence=2024-02-11T04:30:00Z", &["sr4"]),
    ("ServiceRequest?occurrence=2024-02-10T22:30:00Z", &["sr6"]),
    ("ServiceRequest?occurrence=ge2024-02-15", &["sr7", "sr5", "sr3", "sr1"]),
    ("ServiceRequest?occurrence=le2024-02-01", &["sr2"]),
    ("ServiceRequest?occurrence=lt2024-02-10", &["sr5", "sr2", "sr1"]),
    ("ServiceRequest?occurrence=gt2024-02-28", &["sr7", "sr5", "sr3"]),
    ("ServiceRequest?occurrence=sa2024-02-10", &["sr7", "sr4"]),
    ("ServiceRequest?occurrence=sa2024-02-09", &["sr7", "sr6", "sr4", "sr3"]),
    ("ServiceRequest?occurrence=eb2024-02-11", &["sr6", "sr2"]),
    ("ServiceRequest?occurrence=ne2024-02", &["sr7", "sr3", "sr2"]),
    ("ServiceRequest?occurrence=ap1990", &["sr2"]),
    // references
    ("ServiceRequest?subject=Patient/p1", &["sr7", "sr6", "sr5", "sr4", "sr2", "sr1"]),
    ("ServiceRequest?subject=https://spil.example/fhir/Patient/p1&occurrence=2024-02-10", &["sr6"]),
    ("ServiceRequest?subject=Patient/p1/_history/7&occurrence=2024-02-10", &["sr6"]),
    ("ServiceRequest?subject=https://other.example/fhir/Patient/p1", &["sr3"]),
    ("ServiceRequest?subject=https://other.example/fhir/Patient/p1/_history/9", &["sr3"]),
    ("ServiceRequest?subject:text=mevrouw", &["sr3"]),
    ("ServiceRequest?subject:text=VRIES", &["sr3"]),
    ("ServiceRequest?subject:text=rouw", &[]),
    ("ServiceRequest?subject:Patient.family=de vries&occurrence=2024-02-01,2024-02-10", &["sr6"]),
    // tokens on elements with several values
    ("ServiceRequest?category=urn:c|x", &["sr1"]),
    ("ServiceRequest?category=urn:c|y", &[]),
    ("ServiceRequest?category=urn:c|", &["sr1"]),
    ("ServiceRequest?category=|z", &["sr1"]),
    ("ServiceRequest?category=|x", &[]),
    ("ServiceRequest?category=z&category=x", &["sr1"]),
    ("ServiceRequest?category:not=z", &["sr7", "sr6", "sr5", "sr4", "sr3", "sr2"]),
    // escapes
    ("Substance?identifier=a-g\\,1\\|2\\$3\\\\4", &["a-g"]),
    ("Substance?identifier=urn:a\\|b|a-g\\,1\\|2\\$3\\\\4,urn:a\\|b|a-mg\\,1\\|2\\$3\\\\4", &["a-g", "a-mg"]),
    ("Substance?identifier=a-g,1", &[]),
    // _id and _lastUpdated
    ("Patient?_id:missing=false", &["p2", "p1"]),
    ("Patient?_lastUpdated:missing=true", &[]),
    ("Observation?component-code-value-quantity:missing=false", &["o4", "o1"]),
    // _has with a prefix, a chain and a second _has
    ("Patient?_has:ServiceRequest:subject:occurrence=sa2024-02-10", &["p1"]),
    ("Patient?_has:ServiceRequest:subject:occurrence=gt2025", &["p1"]),
    ("Patient?_has:ServiceRequest:subject:occurrence=sa2025", &[]),
    ("Patient?_has:ServiceRequest:subject:occurrence=eb2020", &[]),
    ("Organization?_has:Patient:organization:_has:MedicationStatement:subject:medication.code=C01", &["org-a"]),
    // several types
    ("?_type=DiagnosticReport,List", &["ls1", "dr2", "dr1"]),
    ("?_type=DiagnosticReport", &["dr2", "dr1"]),
    ("?_type=DiagnosticReport,Observation,List&subject=Patient/p1", &["ls1", "dr1", "o3", "o2", "o1"]),
    ("?_type=DiagnosticReport,MedicationStatement&subject:Patient.family=jansen", &["ms2", "dr2"]),
    ("?_type=DiagnosticReport,MedicationStatement,DiagnosticReport&_sort=_id", &["dr1", "dr2", "ms1", "ms2", "ms3"]),
    ("?_type=Observation,ServiceRequest&_id=o1,sr1,dr1", &["sr1", "o1"]),
    ("?_type=DiagnosticReport,MedicationStatement&_content=C01 OR echo", &["ms1", "dr1"]),
];

/// Expressions of `_filter`.
const FILTERS: &[(&str, &str, &[&str])] = &[
    ("Patient", "name co \"vri\"", &["p1"]),
    ("Patient", "family eq \"De Vriès\"", &["p1"]),
    ("Patient", "family eq vries", &[]),
    ("Patient", "family sw de", &["p1"]),
    ("Patient", "family ew vries", &["p1"]),
    ("Patient", "family ne vries", &["p2", "p1"]),
    ("Patient", "family ne \"de vries\"", &["p2"]),
    ("Patient", "given eq anna and birthdate ge 1950", &["p1"]),
    ("Patient", "given eq anna and birthdate lt 1950", &[]),
    ("Patient", "gender eq male or birthdate eq 1950", &["p2", "p1"]),
    ("Patient", "not (gender eq male)", &["p1"]),
    ("Patient", "not (gender eq male) or gender eq male", &["p2", "p1"]),
    ("Patient", "gender eq male or gender eq female and birthdate eq 1980", &["p2"]),
    ("Patient", "gender eq male or (gender eq female and birthdate eq 1980)", &["p2"]),
    ("Patient", "gender eq female or (gender eq male and birthdate eq 1950)", &["p1"]),
    ("Patient", "identifier eq http://fhir.nl/fhir/NamingSystem/bsn|999911120", &["p1"]),
    ("Patient", "identifier ne http://fhir.nl/fhir/NamingSystem/bsn|999911120", &["p2", "p1"]),
    ("Patient", "active pr false", &["p2", "p1"]),
    ("Patient", "organization pr true", &["p1"]),
    ("Patient", "organization re Organization/org-a", &["p1"]),
    ("Patient", "organization.name co huis", &["p1"]),
    ("Patient", "_id eq p1 or _id eq p2", &["p2", "p1"]),
    ("Patient", "_id ne p1", &["p2"]),
    ("Patient", "_lastUpdated lt 2020", &[]),
    ("Patient", "_tag eq demo", &["p1"]),
    ("Observation", "subject[gender eq male].family eq \"jansen, 50%\"", &["o5", "o4"]),
    ("Observation", "subject[gender eq female].family sw jansen", &[]),
    ("Observation", "subject:Patient[gender eq male or birthdate eq 1950].family sw j", &["o5", "o4"]),
    ("Observation", "subject.family sw j and code eq http://loinc.org|85354-9", &["o4"]),
    ("Observation", "patient re p1 and not (code eq K1)", &["o2", "o1"]),
    ("Observation", "date po 2024-03-25", &["o5", "o2"]),
    ("Observation", "date sa 2024-03-10", &["o5", "o3"]),
    ("Observation", "date ap 2024-04", &["o5", "o3", "o2"]),
    ("Observation", "value-quantity gt 72.9||kg", &["o5"]),
    ("Observation", "value-quantity eq 72500|http://unitsofmeasure.org|g", &["o2"]),
    ("Observation", "encounter.patient.organization.name sw zieken or value-quantity lt 73", &["o2", "o1"]),
    ("RiskAssessment", "probability gt 0.4", &["ra2"]),
    ("ValueSet", "url sw http://example.org/fhir/ValueSet/a/", &["vs2"]),
    ("ValueSet", "url ew /a or url co Set/a/b", &["vs2", "vs1"]),
    ("ValueSet", "url ne http://example.org/fhir/ValueSet/a", &["vs2"]),
    ("ValueSet", "not (url ne http://example.org/fhir/ValueSet/a)", &["vs1"]),
    ("MedicationStatement", "medication.code eq C01 or medication.code eq N02BE01", &["ms3", "ms1"]),
    ("Substance", "identifier eq \"a-g,1\\\\|2$3\\\\\\\\4\"", &[]),
];

#[tokio::test]
async fn the_language_finds_what_it_asks() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        let filters = FILTERS.iter().map(|(rtype, filter, expected)| (format!("{rtype}?_filter={filter}"), expected));
        for (text, expected) in FOUND.iter().map(|(text, expected)| ((*text).to_owned(), expected)).chain(filters) {
            let asked = query(&text);
            let found = db.ids(&asked, &everything()).await;
            let count = db.rows(total(db.dialect(), &asked, &everything())).await[0].int(0);
            let about = db.rows(estimate(db.dialect(), &asked, &everything(), 10)).await[0].int(0);
            let expected_count = i64::try_from(expected.len()).expect("few");
            if found != *expected || count != expected_count || about != expected_count {
                failures.push(format!("{:?} {text}: {found:?} ({count}, {about}), not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A search that is bound to a person finds the same as the rows of that person in a search that is not.
#[tokio::test]
async fn the_language_finds_the_same_of_one_person() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        let types = ["DiagnosticReport?", "MedicationStatement?", "ServiceRequest?"];
        for (text, expected) in FOUND.iter().filter(|(text, _)| types.iter().any(|rtype| text.starts_with(rtype))) {
            let mut bound = query(text);
            bound.bind(1);
            let found = db.ids(&bound, &everything()).await;
            let expected: Vec<_> = expected.iter().filter(|id| !["dr2", "ms2"].contains(id)).copied().collect();
            if found != expected {
                failures.push(format!("{:?} {text}: {found:?}, not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn pages_over_several_types_follow_each_other() {
    for mut db in engines().await {
        for (text, expected) in [
            ("?_type=DiagnosticReport,MedicationStatement,List", vec!["ms3", "ms2", "ms1", "ls1", "dr2", "dr1"]),
            (
                "?_type=DiagnosticReport,MedicationStatement,List&_sort=subject,_id",
                vec!["dr1", "ls1", "ms1", "ms3", "dr2", "ms2"],
            ),
            (
                "?_type=DiagnosticReport,MedicationStatement,List&_sort=-_lastUpdated",
                vec!["ms3", "ms2", "ms1", "ls1", "dr2", "dr1"],
            ),
        ] {
            for size in 1..=4 {
                let mut asked = query(text);
                asked.count = size;
                let mut seen = Vec::new();
                for _ in 0..10 {
                    let mut rows = db.rows(page(db.dialect(), &asked, &everything())).await;
                    let more = rows.len() > size as usize;
                    rows.truncate(size as usize);
                    seen.extend(rows.iter().map(|row| row.text(2).to_owned()));
                    let Some(last) = rows.last().filter(|_| more) else { break };
                    assert!(asked.continue_after(&cursor(&asked, last).encode()));
                }
                assert_eq!(seen, expected, "{:?} {text} by {size}", db.dialect());
            }
        }
    }
}

#[tokio::test]
async fn of_a_container_only_what_matches_is_shown() {
    for mut db in engines().await {
        for (text, expected) in [
            ("Medication?_contained=true&_containedType=contained", vec!["#m", "#m", "#other"]),
            ("Medication?_contained=true&_containedType=contained&code=C02", vec!["#m", "#other"]),
            ("Medication?_contained=true&_containedType=contained&ingredient:Substance.code=S01", vec!["#m"]),
        ] {
            let rows = db.rows(matched(db.dialect(), &query(text), &everything(), vec![40, 41, 42])).await;
            let mut found: Vec<_> = rows.iter().map(|row| row.text(1).to_owned()).collect();
            found.sort();
            assert_eq!(found, expected, "{:?} {text}", db.dialect());
        }
    }
}

/// What may not be seen is found by no word, list, expression, container or place.
#[tokio::test]
async fn the_language_reaches_nothing_hidden() {
    let results: CategorySet = [Category::Results, Category::Medication].into_iter().collect();
    let granted = vec![(vec![1], Scope::Test(Test::CategoryIn(results)))];
    let narrow = Visibility { own: Some(11), granted, ..Visibility::default() };
    let table: [(&str, &[&str]); 12] = [
        ("DiagnosticReport?_content=longembolie", &[]),
        ("Observation?_list=ls1", &[]),
        ("Observation?_filter=code eq http://loinc.org|29463-7 or code eq K1", &["o3", "o2"]),
        ("Observation?_filter=not (code eq K1)", &["o2"]),
        ("Observation?_filter=subject.family sw de", &[]),
        ("Observation?_filter=not (subject.family sw jansen)", &["o3", "o2"]),
        ("Medication?_contained=true", &["ms1"]),
        ("Medication?_contained=both&code=C02", &["ms1"]),
        ("MedicationStatement?medication.code=C02", &[]),
        ("MedicationStatement?medication.code=C01", &["ms1"]),
        ("Location?near=52.09|5.12", &[]),
        ("?_type=Observation,MedicationStatement,DiagnosticReport", &["ms3", "ms1", "o3", "o2"]),
    ];
    let mut failures = Vec::new();
    for mut db in engines().await {
        for (text, expected) in table {
            let found = db.ids(&query(text), &narrow).await;
            let count = db.rows(total(db.dialect(), &query(text), &narrow)).await[0].int(0);
            if found != expected || count != i64::try_from(expected.len()).expect("few") {
                failures.push(format!("{:?} {text}: {found:?} ({count}), not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn everything_that_refers_to_a_page_can_be_asked_at_once() {
    for mut db in engines().await {
        let asked = query("Patient?_id=p2&_revinclude=*");
        let rows = [(spil_fhir_profiles::definition::type_number("Patient").expect("a type"), 3)];
        let found = db.included(&asked, &everything(), &rows, true).await;
        let mut ids: Vec<_> = found.iter().map(|row| row.text(2).to_owned()).collect();
        ids.sort();
        assert_eq!(ids, ["dr2", "ms2", "o4", "o5"], "{:?}", db.dialect());
    }
}

/// What cannot be done is refused by name, and says where.
#[test]
fn what_the_language_does_not_have_is_refused() {
    let table = [
        ("Patient?_filter=name xx 5", "value", "_filter"),
        ("Patient?_filter=name gt 5", "not-supported", "_filter"),
        ("Patient?_filter=nonsense eq 5", "not-found", "_filter"),
        ("Patient?_filter=(name eq 5", "value", "_filter"),
        ("Patient?_filter=name.family eq 5", "value", "_filter"),
        ("Patient?_filter=birthdate eq x", "value", "_filter"),
        ("Patient?_filter=active pr maybe", "value", "_filter"),
        ("Patient?_text:exact=a", "not-supported", "_text:exact"),
        ("Patient?_text=---", "value", "_text"),
        ("Patient?_text=NOT a", "value", "_text"),
        ("Patient?_text=(a", "value", "_text"),
        ("Patient?_text=a)", "value", "_text"),
        ("Patient?_text=\"a", "value", "_text"),
        ("Patient?_content=a OR", "value", "_content"),
        ("Patient?_list=$current-problems", "not-supported", "_list"),
        ("Patient?_type=Patient", "not-supported", "_type"),
        ("Patient?_contained=maybe", "value", "_contained"),
        ("Patient?_containedType=maybe", "value", "_containedType"),
        ("Patient?_contained=true&_has:Observation:patient:code=1", "not-supported", "_contained"),
        ("Patient?_contained=true&_text=a", "not-supported", "_contained"),
        ("Patient?_contained=true&_sort=birthdate", "not-supported", "_contained"),
        ("Patient?_contained=true&_revinclude=*", "not-supported", "_contained"),
        ("Patient?_query=a", "not-supported", "_query"),
        ("Location?near=52", "value", "near"),
        ("Location?near=152|5", "value", "near"),
        ("Location?near=52|5|x", "value", "near"),
        ("Location?near=52|5|1|kg", "value", "near"),
        ("Location?near=52|5|-1", "value", "near"),
        ("?_id=1", "value", "_type"),
        ("?_type=Nothing", "not-found", "_type"),
        ("?_type=Patient,Observation&family=a", "not-found", "family"),
        ("?_type=Patient,Observation&_contained=true", "not-supported", "_contained"),
        ("Patient?name:missing=1", "value", "name:missing"),
        ("Patient?_id:exact=1", "not-supported", "_id:exact"),
        ("Observation?code:text=\u{301}", "value", "code:text"),
    ];
    for (text, code, param) in table {
        let (rtype, pairs) = pairs(text);
        let problems = parse(rtype, &pairs, &options()).expect_err(text);
        let found: Vec<_> = problems.iter().map(|one| (one.code, one.param.as_str(), one.text.is_empty())).collect();
        assert_eq!(found, [(code, param, false)], "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_value_makes_the_parser_panic(
        name in "_filter|_text|_content|_list|near|_contained|_type|quantity|identifier:text",
        value in "[a-c0-9 .,|$\\\\()\"\\[\\]é*-]{0,24}( eq | AND | or |NOT )?[a-c0-9()\"*|]{0,8}",
    ) {
        for rtype in ["Location", "Substance", ""] {
            let pairs = [(name.clone(), value.clone()), ("_type".to_owned(), "Location,Substance".to_owned())];
            let _ = parse(rtype, &pairs[..if rtype.is_empty() { 2 } else { 1 }], &options());
        }
    }
}
