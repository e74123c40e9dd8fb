//! The query list of the Dutch patient summary (`BgZ`), as it reads on R4 with the codes of zib 2020: asked by a practice that
//! the patient permits everything, and by the patient.

use serde_json::{Value, json};

use crate::support::builders::{bundle, coded, condition, consent, encounter, patient, permit_categories, weight};
use crate::support::world::PATIENT;
use crate::support::{Caller, Engine, Fixture, Person, Response, Server, on_both};

const SCT: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

/// Everything that can be permitted, also what must be named one by one: the use of drugs is among it.
const CATEGORIES: [&str; 17] = [
    "medication",
    "allergies",
    "problems",
    "measurements",
    "results",
    "procedures",
    "encounters",
    "vaccinations",
    "wishes",
    "nursing",
    "documents",
    "own-measurements",
    "contacts",
    "mental-health",
    "sexual-health",
    "genetics",
    "hiv",
];

/// A person with one record, or two, for each question, at the hospital; permitted to the practice.
struct Summary {
    server: Server,
    anna: Person,
}

fn observation(system: &str, code: &str, category: Option<Value>) -> Value {
    let mut body = weight(PATIENT, "2026-01-05", "1");
    body["code"] = coded(system, code);
    let members = body.as_object_mut().expect("an object");
    members.shift_remove("category");
    members.extend(category.map(|category| ("category".to_owned(), json!([category]))));
    body
}

