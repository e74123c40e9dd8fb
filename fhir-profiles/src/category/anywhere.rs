//! Codes that set a label wherever they stand in a resource.

use std::collections::HashMap;

use serde_json::Value;

use super::table::{Pattern, begins};

/// The codes, by system.
#[derive(Default)]
pub(super) struct Anywhere(HashMap<&'static str, Codes>);

#[derive(Default)]
struct Codes {
    exact: HashMap<&'static str, u8>,
    beginnings: Vec<(&'static str, u8)>,
}

impl Anywhere {
    /// Adds what a pattern of the table names.
    pub fn add(&mut self, pattern: &Pattern, label: u8) {
        for system in &pattern.systems {
            let codes = self.0.entry(system).or_default();
            if pattern.is_prefix {
                codes.beginnings.push((pattern.code, label));
            } else {
                *codes.exact.entry(pattern.code).or_default() |= label;
            }
        }
    }

    /// The labels of all codes in a resource, but for the resources inside it.
    pub fn labels(&self, resource: &Value) -> u8 {
        match resource {
            Value::Object(members) => self.object(members),
            _ => 0,
        }
    }

    fn value(&self, value: &Value) -> u8 {
        match value {
            Value::Array(items) => items.iter().fold(0, |all, item| all | self.value(item)),
            Value::Object(members) if !members.contains_key("resourceType") => self.object(members),
            _ => 0,
        }
    }

    /// One pass over the members: this is done for every object of everything that is written.
    fn object(&self, members: &serde_json::Map<String, Value>) -> u8 {
        let (mut system, mut code, mut labels) = (None, None, 0);
        for (name, member) in members {
            match member {
                Value::String(text) if name == "system" => system = Some(text),
                Value::String(text) if name == "code" => code = Some(text),
                Value::Object(_) | Value::Array(_) => labels |= self.value(member),
                _ => {}
            }
        }
        match (system, code) {
            (Some(system), Some(code)) => labels | self.of(system, code),
            _ => labels,
        }
    }

    fn of(&self, system: &str, code: &str) -> u8 {
        let Some(codes) = self.0.get(system) else { return 0 };
        let exact = codes.exact.get(code).copied().unwrap_or_default();
        let beginning = codes.beginnings.iter().filter(|(start, _)| begins(code, start, true));
        beginning.fold(exact, |all, (_, label)| all | label)
    }
}
