//! The documents of the demo region against the profiles that they claim.

mod acp;
mod broken;
mod ips;
mod summary;
mod wishes;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::{Value, json};
use spil::demo::{Region, region};
use spil::documents::{
    Author, Document, Input, Source, advance_care, medication_overview, nursing_handoff, patient_summary,
    stored_document,
};
use spil_fhir_profiles::profile::{OWN, OWN_BASE, Profiles, Structure, validate};
use spil_fhir_profiles::validate::{Issue, Severity};

const NOW: i64 = 1_790_000_000_000;

static REGION: LazyLock<Region> = LazyLock::new(|| region(7, NOW));

/// Definitions that are read when they are first asked for, and the value sets of the server.
#[derive(Default)]
struct Library {
    definitions: HashMap<String, Value>,
    compiled: Mutex<HashMap<String, Option<Arc<Structure>>>>,
    sets: HashMap<String, Vec<(String, String)>>,
}

impl Library {
    /// Our own.
    fn own() -> Self {
        let mut library = Self::default();
        for (_, text) in OWN {
            library.add(serde_json::from_str(text).expect("JSON"));
        }
        for set in spil::definitions::all().into_values().filter(|one| one["resourceType"] == "ValueSet") {
            let mut codes = Vec::new();
            for include in set["compose"]["include"].as_array().expect("includes") {
                for concept in include["concept"].as_array().into_iter().flatten() {
                    codes.push((text(&include["system"]), text(&concept["code"])));
                }
            }
            library.sets.insert(text(&set["url"]), codes);
        }
        library
    }

    fn add(&mut self, definition: Value) {
        self.definitions.insert(text(&definition["url"]), definition);
    }
}

impl Profiles for Library {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
        if let Some(known) = self.compiled.lock().expect("a lock").get(url) {
            return known.clone();
        }
        let read =
            |definition| Arc::new(Structure::compile(definition, self).unwrap_or_else(|why| panic!("{url}: {why}")));
        let compiled = self.definitions.get(url).map(read);
        self.compiled.lock().expect("a lock").insert(url.to_owned(), compiled.clone());
        compiled
    }

    fn code_in_value_set(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let codes = self.sets.get(value_set).filter(|codes| !codes.is_empty())?;
        Some(codes.iter().any(|(own, known)| known == code && system.is_none_or(|system| system == own)))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What is wrong. The modifier extensions of Nictiz are not known here: its package is installed, not shipped.
fn errors(issues: &[Issue]) -> Vec<(&str, &str)> {
    let absent = |issue: &&Issue| {
        issue.diagnostics.starts_with("the modifier extension `http://nictiz.nl/")
            && issue.diagnostics.contains("not known")
    };
    let bad = issues.iter().filter(|issue| issue.severity == Severity::Error && !absent(issue));
    bad.map(|issue| (&*issue.expression, &*issue.diagnostics)).collect()
}

/// Everything of one person.
struct Person {
    name: String,
    patient: Value,
    sources: Vec<Source>,
}

/// References by the address of the entry become those that the server gives them.
fn settled(mut resource: Value, names: &HashMap<String, String>) -> Value {
    fn walk(value: &mut Value, names: &HashMap<String, String>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, names)),
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get_mut("reference")
                    && let Some(name) = names.get(reference.as_str())
                {
                    reference.clone_from(name);
                }
                members.values_mut().for_each(|member| walk(member, names));
            }
            _ => {}
        }
    }
    walk(&mut resource, names);
    resource
}

fn loaded(bundle: &Value) -> Vec<Value> {
    let entries = bundle["entry"].as_array().expect("entries");
    let mut names = HashMap::new();
    for entry in entries {
        let (url, rtype) = (text(&entry["fullUrl"]), text(&entry["resource"]["resourceType"]));
        let id = url.rsplit([':', '/']).next().unwrap_or_default().to_owned();
        names.insert(url, format!("{rtype}/{id}"));
    }
    let one = |entry: &Value| {
        let mut resource = settled(entry["resource"].clone(), &names);
        if resource["id"].is_null() {
            let id = names[&text(&entry["fullUrl"])].split('/').next_back().unwrap_or_default().to_owned();
            resource["id"] = json!(id);
        }
        resource
    };
    entries.iter().map(one).collect()
}

fn directory() -> Vec<Source> {
    let source = |resource| Source { resource, organisation: "Spil".to_owned() };
    let mut all: Vec<_> = loaded(&REGION.directory).into_iter().map(source).collect();
    // The server makes its own.
    let hub = json!({"resourceType": "Organization", "id": "spil-hub", "name": "Spil"});
    all.push(source(hub));
    all
}

