//! The medication overview: who checked it, what is out of date, what the pharmacy was asked, what was given, and the list.

use super::super::{Source, medication_overview, medication_overview_list};
use super::fixtures::{Made, directory, from, loinc, ma, medicine, mgb, mve, observation, patient, sct, ta};
use super::{input, lines, with};
use serde_json::{Value, json};

const NOW_IN_USE: &str = "Nu in gebruik";
const CHECKED: &str = "Controle van dit overzicht";
const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition/";

fn record(resources: Vec<Value>) -> Vec<Source> {
    let mut out = directory();
    out.push(from("Ziekenhuis Noord", medicine("meto", "1", "Metoprolol 50 mg")));
    out.push(from("Ziekenhuis Noord", medicine("para", "2", "Paracetamol 500 mg")));
    out.extend(resources.into_iter().map(|resource| from("Ziekenhuis Noord", resource)));
    out
}

fn read(resources: Vec<Value>, title: &str) -> Vec<String> {
    lines(&with(&record(resources), medication_overview).view, title)
}

fn meto<'a>(made: &'a str, start: &'a str, end: Option<&'a str>, dose: &'a str) -> Made<'a> {
    Made("meto", "mbh1", made, start, end, dose)
}

fn running() -> Value {
    ma("ma1", &meto("2025-01-10", "2025-01-10", None, "1 tablet"))
}

/// That somebody checked the overview: with whom, when, and who wrote it down.
fn check(id: &str, with: &str, at: &str, source: &Value) -> Value {
    let parts = json!([
        {"url": "verificationPatient", "valueBoolean": with == "Patient"},
        {"url": "verificationHealthProfessional", "valueBoolean": with == "HealthProfessional"},
        {"url": format!("verification{with}Date"), "valueDateTime": at},
    ]);
    json!({
        "resourceType": "List", "id": id, "status": "current", "mode": "snapshot",
        "code": sct("11181000146103", "medicatieoverzicht"), "date": at,
        "extension": [{"url": format!("{NICTIZ}ext-MedicationOverview.Verification"), "extension": parts}],
        "subject": {"reference": "Patient/p-hospital"}, "source": source
    })
}

#[test]
fn who_checked_it_and_when_is_told_with_what_changed_since() {
    let role = json!({"reference": "PractitionerRole/role1"});
    let own = json!({"reference": "Patient/p1"});
    assert!(read(vec![running()], CHECKED)[0].contains("staat niet dat dit overzicht is gecontroleerd"));
    let none = check("l0", "Nobody", "2025-06-01", &role);
    assert!(read(vec![running(), none], CHECKED)[0].contains("staat niet"), "a list that says no check is none");
    let checks = vec![
        check("l1", "Patient", "2025-02-01", &role),
        check("l2", "Patient", "2025-05-01", &own),
        check("l3", "HealthProfessional", "2025-03-01", &role),
    ];
    let mut resources = vec![running(), ma("ma2", &Made("para", "mbh2", "2025-04-20", "2025-04-20", None, "1 tablet"))];
    resources.extend(checks);
    assert_eq!(
        read(resources.clone(), CHECKED),
        [
            "Gecontroleerd met de patiënt op 1 mei 2025, vastgelegd door de patiënt.",
            "Gecontroleerd met een zorgverlener op 1 maart 2025, vastgelegd door J. Peters, internist (Ziekenhuis Noord).",
            "Daarna is er niets veranderd aan wat hier te zien is.",
        ]
    );
    resources.push(ta("ta1", "ma1", &meto("2025-05-03", "2025-05-03", None, "2 tabletten")));
    assert_eq!(read(resources, CHECKED)[2], "Daarna veranderd: Metoprolol 50 mg.");
}

#[test]
fn of_one_day_the_moment_of_the_list_counts() {
    let role = json!({"reference": "PractitionerRole/role1"});
    let mut block = running();
    block["meta"] = json!({"lastUpdated": "2025-05-01T09:00:00Z"});
    for (written, expected) in
        [("2025-05-01T10:00:00Z", "niets veranderd"), ("2025-05-01T08:00:00Z", "Daarna veranderd")]
    {
        let mut list = check("l1", "Patient", "2025-05-01", &role);
        list["meta"] = json!({"lastUpdated": written});
        let found = read(vec![block.clone(), list], CHECKED);
        assert!(found[1].contains(expected), "{found:?}");
    }
}

