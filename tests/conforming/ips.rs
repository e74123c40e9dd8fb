//! The patient summary against HL7's own profiles. They are not in the repository: `SPIL_IPS` names the folder `package` of
//! `hl7.fhir.uv.ips` 2.0.0, or it lies in `../defs/ips/package`.

use std::path::PathBuf;

use serde_json::Value;
use spil::documents::patient_summary;
use spil_fhir_profiles::profile::validate;

use super::{Library, composed, errors, people, text};

const BUNDLE: &str = "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips";

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SPIL_IPS").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../defs/ips/package");
    let found = named.unwrap_or(beside);
    if found.join("StructureDefinition-Composition-uv-ips.json").is_file() {
        return Some(found);
    }
    println!("not run: the package hl7.fhir.uv.ips is absent (SPIL_IPS)");
    None
}

fn resources(folder: &std::path::Path) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()) {
        if entry.extension().is_some_and(|ending| ending == "json") {
            let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
            all.push((name, serde_json::from_slice(&std::fs::read(&entry).expect("a file")).expect("JSON")));
        }
    }
    all.sort_by(|left, right| left.0.cmp(&right.0));
    all
}

fn library(folder: &std::path::Path) -> Library {
    let mut library = Library::own();
    let definitions = resources(folder).into_iter().map(|(_, one)| one);
    for definition in definitions.filter(|one| one["resourceType"] == "StructureDefinition") {
        if text(&definition["kind"]) == "resource" || text(&definition["kind"]) == "complex-type" {
            library.add(definition);
        }
    }
    library
}

#[test]
fn the_summary_of_every_demo_patient_is_an_international_patient_summary_if_the_package_is_present() {
    let Some(folder) = folder() else { return };
    let library = library(&folder);
    for person in people() {
        let bundle = composed(&person, patient_summary).bundle;
        let issues = validate(&bundle, &[BUNDLE], &library);
        assert_eq!(errors(&issues), [], "{}", person.name);
        // Its Composition claims the profile, so that it was looked at; and no profile of the guide was missed.
        let missed: Vec<_> =
            issues.iter().filter(|one| one.diagnostics.contains("uv/ips/StructureDefinition")).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }
}

#[test]
fn the_examples_of_the_guide_conform_to_it_if_the_package_is_present() {
    let Some(folder) = folder() else { return };
    let library = library(&folder);
    let examples = resources(&folder.join("example"));
    assert!(examples.len() > 40);
    for (name, example) in examples {
        let issues = validate(&example, &[], &library);
        assert_eq!(errors(&issues), [], "{name}");
    }
}
