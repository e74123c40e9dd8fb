//! Profiles made for the tests, and those of Nictiz where they are present.

mod bundle;
mod faults;
mod gaps;
mod mp9;
mod mutants;
mod nictiz;
mod sets;
mod snapshot;
mod speed;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{Profiles, Structure, validate};
use crate::validate::{Issue, Severity};

/// Definitions that are read when they are first asked for.
#[derive(Default)]
struct Library {
    definitions: HashMap<String, Value>,
    compiled: Mutex<HashMap<String, Option<Arc<Structure>>>>,
    faults: Mutex<Vec<String>>,
    sets: sets::Sets,
}

impl Library {
    fn add(&mut self, definition: Value) {
        self.sets.add(&definition);
        if definition["resourceType"] == "StructureDefinition"
            && let Some(url) = definition["url"].as_str()
        {
            self.definitions.insert(url.to_owned(), definition);
        }
    }

    fn of(definitions: &[Value]) -> Self {
        let mut library = Self::default();
        for definition in definitions {
            library.add(definition.clone());
        }
        library
    }
}

impl Profiles for Library {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
        if let Some(known) = self.compiled.lock().expect("a lock").get(url) {
            return known.clone();
        }
        let compiled = self.definitions.get(url).and_then(|definition| match Structure::compile(definition, self) {
            Ok(structure) => Some(Arc::new(structure)),
            Err(error) => {
                self.faults.lock().expect("a lock").push(format!("{url}: {error}"));
                None
            }
        });
        self.compiled.lock().expect("a lock").insert(url.to_owned(), compiled.clone());
        compiled
    }

    fn code_in_value_set(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        match value_set {
            "urn:vs:colours" => Some(system.is_none_or(|system| system == "urn:cs") && matches!(code, "red" | "blue")),
            "urn:vs:reds" => Some(system == Some("urn:cs") && code == "red"),
            _ => self.sets.has(value_set, system, code),
        }
    }
}

/// Severity, place and a part of the text of each issue, without those that only say what was not checked.
fn told(issues: &[Issue]) -> Vec<(Severity, &str, &str)> {
    let sure = issues.iter().filter(|issue| issue.severity != Severity::Information);
    sure.map(|issue| (issue.severity, &*issue.expression, &*issue.diagnostics)).collect()
}