#[test]
fn what_is_out_of_date_is_said() {
    let mut supply = mve("mve1", "mbh1", "meto", "2025-01-12");
    supply["daysSupply"] = json!({"value": 90, "unit": "dag"});
    let found = read(vec![running(), supply.clone()], NOW_IN_USE);
    assert!(found[0].contains("was genoeg tot 12 april 2025"), "{found:?}");
    supply["whenHandedOver"] = json!("2025-05-12");
    assert!(!read(vec![running(), supply], NOW_IN_USE)[0].contains("was genoeg"));
    let old = || ma("ma1", &meto("2023-01-10", "2023-01-10", None, "1 tablet"));
    let found = read(vec![old()], NOW_IN_USE);
    assert!(found[0].contains("Sinds 10 januari 2023 is hier niets over vastgelegd"), "{found:?}");
    let heard = mgb("u1", true, &meto("2025-05-01", "2023-01-10", None, "1 tablet"));
    assert!(!read(vec![old(), heard], NOW_IN_USE)[0].contains("niets over vastgelegd"));
}

#[test]
fn a_dose_that_the_patient_tells_is_compared_where_the_source_does_not() {
    let mut own = mgb("u1", false, &meto("2025-05-01", "2025-05-01", None, "2 tabletten"));
    own["extension"].as_array_mut().unwrap().retain(|one| one["url"] != format!("{NICTIZ}ext-AsAgreedIndicator"));
    let found = read(vec![running(), own.clone()], NOW_IN_USE);
    assert!(found[0].contains("Gebruik wijkt af volgens eigen opgave (1 mei 2025): 2 tabletten"), "{found:?}");
    own["extension"]
        .as_array_mut()
        .unwrap()
        .retain(|one| one["url"] != format!("{NICTIZ}ext-RenderedDosageInstruction"));
    own["dosage"] = json!([{"text": "1 tablet"}]);
    assert!(!read(vec![running(), own], NOW_IN_USE)[0].contains("wijkt af"));
}

#[test]
fn a_request_waits_until_something_is_handed_over() {
    let request = |status: &str| {
        json!({
            "resourceType": "MedicationRequest", "id": "vv1", "status": status, "intent": "order",
            "identifier": [{"system": "urn:blocks", "value": "vv1"}],
            "extension": [{"url": format!("{NICTIZ}ext-PharmaceuticalTreatment.Identifier"),
                "valueIdentifier": {"system": "urn:oid:1.2.3", "value": "mbh1"}}],
            "category": [sct("52711000146108", "verstrekkingsverzoek")], "authoredOn": "2025-06-01",
            "medicationReference": {"reference": "Medication/meto"}, "subject": {"reference": "Patient/p-hospital"}
        })
    };
    let waits =
        |resources: Vec<Value>| read(resources, NOW_IN_USE)[0].contains("Recept van 1 juni 2025: nog niet meegegeven");
    let mut by_number = mve("mve1", "mbh1", "meto", "2025-05-30");
    by_number["authorizingPrescription"] = json!([{"identifier": {"system": "urn:blocks", "value": "vv1"}}]);
    for (others, expected) in [
        (vec![request("active")], true),
        (vec![request("completed")], false),
        (vec![request("cancelled")], false),
        (vec![request("active"), mve("mve1", "mbh1", "meto", "2025-05-28")], true),
        (vec![request("active"), mve("mve1", "mbh1", "meto", "2025-06-02")], false),
        (vec![request("active"), by_number], false),
    ] {
        let mut all = vec![running()];
        all.extend(others);
        assert_eq!(waits(all.clone()), expected, "{all:?}");
    }
}

#[test]
fn a_copy_counts_once() {
    let mut copy = ma("copy", &meto("2025-01-10", "2025-01-10", None, "2 tabletten"));
    let mut own = running();
    for block in [&mut copy, &mut own] {
        block["identifier"] = json!([{"system": "urn:blocks", "value": "1"}]);
    }
    copy["extension"]
        .as_array_mut()
        .unwrap()
        .push(json!({"url": format!("{NICTIZ}ext-CopyIndicator"), "valueBoolean": true}));
    for resources in [vec![own.clone(), copy.clone()], vec![copy, own]] {
        let found = read(resources, NOW_IN_USE);
        assert!(found[0].starts_with("Metoprolol 50 mg | 1 tablet |") && !found[0].contains("Vraag na"), "{found:?}");
    }
}

