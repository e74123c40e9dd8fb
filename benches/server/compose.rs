//! The documents of a patient with a large record: composed of what the door released, and asked over HTTP.
//!
//! The record is that of everybody in the demo region taken together as one person's, several times over with each copy older
//! than the one before: so it is as mixed as the region is, and the same in every run.

use std::collections::HashMap;
use std::time::Instant;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use spil::demo::{Region, region};
use spil::documents::{
    Author, Document, Input, Source, advance_care, medication_overview, nursing_handoff, patient_summary,
};

use super::Database;
use super::client::{Connection, FHIR};
use super::load::float;
use super::machine;
use super::report::{Report, say};
use super::world::{World, own};

/// Resources of the record.
const RESOURCES: usize = 3_000;
/// So often.
const TIMES: usize = 200;
/// The seed of the region; with [`NOW`] it fixes every word of it.
const SEED: u64 = 7;
/// 2026-03-02T09:00:00Z.
const NOW: i64 = 1_772_442_000_000;
/// A copy is so many days older than the one before.
const OLDER: i64 = 45;
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

type Compose = fn(Input<'_>) -> Document;

/// Operation, and what composes the same.
const DOCUMENTS: [(&str, Compose); 4] = [
    ("eoverdracht", |input| nursing_handoff(input, None)),
    ("medication-overview", medication_overview),
    ("acp", advance_care),
    ("summary", patient_summary),
];

/// Measures and tells.
pub async fn run(report: &mut Report) {
    let region = region(SEED, NOW);
    let transactions = transactions(&region);
    let count = transactions.iter().map(|one| entries(one).count()).sum::<usize>();
    say("");
    say(&format!("documents of a patient with {count} resources, {TIMES} times each"));
    alone(report, &region, &transactions);
    over_http(report, &region, &transactions).await;
    report.fact("load of the machine after the documents".to_owned(), machine::load(), "");
}

/// Without the door: what is released goes in, the text of the Bundle comes out.
fn alone(report: &mut Report, region: &Region, transactions: &[Value]) {
    let sources: Vec<Source> = transactions.iter().chain([&region.directory]).flat_map(sources).collect();
    let patient = sources.iter().find(|one| one.resource["resourceType"] == "Patient").expect("a patient");
    for (name, compose) in DOCUMENTS {
        let mut size = 0;
        let mut once = || {
            let resources = sources.clone();
            let start = Instant::now();
            let document = compose(Input {
                patient: &patient.resource,
                resources,
                now_ms: NOW,
                document_id: "3f0c7c1e-5d2a-4c68-9a50-2f6d1e8b7a94",
                author: Author { reference: "Organization/spil-hub", organisation: "Spil", requester: "Bench" },
                base: "http://bench/fhir",
                incomplete: false,
            });
            size = document.bundle.to_string().len();
            start.elapsed().as_nanos()
        };
        once();
        let times = (0..TIMES).map(|_| once()).collect();
        tell(report, &format!("${name}, composed"), times, size);
    }
}

/// Through the door of a server on `SQLite`, one request after the other: of the organisation that wrote everything, and of one
/// that the patient permits.
async fn over_http(report: &mut Report, region: &Region, transactions: &[Value]) {
    let database = Database::new("sqlite");
    let mut world = World::start(&database.url).await;
    world.know(region).await;
    let mut patient = String::new();
    {
        let target = world.target();
        let token = target.token(0).await;
        let mut connection = Connection::open(target.site.address).await;
        for transaction in transactions {
            let bytes = transaction.to_string().into_bytes();
            let answer = connection.send(&target.site.request("POST", "", &token, FHIR, &bytes)).await;
            let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(2_000)]).into_owned();
            assert_eq!(answer.status, 200, "{text}");
            if patient.is_empty() {
                let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
                let mut locations = entries(&body).filter_map(|entry| entry["response"]["location"].as_str());
                let location = locations.find(|one| one.contains("Patient/")).expect("a patient");
                let rest = location.rsplit("Patient/").next().unwrap_or_default();
                rest.split('/').next().unwrap_or_default().clone_into(&mut patient);
            }
        }
    }
    world.permit_practice(std::slice::from_ref(&patient)).await;
    let target = world.target();
    let mut connection = Connection::open(target.site.address).await;
    for (caller, who) in [(0, "own"), (1, "consented")] {
        let token = target.token(caller).await;
        for (name, _) in DOCUMENTS {
            let request = target.site.request("GET", &format!("/Patient/{patient}/${name}"), &token, FHIR, &[]);
            let (mut times, mut size) = (Vec::with_capacity(TIMES), 0);
            for time in 0..=TIMES {
                let start = Instant::now();
                let answer = connection.send(&request).await;
                let took = start.elapsed().as_nanos();
                assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
                size = answer.body.len();
                if time > 0 {
                    times.push(took);
                }
            }
            tell(report, &format!("${name}, HTTP, {who}"), times, size);
        }
    }
}

