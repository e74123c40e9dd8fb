//! Every query of the information standard and of its `CapabilityStatement`s, word for word, by GET and by POST.

use serde_json::{Value, json};

use super::blocks::{
    ADMINISTRATION, AGREEMENT, DISPENSE, GIVEN, REQUEST, SCHEDULE, SNOMED, USE, block, extension, with,
};
use crate::support::builders::{BSN, bundle, coded, condition, consent, patient, permit};
use crate::support::{Caller, Person, Server, on_both};

fn to(reference: &str) -> Value {
    json!({"reference": reference})
}

/// What the blocks refer to.
fn around() -> Vec<(&'static str, &'static str, Value)> {
    let named = |rtype: &str, name: &str| json!({"resourceType": rtype, "name": name});
    vec![
        ("PUT", "Organization/o", named("Organization", "Praktijk")),
        ("PUT", "Location/l", named("Location", "Apotheek")),
        ("PUT", "Practitioner/a", json!({"resourceType": "Practitioner", "name": [{"family": "Arts"}]})),
        (
            "PUT",
            "PractitionerRole/r",
            json!({"resourceType": "PractitionerRole", "practitioner": to("Practitioner/a"),
                "organization": to("Organization/o"), "location": [to("Location/l")]}),
        ),
        (
            "PUT",
            "Medication/m",
            json!({"resourceType": "Medication", "code": coded("urn:oid:2.16.840.1.113883.2.4.4.10", "12345")}),
        ),
        ("PUT", "Condition/c", condition("Patient/h", "38341003")),
    ]
}

/// The seven blocks of one treatment with everything that they may refer to.
fn blocks() -> Vec<(&'static str, &'static str, Value)> {
    let product = json!({"medicationCodeableConcept": null, "medicationReference": to("Medication/m")});
    let new = |category: &str, agreed: &str| {
        let mut one = block(category, "Patient/h", "1", agreed, json!({"start": "2026-01-01"}));
        one.as_object_mut().expect("a resource").remove("medicationCodeableConcept");
        one["medicationReference"] = product["medicationReference"].clone();
        one
    };
    let plus = |mut one: Value, more: Value| {
        one["extension"].as_array_mut().expect("extensions").push(more);
        one
    };
    let next = extension("ext-MedicationAgreement.NextPractitioner", "valueReference", to("PractitionerRole/r"));
    let place = extension("ext-DispenseRequest.DispenseLocation", "valueReference", to("Location/l"));
    let author = extension("ext-MedicationUse2.Author", "valueReference", to("PractitionerRole/r"));
    let prescriber = extension("ext-MedicationUse2.Prescriber", "valueReference", to("PractitionerRole/r"));
    let by = json!({"requester": to("PractitionerRole/r"), "reasonReference": [to("Condition/c")]});
    let from = json!({"performer": [{"actor": to("Organization/o")}], "location": to("Location/l"), "destination": to("Location/l")});
    let request = json!({"performer": to("Organization/o"), "dispenseRequest": {"extension": [place]}, "requester": to("PractitionerRole/r")});
    vec![
        ("PUT", "MedicationRequest/ma", plus(with(new(AGREEMENT, "2026-01-01"), by.clone()), next)),
        ("PUT", "MedicationRequest/vv", with(new(REQUEST, "2026-01-01"), request)),
        ("PUT", "MedicationRequest/wds", with(new(SCHEDULE, "2026-01-01"), by)),
        ("PUT", "MedicationDispense/ta", with(new(ADMINISTRATION, "2026-01-02"), from.clone())),
        ("PUT", "MedicationDispense/mve", with(new(DISPENSE, "2026-01-03"), from)),
        (
            "PUT",
            "MedicationStatement/mgb",
            plus(
                plus(with(new(USE, "2026-01-04"), json!({"informationSource": to("PractitionerRole/r")})), author),
                prescriber,
            ),
        ),
        (
            "PUT",
            "MedicationAdministration/mtd",
            with(new(GIVEN, "2026-01-05"), json!({"performer": [{"actor": to("PractitionerRole/r")}]})),
        ),
    ]
}

