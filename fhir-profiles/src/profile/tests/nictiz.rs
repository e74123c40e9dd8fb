//! The nl-core examples with the nl-core and zib profiles, read where they lie beside the project.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Library, told, validate};
use crate::validate::Severity;
use crate::xml;

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            into.push(path);
        }
    }
    into.sort();
}

fn resources(folder: &str) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/nictiz-zib2020").join(folder), &mut all);
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        xml::to_json(&std::fs::read(path).expect("a file")).ok().map(|value| (name, value))
    };
    all.into_iter().filter_map(read).collect()
}

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn library() -> Option<Library> {
    let definitions: Vec<Value> = resources("resources").into_iter().map(|(_, definition)| definition).collect();
    if definitions.is_empty() {
        eprintln!("not run: the profiles of Nictiz are absent");
        return None;
    }
    Some(Library::of(&definitions))
}

#[test]
fn every_dutch_example_conforms_to_its_profile_if_present() {
    let Some(library) = library() else { return };
    let examples = resources("examples");
    assert!(examples.len() > 250, "{}", examples.len());
    for (name, example) in &examples {
        let issues = validate(example, &[], &library);
        assert!(!issues.iter().any(|issue| issue.severity == Severity::Error), "{name}: {issues:?}");
    }
    for (url, _) in library.definitions.iter().filter(|(url, _)| url.contains("nictiz.nl")) {
        super::Profiles::structure(&library, url);
    }
    assert_eq!(*library.faults.lock().expect("a lock"), Vec::<String>::new());
}

type Change = fn(&mut Value);

#[test]
fn a_broken_dutch_example_is_found_at_its_fault_if_present() {
    let Some(library) = library() else { return };
    let examples = resources("examples");
    let table: &[(&str, Change, &str, &str)] = &[
        (
            "nl-core-BloodPressure-01",
            |o| o["component"][0]["valueQuantity"]["code"] = json!("kPa"),
            "Observation.component[0].value",
            "the value must have",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| drop(o["component"].as_array_mut().expect("a list").remove(1)),
            "Observation.component",
            "slice `DiastolicBP` is required",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| o["component"][2] = o["component"][0].clone(),
            "Observation.component",
            "at most 1 of the slice `SystolicBP`",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| o["code"]["coding"][0]["code"] = json!("1-8"),
            "Observation.code",
            "the value must have",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| o["subject"] = json!({"reference": "Group/1"}),
            "Observation.subject.reference",
            "type that is not allowed",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| drop(o.as_object_mut().expect("an object").remove("effectiveDateTime")),
            "Observation.effective",
            "required",
        ),
        (
            "nl-core-BloodPressure-01",
            |o| o["category"] = json!([{"text": "vital"}]),
            "Observation.category",
            "is required",
        ),
        (
            "nl-core-Patient-01",
            |p| {
                p["gender"] = json!("female");
                p["_gender"]["extension"][0] = json!({"url": "http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification", "valueString": "F"});
            },
            "Patient.gender.extension[0].value",
            "type",
        ),
    ];
    for (name, change, place, part) in table {
        let mut example = examples.iter().find(|(own, _)| own == name).expect(name).1.clone();
        change(&mut example);
        let issues = validate(&example, &[], &library);
        let issues = told(&issues);
        let found = issues
            .iter()
            .any(|(severity, at, text)| *severity == Severity::Error && at == place && text.contains(part));
        assert!(found, "{name} {place}: {issues:?}");
    }
}
