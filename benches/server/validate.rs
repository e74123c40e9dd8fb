//! Validation of a Bundle of a hundred entries, by itself: with the Dutch profiles where they lie beside the project, else with
//! our own. The floor is to parse the same Bundle.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use spil_fhir_profiles::profile::{OWN, OWN_BASE, Profiles, Structure, validate};
use spil_fhir_profiles::validate::Severity;
use spil_fhir_profiles::{json as text, xml};

use super::load::float;
use super::report::{Report, say};

/// Entries of the Bundle.
const ENTRIES: usize = 100;
/// So often.
const TIMES: usize = 200;

/// Definitions that are compiled at first use.
#[derive(Default)]
struct Library {
    definitions: HashMap<String, Value>,
    compiled: Mutex<HashMap<String, Option<Arc<Structure>>>>,
}

impl Library {
    fn add(&mut self, definition: Value) {
        if let Some(url) = definition["url"].as_str() {
            self.definitions.insert(url.to_owned(), definition);
        }
    }
}

impl Profiles for Library {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
        if let Some(known) = self.compiled.lock().expect("a lock").get(url) {
            return known.clone();
        }
        let compiled = self.definitions.get(url).and_then(|one| Structure::compile(one, self).ok()).map(Arc::new);
        self.compiled.lock().expect("a lock").insert(url.to_owned(), compiled.clone());
        compiled
    }

    fn code_in_value_set(&self, _: &str, _: Option<&str>, _: &str) -> Option<bool> {
        None
    }
}

/// Measures and tells.
pub fn run(report: &mut Report) {
    let (what, library, resources) = dutch().unwrap_or_else(own);
    let entry = |(number, resource): (usize, &Value)| {
        let mut resource = resource.clone();
        resource["id"] = json!(format!("e{number}"));
        let kind = resource["resourceType"].as_str().unwrap_or_default().to_owned();
        json!({"fullUrl": format!("http://bench.example/fhir/{kind}/e{number}"), "resource": resource})
    };
    let entries: Vec<Value> = resources.iter().cycle().take(ENTRIES).enumerate().map(entry).collect();
    let bytes = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string().into_bytes();
    let first = text::parse(&bytes).expect("JSON");
    let wrong = validate(&first, &[], &library).into_iter().filter(|issue| issue.severity == Severity::Error).count();
    let (mut parsed, mut validated) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let start = Instant::now();
        let bundle = text::parse(&bytes).expect("JSON");
        parsed.push(start.elapsed().as_nanos());
        let start = Instant::now();
        let issues = validate(&bundle, &[], &library);
        validated.push(start.elapsed().as_nanos());
        assert_eq!(issues.iter().filter(|issue| issue.severity == Severity::Error).count(), wrong);
    }
    say("");
    say(&format!("validation of a Bundle of {ENTRIES} ({} KB, {what}), {wrong} errors", bytes.len() / 1024));
    for (name, times) in [("parsing alone", &mut parsed), ("validation", &mut validated)] {
        times.sort_unstable();
        let at = |share: usize| float(u64::try_from(times[(times.len() - 1) * share / 100]).unwrap_or(u64::MAX)) / 1e6;
        say(&format!("  {name:<14} p50 {:>8.2} ms  p99 {:>8.2} ms", at(50), at(99)));
        report.fact(format!("{name} of a Bundle of {ENTRIES}, p50"), at(50), "ms");
        report.fact(format!("{name} of a Bundle of {ENTRIES}, p99"), at(99), "ms");
    }
}

/// The profiles and examples of Nictiz.
fn dutch() -> Option<(&'static str, Library, Vec<Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/nictiz-zib2020");
    let mut library = Library::default();
    for definition in read(&folder.join("resources")) {
        library.add(definition);
    }
    let examples = read(&folder.join("examples"));
    (!examples.is_empty()).then_some(("nl-core", library, examples))
}

fn read(folder: &Path) -> Vec<Value> {
    let mut open = vec![folder.to_path_buf()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "xml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().filter_map(|path| xml::to_json(&std::fs::read(path).ok()?).ok()).collect()
}

/// Our own profiles, with a resource that keeps one of them.
fn own() -> (&'static str, Library, Vec<Value>) {
    let mut library = Library::default();
    for (_, text) in OWN {
        library.add(serde_json::from_str(text).expect("JSON"));
    }
    let task = json!({
        "resourceType": "Task", "meta": {"profile": [format!("{OWN_BASE}HandoffTask")]}, "status": "requested",
        "intent": "order", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "308292007"}]},
        "for": {"reference": "Patient/1"}, "requester": {"reference": "Organization/1"},
        "owner": {"reference": "Organization/2"},
        "input": [{"type": {"coding": [{"system": "http://snomed.info/sct", "code": "11171000146100"}]},
            "valueReference": {"reference": "Composition/1"}}],
    });
    ("our own profiles", library, vec![task])
}
