//! Bundles taken apart: collections and answers of a search always, transactions only when they are over the limits.
//!
//! Every entry gets its id up front: that of the resource, or the UUID of its `urn:uuid:` full URL, or a new one. References
//! to full URLs become literal ones. An entry with `ifNoneExist` stays conditional; references to it become conditional too.

use std::collections::HashMap;

use serde_json::Value;

use crate::access::{Entry, Interaction};
use crate::clock::Random;
use crate::error::Error;
use crate::fhir::transaction::{Asked, asked};

/// Takes the resources out of a Bundle that only carries them (`collection`, `searchset`, `history` is refused elsewhere).
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
    found.iter_mut().for_each(|resource| relink(resource, &places));
    found
}

/// The entries of a transaction that is too big, patients first, ready to be sent in parts.
///
/// # Errors
/// When an entry cannot be read.
pub fn transaction(bundle: &mut Value, random: &dyn Random) -> Result<Vec<Entry>, Error> {
    let mut places = HashMap::new();
    let mut writes = Vec::new();
    for entry in entries(bundle) {
        let Asked::Write(mut entry) = asked(entry)? else { continue };
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
            Interaction::Create { rtype, if_none_exist: Some(pairs), .. } => Some(format!("{rtype}?{}", query(pairs))),
            Interaction::ConditionalUpdate { rtype, query: pairs, .. } => Some(format!("{rtype}?{}", query(pairs))),
            _ => None,
        };
        if let (Some(url), Some(place)) = (url, place) {
            places.insert(url, place);
        }
        writes.push(entry);
    }
    for entry in &mut writes {
        if let Interaction::Create { body, .. } | Interaction::Update { body, .. } | Interaction::ConditionalUpdate { body, .. } =
            &mut entry.interaction
        {
            relink(body, &places);
            if let Interaction::Update { id, .. } = &entry.interaction.clone() {
                set_id(&mut entry.interaction, id);
            }
        }
    }
    writes.sort_by_key(|entry| rank(&entry.interaction));
    Ok(writes)
}

fn set_id(interaction: &mut Interaction, new: &str) {
    if let Interaction::Update { body, .. } = interaction {
        body["id"] = Value::String(new.to_owned());
    }
}

/// Whatever others refer to comes first.
fn rank(interaction: &Interaction) -> u8 {
    match interaction {
        Interaction::Create { if_none_exist: Some(_), .. } | Interaction::ConditionalUpdate { .. } => 0,
        other if other.needs().0 == "Patient" => 0,
        _ => 1,
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
