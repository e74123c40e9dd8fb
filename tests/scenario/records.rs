//! What the three sources send: nl-core and MP9 shapes for one patient, in transaction Bundles.

use serde_json::{Value, json};

/// The display by which the hospital's own things are recognised.
pub const HOSPITAL_PROBLEM: &str = "Longontsteking rechts onder";
/// The name of the hospital's medicine.
pub const MEDICINE: &str = "Amoxicilline tablet 500 mg";
/// What the psychiatric record says.
pub const PSYCHIATRIC: &str = "Depressieve episode, in behandeling";

const SCT: &str = "http://snomed.info/sct";

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": display}], "text": display})
}

fn post(url: &str, resource: impl Into<Value>) -> Value {
    let resource = resource.into();
    let rtype = resource["resourceType"].as_str().expect("a type").to_owned();
    json!({"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": rtype}})
}

fn patient(url: &str, bsn: &str, name: &str) -> Value {
    let system = "http://fhir.nl/fhir/NamingSystem/bsn";
    let mut entry = post(
        url,
        json!({"resourceType": "Patient", "identifier": [{"system": system, "value": bsn}],
               "name": [{"text": name}]}),
    );
    entry["request"]["ifNoneExist"] = json!(format!("identifier={system}|{bsn}"));
    entry
}

fn mbh() -> Value {
    json!({"url": "http://nictiz.nl/fhir/StructureDefinition/ext-PharmaceuticalTreatment.Identifier",
           "valueIdentifier": {"system": "urn:oid:1.2.3.4", "value": "mbh-scenario"}})
}

