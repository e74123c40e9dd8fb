//! One person with a record at several organisations: what all documents are tried on.

use super::super::Source;
use super::fixtures::{Made, directive, directory, from, loinc, ma, medicine, mgb, mve, observation, sct, stop_ma, ta};
use serde_json::{Value, json};

const HOSPITAL: &str = "Ziekenhuis Noord";
const GP: &str = "Huisartsenpraktijk De Linde";
const PHARMACY: &str = "Apotheek Zuid";

fn medicines() -> Vec<Source> {
    let mut out: Vec<Source> = [
        ("meto", "1", "Metoprolol tablet 50 mg"),
        ("para", "2", "Paracetamol tablet 500 mg"),
        ("amox", "3", "Amoxicilline capsule 500 mg"),
        ("vitd", "4", "Colecalciferol capsule 25.000 IE"),
    ]
    .iter()
    .map(|(id, code, name)| from(HOSPITAL, medicine(id, code, name)))
    .collect();
    out.extend(blocks());
    out
}

fn blocks() -> Vec<Source> {
    let meto = |made, start, end, dose| Made("meto", "mbh1", made, start, end, dose);
    let para = |made, start, end, dose| Made("para", "mbh2", made, start, end, dose);
    let amox =
        Made("amox", "mbh3", "2025-05-20", "2025-05-20", Some("2025-05-27"), "3 keer per dag 1 capsule, 7 dagen");
    let soon = Made("vitd", "mbh4", "2025-06-12", "2025-07-01", None, "1 keer per week 1 capsule");
    let blocks = [
        (GP, ma("ma1", &meto("2024-11-02", "2024-11-02", None, "1 keer per dag 1 tablet"))),
        (
            HOSPITAL,
            stop_ma(
                "ma2",
                "ma1",
                "410546004",
                &meto("2025-06-03", "2024-11-02", Some("2025-06-03"), "1 keer per dag 1 tablet"),
            ),
        ),
        (HOSPITAL, ma("ma3", &meto("2025-06-03T10:00:00+02:00", "2025-06-04", None, "2 keer per dag 1 tablet"))),
        (PHARMACY, ta("ta1", "ma1", &meto("2024-11-03", "2024-11-03", None, "1 keer per dag 1 tablet"))),
        (PHARMACY, mve("mve1", "mbh1", "meto", "2025-05-28")),
        (GP, ma("ma4", &para("2025-02-01", "2025-02-01", None, "Zo nodig 1 tot 2 tabletten, niet meer dan 6 per dag"))),
        ("Anna de Vries", mgb("use1", false, &para("2025-06-10", "2025-06-01", None, "Alleen voor de nacht 1 tablet"))),
        (GP, ma("ma5", &amox)),
        (HOSPITAL, ma("ma6", &soon)),
    ];
    blocks.into_iter().map(|(source, resource)| from(source, resource)).collect()
}

fn problem(id: &str, name: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p-hospital"},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "code": {"text": name}, "onsetDateTime": "2025-06-02",
        "recorder": {"reference": "PractitionerRole/role1"}
    })
}

