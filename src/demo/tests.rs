//! The region is the same every time, complete, and its parts refer to each other correctly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::{Region, region};
use spil_fhir_profiles::bsn;

const NOW: i64 = 1_790_000_000_000;

static REGION: LazyLock<Region> = LazyLock::new(|| region(7, NOW));

fn made() -> &'static Region {
    &REGION
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("reference") {
                found.push(reference.clone());
            }
            map.values().for_each(|part| references(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| references(part, found)),
        _ => {}
    }
}

fn entries(bundle: &Value) -> &[Value] {
    bundle["entry"].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn the_same_seed_and_moment_give_the_same_region() {
    assert_eq!(*made(), region(7, NOW));
    assert_ne!(made().patients[0].bsn, region(8, NOW).patients[0].bsn);
}

#[test]
fn every_bsn_is_a_valid_test_number_and_different() {
    let region = made();
    let numbers: BTreeSet<&str> = region.patients.iter().map(|patient| patient.bsn.as_str()).collect();
    assert_eq!(numbers.len(), region.patients.len());
    assert!(numbers.iter().all(|number| number.starts_with("9999") && bsn::is_valid(number)));
}

#[test]
fn the_region_has_the_promised_size() {
    let region = made();
    assert_eq!(region.organisations.len(), 6);
    assert!(region.professionals.len() >= 8);
    assert!(region.patients.len() >= 14);
    let mut per_patient: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &region.records {
        *per_patient.entry(&record.patient_bsn).or_default() += entries(&record.bundle).len();
    }
    for patient in &region.patients {
        let count = per_patient.get(patient.bsn.as_str()).copied().unwrap_or_default();
        let main = ["truus", "henk", "mark", "annie", "klaas"].contains(&patient.username.as_str());
        let least = if main { 50 } else { 15 };
        assert!((least..=205).contains(&count), "{}: {count}", patient.username);
    }
}

#[test]
fn every_practice_has_every_patient_and_most_have_no_consent() {
    let region = made();
    let practice = region.organisations.iter().find(|org| org.kind == "gp").map(|org| org.ura.as_str());
    for patient in &region.patients {
        let known = region
            .records
            .iter()
            .any(|record| record.patient_bsn == patient.bsn && Some(record.organisation_ura.as_str()) == practice);
        assert!(known, "{}", patient.username);
    }
    let consented = |id: &str| {
        let reference = format!("Patient/{id}");
        region.privacy_consents.iter().any(|consent| consent["patient"]["reference"] == reference)
    };
    let silent: Vec<&str> = region
        .patients
        .iter()
        .filter(|patient| !consented(&patient.id))
        .map(|patient| patient.username.as_str())
        .collect();
    assert!(silent.len() >= 8 && silent.contains(&"truus") && silent.contains(&"henk"), "{silent:?}");
}

#[test]
fn every_reference_leads_somewhere() {
    let region = made();
    let mut known: BTreeSet<String> = entries(&region.directory)
        .iter()
        .filter_map(|entry| entry["request"]["url"].as_str().map(str::to_owned))
        .collect();
    known.extend(region.patients.iter().map(|patient| format!("Patient/{}", patient.id)));
    let check = |value: &Value, local: &BTreeSet<&str>| {
        let mut found = Vec::new();
        references(value, &mut found);
        for reference in found {
            assert!(known.contains(&reference) || local.contains(reference.as_str()), "{reference}");
        }
    };
    check(&region.directory, &BTreeSet::new());
    for record in &region.records {
        let local: BTreeSet<&str> =
            entries(&record.bundle).iter().filter_map(|entry| entry["fullUrl"].as_str()).collect();
        assert_eq!(local.len(), entries(&record.bundle).len());
        check(&record.bundle, &local);
    }
    region.privacy_consents.iter().for_each(|consent| check(consent, &BTreeSet::new()));
}

#[test]
fn every_resource_is_valid() {
    let region = made();
    let resources = region
        .records
        .iter()
        .flat_map(|record| entries(&record.bundle))
        .chain(entries(&region.directory))
        .map(|entry| &entry["resource"])
        .chain(region.patients.iter().map(|patient| &patient.resource))
        .chain(&region.privacy_consents);
    let mut count = 0;
    for resource in resources {
        count += 1;
        let issues = spil_fhir_profiles::validate::validate(resource);
        assert!(issues.is_empty(), "{}: {issues:?}", resource["resourceType"]);
    }
    assert!(count > 1_000, "{count}");
    let odd = serde_json::json!({"resourceType": "Observation", "status": "wrong"});
    assert!(!spil_fhir_profiles::validate::validate(&odd).is_empty());
}

#[test]
fn one_treatment_has_one_number_with_all_organisations() {
    let region = made();
    let treatments = |ura: &str, bsn: &str| -> BTreeSet<String> {
        region
            .records
            .iter()
            .filter(|record| record.organisation_ura == ura && record.patient_bsn == bsn)
            .flat_map(|record| entries(&record.bundle))
            .filter_map(|entry| entry["resource"]["extension"].as_array())
            .flatten()
            .filter_map(|extension| extension["valueIdentifier"]["value"].as_str().map(str::to_owned))
            .collect()
    };
    let truus = &region.patients[0].bsn;
    let (practice, pharmacy, home) =
        (treatments("90000101", truus), treatments("90000105", truus), treatments("90000104", truus));
    assert_eq!(practice.len(), 11);
    assert_eq!(practice, pharmacy);
    assert!(home.is_subset(&practice) && home.len() == 8);
}

#[test]
fn the_handoff_is_a_task_for_the_receiving_organisation() {
    let region = made();
    let tasks: Vec<(&Value, &Value)> = region
        .records
        .iter()
        .flat_map(|record| entries(&record.bundle).iter().map(move |entry| (&record.bundle, entry)))
        .filter(|(_, entry)| entry["resource"]["resourceType"] == "Task")
        .collect();
    assert_eq!(tasks.len(), 1);
    let (bundle, task) = tasks[0];
    assert_eq!(task["resource"]["owner"]["identifier"]["value"], "90000104");
    let target = &task["resource"]["input"][0]["valueReference"]["reference"];
    let composition = entries(bundle).iter().find(|entry| entry["fullUrl"] == *target).expect("composition");
    assert_eq!(composition["resource"]["type"]["coding"][0]["code"], "11171000146100");
    assert_eq!(composition["resource"]["section"].as_array().map(Vec::len), Some(5));
}

#[test]
fn children_have_the_promised_ages_and_representatives() {
    let region = made();
    let today = "2026-09-21";
    let ages: BTreeMap<&str, &str> =
        region.patients.iter().map(|patient| (patient.username.as_str(), patient.birth_date.as_str())).collect();
    assert!(ages["sem"] <= "2016-09-21" && ages["sem"] > "2015-09-21", "{} on {today}", ages["sem"]);
    assert!(ages["noor"] <= "2012-09-21" && ages["noor"] > "2011-09-21", "{}", ages["noor"]);
    assert!(ages["truus"] <= "1936-09-21" && ages["truus"] > "1935-09-21", "{}", ages["truus"]);
    assert_eq!(region.representatives.len(), 4);
    let users: BTreeSet<&str> = region.patients.iter().map(|patient| patient.username.as_str()).collect();
    assert!(region.representatives.iter().all(|one| users.contains(one.representative_username.as_str())));
}
