//! What a document holds (<https://hl7.org/fhir/R4/documents.html#content>): everything that its Composition refers to, and
//! nothing that has no part in it.

use std::collections::HashMap;

use serde_json::Value;

use super::Check;
use super::bundle::text;
use crate::definition::type_number;
use crate::path::navigate::named_children;
use crate::path::{Node, Target, reference_target};
use crate::validate::Severity;

impl<'a> Check<'a> {
    /// What is referred to is among the entries, and the entries are what is referred to.
    pub(super) fn complete(&mut self, bundle: Node<'a>, entries: &'a [Value]) {
        let document = Document::of(entries);
        let mut found = Vec::new();
        references(bundle, "", &mut found);
        let mut leads = vec![Vec::new(); entries.len()];
        for (place, reference) in found {
            let Some(holder) = number(&place).filter(|_| !reference.starts_with('#')) else { continue };
            if let Some(target) = document.target(holder, &reference) {
                leads[holder].push(target);
                continue;
            }
            let composed = holder == 0;
            let severity = if composed || reference.starts_with("urn:") { Severity::Error } else { Severity::Warning };
            let before = self.place.len();
            self.place.push_str(&place);
            self.tell(severity, "not-found", "what is referred to is not in the document");
            self.place.truncate(before);
        }
        for (index, _) in reached(entries, &leads).iter().enumerate().filter(|(_, reached)| !**reached) {
            self.at("entry", Some(index), |check| {
                check.error("structure", "nothing in the document leads to this entry");
            });
        }
    }
}

/// Which entries can be reached from the first. A stylesheet need not be referred to, and a Provenance refers itself.
fn reached(entries: &[Value], leads: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; entries.len()];
    let mut open = vec![0];
    loop {
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut reached[index], true) {
                open.extend(&leads[index]);
            }
        }
        let speaks = |index: &usize| {
            let kind = text(&entries[*index]["resource"], "resourceType");
            kind == "Binary" || kind == "Provenance" && leads[*index].iter().any(|target| reached[*target])
        };
        match (0..entries.len()).find(|index| !reached[*index] && speaks(index)) {
            Some(next) => open.push(next),
            None => return reached,
        }
    }
}

/// The entries by what a reference can name them.
struct Document<'a> {
    addresses: Vec<&'a str>,
    by_address: HashMap<&'a str, usize>,
    by_id: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Document<'a> {
    fn of(entries: &'a [Value]) -> Self {
        let addresses: Vec<_> = entries.iter().map(|entry| text(entry, "fullUrl")).collect();
        let by_address = addresses.iter().enumerate().rev().map(|(index, url)| (*url, index)).collect();
        let named = |(index, entry): (usize, &'a Value)| {
            let resource = entry.get("resource")?;
            Some(((text(resource, "resourceType"), text(resource, "id")), index))
        };
        let by_id = entries.iter().enumerate().rev().filter_map(named).collect();
        Self { addresses, by_address, by_id }
    }

    /// The entry that a reference in another entry means (<https://hl7.org/fhir/R4/bundle.html#references>).
    fn target(&self, holder: usize, reference: &str) -> Option<usize> {
        let plain = reference.split_once("/_history/").map_or(reference, |(plain, _)| plain);
        if let Some(found) = self.by_address.get(plain) {
            return Some(*found);
        }
        let Target::Relative(kind, id) = reference_target(plain) else { return None };
        match base(self.addresses[holder]) {
            Some(base) => self.by_address.get(&*format!("{base}/{kind}/{id}")).copied(),
            None => self.by_id.get(&(kind, id)).copied(),
        }
    }
}

/// What comes before the type and the id in the address of an entry.
fn base(url: &str) -> Option<&str> {
    let mut parts = url.rsplitn(3, '/');
    let (_, kind, base) = (parts.next()?, parts.next()?, parts.next()?);
    type_number(kind).map(|_| base)
}

/// The number of the entry that a place is in: `.entry[3].resource.subject`.
fn number(place: &str) -> Option<usize> {
    place.strip_prefix(".entry[")?.split_once(']')?.0.parse().ok()
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
