//! The rules of the Dutch profiles for advance care planning (IKNL PZP 1.0.0-rc2, <https://api.iknl.nl/docs/pzp/r4/>): a table of
//! facts for each, held against what the form makes, against the demo region and against the shapes that are stored and found
//! in `tests/fhir/acp_profiles.rs`. Each rule refuses a copy that is broken by hand, and without that one rule the copy passes.
//!
//! They stand on R4 itself; what Nictiz says of the same resources is asked besides, when its profiles are at hand. The role of a
//! contact person was asked by a draft and is asked no more by the next one; here it is still asked.

mod agreed;
mod people;
mod table;
mod wishes;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};
use spil_fhir_profiles::profile::{Profiles, Structure, validate};
use spil_fhir_profiles::validate::Issue;

use super::wishes::{answered, nictiz};
use super::{Library, REGION, errors, loaded, text};
use crate::fhir::acp_profiles;
use table::{BASE, NICTIZ, Profile, add, address};

const PROFILES: [&Profile; 18] = [
    &people::PATIENT,
    &people::CAPABILITY,
    &people::CONTACT,
    &people::PRACTITIONER,
    &people::ROLE,
    &people::ENCOUNTER,
    &people::PROCEDURE,
    &agreed::TREATMENT,
    &agreed::STATEMENT,
    &agreed::GOAL,
    &agreed::DEVICE_USE,
    &agreed::DEVICE,
    &agreed::INFORM,
    &wishes::CARE,
    &wishes::PLACE,
    &wishes::EUTHANASIA,
    &wishes::DONOR,
    &wishes::PURPOSE,
];

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().expect("an object").shift_remove(name);
}

fn point(reference: &mut Value, to: &str) {
    *reference = json!({"reference": to});
}

fn swap(concept: &mut Value, code: &str) {
    concept["coding"][0]["code"] = json!(code);
}

fn twice(list: &mut Value) {
    let list = list.as_array_mut().expect("a list");
    list.push(list[0].clone());
}

/// Definitions, and the resources that references lead to.
struct Known {
    library: Library,
    all: HashMap<String, Value>,
}

impl Profiles for Known {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
        self.library.structure(url)
    }

    fn code_in_value_set(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        self.library.code_in_value_set(value_set, system, code)
    }

    fn resolve(&self, reference: &str) -> Option<&Value> {
        self.all.get(reference)
    }
}

impl Known {
    fn of(all: HashMap<String, Value>, without: Option<(&str, usize)>) -> Self {
        let mut library = Library::default();
        add(&mut library, &PROFILES, without);
        Self { library, all }
    }

    /// What is wrong with a resource, and which of its codes is not in the list that it should come from.
    fn faults(&self, resource: &Value, profile: &str) -> Vec<String> {
        let issues = validate(resource, &[&address(profile)], self);
        let unlisted = |issue: &&Issue| issue.code == "code-invalid" && issue.diagnostics.contains(BASE);
        let told = issues.iter().filter(unlisted).map(|issue| (&*issue.expression, &*issue.diagnostics));
        errors(&issues).into_iter().chain(told).map(|(at, what)| format!("{at}: {what}")).collect()
    }
}

fn profile(name: &str) -> &'static Profile {
    PROFILES.into_iter().find(|profile| profile.name == name).unwrap_or_else(|| panic!("no rules for {name}"))
}

/// The shapes that are stored and found, by their address; and others of their kind that keep no profile.
fn shapes() -> HashMap<String, Value> {
    let resources = acp_profiles::resources("999911120");
    let place = |name: &str| acp_profiles::PROFILES.iter().find(|one| one.0 == name).expect("an address").1.to_owned();
    let mut all: HashMap<String, Value> = resources.into_iter().map(|(name, body)| (place(name), body)).collect();
    let to_patient = json!({"reference": "Patient/p"});
    let group = json!({"reference": "Group/g"});
    all.insert("Patient/other".to_owned(), json!({"resourceType": "Patient"}));
    all.insert("RelatedPerson/other".to_owned(), json!({"resourceType": "RelatedPerson", "patient": to_patient}));
    all.insert("Encounter/other".to_owned(), json!({"resourceType": "Encounter", "subject": group}));
    all
}

#[test]
fn each_rule_of_each_profile_refuses_what_breaks_it_and_is_the_one_that_does() {
    let shapes = shapes();
    let known = Known::of(shapes.clone(), None);
    let mut count = 0;
    for profile in PROFILES {
        // An extension is held where it stands.
        let holder = if profile.rtype == "Extension" { &people::PATIENT } else { profile };
        let at = acp_profiles::PROFILES.iter().find(|one| one.0 == holder.name).expect("a shape").1;
        let good = &shapes[at];
        assert_eq!(known.faults(good, holder.name), Vec::<String>::new(), "{}", profile.name);
        for (number, (id, _, breaks)) in profile.rules.iter().enumerate() {
            let mut bad = good.clone();
            breaks(&mut bad);
            let told = format!("{}: {id}, rule {number}", profile.name);
            assert_ne!(bad, *good, "{told} was not broken");
            assert_ne!(known.faults(&bad, holder.name), Vec::<String>::new(), "{told} refuses nothing");
            let lenient = Known::of(shapes.clone(), Some((profile.name, number)));
            assert_eq!(lenient.faults(&bad, holder.name), Vec::<String>::new(), "{told} is not what refuses it");
            count += 1;
        }
    }
    assert!(count > 70, "{count}");
}