fn clinical() -> Vec<Value> {
    let amount = |value: i32, unit: &str| ("valueQuantity", json!({"value": value, "unit": unit}));
    let words = |text: &str| ("valueCodeableConcept", json!({"text": text}));
    vec![
        problem("hip", "Gebroken heup rechts, geopereerd"),
        problem("falls", "Verhoogd risico op vallen"),
        json!({
            "resourceType": "CarePlan", "id": "nursing", "status": "active", "intent": "plan",
            "category": [sct("9632001", "verpleegkundige interventie")], "subject": {"reference": "Patient/p-hospital"},
            "addresses": [{"reference": "Condition/falls"}],
            "activity": [{"detail": {"status": "in-progress", "description": "Begeleiden bij het lopen", "scheduledString": "elke keer",
                "performer": [{"reference": "PractitionerRole/role1"}]}}]
        }),
        json!({
            "resourceType": "AllergyIntolerance", "id": "al1", "patient": {"reference": "Patient/p-hospital"},
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
            "code": {"text": "Penicilline"}, "criticality": "high", "recordedDate": "2010-05-01",
            "category": ["medication"], "reaction": [{"manifestation": [{"text": "Benauwd"}], "severity": "severe"}]
        }),
        json!({
            "resourceType": "Flag", "id": "f1", "status": "active", "subject": {"reference": "Patient/p-hospital"},
            "category": [sct("140401000146105", "contra-indicatie")], "code": {"text": "Verminderde werking van de nieren"},
            "period": {"start": "2022-01-01"}
        }),
        observation("w1", &loinc("29463-7", "Body weight"), "2025-06-10", amount(61, "kg")),
        observation("h1", &loinc("8302-2", "Body height"), "2025-06-02", amount(164, "cm")),
        observation("e1", &loinc("62238-1", "eGFR"), "2025-06-03", amount(38, "mL/min")),
        json!({
            "resourceType": "Observation", "id": "bp", "status": "final", "code": loinc("85354-9", "Blood pressure"),
            "subject": {"reference": "Patient/p-hospital"}, "effectiveDateTime": "2025-06-14T08:00:00+02:00",
            "performer": [{"reference": "PractitionerRole/role1"}],
            "component": [
                {"code": loinc("8480-6", "Systolic"), "valueQuantity": {"value": 142, "unit": "mm[Hg]"}},
                {"code": loinc("8462-4", "Diastolic"), "valueQuantity": {"value": 78, "unit": "mm[Hg]"}}
            ]
        }),
        observation("pain", &sct("225908003", "pijn"), "2025-06-14", amount(4, "van 10")),
        observation("walk", &sct("282097004", "lopen"), "2025-06-14", words("Met rollator en hulp van een persoon")),
        observation("wash", &sct("284785009", "wassen"), "2025-06-14", words("Hulp nodig bij het onderlichaam")),
        observation("home", &sct("365508006", "woonsituatie"), "2025-06-02", words("Woont alleen, gelijkvloers")),
        json!({
            "resourceType": "NutritionOrder", "id": "food", "status": "active", "intent": "order", "dateTime": "2025-06-05",
            "patient": {"reference": "Patient/p-hospital"}, "oralDiet": {"type": [{"text": "Extra eiwit"}]}
        }),
    ]
}

fn wishes() -> Vec<Value> {
    vec![
        directive("d0", ("89666000", "reanimatie"), "permit", "2019-04-01"),
        directive("d1", ("89666000", "reanimatie"), "deny", "2025-03-01"),
        directive("d2", ("305351004", "IC"), "deny", "2025-03-01"),
        directive(
            "d3",
            ("32485007", "ziekenhuisopname"),
            "Alleen als het thuis niet meer gaat, eerst bellen met dochter",
            "2025-03-01",
        ),
        directive("d4", ("281789004", "antibiotica"), "permit", "2025-03-01"),
        json!({
            "resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "startDate": "2025-03-01",
            "category": [sct("713603004", "advance care planning")],
            "description": sct("713148004", "Palliatief, klachten verlichten"), "subject": {"reference": "Patient/p-hospital"}
        }),
        observation("o1", &sct("395091006", "plek"), "2025-03-01", ("valueCodeableConcept", sct("264362003", "thuis"))),
        observation(
            "o2",
            &sct("340171000146104", "standpunt"),
            "2025-03-01",
            ("valueCodeableConcept", sct("340201000146103", "geen")),
        ),
        observation(
            "o3",
            &sct("153851000146100", "wensen"),
            "2025-03-01",
            ("valueString", json!("Wil graag de kleinkinderen blijven zien.")),
        ),
        json!({
            "resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "Patient/p-hospital"},
            "relationship": [
                {"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.3.11.22.472", "code": "24"}]},
                {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "DAU", "display": "Dochter"}]}
            ],
            "name": [{"text": "Eva de Vries"}], "telecom": [{"system": "phone", "value": "0612345678"}]
        }),
        json!({
            "resourceType": "Procedure", "id": "talk", "status": "completed", "code": sct("713603004", "advance care planning"),
            "subject": {"reference": "Patient/p-hospital"}, "performedDateTime": "2025-03-01",
            "performer": [{"actor": {"reference": "PractitionerRole/role1"}}], "encounter": {"reference": "Encounter/visit"}
        }),
        json!({
            "resourceType": "Encounter", "id": "visit", "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
            "subject": {"reference": "Patient/p-hospital"}, "period": {"start": "2025-03-01"},
            "reasonReference": [{"reference": "Procedure/talk"}],
            "participant": [{"individual": {"reference": "RelatedPerson/r1"}}, {"individual": {"reference": "PractitionerRole/role1"}}]
        }),
    ]
}

/// The whole record.
pub(super) fn record() -> Vec<Source> {
    let mut out = directory();
    out.extend(medicines());
    out.extend(clinical().into_iter().map(|resource| from(HOSPITAL, resource)));
    out.extend(wishes().into_iter().map(|resource| from(GP, resource)));
    out
}