#[test]
fn what_was_given_is_shown_when_it_is_there() {
    let title = "Toegediend in de afgelopen twee maanden";
    let given = |id: &str, at: &str, status: &str| {
        json!({
            "resourceType": "MedicationAdministration", "id": id, "status": status,
            "category": sct("18629005", "toediening"), "medicationReference": {"reference": "Medication/meto"},
            "subject": {"reference": "Patient/p-hospital"}, "effectiveDateTime": at,
            "extension": [{"url": format!("{NICTIZ}ext-MedicationAdministration2.AgreedDateTime"), "valueDateTime": "2025-06-10T08:00:00+02:00"}],
            "performer": [{"actor": {"reference": "PractitionerRole/role1"}}],
            "dosage": {"dose": {"value": 1, "unit": "tablet"}}
        })
    };
    let mut refused = given("g2", "2025-06-11T08:10:00+02:00", "not-done");
    refused["extension"].as_array_mut().unwrap().push(json!({
        "url": format!("{NICTIZ}ext-MedicationAdministration2.ReasonForDeviation"), "valueCodeableConcept": {"text": "weigerde"}
    }));
    let found = read(
        vec![
            running(),
            given("g1", "2025-06-10T08:10:00+02:00", "completed"),
            refused,
            given("g0", "2025-01-10", "completed"),
        ],
        title,
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("Niet gegeven: weigerde"), "{found:?}");
    assert!(
        found[1].starts_with(
            "Metoprolol 50 mg | 10 juni 2025, 08:10 uur / Afgesproken: 10 juni 2025, 08:00 uur | 1 tablet"
        ),
        "{found:?}"
    );
    assert!(read(vec![running()], title).is_empty());
}

#[test]
fn a_measurement_of_long_ago_says_so() {
    let weight = |day: &str| {
        observation("w", &loinc("29463-7", "Body weight"), day, ("valueQuantity", json!({"value": 70, "unit": "kg"})))
    };
    let old = |day: &str| read(vec![running(), weight(day)], "Laatste metingen")[0].contains("Ouder dan een jaar");
    assert_eq!((old("2024-06-10"), old("2024-06-20"), old("2025-01-01")), (true, false, false));
}

#[test]
fn the_list_names_the_blocks_that_are_shown() {
    let sources = record(vec![
        running(),
        ta("ta1", "ma1", &meto("2025-01-11", "2025-01-11", None, "1 tablet")),
        mve("mve1", "mbh1", "meto", "2025-05-28"),
        mgb("u1", true, &meto("2025-05-01", "2025-01-10", None, "1 tablet")),
        ma("old", &Made("para", "mbh2", "2023-01-10", "2023-01-10", Some("2023-02-01"), "1 tablet")),
        check("l1", "Patient", "2025-05-01", &json!({"reference": "Patient/p1"})),
        observation(
            "w",
            &loinc("29463-7", "Body weight"),
            "2025-05-05",
            ("valueQuantity", json!({"value": 70, "unit": "kg"})),
        ),
    ]);
    let patient = patient();
    let bundle = medication_overview_list(&input(&patient, &sources));
    let modes = |mode: &str| -> Vec<String> {
        let entries = bundle["entry"].as_array().unwrap().iter().filter(|one| one["search"]["mode"] == mode);
        entries
            .map(|one| format!("{}/{}", one["resource"]["resourceType"], one["resource"]["id"]).replace('"', ""))
            .collect()
    };
    assert_eq!((&bundle["type"], &bundle["total"]), (&json!("searchset"), &json!(3)));
    let mut matches = modes("match");
    matches.sort();
    assert_eq!(matches, ["MedicationDispense/ta1", "MedicationRequest/ma1", "MedicationStatement/u1"]);
    assert!(!modes("include").iter().any(|name| name.contains("old") || name.contains("mve1")));
    let list = &bundle["entry"][0]["resource"];
    let named: Vec<&str> =
        list["entry"].as_array().unwrap().iter().map(|one| one["item"]["reference"].as_str().unwrap()).collect();
    assert!(named.contains(&"Medication/meto") && named.contains(&"Observation/w") && named.len() == 5, "{named:?}");
    let said = list["extension"][0]["extension"].to_string();
    assert!(
        said.contains(r#""verificationPatient","valueBoolean":true"#)
            && said.contains(r#""verificationPatientDate","valueDateTime":"2025-05-01""#),
        "{said}"
    );
    assert!(said.contains(r#""verificationHealthProfessional","valueBoolean":false"#), "{said}");
    for entry in bundle["entry"].as_array().unwrap() {
        let faults = spil_fhir_profiles::validate::validate(&entry["resource"]);
        let errors: Vec<_> =
            faults.iter().filter(|one| one.severity == spil_fhir_profiles::validate::Severity::Error).collect();
        assert!(errors.is_empty() || entry["resource"]["resourceType"] != "List", "{errors:?}");
    }
    let empty = medication_overview_list(&input(&patient, &[]));
    let list = &empty["entry"][0]["resource"];
    assert!(
        list["entry"].is_null() && list["emptyReason"]["coding"][0]["code"] == "unavailable" && empty["total"] == 0
    );
}