fn of_patient(rtype: &str, more: Value) -> Value {
    let mut body = json!({"resourceType": rtype});
    let about = match rtype {
        "Consent" | "AllergyIntolerance" | "Immunization" | "ImmunizationRecommendation" | "NutritionOrder" => {
            "patient"
        }
        "Coverage" => "beneficiary",
        _ => "subject",
    };
    body[about] = json!({"reference": PATIENT});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

fn medication(rtype: &str, category: &str, more: Value) -> Value {
    let category = coded(SCT, category);
    let category = if rtype == "MedicationRequest" { json!([category]) } else { category };
    let mut body = of_patient(rtype, more);
    body["category"] = category;
    body["medicationReference"] = json!({"reference": "Medication/m1"});
    body
}

fn people() -> Vec<(&'static str, &'static str, Value)> {
    let consentscope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let directive = |scope: &str, category: Value| {
        of_patient(
            "Consent",
            json!({"status": "active", "scope": coded(consentscope, scope), "category": [category],
            "sourceAttachment": {"title": "x"}, "policy": [{"uri": "https://wetten.overheid.nl/"}], "provision": {"type": "deny"}}),
        )
    };
    let acd = coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd");
    vec![
        ("PUT", "Practitioner/gp1", json!({"resourceType": "Practitioner", "name": [{"family": "Bos"}]})),
        ("PUT", "Organization/payer1", json!({"resourceType": "Organization", "name": "Zorgverzekeraar"})),
        (
            "PUT",
            "Coverage/co1",
            of_patient("Coverage", json!({"status": "active", "payor": [{"reference": "Organization/payer1"}]})),
        ),
        ("PUT", "Consent/td1", directive("treatment", coded(SCT, "129125009"))),
        ("PUT", "Consent/ad1", directive("adr", acd)),
        ("PUT", "CareTeam/ct1", of_patient("CareTeam", json!({"status": "active"}))),
        ("PUT", "Encounter/e1", encounter(PATIENT)),
        (
            "PUT",
            "Appointment/ap1",
            json!({"resourceType": "Appointment", "status": "booked", "start": "2026-04-01T10:00:00Z",
            "end": "2026-04-01T10:10:00Z", "participant": [{"actor": {"reference": PATIENT}, "status": "accepted"}]}),
        ),
        (
            "PUT",
            "Appointment/ap2",
            json!({"resourceType": "Appointment", "status": "cancelled",
            "participant": [{"actor": {"reference": PATIENT}, "status": "accepted"}]}),
        ),
    ]
}

fn clinical() -> Vec<(&'static str, &'static str, Value)> {
    let intended = |rtype: &str, status: &str| of_patient(rtype, json!({"status": status, "intent": "order"}));
    let vaccine = |status: &str| {
        of_patient(
            "Immunization",
            json!({"status": status, "vaccineCode": {"text": "griep"}, "occurrenceDateTime": "2025-10-01"}),
        )
    };
    let procedure = |category: &str| {
        of_patient("Procedure", json!({"status": "completed", "category": coded(SCT, category), "code": {"text": "x"}}))
    };
    let category = |code: &str| Some(coded("http://terminology.hl7.org/CodeSystem/observation-category", code));
    vec![
        ("PUT", "Condition/c1", condition(PATIENT, "13645005")),
        (
            "PUT",
            "Provenance/pv1",
            json!({"resourceType": "Provenance", "target": [{"reference": "Condition/c1"}, {"reference": PATIENT}],
            "recorded": "2026-01-05T10:00:00Z", "agent": [{"who": {"reference": "Practitioner/gp1"}}]}),
        ),
        ("PUT", "Flag/f1", of_patient("Flag", json!({"status": "active", "code": {"text": "MRSA"}}))),
        ("PUT", "AllergyIntolerance/a1", of_patient("AllergyIntolerance", json!({"code": {"text": "penicilline"}}))),
        (
            "PUT",
            "NutritionOrder/n1",
            of_patient("NutritionOrder", json!({"status": "active", "intent": "order", "dateTime": "2026-01-05"})),
        ),
        (
            "PUT",
            "Device/dv1",
            json!({"resourceType": "Device", "patient": {"reference": PATIENT}, "type": {"text": "pacemaker"}}),
        ),
        (
            "PUT",
            "DeviceUseStatement/du1",
            of_patient("DeviceUseStatement", json!({"status": "active", "device": {"reference": "Device/dv1"}})),
        ),
        ("PUT", "Immunization/i1", vaccine("completed")),
        ("PUT", "Immunization/i2", vaccine("not-done")),
        ("PUT", "Procedure/pr1", procedure("387713003")),
        ("PUT", "Procedure/pr2", procedure("103693007")),
        ("PUT", "ServiceRequest/sr1", intended("ServiceRequest", "active")),
        ("PUT", "ServiceRequest/sr2", intended("ServiceRequest", "completed")),
        (
            "PUT",
            "ImmunizationRecommendation/ir1",
            of_patient(
                "ImmunizationRecommendation",
                json!({"date": "2026-01-05",
            "recommendation": [{"vaccineCode": [{"text": "griep"}], "forecastStatus": {"text": "due"}}]}),
            ),
        ),
        ("PUT", "DeviceRequest/dr1", {
            let mut body = intended("DeviceRequest", "active");
            body["codeCodeableConcept"] = json!({"text": "rollator"});
            body
        }),
        ("PUT", "Observation/living", observation(SCT, "365508006", None)),
        ("PUT", "Observation/drugs", observation(SCT, "228366006", None)),
        ("PUT", "Observation/alcohol", observation(SCT, "228273003", None)),
        ("PUT", "Observation/tobacco", observation(SCT, "365980008", None)),
        ("PUT", "Observation/walking", observation(SCT, "282097004", Some(coded(SCT, "118228005")))),
        ("PUT", "Observation/memory", observation(SCT, "106136008", Some(coded(SCT, "384821006")))),
        ("PUT", "Observation/bp", observation(LOINC, "85354-9", category("vital-signs"))),
        ("PUT", "Observation/bw1", weight(PATIENT, "2026-01-01", "70")),
        ("PUT", "Observation/bw2", weight(PATIENT, "2026-01-02", "71")),
        ("PUT", "Observation/height", observation(LOINC, "8302-2", category("vital-signs"))),
        ("PUT", "Observation/lying", observation(LOINC, "8306-3", category("vital-signs"))),
        ("PUT", "Observation/hb", observation(LOINC, "718-7", category("laboratory"))),
    ]
}

fn medicines() -> Vec<(&'static str, &'static str, Value)> {
    let order = json!({"status": "active", "intent": "order"});
    vec![
        ("PUT", "Medication/m1", json!({"resourceType": "Medication", "code": {"text": "metoprolol"}})),
        ("PUT", "MedicationRequest/ma", medication("MedicationRequest", "33633005", order.clone())),
        ("PUT", "MedicationRequest/vv", medication("MedicationRequest", "52711000146108", order)),
        ("PUT", "MedicationDispense/ta", medication("MedicationDispense", "422037009", json!({"status": "completed"}))),
        (
            "PUT",
            "MedicationDispense/mve",
            medication("MedicationDispense", "373784005", json!({"status": "completed"})),
        ),
        ("PUT", "MedicationStatement/mgb", medication("MedicationStatement", "422979000", json!({"status": "active"}))),
    ]
}

impl Fixture for Summary {
    async fn on(engine: Engine) -> Self {
        let server = Server::start(engine).await;
        let anna = server.person().await;
        let mut own = patient(&anna.bsn);
        own["generalPractitioner"] = json!([{"reference": "Practitioner/gp1"}]);
        let mut all = people();
        all.insert(0, ("PUT", PATIENT, own));
        all.extend(clinical());
        all.extend(medicines());
        server.hospital().post("", &bundle("transaction", all)).await.expect(200);
        // Somebody else, of whom no question here may find anything.
        let other = server.person().await;
        let others = vec![
            ("PUT", "Patient/h2", patient(&other.bsn)),
            ("PUT", "Condition/c2", condition("Patient/h2", "13645005")),
            ("PUT", "Observation/w9", weight("Patient/h2", "2026-02-01", "99")),
        ];
        server.hospital().post("", &bundle("transaction", others)).await.expect(200);
        let body = consent(&anna.reference(), permit_categories("org-gp", &CATEGORIES));
        server.patient(&anna).post("Consent", &body).await.expect(201);
        Self { server, anna }
    }
}

/// Type and query; ids of what is found, and of what comes with it.
pub type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
pub const QUESTIONS: [Row; 33] = [
    ("Coverage", "_include=Coverage:payor", &["Coverage/co1"], &["Organization/payer1"]),
    ("Consent", "category=http://snomed.info/sct|129125009", &["Consent/td1"], &[]),
    ("Consent", "category=http://terminology.hl7.org/CodeSystem/consentcategorycodes|acd", &["Consent/ad1"], &[]),
    ("Observation/$lastn", "category=http://snomed.info/sct|118228005,http://snomed.info/sct|384821006", &["Observation/memory", "Observation/walking"], &[]),
    ("Observation/$lastn", "code=http://snomed.info/sct|365508006", &["Observation/living"], &[]),
    ("Observation/$lastn", "code=http://snomed.info/sct|228366006", &["Observation/drugs"], &[]),
    ("Observation/$lastn", "code=http://snomed.info/sct|228273003", &["Observation/alcohol"], &[]),
    ("Observation/$lastn", "code=http://snomed.info/sct|365980008", &["Observation/tobacco"], &[]),
    ("NutritionOrder", "", &["NutritionOrder/n1"], &[]),
    ("Condition", "", &["Condition/c1"], &[]),
    ("Condition", "_revinclude=Provenance:target", &["Condition/c1"], &["Provenance/pv1"]),
    ("Flag", "", &["Flag/f1"], &[]),
    ("AllergyIntolerance", "", &["AllergyIntolerance/a1"], &[]),
    ("MedicationStatement", "category=http://snomed.info/sct|422979000&_include=MedicationStatement:medication", &["MedicationStatement/mgb"], &["Medication/m1"]),
    ("MedicationRequest", "category=http://snomed.info/sct|33633005&_include=MedicationRequest:medication", &["MedicationRequest/ma"], &["Medication/m1"]),
    ("MedicationDispense", "category=http://snomed.info/sct|422037009&_include=MedicationDispense:medication", &["MedicationDispense/ta"], &["Medication/m1"]),
    ("MedicationDispense", "category=http://snomed.info/sct|373784005", &["MedicationDispense/mve"], &[]),
    ("DeviceUseStatement", "_include=DeviceUseStatement:device", &["DeviceUseStatement/du1"], &["Device/dv1"]),
    ("Immunization", "status=completed", &["Immunization/i1"], &[]),
    ("Observation", "code=http://loinc.org|85354-9", &["Observation/bp"], &[]),
    ("Observation/$lastn", "code=http://loinc.org|85354-9", &["Observation/bp"], &[]),
    ("Observation/$lastn", "code=http://loinc.org|29463-7", &["Observation/bw2"], &[]),
    ("Observation", "code=http://loinc.org|29463-7", &["Observation/bw1", "Observation/bw2"], &[]),
    ("Observation/$lastn", "code=http://loinc.org|8302-2,http://loinc.org|8306-3,http://loinc.org|8308-9", &["Observation/height", "Observation/lying"], &[]),
    ("Observation/$lastn", "category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory", &["Observation/hb"], &[]),
    ("Procedure", "category=http://snomed.info/sct|387713003", &["Procedure/pr1"], &[]),
    ("Encounter", "class=http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP,http://terminology.hl7.org/CodeSystem/v3-ActCode|ACUTE", &["Encounter/e1"], &[]),
    ("ServiceRequest", "status=active", &["ServiceRequest/sr1"], &[]),
    ("ImmunizationRecommendation", "", &["ImmunizationRecommendation/ir1"], &[]),
    ("DeviceRequest", "status=active", &["DeviceRequest/dr1"], &[]),
    ("Appointment", "status=booked,pending,proposed", &["Appointment/ap1"], &[]),
    ("CareTeam", "", &["CareTeam/ct1"], &[]),
    ("Condition", "clinical-status=resolved", &[], &[]),
];

fn found(answer: &Response, row: &Row) {
    let mut expected = row.2.to_vec();
    expected.sort_unstable();
    let what = format!("{}?{}", row.0, row.1);
    assert_eq!(answer.matches(), expected, "{what}");
    assert_eq!(answer.included(), row.3, "{what}");
}

async fn ask(caller: &Caller<'_>, whose: &str, row: &Row) {
    let query: Vec<&str> = [whose, row.1].into_iter().filter(|part| !part.is_empty()).collect();
    found(&caller.get(&format!("{}?{}", row.0, query.join("&"))).await.expect(200), row);
}

async fn a_permitted_practice_finds_each_part_of_the_summary(world: Summary) {
    let practice = world.server.gp();
    let by_number = format!("patient.identifier={BSN}|{}", world.anna.bsn);
    for row in &QUESTIONS {
        ask(&practice, "patient=Patient/h1", row).await;
        ask(&practice, &by_number, row).await;
    }
    let number = format!("identifier={BSN}|{}", world.anna.bsn);
    let answer = practice.get(&format!("Patient?{number}&_include=Patient:general-practitioner")).await.expect(200);
    assert!(answer.matches().contains(&PATIENT.to_owned()), "{:?}", answer.matches());
    assert_eq!(answer.included(), ["Practitioner/gp1"]);
}

async fn the_patient_finds_each_part_of_the_summary(world: Summary) {
    let anna = world.server.patient(&world.anna);
    for row in &QUESTIONS {
        ask(&anna, "patient=Patient/h1", row).await;
        // As from a personal health environment: the token says who it is.
        if !row.0.contains('$') {
            ask(&anna, "", row).await;
        }
    }
}

/// What is hidden is answered as what is not there.
async fn a_practice_without_permission_finds_nothing(world: Summary) {
    let post = world.server.gp_post();
    for (target, query, ..) in &QUESTIONS {
        let answer = post.get(&format!("{target}?patient=Patient/h1&{query}")).await.expect(200);
        assert!(answer.matches().is_empty() && answer.included().is_empty(), "{target}?{query}: {}", answer.text());
    }
}

on_both! {
    a_permitted_practice_finds_each_part_of_the_summary,
    the_patient_finds_each_part_of_the_summary,
    a_practice_without_permission_finds_nothing,
}
