//! Bundles taken apart: collections and answers of a search always, transactions only when they are over the limits.
//!
//! Every entry gets its id up front: that of the resource, or the UUID of its `urn:uuid:` full URL, or a new one. References
//! to full URLs become literal ones. An entry with `ifNoneExist` stays conditional; references to it become conditional too.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::access::{Entry, Interaction};
use crate::clock::Random;
use crate::error::Error;
use crate::fhir::entry::{self, Asked};

use super::GROUP;

/// Takes the resources out of a Bundle that only carries them (`collection`, `searchset`).
pub fn resources(bundle: &mut Value, random: &dyn Random) -> Vec<Value> {
    let mut places = HashMap::new();
    let mut found = Vec::new();
    for mut entry in entries(bundle) {
        let mut resource = entry["resource"].take();
        if !resource.is_object() || entry["search"]["mode"] == "outcome" {
            continue;
        }
        let url = entry["fullUrl"].as_str().unwrap_or_default().to_owned();
        let id = resource["id"].as_str().map_or_else(|| new_id(&url, random), str::to_owned);
        places.insert(url, format!("{}/{id}", resource["resourceType"].as_str().unwrap_or_default()));
        resource["id"] = Value::String(id);
        found.push(resource);
    }
    places.remove("");
    for resource in &mut found {
        relink(resource, &places);
    }
    found
}

/// A transaction that is too big, in parts of at most [`GROUP`] entries that are to be sent in this order.
///
/// # Errors
/// When an entry cannot be read.
pub fn transaction(bundle: &mut Value, random: &dyn Random) -> Result<Vec<Vec<Entry>>, Error> {
    let mut places = HashMap::new();
    let mut writes = Vec::new();
    for (at, entry) in entries(bundle).into_iter().enumerate() {
        let Asked::Write(mut entry) = entry::read(entry, "").map_err(|error| error.in_entry(at))? else { continue };
        let url = entry.full_url.take();
        entry.interaction = match entry.interaction {
            Interaction::Create { rtype, body, if_none_exist: None } => {
                let id = new_id(url.as_deref().unwrap_or_default(), random);
                Interaction::Update { rtype, id, body, if_match: None }
            }
            other => other,
        };
        let place = match &entry.interaction {
            Interaction::Update { rtype, id, .. } => Some(format!("{rtype}/{id}")),
            Interaction::Create { rtype, if_none_exist: Some(pairs), .. }
            | Interaction::ConditionalUpdate { rtype, query: pairs, .. } => Some(format!("{rtype}?{}", query(pairs))),
            _ => None,
        };
        if let (Some(url), Some(place)) = (url, place) {
            places.insert(url, place);
        }
        writes.push(Entry { at, ..entry });
    }
    let mut parts: BTreeMap<(u8, String), Vec<Entry>> = BTreeMap::new();
    for mut entry in writes {
        relink_entry(&mut entry, &places);
        parts.entry(rank(&entry.interaction)).or_default().push(entry);
    }
    Ok(parts.into_values().flat_map(|part| part.chunks(GROUP).map(<[Entry]>::to_vec).collect::<Vec<_>>()).collect())
}

fn relink_entry(entry: &mut Entry, places: &HashMap<String, String>) {
    match &mut entry.interaction {
        Interaction::Create { body, .. } | Interaction::ConditionalUpdate { body, .. } => relink(body, places),
        Interaction::Update { id, body, .. } => {
            relink(body, places);
            body["id"] = Value::String(id.clone());
        }
        _ => {}
    }
}

/// Whatever others refer to comes first. What is found by a condition must be there before others name it that way: those
/// go by type, in an order in which records of care organisations name each other.
fn rank(interaction: &Interaction) -> (u8, String) {
    let (rtype, _) = interaction.needs();
    let conditional = matches!(
        interaction,
        Interaction::Create { if_none_exist: Some(_), .. } | Interaction::ConditionalUpdate { .. }
    );
    let order = ["Organization", "Location", "Practitioner", "HealthcareService", "PractitionerRole"];
    let place = order.iter().position(|name| *name == rtype).and_then(|at| u8::try_from(at).ok());
    match (conditional, rtype) {
        (true, _) => (place.unwrap_or(5), rtype.to_owned()),
        (false, "Patient") => (10, String::new()),
        (false, _) => (20, String::new()),
    }
}

fn entries(bundle: &mut Value) -> Vec<Value> {
    match bundle["entry"].take() {
        Value::Array(entries) => entries,
        _ => Vec::new(),
    }
}

fn new_id(url: &str, random: &dyn Random) -> String {
    url.strip_prefix("urn:uuid:").map_or_else(|| random.uuid(), str::to_owned)
}

fn query(pairs: &[(String, String)]) -> String {
    let parts: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", urlencoding::encode(name), urlencoding::encode(value)))
        .collect();
    parts.join("&")
}

/// Puts literal references in the place of full URLs.
fn relink(value: &mut Value, places: &HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value {
                    Value::String(text) if key == "reference" || text.starts_with("urn:") => {
                        if let Some(place) = places.get(text.as_str()) {
                            text.clone_from(place);
                        }
                    }
                    other => relink(other, places),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| relink(item, places)),
        _ => {}
    }
}
