//! What holds for a Bundle as a whole (<https://hl7.org/fhir/R4/bundle.html>, <https://hl7.org/fhir/R4/documents.html>).

use std::collections::HashSet;

use serde_json::Value;

use super::Check;
use crate::path::{Node, Target, reference_target};

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Does an address that ends in a type and an id name another resource than this one?
fn another(url: &str, resource: &Value) -> bool {
    let Target::Absolute(kind) = reference_target(url) else { return false };
    let (own, id) = (text(resource, "resourceType"), text(resource, "id"));
    !own.is_empty() && (kind != own || !id.is_empty() && url.rsplit('/').next() != Some(id))
}

impl<'a> Check<'a> {
    /// The rules of a Bundle.
    pub(super) fn bundle(&mut self, node: Node<'a>) {
        let Some(bundle) = node.value else { return };
        let kind = text(bundle, "type");
        let entries: &'a [Value] = bundle.get("entry").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
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
        self.address(entry);
    }

    /// The address of an entry: whole, without a version, and that of the resource in it.
    fn address(&mut self, entry: &Value) {
        let Some(url) = entry.get("fullUrl").and_then(Value::as_str) else { return };
        let wrong = if url.contains("/_history/") {
            "bdl-8: the address must not name a version"
        } else if url.starts_with("urn:uuid:") || url.starts_with("urn:oid:") {
            return;
        } else if !url.contains(':') {
            "the address of an entry must be absolute"
        } else if another(url, &entry["resource"]) {
            "the address names another resource than the one in the entry"
        } else {
            return;
        };
        self.at("fullUrl", None, |check| check.error("invariant", wrong));
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
}
