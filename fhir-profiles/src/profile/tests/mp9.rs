//! An example of each block of the medication process 9 and of the product, against the profiles of Nictiz where they are
//! present. The examples are ours; the profiles build on those of nl-core.

use serde_json::Value;

use super::mutants::{Fault, report, tally};
use super::nictiz::{library, resources};
use super::{Library, Profiles as _, validate};
use crate::validate::{Severity, validate as r4};

/// Name, profile, example.
const EXAMPLES: [(&str, &str, &str); 8] = [
    ("agreement", "mp-MedicationAgreement", include_str!("mp9/agreement.json")),
    ("dispense-request", "mp-DispenseRequest", include_str!("mp9/dispense-request.json")),
    ("variable-regimen", "mp-VariableDosingRegimen", include_str!("mp9/variable-regimen.json")),
    ("administration-agreement", "mp-AdministrationAgreement", include_str!("mp9/administration-agreement.json")),
    ("dispense", "mp-MedicationDispense", include_str!("mp9/dispense.json")),
    ("use", "mp-MedicationUse2", include_str!("mp9/use.json")),
    ("administration", "mp-MedicationAdministration2", include_str!("mp9/administration.json")),
    ("product", "mp-PharmaceuticalProduct", include_str!("mp9/product.json")),
];

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn medication() -> Option<Library> {
    let mut library = library()?;
    let profiles = resources("nictiz-mp9/Profiles");
    if profiles.is_empty() {
        eprintln!("not run: the medication profiles of Nictiz are absent");
        return None;
    }
    for (_, definition) in profiles {
        library.add(definition);
    }
    Some(library)
}

fn examples() -> Vec<(String, Value)> {
    let read = |(name, profile, text): &(&str, &str, &str)| {
        let example: Value = serde_json::from_str(text).expect(name);
        let claimed = format!("http://nictiz.nl/fhir/StructureDefinition/{profile}");
        assert_eq!(example["meta"]["profile"], serde_json::json!([claimed]), "{name}");
        ((*name).to_owned(), example)
    };
    EXAMPLES.iter().map(read).collect()
}

#[test]
fn every_example_of_the_medication_process_is_good_r4() {
    for (name, example) in examples() {
        assert_eq!(r4(&example), [], "{name}");
    }
}

#[test]
fn every_block_of_the_medication_process_conforms_to_its_profile_if_present() {
    let Some(library) = medication() else { return };
    for (name, example) in examples() {
        let url = example["meta"]["profile"][0].as_str().expect("a profile");
        assert!(library.structure(url).is_some(), "{url}: {:?}", library.faults);
        let issues = validate(&example, &[], &library);
        let wrong: Vec<_> = issues.iter().filter(|issue| issue.severity != Severity::Information).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn every_block_broken_in_every_way_is_found_at_its_fault_if_present() {
    let Some(library) = medication() else { return };
    let tally = tally(&examples(), &library);
    report(&tally);
    assert!(tally.missed.is_empty(), "{} of them:\n{}", tally.missed.len(), tally.missed.join("\n"));
    let wanted = [
        Fault::Required,
        Fault::TooMany,
        Fault::Type,
        Fault::Fixed,
        Fault::Binding,
        Fault::Target,
        Fault::Extension,
        Fault::Slice,
        Fault::Unknown,
        Fault::Json,
    ];
    for fault in wanted {
        assert!(tally.found.get(&fault).is_some_and(|count| *count > 0), "{fault:?}");
    }
}
