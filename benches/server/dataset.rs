//! The records that are loaded first, and the requests that are made of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use spil_fhir_profiles::definition::definitions;

use super::client::{Connection, request};
use super::load::Requests;
use super::world::World;

/// Media type of the requests.
const FHIR: &str = "application/fhir+json";
/// Resources of a transaction.
pub const ENTRIES: usize = 100;

/// What is stored, as far as requests are made of it.
pub struct Dataset {
    /// Where it came from.
    pub origin: &'static str,
    /// Resources that were loaded.
    pub resources: usize,
    /// Transactions that the server refused.
    pub refused: usize,
    /// Seconds that loading took.
    pub seconds: f64,
    /// Ids of patients.
    pub patients: Vec<String>,
    /// Ids and bodies of observations.
    observations: Vec<(String, Value)>,
    /// Resources per patient, for transactions.
    records: HashMap<String, Vec<Value>>,
}

impl Dataset {
    /// Loads the transactions `copies` times as the hospital, and reads back what there is.
    pub async fn load(world: &World, copies: usize) -> Self {
        let (origin, bundles) = bundles(world.app.clock.now());
        let token = world.token(0).await;
        let mut connection = Connection::open(world.address).await;
        let (mut resources, mut refused) = (0, 0);
        let start = Instant::now();
        for bundle in std::iter::repeat_n(&bundles, copies).flatten() {
            let answer = connection.send(&request("POST", "/fhir", &token, FHIR, bundle)).await;
            if answer.status == 200 {
                let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
                resources += answer["entry"].as_array().map_or(0, Vec::len);
            } else {
                refused += 1;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let mut dataset = Self {
            origin,
            resources,
            refused,
            seconds,
            patients: Vec::new(),
            observations: Vec::new(),
            records: HashMap::new(),
        };
        dataset.read(world).await;
        dataset
    }

    async fn read(&mut self, world: &World) {
        let sql = "SELECT rtype, id, body FROM resource WHERE deleted = 0 ORDER BY rid";
        for row in world.app.store.rows(sql, Vec::new()).await.expect("the records") {
            let body: Value = serde_json::from_slice(row.bytes(2)).expect("JSON");
            let id = row.text(1).to_owned();
            let subject = body["subject"]["reference"].as_str().or_else(|| body["patient"]["reference"].as_str());
            match u16::try_from(row.int(0)).ok().and_then(|number| definitions().type_name(number)) {
                Some("Patient") => self.patients.push(id),
                Some(rtype) => {
                    if let Some(patient) = subject.and_then(|reference| reference.strip_prefix("Patient/")) {
                        self.records.entry(patient.to_owned()).or_default().push(body.clone());
                    }
                    if rtype == "Observation" && subject.is_some() {
                        self.observations.push((id, body));
                    }
                }
                None => {}
            }
        }
    }

    /// Reads by id, over all observations.
    pub fn reads(&self, token: &str) -> Requests {
        let requests = self.observations.iter().map(|(id, _)| get(&format!("/fhir/Observation/{id}"), token));
        cycle(requests.collect())
    }

    /// Creates, of the shapes that are stored.
    pub fn creates(&self, token: &str) -> Requests {
        let bodies = self.observations.iter().step_by(self.observations.len() / 200 + 1).map(|(_, body)| bare(body));
        let requests =
            bodies.map(|body| request("POST", "/fhir/Observation", token, FHIR, body.to_string().as_bytes()));
        cycle(requests.collect())
    }

    /// Updates, over all observations, each with another text than the time before.
    pub fn updates(&self, token: &str) -> Requests {
        let (bodies, token) = (self.observations.clone(), token.to_owned());
        Arc::new(move |at| {
            let (id, body) = &bodies[at % bodies.len()];
            let mut body = body.clone();
            body["note"] = json!([{"text": format!("change {at}")}]);
            request("PUT", &format!("/fhir/Observation/{id}"), &token, FHIR, body.to_string().as_bytes())
        })
    }

    /// Searches for a patient's observations of one code since a day.
    pub fn searches(&self, token: &str) -> Requests {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (_, body) in &self.observations {
            let coding = &body["code"]["coding"][0];
            let code = format!(
                "{}|{}",
                coding["system"].as_str().unwrap_or_default(),
                coding["code"].as_str().unwrap_or_default()
            );
            pairs.push((body["subject"]["reference"].as_str().unwrap_or_default().to_owned(), code));
        }
        pairs.sort();
        pairs.dedup();
        let path = |(patient, code): (String, String)| {
            let code = urlencoding::encode(&code).into_owned();
            format!("/fhir/Observation?patient={patient}&code={code}&date=ge2000-01-01&_count=20")
        };
        // A step that visits every pair once and never two neighbours after each other.
        let count = pairs.len();
        let paths: Vec<String> = pairs.into_iter().map(path).collect();
        cycle((0..count).map(|at| get(&paths[at * 7 % count], token)).collect())
    }

    /// Transactions of a hundred creates each.
    pub fn transactions(&self, token: &str) -> Requests {
        let full = self.records.values().filter(|records| !records.is_empty()).take(20);
        let requests = full.map(|records| {
            let entries = records.iter().cycle().take(ENTRIES).enumerate().map(|(at, record)| {
                let rtype = record["resourceType"].as_str().unwrap_or_default();
                json!({"fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{at:012}"), "resource": bare(record),
                       "request": {"method": "POST", "url": rtype}})
            });
            let entries: Vec<Value> = entries.collect();
            let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
            request("POST", "/fhir", token, FHIR, bundle.to_string().as_bytes())
        });
        cycle(requests.collect())
    }
}

fn cycle(requests: Vec<Vec<u8>>) -> Requests {
    assert!(!requests.is_empty(), "there is nothing to ask: no data was loaded");
    Arc::new(move |at| requests[at % requests.len()].clone())
}

fn get(path: &str, token: &str) -> Vec<u8> {
    request("GET", path, token, FHIR, &[])
}

/// A resource without what the server gives it.
fn bare(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(map) = resource.as_object_mut() {
        map.shift_remove("id");
        map.shift_remove("meta");
    }
    resource
}

/// The transactions: those of the Synthea sample when it is there, else of the demo region.
fn bundles(now: i64) -> (&'static str, Vec<Vec<u8>>) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/synthea-sample");
    let files = sample.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "json")).collect();
    files.sort();
    if files.is_empty() {
        let region = spil::demo::region(1, now);
        let bundles = region.records.iter().map(|record| record.bundle.to_string().into_bytes());
        return ("demo region", bundles.collect());
    }
    ("Synthea sample", files.iter().map(|file| std::fs::read(file).expect("a file of the sample")).collect())
}
