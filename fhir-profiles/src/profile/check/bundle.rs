//! What holds for a Bundle as a whole (<https://hl7.org/fhir/R4/bundle.html>, <https://hl7.org/fhir/R4/documents.html>).

use std::collections::HashSet;

use serde_json::Value;

use super::Check;
use crate::path::navigate::named_children;
use crate::path::{Node, Target, reference_target};
use crate::validate::Severity;

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl<'a> Check<'a> {
    /// The rules of a Bundle.
    pub(super) fn bundle(&mut self, node: Node<'a>) {
        let Some(bundle) = node.value else { return };
        let kind = text(bundle, "type");
        let entries = bundle.get("entry").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if bundle.get("total").is_some() && !matches!(kind, "searchset" | "history") {
            self.at("total", None, |check| check.error("invariant", "bdl-1: only search results and histories count"));
        }
        for (index, entry) in entries.iter().enumerate() {
            self.at("entry", Some(index), |check| check.entry(kind, entry));
        }
        if kind != "history" {
            self.unique(entries);
        }
        let first = entries.first().map(|entry| text(&entry["resource"], "resourceType"));
        match kind {
            "document" => {
                let identifier = &bundle["identifier"];
                if text(identifier, "system").is_empty() || text(identifier, "value").is_empty() {
                    self.error("invariant", "bdl-9: a document must have an identifier with a system and a value");
                }
                if bundle.get("timestamp").is_none() {
                    self.error("invariant", "bdl-10: a document must have a timestamp");
                }
                if first != Some("Composition") {
                    self.error("invariant", "bdl-11: a document must begin with a Composition");
                }
                self.complete(node, entries);
            }
            "message" if first != Some("MessageHeader") => {
                self.error("invariant", "bdl-12: a message must begin with a MessageHeader");
            }
            _ => {}
        }
    }

    fn entry(&mut self, kind: &str, entry: &Value) {
        let has = |name: &str| entry.get(name).is_some();
        let asks = matches!(kind, "batch" | "transaction" | "history");
        let answers = matches!(kind, "batch-response" | "transaction-response" | "history");
        if has("search") && kind != "searchset" {
            self.error("invariant", "bdl-2: only an entry of a search result says how it was found");
        }
        if has("request") != asks {
            self.error(
                "invariant",
                "bdl-3: an entry of a batch, transaction or history has a request, others have none",
            );
        }
        if has("response") != answers {
            self.error("invariant", "bdl-4: an entry of a response or history has a response, others have none");
        }
        if !has("resource") && !has("request") && !has("response") {
            self.error("invariant", "bdl-5: an entry must have a resource, a request or a response");
        }
        if text(entry, "fullUrl").contains("/_history/") {
            self.at("fullUrl", None, |check| check.error("invariant", "bdl-8: the address must not name a version"));
        }
    }

    /// No two entries may be the same version of the same resource.
    fn unique(&mut self, entries: &[Value]) {
        let mut seen = HashSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let url = text(entry, "fullUrl");
            if !url.is_empty() && !seen.insert((url, text(&entry["resource"]["meta"], "versionId"))) {
                self.at("entry", Some(index), |check| {
                    let text = "bdl-7: another entry has the same address and version";
                    check.at("fullUrl", None, |check| check.error("invariant", text));
                });
            }
        }
    }

    /// In a document everything that the Composition says must be there: what it refers to is among the entries.
    fn complete(&mut self, bundle: Node<'a>, entries: &[Value]) {
        let addresses: HashSet<&str> = entries.iter().map(|entry| text(entry, "fullUrl")).collect();
        let ids =
            entries.iter().map(|entry| (text(&entry["resource"], "resourceType"), text(&entry["resource"], "id")));
        let ids: HashSet<_> = ids.collect();
        let mut found = Vec::new();
        references(bundle, "", &mut found);
        for (place, reference) in found {
            let there = addresses.contains(&*reference)
                || match reference_target(&reference) {
                    Target::Relative(rtype, id) => ids.contains(&(rtype, id)),
                    Target::Contained(_) => true,
                    Target::Absolute(_) | Target::Other => false,
                };
            if there {
                continue;
            }
            let composed = place.starts_with(".entry[0].");
            let severity = if composed || reference.starts_with("urn:") { Severity::Error } else { Severity::Warning };
            let before = self.place.len();
            self.place.push_str(&place);
            self.tell(severity, "not-found", "what is referred to is not in the document");
            self.place.truncate(before);
        }
    }
}

/// All literal references below an element, with their places.
fn references(node: Node<'_>, place: &str, found: &mut Vec<(String, String)>) {
    if node.kind.is_some_and(|kind| kind.name == "Reference")
        && let Some(reference) = node.value.and_then(|value| value.get("reference")?.as_str())
    {
        found.push((format!("{place}.reference"), reference.to_owned()));
        return;
    }
    named_children(node, &mut |name, index, child| {
        if child.primitive().is_some() {
            return;
        }
        let place = match index {
            Some(index) => format!("{place}.{name}[{index}]"),
            None => format!("{place}.{name}"),
        };
        references(child, &place, found);
    });
}