fn tell(report: &mut Report, name: &str, mut times: Vec<u128>, size: usize) {
    times.sort_unstable();
    let at = |share: usize| float(u64::try_from(times[(times.len() - 1) * share / 100]).unwrap_or(u64::MAX)) / 1e6;
    say(&format!("  {name:<38} p50 {:>8.2} ms  p99 {:>8.2} ms  {:>7} KB", at(50), at(99), size / 1024));
    report.note(format!("{name}, p50"), at(50), "ms");
    report.note(format!("{name}, p99"), at(99), "ms");
}

/// The record, as its source would send it.
fn transactions(region: &Region) -> Vec<Value> {
    let number = &region.records[0].patient_bsn;
    let mut all = Vec::new();
    let mut count = 0;
    for copy in 0.. {
        for record in &region.records {
            if count >= RESOURCES {
                return all;
            }
            let mut text = record.bundle.to_string().replace(&record.patient_bsn, number);
            for one in &region.organisations {
                if let Some(id) = own(&one.ura) {
                    text = text.replace(&format!("Organization/{}\"", one.id), &format!("Organization/{id}\""));
                }
            }
            let mut transaction: Value = serde_json::from_str(&text).expect("JSON");
            age(&mut transaction, copy, "");
            if let Some(list) = transaction["entry"].as_array_mut() {
                list.truncate(RESOURCES - count);
                count += list.len();
            }
            all.push(transaction);
        }
    }
    all
}

/// Makes what a copy says older, and its ids and business identifiers its own.
fn age(value: &mut Value, copy: i64, under: &str) {
    match value {
        Value::String(text) if text.starts_with("urn:uuid:") => {
            let first = u32::from_str_radix(&text[9..17], 16).expect("a UUID");
            let other = first ^ u32::try_from(copy).expect("few copies").wrapping_mul(0x9E37_79B9);
            text.replace_range(9..17, &format!("{other:08x}"));
        }
        Value::String(text) if under != "birthDate" => {
            let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
            if let Some(day) = day.filter(|_| text.len() == 10 || text.as_bytes()[10] == b'T') {
                text.replace_range(..10, &(day - (copy * OLDER).days()).to_string());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| age(item, copy, under)),
        Value::Object(fields) => {
            let identifies = fields.contains_key("system") && under.to_lowercase().ends_with("identifier");
            let own = identifies && fields["system"] != BSN && copy > 0;
            if let Some(Value::String(known)) = fields.get_mut("value").filter(|_| own) {
                *known = format!("{known}-{copy}");
            }
            fields.iter_mut().for_each(|(name, inner)| age(inner, copy, name));
        }
        _ => {}
    }
}

fn entries(bundle: &Value) -> impl Iterator<Item = &Value> {
    bundle["entry"].as_array().into_iter().flatten()
}

/// The resources of a transaction, as the server would store them.
fn sources(transaction: &Value) -> Vec<Source> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let id = |entry: &Value| match &entry["resource"]["id"] {
        Value::String(given) => given.clone(),
        _ => text(&entry["fullUrl"]).trim_start_matches("urn:uuid:").to_owned(),
    };
    let place = |entry: &Value| format!("{}/{}", text(&entry["resource"]["resourceType"]), id(entry));
    let places: HashMap<String, String> =
        entries(transaction).map(|entry| (text(&entry["fullUrl"]), place(entry))).collect();
    let source = |entry: &Value| {
        let mut resource = entry["resource"].clone();
        resource["id"] = json!(id(entry));
        settle(&mut resource, &places);
        Source { resource, organisation: "Ziekenhuis".to_owned() }
    };
    entries(transaction).map(source).collect()
}

fn settle(value: &mut Value, places: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(place) = places.get(text) {
                text.clone_from(place);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, places)),
        Value::Object(fields) => fields.values_mut().for_each(|inner| settle(inner, places)),
        _ => {}
    }
}
