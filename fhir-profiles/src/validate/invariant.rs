//! Rules about several elements together: those that hold for sure and can be told from the element alone.

use super::walk::Walk;
use crate::bsn;
use crate::definition::TypeDef;
use serde_json::{Map, Value};
use std::cmp::Ordering;

type Members = Map<String, Value>;

fn text<'a>(map: &'a Members, name: &str) -> Option<&'a str> {
    map.get(name).and_then(Value::as_str)
}

/// Is the element there, if only with extensions?
fn has(map: &Members, name: &str, sibling: &str) -> bool {
    map.contains_key(name) || map.contains_key(sibling)
}

fn valued(map: &Members) -> bool {
    map.keys().any(|name| name.starts_with("value") || name.starts_with("_value"))
}

/// One of these makes a reference say something.
const REFERENCE: [&str; 7] = ["reference", "_reference", "identifier", "display", "_display", "type", "extension"];

impl<'a> Walk<'a> {
    /// The rules of one type.
    pub(super) fn invariants(&mut self, map: &'a Members, def: &'static TypeDef) {
        match def.name {
            "Extension" => self.extension(map),
            "Identifier" => self.identifier(map),
            "Period" => self.period(map),
            "Quantity" | "Age" | "Count" | "Distance" | "Duration"
                if has(map, "code", "_code") && !has(map, "system", "_system") =>
            {
                self.tell("invariant", "qty-3: a unit with a code must have a system");
            }
            "ContactPoint" if has(map, "value", "_value") && !has(map, "system", "_system") => {
                self.tell("invariant", "cpt-2: a contact point with a value must have a system");
            }
            "Attachment" if has(map, "data", "_data") && !has(map, "contentType", "_contentType") => {
                self.tell("invariant", "att-1: an attachment with data must have a content type");
            }
            "Reference" if !REFERENCE.iter().any(|name| map.contains_key(*name)) => {
                self.tell("invariant", "ref-1: a reference must have a reference, an identifier or a display");
            }
            "Observation" | "Observation.component" if valued(map) && map.contains_key("dataAbsentReason") => {
                self.tell("invariant", "obs-6: there must not be both a value and a reason for its absence");
            }
            _ => {}
        }
    }

    fn extension(&mut self, map: &'a Members) {
        if valued(map) == map.contains_key("extension") {
            self.tell("invariant", "ext-1: an extension must have either a value or extensions");
        }
    }

    fn identifier(&mut self, map: &'a Members) {
        if text(map, "system") == Some(bsn::SYSTEM) && text(map, "value").is_some_and(|value| !bsn::is_valid(value)) {
            self.tell_at("value", "value", "the citizen service number does not pass the eleven test");
        }
    }

    fn period(&mut self, map: &'a Members) {
        if let (Some(start), Some(end)) = (text(map, "start"), text(map, "end"))
            && order(start, end) == Ordering::Greater
        {
            self.tell("invariant", "per-1: a period must not end before it starts");
        }
    }
}

/// How two moments compare; equal when the less precise one leaves it open.
fn order(start: &str, end: &str) -> Ordering {
    if let (Ok(start), Ok(end)) = (start.parse::<jiff::Timestamp>(), end.parse::<jiff::Timestamp>()) {
        return start.cmp(&end);
    }
    let date = |text: &str| text.len().min(10);
    let shared = date(start).min(date(end));
    match (start.as_bytes().get(..shared), end.as_bytes().get(..shared)) {
        (Some(start), Some(end)) => start.cmp(end),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_compare_only_as_far_as_they_are_precise() {
        for (start, end, expected) in [
            ("2020-05-10", "2020-05", Ordering::Equal),
            ("2020", "2019-12-31", Ordering::Greater),
            ("2020-05-10T10:00:00+02:00", "2020-05-10T09:00:00Z", Ordering::Less),
            ("2020-05-10T10:00:00Z", "2020-05-10T09:59:59.9Z", Ordering::Greater),
            ("2020-05-10T23:00:00Z", "2020-05-10", Ordering::Equal),
            ("2020-05-11", "2020-05-10T23:00:00Z", Ordering::Greater),
        ] {
            assert_eq!(order(start, end), expected, "{start} {end}");
        }
    }
}
