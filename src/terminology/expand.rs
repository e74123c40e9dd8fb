//! `ValueSet/$expand` (<https://hl7.org/fhir/R4/valueset-operation-expand.html>). Expansions are flat, in the order of the
//! definition.

use std::sync::Arc;

use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use crate::error::Error;

use super::entry::{Entry, words};
use super::evaluate::{Asked, Evaluation, Used, places};
use super::{Conformance, Target};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Expand {
    /// The value set.
    pub target: Target,
    /// Words that code or texts must hold.
    pub filter: Option<String>,
    /// How many codes to leave out at the beginning.
    pub offset: usize,
    /// Most codes of the answer.
    pub count: Option<usize>,
    /// Whether other texts are asked.
    pub include_designations: bool,
    /// Which of them; empty for all.
    pub designations: Vec<String>,
    /// Whether the definition is asked too.
    pub include_definition: bool,
    /// Whether codes that are not in use any more are left out.
    pub active_only: bool,
    /// Language of the texts.
    pub language: Option<String>,
    /// Code systems to leave out.
    pub exclude_systems: Vec<String>,
    /// The identifier of the expansion.
    pub identifier: String,
    /// The moment, ms.
    pub now: i64,
}

/// A whole expansion, held ready for as long as what it was made with stays the same.
#[derive(Debug)]
pub struct Held {
    /// The codes.
    pub entries: Vec<Entry>,
    /// The code systems, as `url|version`.
    pub systems: Vec<String>,
    /// Their supplements, likewise.
    pub supplements: Vec<String>,
    used: Vec<Used>,
}

impl Conformance {
    /// Answers with the `ValueSet` and its expansion.
    ///
    /// # Errors
    /// 404 when the value set is not known, 422 when it needs what is not loaded or has too many codes.
    pub async fn expand(&self, ask: &Expand) -> Result<Value, Error> {
        let (body, key) = self.target("ValueSet", &ask.target).await?;
        let held = match &ask.filter {
            Some(filter) => Arc::new(self.evaluated(&body, Asked::Words(words(filter))).await?),
            None => self.expansion(&body, key).await?,
        };
        let is_asked = |entry: &&Entry| {
            let is_left_out = |canonical: &String| super::canonical::split(canonical).0 == &*entry.system;
            let is_out = (ask.active_only && entry.inactive) || ask.exclude_systems.iter().any(is_left_out);
            !is_out
        };
        let entries: Vec<&Entry> = held.entries.iter().filter(is_asked).collect();
        let count = ask.count.unwrap_or(usize::MAX);
        let language = ask.language.as_deref();
        let contains: Vec<Value> = entries
            .iter()
            .skip(ask.offset)
            .take(count)
            .map(|entry| entry.contains(language, ask.include_designations, &ask.designations))
            .collect();
        let mut expansion = json!({
            "identifier": format!("urn:uuid:{}", ask.identifier),
            "timestamp": format_instant(ask.now),
            "total": entries.len(),
        });
        if ask.offset > 0 || ask.count.is_some() {
            expansion["offset"] = json!(ask.offset);
        }
        expansion["parameter"] = json!(parameters(ask, &held));
        if !contains.is_empty() {
            expansion["contains"] = json!(contains);
        }
        let mut answer = json!({"resourceType": "ValueSet"});
        for (name, value) in body.as_object().into_iter().flatten() {
            let is_definition = name == "compose" && !ask.include_definition;
            if !is_definition && !["text", "contained", "expansion", "meta"].contains(&name.as_str()) {
                answer[name] = value.clone();
            }
        }
        answer["expansion"] = expansion;
        Ok(answer)
    }

    /// All codes of a value set, held or made anew.
    pub(super) async fn expansion(&self, body: &Value, key: Option<(i64, i64)>) -> Result<Arc<Held>, Error> {
        let Some(key) = key else { return Ok(Arc::new(self.evaluated(body, Asked::All).await?)) };
        if let Some(held) = self.expansions.get(&key)
            && self.still(&held.used).await?
        {
            return Ok(held);
        }
        let held = Arc::new(self.evaluated(body, Asked::All).await?);
        self.expansions.insert(key, Arc::clone(&held));
        Ok(held)
    }

    async fn evaluated(&self, body: &Value, asked: Asked) -> Result<Held, Error> {
        let mut evaluation = Evaluation::new(self, asked);
        let entries = evaluation.value_set(body).await?;
        let Evaluation { used, systems, supplements, .. } = evaluation;
        Ok(Held { entries, systems, supplements, used })
    }

    /// Whether every definition is still the one that its address means.
    async fn still(&self, used: &[Used]) -> Result<bool, Error> {
        for one in used {
            let place = self.place(one.rtype, &one.canonical).await?;
            if place.as_ref().map(|place| (place.rid, place.version)) != one.place {
                return Ok(false);
            }
            let system = match place.filter(|_| one.rtype == "CodeSystem") {
                Some(place) => self.system_at(&place).await?,
                None => None,
            };
            if let Some(system) = system
                && places(&self.supplements(&system).await?) != one.supplements
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What the expansion was made with.
fn parameters(ask: &Expand, held: &Held) -> Vec<Value> {
    let mut all: Vec<Value> =
        held.systems.iter().map(|system| json!({"name": "used-codesystem", "valueUri": system})).collect();
    all.extend(held.supplements.iter().map(|system| json!({"name": "used-supplement", "valueUri": system})));
    if let Some(filter) = &ask.filter {
        all.push(json!({"name": "filter", "valueString": filter}));
    }
    if let Some(language) = &ask.language {
        all.push(json!({"name": "displayLanguage", "valueCode": language}));
    }
    if let Some(count) = ask.count {
        all.push(json!({"name": "offset", "valueInteger": ask.offset}));
        all.push(json!({"name": "count", "valueInteger": count}));
    }
    for (name, given) in [("activeOnly", ask.active_only), ("includeDesignations", ask.include_designations)] {
        if given {
            all.push(json!({"name": name, "valueBoolean": true}));
        }
    }
    for system in &ask.exclude_systems {
        all.push(json!({"name": "exclude-system", "valueUri": system}));
    }
    all.push(json!({"name": "excludeNested", "valueBoolean": true}));
    all
}
