//! The medication overview.

use super::super::{Source, medication_overview};
use super::fixtures::{Made, directory, from, loinc, ma, medicine, mgb, mve, observation, sct, stop_ma, ta};
use super::{lines, with};
use serde_json::{Value, json};

const NOW_IN_USE: &str = "Nu in gebruik";
const STOPPED: &str = "Gestopt in de afgelopen twee maanden";

fn record(resources: Vec<Value>) -> Vec<Source> {
    let mut out = directory();
    out.push(from("Ziekenhuis Noord", medicine("meto", "1", "Metoprolol 50 mg")));
    out.push(from("Ziekenhuis Noord", medicine("para", "2", "Paracetamol 500 mg")));
    out.extend(resources.into_iter().map(|resource| {
        let source =
            if resource["resourceType"] == "MedicationDispense" { "Apotheek Zuid" } else { "Ziekenhuis Noord" };
        from(source, resource)
    }));
    out
}

fn read(resources: Vec<Value>, title: &str) -> Vec<String> {
    lines(&with(&record(resources), medication_overview).view, title)
}

fn meto<'a>(made: &'a str, start: &'a str, end: Option<&'a str>, dose: &'a str) -> Made<'a> {
    Made("meto", "mbh1", made, start, end, dose)
}

#[test]
fn a_running_treatment_shows_all_its_blocks_in_one_row() {
    let rows = read(
        vec![
            ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 keer per dag 1 tablet")),
            ta("ta1", "ma1", &meto("2025-01-11", "2025-01-11", None, "1 keer per dag 1 tablet")),
            mve("mve1", "mbh1", "meto", "2025-04-02"),
            mve("mve2", "mbh1", "meto", "2025-05-28"),
        ],
        NOW_IN_USE,
    );
    assert_eq!(
        rows,
        ["Metoprolol 50 mg | 1 keer per dag 1 tablet | 10 januari 2025 | J. Peters, internist (Ziekenhuis Noord) | \
             Apotheek Zuid / Laatst meegegeven: 28 mei 2025 | Apotheek Zuid, Ziekenhuis Noord"]
    );
}

#[test]
fn each_state_goes_to_its_own_section() {
    let cases = [
        ("2025-01-01", None, NOW_IN_USE),
        ("2025-01-01", Some("2025-06-15"), NOW_IN_USE),
        ("2025-07-01", None, "Start binnenkort"),
        ("2025-01-01", Some("2025-06-14"), STOPPED),
        ("2025-01-01", Some("2025-04-15"), STOPPED),
    ];
    for (start, end, title) in cases {
        let rows = read(vec![ma("ma1", &meto(start, start, end, "1 tablet"))], title);
        assert_eq!(rows.len(), 1, "{start} {end:?} in {title}");
        assert!(rows[0].starts_with("Metoprolol"), "{rows:?}");
    }
    let old = vec![ma("ma1", &meto("2024-01-01", "2024-01-01", Some("2025-04-14"), "1 tablet"))];
    assert!(read(old, STOPPED).is_empty());
}

#[test]
fn a_length_of_use_counts_as_an_end() {
    let mut block = ma("ma1", &meto("2025-06-01", "2025-06-01", None, "1 tablet"));
    block["extension"][0]["valuePeriod"]["extension"] = json!([{
        "url": "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Duration",
        "valueDuration": {"value": 10, "unit": "dag", "system": "http://unitsofmeasure.org", "code": "d"}
    }]);
    let rows = read(vec![block], STOPPED);
    assert!(rows[0].contains("10 juni 2025 / Afgelopen"), "{rows:?}");
}

#[test]
fn a_stop_ends_what_it_names_with_its_reason() {
    let made = meto("2025-06-01", "2025-01-10", Some("2025-06-02"), "1 tablet");
    let rows = read(
        vec![
            ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 tablet")),
            stop_ma("ma2", "ma1", "113371000146109", &made),
        ],
        STOPPED,
    );
    assert_eq!(rows.len(), 1);
    assert!(rows[0].contains("2 juni 2025 / Definitief gestopt / Reden: bijwerking"), "{rows:?}");
}

#[test]
fn a_temporary_stop_stays_among_what_is_in_use() {
    let made = meto("2025-06-01", "2025-01-10", Some("2025-06-02"), "1 tablet");
    let rows = read(
        vec![
            ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 tablet")),
            stop_ma("ma2", "ma1", "113381000146106", &made),
        ],
        NOW_IN_USE,
    );
    assert!(rows[0].contains("Tijdelijk gestopt"), "{rows:?}");
}

#[test]
fn a_change_of_dose_shows_the_new_dose_without_remarks() {
    let stop = meto("2025-06-01", "2025-01-10", Some("2025-06-01"), "1 tablet");
    let rows = read(
        vec![
            ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 tablet")),
            stop_ma("ma2", "ma1", "410546004", &stop),
            ma("ma3", &meto("2025-06-01T10:00:00+02:00", "2025-06-02", None, "2 tabletten")),
        ],
        NOW_IN_USE,
    );
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("Metoprolol 50 mg | 2 tabletten | 2 juni 2025"), "{rows:?}");
    assert!(!rows[0].contains("Vraag na"), "{rows:?}");
}