async fn filled(server: &Server) -> (Caller<'_>, Person) {
    let (hospital, anna) = (server.hospital(), server.person().await);
    let mut requests = vec![("PUT", "Patient/h", patient(&anna.bsn))];
    requests.extend(around());
    requests.extend(blocks());
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
    // Another patient, whose data must be in no answer.
    let bert = server.person().await;
    let mut other = block(AGREEMENT, "Patient/b", "1", "2026-01-01", json!({"start": "2026-01-01"}));
    other["requester"] = to("PractitionerRole/r");
    hospital
        .post(
            "",
            &bundle(
                "transaction",
                vec![("PUT", "Patient/b", patient(&bert.bsn)), ("PUT", "MedicationRequest/b", other)],
            ),
        )
        .await
        .expect(200);
    (hospital, anna)
}

const ROLE: &str = "&_include:iterate=PractitionerRole:organization&_include:iterate=PractitionerRole:practitioner\
                    &_include:iterate=PractitionerRole:location";
const OF_ROLE: [&str; 4] = ["Location/l", "Organization/o", "Practitioner/a", "PractitionerRole/r"];

type Words = Vec<&'static str>;
/// Type, category, what may narrow it, includes, the match, and what is included.
type Row = (&'static str, &'static str, Words, Words, &'static str, Words);

fn table() -> Vec<Row> {
    let used = "period-of-use=ge2026-02-01";
    let both = "period-of-use=ge2026-02-01&period-of-use=le2027-01-01";
    let number = "pharmaceutical-treatment-identifier=urn:example:mbh|1";
    let product = "medication.code=urn:oid:2.16.840.1.113883.2.4.4.10|12345";
    let whole = |also: &[&'static str]| {
        let mut all: Vec<&str> =
            OF_ROLE.into_iter().chain(["Medication/m", "Patient/h"]).chain(also.iter().copied()).collect();
        all.sort_unstable();
        all
    };
    let places = vec!["Location/l", "Medication/m", "Organization/o", "Patient/h"];
    let request = |also: &[&'static str]| [&["subject", "medication", "requester"], also].concat();
    let dispensed = vec!["patient", "medication", "performer", "destination", "location"];
    vec![
        (
            "MedicationRequest",
            AGREEMENT,
            vec![
                "",
                "identifier=urn:example:blocks|33633005-1-2026-01-01",
                product,
                used,
                both,
                number,
                "medication=Medication/m",
                "requester=PractitionerRole/r",
                "next-practitioner=PractitionerRole/r",
                "reason=Condition/c",
            ],
            request(&["reason", "next-practitioner"]),
            "ma",
            whole(&["Condition/c"]),
        ),
        (
            "MedicationRequest",
            SCHEDULE,
            vec!["", "identifier=urn:example:blocks|395067002-1-2026-01-01", product, used, both, number],
            request(&["reason"]),
            "wds",
            whole(&["Condition/c"]),
        ),
        (
            "MedicationRequest",
            REQUEST,
            vec![
                "",
                "identifier=urn:example:blocks|52711000146108-1-2026-01-01",
                product,
                number,
                "intended-performer=Organization/o",
                "dispense-location=Location/l",
            ],
            request(&["intended-performer", "dispense-location"]),
            "vv",
            whole(&[]),
        ),
        (
            "MedicationDispense",
            ADMINISTRATION,
            vec![
                "",
                "identifier=urn:example:blocks|422037009-1-2026-01-02",
                product,
                used,
                both,
                number,
                "performer=Organization/o",
                "location=Location/l",
            ],
            dispensed.clone(),
            "ta",
            places.clone(),
        ),
        (
            "MedicationDispense",
            DISPENSE,
            vec![
                "",
                "identifier=urn:example:blocks|373784005-1-2026-01-03",
                product,
                number,
                "whenhandedover=ge2026-01-01&whenhandedover=le2026-02-01",
                "destination=Location/l",
            ],
            dispensed,
            "mve",
            places,
        ),
        (
            "MedicationStatement",
            USE,
            vec![
                "",
                "identifier=urn:example:blocks|422979000-1-2026-01-04",
                product,
                used,
                both,
                number,
                "author=PractitionerRole/r",
                "prescriber=PractitionerRole/r",
                "source=PractitionerRole/r",
            ],
            vec!["patient", "medication", "author", "prescriber", "source"],
            "mgb",
            whole(&[]),
        ),
        (
            "MedicationAdministration",
            GIVEN,
            vec![
                "",
                "identifier=urn:example:blocks|18629005-1-2026-01-05",
                product,
                number,
                "effective-time=ge2026-01-01&effective-time=le2026-02-01",
            ],
            vec!["patient", "medication", "performer"],
            "mtd",
            whole(&[]),
        ),
    ]
}

async fn ask(caller: &Caller<'_>, whose: &str, text: &str) {
    for (rtype, category, narrowings, includes, id, expected) in table() {
        let includes: Vec<String> = includes.iter().map(|code| format!("&_include={rtype}:{code}")).collect();
        let includes = includes.concat();
        for narrowing in narrowings {
            let narrow = if narrowing.is_empty() { String::new() } else { format!("&{narrowing}") };
            let query = format!("{whose}category={SNOMED}|{category}{narrow}{includes}{ROLE}");
            let answers =
                [caller.get(&format!("{rtype}?{query}")).await, caller.search(rtype, &query.replace('|', "%7C")).await];
            for answer in answers {
                let answer = answer.expect(200);
                assert_eq!(answer.matches(), [format!("{rtype}/{id}")], "{text}: {rtype}?{query}");
                let found = answer.included();
                // Whoever asks may have a Patient resource of its own beside that of the source.
                assert_eq!(found, expected, "{text}: {rtype}?{query}");
            }
        }
    }
}

async fn every_query_of_the_standard_finds_its_block_and_all_that_it_includes(server: Server) {
    let (hospital, anna) = filled(&server).await;
    let bsn = format!("patient.identifier={BSN}|{}&", anna.bsn);
    ask(&hospital, &bsn, "the source").await;
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    ask(&server.gp(), &bsn, "a permitted organisation").await;
    let by_subject = bsn.replace("patient.", "subject.");
    ask(&server.gp(), &by_subject, "by subject").await;
}

/// As `MedMij` asks: the token says who the patient is.
async fn a_patients_app_asks_without_a_patient_and_with_a_correlation_id(server: Server) {
    let (_, anna) = filled(&server).await;
    let app = server.patient(&anna).with("X-Correlation-ID", "6f1c8a1e-9f5b-4a8e-8f0a-6f4a5b0c3d21");
    let app = app.with("MedMij-Request-ID", "0b0f6a3c-1f7c-4bfb-9a9c-2f6d1a1f5e10");
    ask(&app, "", "a patient's app").await;
}

async fn who_is_not_permitted_finds_none_of_it(server: Server) {
    let (_, anna) = filled(&server).await;
    for (rtype, category, ..) in table() {
        let query = format!("{rtype}?patient.identifier={BSN}|{}&category={SNOMED}|{category}", anna.bsn);
        assert!(server.gp().get(&query).await.expect(200).matches().is_empty(), "{query}");
    }
}

async fn the_capability_statement_lists_every_parameter_of_the_medication_process(server: Server) {
    let listed = server.nobody().get("metadata").await.expect(200).json();
    let resources = listed["rest"][0]["resource"].as_array().expect("resources").clone();
    for (rtype, codes) in [
        (
            "MedicationRequest",
            vec![
                "period-of-use",
                "is-latest-stop",
                "next-practitioner",
                "dispense-location",
                "reason",
                "category",
                "pharmaceutical-treatment-identifier",
            ],
        ),
        (
            "MedicationDispense",
            vec!["period-of-use", "is-latest-stop", "location", "category", "pharmaceutical-treatment-identifier"],
        ),
        (
            "MedicationStatement",
            vec!["period-of-use", "is-latest-stop", "author", "prescriber", "pharmaceutical-treatment-identifier"],
        ),
        ("MedicationAdministration", vec!["category", "pharmaceutical-treatment-identifier"]),
    ] {
        let of_type = resources.iter().find(|one| one["type"] == rtype).expect("listed");
        for code in codes {
            let params = of_type["searchParam"].as_array().expect("parameters");
            let found = params.iter().find(|param| param["name"] == code).unwrap_or_else(|| panic!("{rtype} {code}"));
            let definition = found["definition"].as_str().expect("a definition");
            assert!(
                definition.starts_with("http://nictiz.nl/fhir/SearchParameter/") || code == "category",
                "{definition}"
            );
        }
    }
}

on_both! {
    a_patients_app_asks_without_a_patient_and_with_a_correlation_id,
    every_query_of_the_standard_finds_its_block_and_all_that_it_includes,
    the_capability_statement_lists_every_parameter_of_the_medication_process,
    who_is_not_permitted_finds_none_of_it,
}