/// Every patient: with the whole record, with what each organisation alone knows, and with nothing.
fn people() -> Vec<Person> {
    let mut all = Vec::new();
    for patient in &REGION.patients {
        let mut whole = directory();
        for record in REGION.records.iter().filter(|record| record.patient_bsn == patient.bsn) {
            let named = REGION.organisations.iter().find(|org| org.ura == record.organisation_ura).expect("known");
            let mut part = directory();
            for list in [&mut whole, &mut part] {
                let of = |resource| Source { resource, organisation: named.name.clone() };
                list.extend(loaded(&record.bundle).into_iter().map(of));
            }
            let name = format!("{} at {}", patient.username, named.kind);
            all.push(Person { name, patient: patient.resource.clone(), sources: part });
        }
        all.push(Person { name: patient.username.clone(), patient: patient.resource.clone(), sources: whole });
        let name = format!("{} of whom nothing is known", patient.username);
        all.push(Person { name, patient: patient.resource.clone(), sources: directory() });
    }
    all
}

fn composed(person: &Person, make: impl Fn(Input<'_>) -> Document) -> Document {
    make(Input {
        patient: &person.patient,
        resources: person.sources.clone(),
        now_ms: NOW,
        document_id: "7d5f1f4e-2b58-4f1e-8a53-0a3a8f7d3b11",
        author: Author { reference: "Organization/spil-hub", organisation: "Spil", requester: "x" },
        base: "https://hub.example/fhir",
        incomplete: true,
    })
}

type Make = fn(Input<'_>) -> Document;

/// The documents of which everybody has one, with the profile that each claims.
const KINDS: [(&str, Make); 4] = [
    ("MedicationOverview", medication_overview),
    ("AcpDocument", advance_care),
    ("HandoffComposition", |input| nursing_handoff(input, None)),
    ("PatientSummary", patient_summary),
];

#[test]
fn every_document_of_the_demo_region_keeps_the_profile_that_it_claims() {
    let library = Library::own();
    let people = people();
    assert!(people.len() > 40, "{}", people.len());
    for person in &people {
        for (profile, make) in KINDS {
            let bundle = composed(person, make).bundle;
            let composition = &bundle["entry"][0]["resource"];
            if profile == "HandoffComposition" && composition["section"].as_array().is_none_or(Vec::is_empty) {
                // A handoff of nothing is none.
                let issues = validate(&bundle, &[], &library);
                let told = errors(&issues);
                assert!(told.iter().all(|one| one.0 == "Bundle.entry[0].resource.section"), "{told:?}");
                continue;
            }
            let claimed = format!("{OWN_BASE}{profile}");
            assert_eq!(composition["meta"]["profile"][0], claimed.as_str(), "{}", person.name);
            let issues = validate(&bundle, &[], &library);
            assert_eq!(errors(&issues), [], "{}: {profile}", person.name);
            // Only what is not ours may be unknown.
            let unknown = issues.iter().filter(|issue| issue.diagnostics.contains(OWN_BASE));
            assert_eq!(unknown.count(), 0, "{issues:?}");
        }
    }
}

#[test]
fn every_stored_handoff_and_its_task_keep_their_profiles() {
    let library = Library::own();
    let mut found = (0, 0);
    for person in people().iter().filter(|person| !person.name.contains(' ')) {
        for source in &person.sources {
            let resource = &source.resource;
            match resource["resourceType"].as_str() {
                Some("Composition") => {
                    found.0 += 1;
                    let bundle = composed(person, |input| stored_document(input, resource)).bundle;
                    let claimed = &bundle["entry"][0]["resource"]["meta"]["profile"][0];
                    assert_eq!(*claimed, format!("{OWN_BASE}HandoffComposition"), "{}", person.name);
                    let issues = validate(&bundle, &[], &library);
                    assert_eq!(errors(&issues), [], "{}", person.name);
                }
                Some("Task") if resource["code"]["coding"][0]["code"] == "308292007" => {
                    found.1 += 1;
                    assert_eq!(resource["meta"]["profile"][0], format!("{OWN_BASE}HandoffTask"));
                    let issues = validate(resource, &[], &library);
                    assert_eq!(errors(&issues), [], "{}", person.name);
                }
                _ => {}
            }
        }
    }
    assert!(found.0 > 0 && found.1 > 0, "{found:?}");
}

#[test]
fn every_privacy_consent_of_the_demo_region_keeps_our_profile() {
    let library = Library::own();
    let profile = format!("{OWN_BASE}PrivacyConsent");
    assert!(REGION.privacy_consents.len() > 5);
    for consent in &REGION.privacy_consents {
        let issues = validate(consent, &[&profile], &library);
        assert_eq!(errors(&issues), []);
    }
}