#[test]
fn contradictions_are_said() {
    let stop = meto("2025-06-01", "2025-01-10", Some("2025-06-01"), "1 tablet");
    let agreement = ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 tablet"));
    let pharmacy = ta("ta1", "ma1", &meto("2025-01-11", "2025-01-11", None, "1 tablet"));
    let cases = [
        (
            vec![agreement.clone(), stop_ma("ma2", "ma1", "410546004", &stop), pharmacy.clone()],
            STOPPED,
            "bij de apotheek loopt het nog",
        ),
        (
            vec![agreement.clone(), ma("ma2", &meto("2025-03-01", "2025-03-01", None, "2 tabletten"))],
            NOW_IN_USE,
            "Er lopen twee afspraken met een andere dosis",
        ),
        (
            vec![
                ma("ma2", &meto("2025-06-01", "2025-06-01", None, "2 tabletten")),
                ta("ta1", "ma1", &meto("2025-01-11", "2025-01-11", None, "1 tablet")),
            ],
            NOW_IN_USE,
            "nieuwer dan wat de apotheek heeft vastgelegd (1 tablet)",
        ),
        (
            vec![agreement.clone(), mgb("u1", false, &meto("2025-05-01", "2025-05-01", None, "1 tablet om de dag"))],
            NOW_IN_USE,
            "Gebruik wijkt af volgens eigen opgave (1 mei 2025): 1 tablet om de dag. Reden: wordt er duizelig van.",
        ),
        (
            vec![agreement, ma("other", &Made("meto", "mbh9", "2025-02-01", "2025-02-01", None, "1 tablet"))],
            NOW_IN_USE,
            "staat er meer dan één keer in",
        ),
    ];
    for (resources, title, expected) in cases {
        let rows = read(resources, title);
        assert!(rows.iter().any(|row| row.contains(expected)), "{expected}: {rows:?}");
    }
}

#[test]
fn plain_prescriptions_are_understood_too() {
    let plain = |id: &str, status: &str, day: &str| {
        json!({
            "resourceType": "MedicationRequest", "id": id, "status": status, "intent": "order",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "308136"}],
                "text": "Amlodipine 2.5 MG Oral Tablet"
            },
            "subject": {"reference": "Patient/p1"}, "authoredOn": day,
            "requester": {"display": "Dr. Smith"},
            "dosageInstruction": [{
                "timing": {"repeat": {"frequency": 1, "period": 1.0, "periodUnit": "d"}},
                "asNeededBoolean": false,
                "doseAndRate": [{"doseQuantity": {"value": 1.0}}]
            }]
        })
    };
    let rows = read(vec![plain("a", "active", "2019-03-01"), plain("b", "stopped", "2025-06-01")], NOW_IN_USE);
    assert_eq!(
        rows,
        ["Amlodipine 2.5 MG Oral Tablet | 1,0, 1 keer per dag | 1 maart 2019 | Dr. Smith | Ziekenhuis Noord"]
    );
    let rows = read(vec![plain("b", "stopped", "2025-06-01")], STOPPED);
    assert!(rows[0].contains("Definitief gestopt"), "{rows:?}");
    assert!(read(vec![plain("c", "completed", "2011-06-01")], STOPPED).is_empty());
}

#[test]
fn the_safety_part_shows_allergies_and_the_latest_measurements() {
    let weight = |id: &str, day: &str, kilos: i32| {
        observation(id, &loinc("29463-7", "Body weight"), day, ("valueQuantity", json!({"value": kilos, "unit": "kg"})))
    };
    let document = with(
        &record(vec![
            json!({
                "resourceType": "AllergyIntolerance", "id": "al1", "patient": {"reference": "Patient/p-hospital"},
                "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
                "code": {"text": "Penicilline"}, "criticality": "high", "recordedDate": "2010-05-01"
            }),
            json!({
                "resourceType": "Flag", "id": "f1", "status": "active", "subject": {"reference": "Patient/p-hospital"},
                "category": [sct("140401000146105", "contra-indicatie")], "code": {"text": "Verminderde nierfunctie"},
                "period": {"start": "2022-01-01"}
            }),
            weight("w1", "2024-01-01", 70),
            weight("w2", "2025-05-05", 66),
            observation(
                "e1",
                &loinc("62238-1", "eGFR"),
                "2025-05-06",
                ("valueQuantity", json!({"value": 38, "unit": "mL/min"})),
            ),
        ]),
        medication_overview,
    );
    assert_eq!(
        lines(&document.view, "Allergieën"),
        ["Penicilline | Hoe gevaarlijk: Kan gevaarlijk zijn | 1 mei 2010 | Ziekenhuis Noord"]
    );
    assert!(lines(&document.view, "Andere redenen om op te letten")[0].starts_with("Verminderde nierfunctie"));
    assert_eq!(
        lines(&document.view, "Laatste metingen"),
        [
            "Gewicht | 66 kg | 5 mei 2025 | Ziekenhuis Noord",
            "Werking van de nieren (eGFR) | 38 mL/min | 6 mei 2025 | Ziekenhuis Noord"
        ]
    );
    let empty = with(&[], medication_overview);
    assert!(lines(&empty.view, "Allergieën")[0].contains("staat geen allergie"));
}