/// Holds resources against the rules of their profiles, and against what Nictiz says of them; gives the names of these profiles.
fn hold(found: &[(&'static Profile, Value)], all: HashMap<String, Value>, whose: &str) -> BTreeSet<&'static str> {
    let dutch = nictiz();
    let known = Known::of(all, None);
    let mut faults = BTreeMap::new();
    for (profile, resource) in found {
        let mut told = known.faults(resource, profile.name);
        if let (Some(dutch), Some(parent)) = (&dutch, profile.parent) {
            let url = format!("{NICTIZ}{parent}");
            assert!(dutch.definitions.contains_key(&url), "{url}");
            let issues = validate(resource, &[&url], dutch);
            told.extend(errors(&issues).into_iter().map(|(at, what)| format!("{parent}: {at}: {what}")));
        }
        for fault in told {
            faults.entry(format!("{}: {fault}", profile.name)).or_insert(resource);
        }
    }
    let lines: Vec<String> = faults.iter().map(|(fault, resource)| format!("{fault}\n  {resource}")).collect();
    assert!(lines.is_empty(), "{whose}:\n{}", lines.join("\n"));
    found.iter().map(|(profile, _)| profile.name).collect()
}

#[test]
fn what_the_form_makes_keeps_the_rules_of_its_profiles() {
    let mut names = BTreeSet::new();
    for made in answered(true) {
        let claims = |body: &Value| text(&body["meta"]["profile"][0]);
        let mut all = shapes();
        all.extend(made.iter().map(|block| (block.url.clone(), block.body.clone())));
        let claiming = made.iter().filter(|block| block.body["resourceType"] != "QuestionnaireResponse");
        let found: Vec<_> = claiming
            .map(|block| {
                let url = claims(&block.body);
                (profile(url.strip_prefix(&address("")).expect("a profile of the standard")), block.body.clone())
            })
            .collect();
        names.extend(hold(&found, all, "a form"));
    }
    assert_eq!(names.len(), 13, "{names:?}");
}

#[test]
fn the_shapes_that_are_stored_and_found_keep_the_rules_of_their_profiles() {
    let found: Vec<_> =
        acp_profiles::resources("999911120").into_iter().map(|(name, body)| (profile(name), body)).collect();
    assert_eq!(hold(&found, shapes(), "a shape").len(), acp_profiles::PROFILES.len());
}

/// By which profile a resource of the demo region belongs to advance care planning.
fn belongs(resource: &Value, all: &HashMap<String, Value>) -> Option<&'static Profile> {
    let code = |concept: &Value| text(&concept["coding"][0]["code"]);
    let planned = |one: &Value| code(&one["code"]) == "713603004";
    match resource["resourceType"].as_str()? {
        "Patient" => Some(&people::PATIENT),
        "Practitioner" => Some(&people::PRACTITIONER),
        "PractitionerRole" => Some(&people::ROLE),
        "RelatedPerson" => Some(&people::CONTACT),
        "Encounter" => {
            let reason = all.get(resource["reasonReference"][0]["reference"].as_str()?)?;
            planned(reason).then_some(&people::ENCOUNTER)
        }
        "Procedure" => planned(resource).then_some(&people::PROCEDURE),
        "Consent" => match &*code(&resource["scope"]) {
            "treatment" => Some(&agreed::TREATMENT),
            "adr" => Some(&agreed::STATEMENT),
            _ => None,
        },
        "Goal" => (code(&resource["category"][0]) == "713603004").then_some(&agreed::GOAL),
        "CommunicationRequest" => (code(&resource["category"][0]) == "223449006").then_some(&agreed::INFORM),
        "Observation" => match &*code(&resource["code"]) {
            "153851000146100" => Some(&wishes::CARE),
            "395091006" => Some(&wishes::PLACE),
            "340171000146104" => Some(&wishes::EUTHANASIA),
            "570801000146104" => Some(&wishes::DONOR),
            "247751003" => Some(&wishes::PURPOSE),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn the_demo_region_keeps_the_rules_of_the_profiles() {
    let bundles = REGION.records.iter().map(|record| &record.bundle).chain([&REGION.directory]);
    let resources: Vec<Value> = bundles.flat_map(loaded).collect();
    let name = |one: &Value| format!("{}/{}", text(&one["resourceType"]), text(&one["id"]));
    let all: HashMap<String, Value> = resources.iter().map(|one| (name(one), one.clone())).collect();
    let found: Vec<_> = resources.iter().filter_map(|one| Some((belongs(one, &all)?, one.clone()))).collect();
    let names = hold(&found, all, "the region");
    // All of them but those of a device: nobody has an ICD.
    assert_eq!(names.len(), acp_profiles::PROFILES.len() - 2, "{names:?}");
}
