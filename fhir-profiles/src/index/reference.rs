//! Rows of reference parameters (<https://hl7.org/fhir/R4/search.html#reference>).

use serde_json::Value;

use super::{IndexRows, Key, ReferenceRow, short, token};
use crate::definition::type_number;
use crate::path::{Target, reference_target};

/// Adds the row of a `Reference` or of a resource in a bundle, or those of a canonical or other address.
pub(super) fn add(key: Key, value: &Value, rows: &mut Vec<ReferenceRow>) {
    match value.as_str() {
        Some(address) => rows.extend(versions(address).map(|address| literal(key, address, None))),
        None => rows.extend(row(key, value)),
    }
}

/// An address, and without its version if it has one, so that both find it.
pub(super) fn versions(address: &str) -> impl Iterator<Item = &str> {
    let bare = address.split_once('|').map(|(bare, _)| bare);
    [Some(address), bare].into_iter().flatten().filter(|address| !address.is_empty())
}

fn row(key: Key, value: &Value) -> Option<ReferenceRow> {
    if let Some(rtype) = value["resourceType"].as_str() {
        let target_id = value["id"].as_str()?.to_owned();
        return Some(ReferenceRow { target_type: type_number(rtype), target_id, ..empty(key) });
    }
    let named = value["type"].as_str().and_then(type_number);
    let identifier = &value["identifier"];
    let identifier = identifier["value"].as_str().map(|id| (identifier["system"].as_str().map(short), short(id)));
    let text = token::searchable(&value["display"]);
    let literal = value["reference"].as_str().filter(|text| !text.is_empty()).map(|text| literal(key, text, named));
    match literal {
        Some(row) => Some(ReferenceRow { identifier, text, ..row }),
        None if identifier.is_some() || text.is_some() => {
            Some(ReferenceRow { target_type: named, identifier, text, ..empty(key) })
        }
        None => None,
    }
}

fn empty(key: Key) -> ReferenceRow {
    let (param, ord) = (key.param, key.ord);
    ReferenceRow { param, ord, target_type: None, target_id: String::new(), identifier: None, text: None }
}

impl IndexRows {
    /// Makes addresses of resources under `base` (`https://here.example/fhir`) references to resources here.
    #[must_use]
    pub fn localised(mut self, base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let contained = self.contained.iter_mut().flat_map(|contained| &mut contained.rows.references);
        for row in self.references.iter_mut().chain(contained) {
            let own = row.target_id.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
            if let (false, Some(Target::Relative(rtype, id))) = (base.is_empty(), own.map(reference_target)) {
                (row.target_type, row.target_id) = (type_number(rtype), id.to_owned());
            }
        }
        self
    }
}

fn literal(key: Key, text: &str, named: Option<u16>) -> ReferenceRow {
    let (target_type, target_id) = match reference_target(text) {
        Target::Relative(rtype, id) => (type_number(rtype), id),
        Target::Absolute(rtype) => (type_number(rtype), text.split_once("/_history/").map_or(text, |(bare, _)| bare)),
        Target::Contained(_) | Target::Other => (named, text),
    };
    ReferenceRow { target_type, target_id: short(target_id), ..empty(key) }
}
