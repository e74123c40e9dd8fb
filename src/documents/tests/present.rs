//! Records as lines.

use super::super::present::present;
use super::fixtures::{loinc, observation, sct};
use serde_json::{Value, json};

fn line(resource: &Value) -> String {
    let shown = present(resource);
    let mut parts = vec![shown.title.nl];
    parts.extend(shown.details.iter().map(|detail| {
        if detail.label.nl.is_empty() {
            detail.value.nl.clone()
        } else {
            format!("{}: {}", detail.label.nl, detail.value.nl)
        }
    }));
    parts.extend(shown.date);
    parts.extend(shown.status.map(|status| status.nl));
    parts.join(" | ")
}

#[test]
fn each_type_reads_as_a_line() {
    let pressure = json!({
        "resourceType": "Observation", "status": "final", "code": loinc("85354-9", "Blood pressure panel"),
        "effectiveDateTime": "2025-06-01",
        "component": [
            {"code": loinc("8480-6", "sys"), "valueQuantity": {"value": 130, "unit": "mm[Hg]"}},
            {"code": loinc("8462-4", "dia"), "valueQuantity": {"value": 80, "unit": "mm[Hg]"}},
            {"code": {"text": "Houding"}, "valueCodeableConcept": {"text": "Zittend"}}
        ]
    });
    let mut sodium = observation(
        "n",
        &json!({"text": "Natrium"}),
        "2025-06-01",
        ("valueQuantity", json!({"value": 128, "unit": "mmol/L"})),
    );
    sodium["referenceRange"] =
        json!([{"low": {"value": 135, "unit": "mmol/L"}, "high": {"value": 145, "unit": "mmol/L"}}]);
    sodium["interpretation"] = json!([{"coding": [{"code": "L"}]}]);
    let cases = [
        (pressure, "Bloeddruk | 130 over 80 mmHg | Houding: Zittend | 2025-06-01"),
        (
            sodium,
            "Natrium | 128 mmol/L | Beoordeling: Lager dan normaal | Normaal is: 135 mmol/L - 145 mmol/L | 2025-06-01",
        ),
        (
            json!({"resourceType": "Condition", "code": {"text": "COPD"}, "onsetDateTime": "2015",
                "clinicalStatus": {"coding": [{"code": "resolved"}]}}),
            "COPD | Sinds: 2015 | 2015 | Voorbij",
        ),
        (
            json!({"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
                "period": {"start": "2025-01-02", "end": "2025-01-05"}, "serviceProvider": {"display": "Ziekenhuis Noord"}}),
            "Opname | Periode: van 2 januari 2025 tot en met 5 januari 2025 | Waar: Ziekenhuis Noord | 2025-01-02",
        ),
        (
            json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Zorgplan", "activity": [
                {"detail": {"status": "in-progress", "code": {"text": "Wassen"}, "description": "Wassen"}},
                {"detail": {"status": "in-progress", "code": {"text": "Wassen"}, "description": "Alleen de rug"}}]}),
            "Zorgplan | Afspraak: Wassen | Afspraak: Wassen, Alleen de rug",
        ),
        (
            json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "Griepprik"},
                "occurrenceDateTime": "2024-10-10"}),
            "Griepprik | 2024-10-10",
        ),
        (
            json!({"resourceType": "Appointment", "status": "booked", "description": "Controle", "start": "2025-07-01T08:30:00Z",
                "participant": [{"actor": {"display": "J. Peters"}, "status": "accepted"}]}),
            "Controle | Wanneer: 1 juli 2025, 10:30 uur | Met: J. Peters | 2025-07-01T08:30:00Z | Gepland",
        ),
        (
            json!({"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2025-06-01",
                "item": [{"linkId": "1", "text": "Slaapt u goed?", "answer": [{"valueBoolean": false}]}]}),
            "Ingevulde vragenlijst | Slaapt u goed?: Nee | 2025-06-01",
        ),
        (
            json!({"resourceType": "Goal", "lifecycleStatus": "active", "description": sct("713148004", "x")}),
            "Klachten verlichten | Toelichting: x",
        ),
        (json!({"resourceType": "Basic", "code": {"text": "Iets"}, "created": "2025-01-01"}), "Iets | 2025-01-01"),
        (json!({"resourceType": "Basic"}), "Overig gegeven"),
        (json!({"resourceType": "MedicationRequest"}), "Medicijn | Soort: Afspraak met de voorschrijver"),
    ];
    for (resource, expected) in cases {
        assert_eq!(line(&resource), expected);
    }
}

#[test]
fn odd_shapes_never_fail() {
    let kinds = [
        "Condition",
        "AllergyIntolerance",
        "Flag",
        "MedicationRequest",
        "Observation",
        "Procedure",
        "Encounter",
        "Immunization",
        "CarePlan",
        "Goal",
        "NutritionOrder",
        "Consent",
        "Device",
        "DeviceUseStatement",
        "DocumentReference",
        "Composition",
        "DiagnosticReport",
        "QuestionnaireResponse",
        "Task",
        "Appointment",
        "RelatedPerson",
        "Patient",
        "PractitionerRole",
        "Organization",
        "CareTeam",
        "Coverage",
        "Unheard",
    ];
    for kind in kinds {
        for odd in [json!(null), json!(7), json!("x"), json!([]), json!([null, 1]), json!({})] {
            let resource = json!({
                "resourceType": kind, "code": odd, "status": odd, "category": odd, "name": odd, "item": odd,
                "provision": odd, "component": odd, "effectiveDateTime": odd, "period": odd, "activity": odd
            });
            assert!(!present(&resource).title.is_empty(), "{resource}");
        }
    }
}
