//! The requests that are made of what was loaded.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use spil_fhir_profiles::category::labels;

use super::client::{FHIR, Site};
use super::fill::{Bundle, Filled, Source};
use super::load::Requests;

/// At most so many bodies are held for writes.
const BODIES: usize = 400;

/// What is stored, as far as requests are made of it.
pub struct Dataset {
    site: Site,
    source: Arc<Source>,
    /// Ids of patients.
    pub patients: Vec<String>,
    /// Ids of observations.
    observations: Vec<String>,
    /// Some of them with their bodies as they are stored, references and all.
    bodies: Vec<(String, Value)>,
    /// Patient and code of observations.
    pairs: Vec<(String, String)>,
}

impl Dataset {
    /// What is known of what was loaded.
    pub fn of(site: &Site, source: &Arc<Source>, filled: &Filled) -> Self {
        let mut dataset = Self {
            site: site.clone(),
            source: Arc::clone(source),
            patients: Vec::new(),
            observations: Vec::new(),
            bodies: Vec::new(),
            pairs: Vec::new(),
        };
        for placed in &filled.placed {
            let entries = &source.bundles[placed.bundle].entries;
            let places: HashMap<&str, &str> =
                entries.iter().zip(&placed.places).map(|((url, _), place)| (url.as_str(), place.as_str())).collect();
            for ((_, resource), place) in entries.iter().zip(&placed.places) {
                dataset.note(resource, place, &places);
            }
        }
        dataset.pairs.sort();
        dataset.pairs.dedup();
        dataset
    }

    fn note(&mut self, resource: &Value, place: &str, places: &HashMap<&str, &str>) {
        let Some((rtype, id)) = place.split_once('/') else { return };
        match rtype {
            "Patient" => self.patients.push(id.to_owned()),
            // What is sensitive needs a permission that names it; the practice has none.
            "Observation" if labels(resource) == 0 => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (subject, coding) = (text(&resource["subject"]["reference"]), &resource["code"]["coding"][0]);
                let subject = places.get(subject.as_str()).map_or(subject.clone(), |place| (*place).to_owned());
                self.pairs.push((subject, format!("{}|{}", text(&coding["system"]), text(&coding["code"]))));
                if self.bodies.len() < BODIES {
                    let mut body = resource.clone();
                    settle(&mut body, places);
                    body["id"] = json!(id);
                    self.bodies.push((id.to_owned(), body));
                }
                self.observations.push(id.to_owned());
            }
            _ => {}
        }
    }

    /// Reads by id, over all observations.
    pub fn reads(&self, token: &str) -> Requests {
        // A step that visits every one once and never two neighbours after each other.
        let (count, site, token) = (self.observations.len(), self.site.clone(), token.to_owned());
        assert!(count > 0, "there is nothing to ask: no data was loaded");
        let ids = self.observations.clone();
        Arc::new(move |at| {
            let path = format!("/Observation/{}", ids[at * 7 % count]);
            site.request("GET", &path, &token, FHIR, &[])
        })
    }

    /// Searches for a patient's observations of one code since a day.
    pub fn searches(&self, token: &str) -> Requests {
        let (count, site, token) = (self.pairs.len(), self.site.clone(), token.to_owned());
        assert!(count > 0, "there is nothing to ask: no data was loaded");
        let path = |(patient, code): &(String, String)| {
            let code = urlencoding::encode(code).into_owned();
            format!("/Observation?patient={patient}&code={code}&date=ge2000-01-01&_count=20")
        };
        let paths: Vec<String> = self.pairs.iter().map(path).collect();
        Arc::new(move |at| site.request("GET", &paths[at * 7 % count], &token, FHIR, &[]))
    }

    /// Creates, of the shapes that are stored.
    pub fn creates(&self, token: &str) -> Requests {
        let bodies = self.bodies.iter().map(|(_, body)| bare(body).to_string());
        let requests = bodies.map(|body| self.site.request("POST", "/Observation", token, FHIR, body.as_bytes()));
        cycle(requests.collect())
    }

    /// Updates, each with another text than the time before.
    pub fn updates(&self, token: &str) -> Requests {
        let (bodies, token, site) = (self.bodies.clone(), token.to_owned(), self.site.clone());
        Arc::new(move |at| {
            let (id, body) = &bodies[at % bodies.len()];
            let mut body = body.clone();
            body["note"] = json!([{"text": format!("change {at}")}]);
            site.request("PUT", &format!("/Observation/{id}"), &token, FHIR, body.to_string().as_bytes())
        })
    }

    /// The transactions as they were loaded, with their mean number of entries.
    pub fn transactions(&self, token: &str) -> (Requests, usize) {
        self.all(token, &self.source.bundles)
    }

    /// Transactions of up to `most` entries, with their mean number.
    pub fn large_transactions(&self, token: &str, most: usize) -> (Requests, usize) {
        let each = self.source.bundles.iter().map(|bundle| bundle.entries.len()).max().unwrap_or(1).max(1);
        let per = (most / each).max(1);
        let joined: Vec<Bundle> =
            self.source.bundles.chunks(per).take(4).map(|bundles| Bundle::joined(bundles, most)).collect();
        self.all(token, &joined)
    }

    fn all(&self, token: &str, bundles: &[Bundle]) -> (Requests, usize) {
        let entries: usize = bundles.iter().map(|bundle| bundle.entries.len()).sum();
        let requests = bundles.iter().map(|bundle| self.site.request("POST", "", token, FHIR, &bundle.bytes));
        (cycle(requests.collect()), entries / bundles.len().max(1))
    }
}

fn cycle(requests: Vec<Vec<u8>>) -> Requests {
    assert!(!requests.is_empty(), "there is nothing to send: no data was loaded");
    Arc::new(move |at| requests[at % requests.len()].clone())
}

/// Puts the places that entries were given where a resource refers to their full URLs.
fn settle(value: &mut Value, places: &HashMap<&str, &str>) {
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| settle(value, places)),
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, places)),
        Value::String(text) => {
            if let Some(place) = places.get(text.as_str()) {
                (*place).clone_into(text);
            }
        }
        _ => {}
    }
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