/// The hospital: problem, allergy, medication agreement, measurement, care plan, treatment wish.
pub fn hospital(bsn: &str, name: &str) -> Value {
    let subject = json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"});
    let medicine = json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000002"});
    json!([
        patient("urn:uuid:00000000-0000-4000-8000-000000000001", bsn, name),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000002",
            json!({
                "resourceType": "Medication",
                "code": coding("urn:oid:2.16.840.1.113883.2.4.4.10", "8834", MEDICINE),
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000003",
            json!({
                "resourceType": "Condition", "subject": subject,
                "clinicalStatus": coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
                "code": coding(SCT, "233604007", HOSPITAL_PROBLEM), "onsetDateTime": "2026-11-02",
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000004",
            json!({
                "resourceType": "AllergyIntolerance", "patient": subject,
                "clinicalStatus": coding("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active"),
                "code": coding(SCT, "256349002", "Pinda-allergie van het ziekenhuis"),
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000005",
            json!({
                "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": subject,
                "extension": [mbh(), {
                    "url": "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period",
                    "valuePeriod": {"start": "2026-11-03T08:00:00+01:00"},
                }],
                "category": [coding(SCT, "33633005", "medicatieafspraak")],
                "medicationReference": medicine, "authoredOn": "2026-11-03T08:00:00+01:00",
                "dosageInstruction": [{"text": "3 maal per dag 1 tablet"}],
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000006",
            json!({
                "resourceType": "Observation", "status": "final", "subject": subject,
                "category": [coding("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "Metingen")],
                "code": coding("http://loinc.org", "29463-7", "Lichaamsgewicht"),
                "effectiveDateTime": "2026-11-03T09:00:00+01:00",
                "valueQuantity": {"value": 61.50, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000007",
            json!({
                "resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": subject,
                "category": [coding(SCT, "9632001", "verpleegkundige interventie")],
                "title": "Hulp bij wassen en aankleden",
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000008",
            json!({
                "resourceType": "Consent", "status": "active", "patient": subject, "dateTime": "2026-11-04",
                "scope": coding("http://terminology.hl7.org/CodeSystem/consentscope", "treatment", "Treatment"),
                "category": [coding(SCT, "129125009", "behandelaanwijzing")],
                "policy": [{"uri": "https://wetten.overheid.nl/"}],
                "provision": {"type": "deny", "code": [coding(SCT, "89666000", "Reanimatie")]},
            })
        ),
    ])
}

/// What the hospital writes to the hub's own `Patient`.
pub const ADDRESSED: &str = "Nagestuurd door de polikliniek";

/// One more problem, addressed to the hub's own `Patient` of the resident.
pub fn addressed(patient: &str) -> Value {
    json!([post(
        "urn:uuid:00000000-0000-4000-8000-000000000009",
        json!({
            "resourceType": "Condition", "subject": {"reference": patient},
            "clinicalStatus": coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
            "code": coding(SCT, "404684003", ADDRESSED),
        })
    )])
}

/// The practice: the same patient, with its own problem.
pub fn practice(bsn: &str, name: &str) -> Value {
    let subject = json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000011"});
    json!([
        patient("urn:uuid:00000000-0000-4000-8000-000000000011", bsn, name),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000012",
            json!({
                "resourceType": "Condition", "subject": subject,
                "clinicalStatus": coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
                "code": coding(SCT, "38341003", "Hoge bloeddruk volgens de huisarts"),
            })
        ),
    ])
}

/// The pharmacy: it dispenses the hospital's medicine.
pub fn pharmacy(bsn: &str, name: &str) -> Value {
    let subject = json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000021"});
    json!([
        patient("urn:uuid:00000000-0000-4000-8000-000000000021", bsn, name),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000022",
            json!({
                "resourceType": "MedicationDispense", "status": "completed", "subject": subject, "extension": [mbh()],
                "category": coding(SCT, "373784005", "verstrekking"),
                "medicationCodeableConcept": coding("urn:oid:2.16.840.1.113883.2.4.4.10", "8834", MEDICINE),
                "whenHandedOver": "2026-11-03T15:00:00+01:00",
            })
        ),
    ])
}

/// The mental-health institution: labelled psychiatric.
pub fn psychiatry(bsn: &str, name: &str) -> Value {
    let subject = json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000031"});
    json!([
        patient("urn:uuid:00000000-0000-4000-8000-000000000031", bsn, name),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000032",
            json!({
                "resourceType": "Condition", "subject": subject,
                "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]},
                "clinicalStatus": coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
                "code": coding(SCT, "35489007", PSYCHIATRIC),
            })
        ),
    ])
}

/// The handoff: a Composition that names what the hospital posted, and the Task for the nursing organisation.
pub fn handoff(patient: &str, condition: &str, care_plan: &str, hospital: &Value, vvt: &Value) -> Value {
    let section = |code: &str, title: &str, inner: &Value| json!({"title": title, "code": coding(SCT, code, title), "section": [inner]});
    let problem = json!({
        "title": "Diagnose", "code": coding(SCT, "52870002", "Diagnose"), "entry": [{"reference": condition}],
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Longontsteking</div>"},
    });
    let care = json!({
        "title": "Verpleegplan", "code": coding(SCT, "86644006", "Verpleegplan"), "entry": [{"reference": care_plan}],
    });
    let id = |organisation: &Value| format!("Organization/{}", organisation["id"].as_str().expect("id"));
    json!([
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000041",
            json!({
                "resourceType": "Composition", "status": "final", "subject": {"reference": patient},
                "type": coding(SCT, "11171000146100", "Verpleegkundige overdracht"),
                "date": "2026-11-20T10:00:00+01:00", "title": "Verpleegkundige overdracht",
                "author": [{"reference": id(hospital)}],
                "section": [section("371524004", "Klinische context", &problem), section("773130005", "Zorgplan", &care)],
            })
        ),
        post(
            "urn:uuid:00000000-0000-4000-8000-000000000042",
            json!({
                "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": patient},
                "code": coding(SCT, "308292007", "Overdracht van zorg"),
                "requester": {"reference": id(hospital)}, "owner": {"reference": id(vvt)},
                "input": [{
                    "type": coding(SCT, "11171000146100", "Verpleegkundige overdracht"),
                    "valueReference": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000041"},
                }],
            })
        ),
    ])
}
