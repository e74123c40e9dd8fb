//! The records of an inhabitant of the demo region, as the door would release all of them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use spil::demo::{Region, region};
use spil::documents::{Author, Document, Input, Source};

/// The seed of the region; with [`NOW`] it fixes every word of it.
const SEED: u64 = 7;
/// 2026-03-02T09:00:00Z.
const NOW: i64 = 1_772_442_000_000;

/// The region at a fixed moment.
pub fn fixed() -> Region {
    region(SEED, NOW)
}

/// A document about the inhabitant with this user name.
pub fn document(region: &Region, username: &str, compose: fn(Input<'_>) -> Document) -> Document {
    let patient = region.patients.iter().find(|patient| patient.username == username).expect("an inhabitant");
    let mut sources = Vec::new();
    for record in region.records.iter().filter(|record| record.patient_bsn == patient.bsn) {
        let sender = region.organisations.iter().find(|one| one.ura == record.organisation_ura);
        sources.extend(self::sources(&sender.expect("an organisation").name, &record.bundle));
    }
    sources.extend(named(&sources, self::sources("Spil", &region.directory)));
    compose(Input {
        patient: &patient.resource,
        resources: sources,
        now_ms: NOW,
        document_id: "3f0c7c1e-5d2a-4c68-9a50-2f6d1e8b7a94",
        author: Author { reference: "Organization/spil-hub", organisation: "Spil", requester: &patient.name },
        base: "https://spil.example/fhir",
        incomplete: false,
    })
}

/// The resources of a transaction, with the addresses in it made into those that the server gives.
fn sources(organisation: &str, transaction: &Value) -> Vec<Source> {
    let entries = transaction["entry"].as_array().expect("entries");
    let id = |entry: &Value| {
        let url = entry["fullUrl"].as_str().unwrap_or_default();
        let given = entry["resource"]["id"].as_str().map(str::to_owned);
        given.unwrap_or_else(|| url.trim_start_matches("urn:uuid:").to_owned())
    };
    let kind = |entry: &Value| entry["resource"]["resourceType"].as_str().unwrap_or_default().to_owned();
    let addresses = entries
        .iter()
        .filter_map(|entry| Some((entry["fullUrl"].as_str()?.to_owned(), format!("{}/{}", kind(entry), id(entry)))));
    let addresses: HashMap<String, String> = addresses.collect();
    let source = |entry: &Value| {
        let mut resource = entry["resource"].clone();
        resource["id"] = Value::String(id(entry));
        settle(&mut resource, &addresses);
        Source { resource, organisation: organisation.to_owned() }
    };
    entries.iter().map(source).collect()
}

/// What of the address book is referred to, from the record or from what comes along.
fn named(record: &[Source], mut directory: Vec<Source>) -> Vec<Source> {
    let mut wanted = HashSet::new();
    for source in record {
        references(&source.resource, &mut wanted);
    }
    let mut out: Vec<Source> = Vec::new();
    loop {
        let is_wanted = |source: &mut Source| {
            let (kind, id) = (&source.resource["resourceType"], &source.resource["id"]);
            wanted.contains(&format!("{}/{}", kind.as_str().unwrap_or_default(), id.as_str().unwrap_or_default()))
        };
        let found: Vec<Source> = directory.extract_if(.., is_wanted).collect();
        if found.is_empty() {
            return out;
        }
        for source in &found {
            references(&source.resource, &mut wanted);
        }
        out.extend(found);
    }
}

fn references(value: &Value, out: &mut HashSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, out)),
        Value::Object(fields) => {
            out.extend(fields.get("reference").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|inner| references(inner, out));
        }
        _ => {}
    }
}

fn settle(value: &mut Value, addresses: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(address) = addresses.get(text) {
                text.clone_from(address);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, addresses)),
        Value::Object(fields) => fields.values_mut().for_each(|inner| settle(inner, addresses)),
        _ => {}
    }
}
