//! Value sets as far as their own text tells what is in them.

use std::collections::HashMap;

use serde_json::Value;

#[derive(Default)]
pub(super) struct Sets {
    sets: HashMap<String, Value>,
    systems: HashMap<String, Vec<String>>,
}

impl Sets {
    pub(super) fn add(&mut self, definition: &Value) {
        let Some(url) = definition["url"].as_str() else { return };
        match definition["resourceType"].as_str() {
            Some("ValueSet") => drop(self.sets.insert(url.to_owned(), definition.clone())),
            Some("CodeSystem") if definition["content"] == "complete" => {
                let mut codes = Vec::new();
                concepts(&definition["concept"], &mut codes);
                self.systems.insert(url.to_owned(), codes);
            }
            _ => {}
        }
    }

    /// `None` where the text alone does not tell.
    pub(super) fn has(&self, url: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let compose = &self.sets.get(url.split('|').next().unwrap_or(url))?["compose"];
        let answers: Vec<_> = list(&compose["include"]).map(|one| self.included(one, system, code)).collect();
        if compose["exclude"].is_array() {
            return None;
        }
        match answers {
            all if all.contains(&Some(true)) => Some(true),
            all if all.contains(&None) => None,
            _ => Some(false),
        }
    }

    fn included(&self, include: &Value, system: Option<&str>, code: &str) -> Option<bool> {
        let Some(own) = include["system"].as_str() else {
            let sets = list(&include["valueSet"]).filter_map(Value::as_str);
            return sets.map(|url| self.has(url, system, code)).next().flatten();
        };
        if system.is_some_and(|system| system != own) {
            return Some(false);
        }
        if include["concept"].is_array() {
            return Some(list(&include["concept"]).any(|one| one["code"] == code));
        }
        // Every code of the system, when no rule chooses among them.
        let known = self.systems.get(own).filter(|_| include["filter"].is_null())?;
        Some(known.iter().any(|known| known == code))
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn concepts(value: &Value, into: &mut Vec<String>) {
    for concept in list(value) {
        into.extend(concept["code"].as_str().map(str::to_owned));
        concepts(&concept["concept"], into);
    }
}
