//! The building blocks of the advance care plan: what R4 asks of each, and the Dutch profiles when they are at hand.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spil::questionnaire::acp::{self, About, Block};
use spil::questionnaire::{Filling, Form};
use spil_fhir_profiles::profile::{OWN_QUESTIONNAIRE, validate};
use spil_fhir_profiles::xml;

use super::{Library, errors, text};

/// Which profile each keeps.
const PROFILES: [(&str, &str); 6] = [
    ("Consent", "nl-core-TreatmentDirective2"),
    ("RelatedPerson", "nl-core-ContactPerson"),
    ("Encounter", "nl-core-Encounter"),
    ("Procedure", "nl-core-Procedure-event"),
    ("Device", "nl-core-MedicalDevice.Product"),
    ("DeviceUseStatement", "nl-core-MedicalDevice"),
];

/// Everything that can be answered, answered: of choices the option with this place, or the last there is.
fn blocks(option: usize, professional: bool, claims: bool) -> Vec<Block> {
    let form = Form::read(&serde_json::from_str(OWN_QUESTIONNAIRE).expect("JSON")).expect("a form");
    let mut given: Vec<(String, String)> = Vec::new();
    for item in form.every().filter(|item| !item.read_only) {
        let value = match item.kind {
            spil::questionnaire::Kind::Choice => option.min(item.options.len() - 1).to_string(),
            spil::questionnaire::Kind::DateTime => "2026-03-02".to_owned(),
            spil::questionnaire::Kind::Group => continue,
            _ => "Tekst".to_owned(),
        };
        given.push((format!("q-{}", item.link), value));
    }
    // What belongs to answers that were not given is cleared.
    let items = loop {
        match Filling::new(&form, &given, &HashMap::new()).items() {
            Ok(items) => break items,
            Err(problems) => given.retain(|(name, _)| !problems.iter().any(|(wrong, _)| wrong == name)),
        }
    };
    let reference = |text: &str| json!({"reference": text, "display": "Naam"});
    let about = About {
        patient: reference("Patient/p"),
        writer: reference(if professional { "Practitioner/d" } else { "Patient/p" }),
        role: professional.then(|| reference("PractitionerRole/d")),
        organisation: professional.then(|| reference("Organization/o")),
        day: "2026-03-02".to_owned(),
        moment: "2026-03-02T10:00:00Z".to_owned(),
        now: "2026-03-02T10:00:00Z".to_owned(),
        before: HashSet::from(["89666000".to_owned(), "400231000146108".to_owned()]),
        claims,
    };
    let mut count = 0;
    let mut uuid = || {
        count += 1;
        format!("00000000-0000-4000-8000-{count:012}")
    };
    acp::blocks(json!({"item": items}), &form.canonical, &about, &mut uuid)
}

/// The building blocks of one form after the other, in which every option is chosen once, by a professional and by the patient.
pub(super) fn answered(claims: bool) -> impl Iterator<Item = Vec<Block>> {
    (0..10).flat_map(move |option| [true, false].map(|professional| blocks(option, professional, claims)))
}

fn all() -> Vec<Value> {
    answered(false).flatten().map(|block| block.body).collect()
}

#[test]
fn every_building_block_is_what_r4_asks() {
    let library = Library::own();
    let all = all();
    let kinds: HashSet<&str> = all.iter().filter_map(|one| one["resourceType"].as_str()).collect();
    assert_eq!(kinds.len(), 10, "{kinds:?}");
    for block in &all {
        assert_eq!(errors(&validate(block, &[], &library)), [], "{block}");
    }
    // The same, broken: it would be found.
    let mut consent = all.iter().find(|one| one["resourceType"] == "Consent").expect("one").clone();
    consent["provision"]["type"] = json!("maybe");
    assert_ne!(errors(&validate(&consent, &[], &library)), []);
    let questionnaire: Value = serde_json::from_str(OWN_QUESTIONNAIRE).expect("JSON");
    assert_eq!(errors(&validate(&questionnaire, &[], &library)), []);
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            into.push(path);
        }
    }
}

/// The profiles of Nictiz with our own, if they are there.
pub(super) fn nictiz() -> Option<Library> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/nictiz-zib2020/resources"), &mut found);
    if found.is_empty() {
        println!("not run: the profiles of Nictiz are absent");
        return None;
    }
    let mut library = Library::own();
    for path in found {
        let definition = xml::to_json(&std::fs::read(path).expect("a file")).expect("XML");
        if definition["resourceType"] == "StructureDefinition" {
            library.add(definition);
        }
    }
    Some(library)
}

#[test]
fn every_building_block_keeps_its_dutch_profile_if_present() {
    let Some(library) = nictiz() else { return };
    let profile = |name: &str| format!("http://nictiz.nl/fhir/StructureDefinition/{name}");
    let mut looked_at = HashSet::new();
    for block in all() {
        let rtype = text(&block["resourceType"]);
        let Some((_, name)) = PROFILES.iter().find(|(kind, _)| *kind == rtype) else { continue };
        let url = profile(name);
        assert!(library.definitions.contains_key(&url), "{url}");
        let issues = validate(&block, &[&url], &library);
        assert_eq!(errors(&issues), [], "{block}\n{issues:?}");
        looked_at.insert(rtype);
    }
    assert_eq!(looked_at.len(), PROFILES.len());
}
