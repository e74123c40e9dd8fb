//! References (<https://hl7.org/fhir/R4/references.html>): where they may point, as far as the text itself tells.

use super::primitive;
use super::walk::Walk;
use serde_json::{Map, Value};

const STRUCTURE: &str = "http://hl7.org/fhir/StructureDefinition/";

impl<'a> Walk<'a> {
    /// A reference that may point at these types, or at any when none is named.
    pub(super) fn reference(&mut self, map: &'a Map<String, Value>, targets: &[u16]) {
        let named = map.get("type").and_then(Value::as_str).and_then(|name| self.named_type(name, targets));
        let Some(text) = map.get("reference").and_then(Value::as_str) else { return };
        let found = if let Some(id) = text.strip_prefix('#') {
            self.contained_type(id)
        } else if let Some((scheme, _)) =
            text.split_once(':').filter(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            if matches!(scheme, "http" | "https") { self.path_type(text) } else { None }
        } else {
            let found = self.path_type(text);
            if found.is_none() {
                self.tell_at("reference", "value", "a relative reference must name a type of FHIR R4 and an id");
            }
            found
        };
        let Some(found) = found else { return };
        if !targets.is_empty() && targets.binary_search(&found).is_err() {
            self.tell_at("reference", "invalid", "the reference points at a type that is not allowed here");
        } else if named.is_some_and(|named| named != found) {
            self.tell_at("type", "invalid", "the type differs from that of the reference");
        }
    }

    /// The type that `Reference.type` names, which must be allowed too.
    fn named_type(&mut self, name: &str, targets: &[u16]) -> Option<u16> {
        if name.contains(':') && !name.starts_with(STRUCTURE) {
            return None;
        }
        let number = self.facts.type_number(name.trim_start_matches(STRUCTURE));
        match number {
            None => self.tell_at("type", "value", "the type is not one of FHIR R4"),
            Some(number) if !targets.is_empty() && targets.binary_search(&number).is_err() => {
                self.tell_at("type", "invalid", "the type is not allowed here");
                return None;
            }
            Some(_) => {}
        }
        number
    }

    /// `#id` is a contained resource, `#` the resource that contains this one.
    fn contained_type(&mut self, id: &str) -> Option<u16> {
        if id.is_empty() {
            return None;
        }
        let found = self.contained.iter().find(|resource| resource.get("id").and_then(Value::as_str) == Some(id));
        if found.is_none() {
            self.tell_at("reference", "not-found", "the reference points at a contained resource that is not there");
        }
        found?.get("resourceType").and_then(Value::as_str).and_then(|name| self.facts.type_number(name))
    }

    /// The type in `Type/id`, `Type/id/_history/version` or `Type?query`, at the end of the text.
    fn path_type(&self, text: &str) -> Option<u16> {
        let text = text.split_once("/_history/").map_or(text, |(before, _)| before);
        let text = text.split_once(['#', '|']).map_or(text, |(before, _)| before);
        if let Some((before, _)) = text.split_once('?') {
            return self.facts.type_number(before.rsplit('/').next().unwrap_or_default());
        }
        let (before, id) = text.rsplit_once('/')?;
        let name = before.rsplit('/').next().unwrap_or_default();
        if primitive::is_id(id) { self.facts.type_number(name) } else { None }
    }
}
