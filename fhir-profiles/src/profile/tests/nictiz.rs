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

pub(super) fn resources(folder: &str) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder), &mut all);
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        xml::to_json(&std::fs::read(path).expect("a file")).ok().map(|value| (name, value))
    };
    all.into_iter().filter_map(read).collect()
}

/// The examples, by name.
pub(super) fn examples() -> Vec<(String, Value)> {
    resources("nictiz-zib2020/examples")
}

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
pub(super) fn library() -> Option<Library> {
    let definitions: Vec<Value> =
        resources("nictiz-zib2020/resources").into_iter().map(|(_, definition)| definition).collect();
    if definitions.is_empty() {
        eprintln!("not run: the profiles of Nictiz are absent");
        return None;
    }
    Some(Library::of(&definitions))
}

#[test]
fn every_dutch_example_conforms_to_its_profile_if_present() {
    let Some(library) = library() else { return };
    let examples = examples();
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
    let examples = examples();
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

/// What is told about examples that are right, beside errors: a part of each message, why it is told, and how often.
const EXPLAINED: &[(&str, &str, usize)] = &[
    ("which may be extended", "the examples show codes of their own, which such a binding allows", 5),
    (
        "the extension `http://hl7.org/fhir/StructureDefinition/",
        "HL7's own extensions are not among the definitions",
        116,
    ),
    ("the value set `http://decor.nictiz.nl/", "it names codes by rules over a whole code system that is not here", 70),
    ("the value set `http://nictiz.nl/", "the same", 10),
    (
        "the value set `http://hl7.org/fhir/ValueSet/ucum-bodylength`",
        "HL7's own value sets are not among the definitions",
        1,
    ),
    ("the value set `http://terminology.hl7.org/ValueSet/v3-ActEncounterCode`", "the same", 1),
    ("slice `givenOrInitial`", "it is told by an extension of HL7 whose definition is not here", 58),
    ("nl-core-LivingSituation.HouseAdaption", "the profile is called `HomeAdaption`: a mistake in the definitions", 3),
    ("con-3: ", "R4 writes the rule so that every category but one breaks it; it only warns", 14),
];

#[test]
fn every_message_about_a_dutch_example_is_explained_if_present() {
    let Some(library) = library() else { return };
    let mut counts = vec![0; EXPLAINED.len()];
    let mut left = std::collections::BTreeMap::new();
    for (name, example) in examples() {
        for issue in validate(&example, &[], &library) {
            match EXPLAINED.iter().position(|(part, ..)| issue.diagnostics.contains(part)) {
                Some(known) => counts[known] += 1,
                None => {
                    *left
                        .entry(format!("{:?} {} ({name}, {})", issue.severity, issue.diagnostics, issue.expression))
                        .or_insert(0) += 1;
                }
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(counts, EXPLAINED.iter().map(|one| one.2).collect::<Vec<usize>>());
}
