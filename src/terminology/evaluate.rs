//! Which codes a value set has (<https://hl7.org/fhir/R4/valueset.html#compositions>).
//!
//! Included value sets count together with what stands beside them: a code must be in all of them (R4 says both this and the
//! opposite; R5 settled for this).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::error::Error;
use crate::store::Which;

use super::entry::Entry;
use super::filter::{self, Shape};
use super::system::System;
use super::{Conformance, incomplete, not_loaded, unknown_value_set};

/// Most codes of an expansion.
pub const MOST: usize = 10_000;
/// Most concepts that a regular expression is tried on.
const MOST_TRIED: usize = 50_000;
/// Most value sets that include each other.
const DEPTH: usize = 16;

/// The extension that names a supplement which a value set needs.
const SUPPLEMENT: &str = "http://hl7.org/fhir/StructureDefinition/valueset-supplement";

/// Which of the codes are asked.
#[derive(Debug, Clone)]
pub enum Asked {
    /// All of them.
    All,
    /// Those with all these words in code or texts.
    Words(Vec<String>),
    /// One code, of this system or of any.
    Code(Option<String>, String),
}

/// A definition that an answer was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// `ValueSet` or `CodeSystem`.
    pub rtype: &'static str,
    /// Its address as it was named.
    pub canonical: String,
    /// Row and stored version, or none when it was not there.
    pub place: Option<(i64, i64)>,
    /// The same of what supplements it.
    pub supplements: Vec<(i64, i64)>,
}

/// An evaluation under way.
pub struct Evaluation<'c> {
    conformance: &'c Conformance,
    asked: Asked,
    path: Vec<String>,
    /// What it was made with.
    pub used: Vec<Used>,
    /// The code systems, as `url|version`.
    pub systems: Vec<String>,
    /// Their supplements, likewise.
    pub supplements: Vec<String>,
    /// For one code: what would have to be known to be sure of *no*.
    pub missing: Vec<Error>,
    /// For one code: whether something that could exclude it is not known.
    pub is_doubtful: bool,
}

impl<'c> Evaluation<'c> {
    /// Begins.
    pub fn new(conformance: &'c Conformance, asked: Asked) -> Self {
        Self {
            conformance,
            asked,
            path: Vec::new(),
            used: Vec::new(),
            systems: Vec::new(),
            supplements: Vec::new(),
            missing: Vec::new(),
            is_doubtful: false,
        }
    }

    /// The codes of a value set, each once.
    pub fn value_set<'a>(&'a mut self, body: &'a Value) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        async move {
            if !self.has_supplements(body).await? {
                return Ok(Vec::new());
            }
            let compose = &body["compose"];
            if compose.is_null() {
                return Ok(self.expanded(body));
            }
            let mut found = Vec::new();
            let mut seen = HashSet::new();
            for include in list(&compose["include"]) {
                for entry in self.part(include).await? {
                    let is_out = entry.inactive && compose["inactive"] == false;
                    if !is_out && seen.insert((Arc::clone(&entry.system), entry.code.clone())) {
                        found.push(entry);
                    }
                }
                if found.len() > MOST {
                    return Err(too_costly());
                }
            }
            for exclude in list(&compose["exclude"]) {
                if found.is_empty() {
                    break;
                }
                let missing = self.missing.len();
                let out: HashSet<(Arc<str>, String)> =
                    self.part(exclude).await?.into_iter().map(|entry| (entry.system, entry.code)).collect();
                self.is_doubtful |= self.missing.len() > missing;
                found.retain(|entry| !out.contains(&(Arc::clone(&entry.system), entry.code.clone())));
            }
            Ok(found)
        }
        .boxed()
    }

    /// Whether the supplements are there that the value set may not be used without
    /// (<https://hl7.org/fhir/R4/extension-valueset-supplement.html>).
    async fn has_supplements(&mut self, body: &Value) -> Result<bool, Error> {
        for needed in list(&body["extension"]).filter(|one| one["url"] == SUPPLEMENT) {
            let Some(canonical) = needed["valueCanonical"].as_str() else { continue };
            let place = self.conformance.place("CodeSystem", canonical).await?;
            let is_there = place.is_some();
            let place = place.map(|place| (place.rid, place.version));
            let (canonical, supplements) = (canonical.to_owned(), Vec::new());
            self.used.push(Used { rtype: "CodeSystem", canonical: canonical.clone(), place, supplements });
            if !is_there {
                let text = format!("the supplement `{canonical}`, which this value set needs, is not loaded here");
                return self.absent(Error::unprocessable("not-found", text)).map(|_| false);
            }
        }
        Ok(true)
    }

    /// One include or exclude.
    async fn part(&mut self, part: &Value) -> Result<Vec<Entry>, Error> {
        let mut found: Option<Vec<Entry>> = None;
        if let Some(system) = part["system"].as_str() {
            found = Some(self.of_system(part, system).await?);
        }
        for canonical in list(&part["valueSet"]).filter_map(Value::as_str) {
            if found.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
            let imported = self.import(canonical).await?;
            found = Some(match found {
                None => imported,
                Some(found) => {
                    let both: HashSet<_> = imported.into_iter().map(|entry| (entry.system, entry.code)).collect();
                    let is_in = |entry: &Entry| both.contains(&(Arc::clone(&entry.system), entry.code.clone()));
                    found.into_iter().filter(is_in).collect()
                }
            });
        }
        found.ok_or_else(|| {
            let text = "an include or exclude names neither a code system nor a value set";
            Error::unprocessable("invalid", text).at("ValueSet.compose")
        })
    }

    async fn import(&mut self, canonical: &str) -> Result<Vec<Entry>, Error> {
        if self.path.iter().any(|other| other == canonical) || self.path.len() >= DEPTH {
            let text = format!("the value set `{canonical}` includes itself, or too many others");
            return Err(Error::unprocessable("invalid", text).at("ValueSet.compose.include.valueSet"));
        }
        let found = self.conformance.value_set(canonical).await?;
        let place = found.as_ref().and_then(|(_, key)| *key);
        self.used.push(Used { rtype: "ValueSet", canonical: canonical.to_owned(), place, supplements: Vec::new() });
        let Some((body, _)) = found else {
            return self.absent(Error { status: 422, ..unknown_value_set(canonical) });
        };
        self.path.push(canonical.to_owned());
        let entries = self.value_set(&body).await;
        self.path.pop();
        entries
    }

    async fn of_system(&mut self, part: &Value, url: &str) -> Result<Vec<Entry>, Error> {
        if let Asked::Code(Some(only), _) = &self.asked
            && only != url
        {
            return Ok(Vec::new());
        }
        let version = part["version"].as_str();
        let system = self.conformance.system(url, version).await?;
        let canonical = version.map_or_else(|| url.to_owned(), |version| format!("{url}|{version}"));
        let place = system.as_ref().map(|system| (system.rid, system.row_version));
        let supplements = match &system {
            Some(system) => self.conformance.supplements(system).await?,
            None => Vec::new(),
        };
        let (rtype, by) = ("CodeSystem", places(&supplements));
        self.used.push(Used { rtype, canonical: canonical.clone(), place, supplements: by });
        let named = system.as_ref().map_or(canonical, |system| system.canonical());
        if !self.systems.contains(&named) {
            self.systems.push(named);
            self.supplements.extend(supplements.iter().map(|one| one.canonical()));
        }
        let supplements = &supplements;
        match (part["concept"].as_array(), system) {
            (Some(listed), system) => {
                let system = system.as_deref().map(|system| (system, supplements.as_slice()));
                self.listed(listed, url, version, system).await
            }
            (None, Some(system)) => self.chosen(&system, supplements, &part["filter"]).await,
            (None, None) => self.absent(not_loaded(url, version)),
        }
    }

    /// Codes that are listed one by one: taken as they are when their system is not stored, checked when it is.
    async fn listed(
        &mut self,
        listed: &[Value],
        url: &str,
        version: Option<&str>,
        system: Option<(&System, &[Arc<System>])>,
    ) -> Result<Vec<Entry>, Error> {
        let code_of = |item: &Value| item["code"].as_str().unwrap_or_default().to_owned();
        let folds = system.is_some_and(|(system, _)| system.folds());
        let wanted = |item: &&Value| match &self.asked {
            Asked::Code(_, code) => code_of(item) == *code || (folds && code_of(item).eq_ignore_ascii_case(code)),
            Asked::All | Asked::Words(_) => true,
        };
        let items: Vec<&Value> = listed.iter().filter(wanted).collect();
        let mut known = HashMap::new();
        if let Some((system, supplements)) = system.filter(|_| !items.is_empty()) {
            let codes = items.iter().map(|item| code_of(item)).collect();
            let which = [Which::Codes { codes, fold: folds }];
            let concepts = self.conformance.concepts(system, &which, items.len().saturating_mul(2)).await?;
            for concept in self.conformance.supplemented(system, supplements, concepts).await? {
                let key = if folds { concept.code.to_lowercase() } else { concept.code.clone() };
                known.insert(key, Entry::of(system, concept));
            }
        }
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let code = code_of(item);
            let key = if folds { code.to_lowercase() } else { code.clone() };
            let mut entry = match known.remove(&key) {
                Some(entry) => entry,
                // A code that the system does not have (any more) is not in the value set either.
                None if system.is_some_and(|(system, _)| system.is_complete()) => continue,
                None => Entry::listed(url, version, &code),
            };
            if let Some(display) = item["display"].as_str() {
                entry.display = Some(display.to_owned());
            }
            entry.designations.extend(list(&item["designation"]).cloned());
            if let Asked::Words(words) = &self.asked
                && !entry.has_words(words)
            {
                continue;
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// The whole system, or what passes its filters.
    async fn chosen(
        &mut self,
        system: &System,
        supplements: &[Arc<System>],
        filters: &Value,
    ) -> Result<Vec<Entry>, Error> {
        let mut all = Vec::new();
        let mut shapes = Vec::new();
        for filter in list(filters) {
            match Shape::of(system, filter)? {
                Some(shape) => shapes.push(shape),
                None => all.push(filter::condition(system, filter)?),
            }
        }
        let plain = all.clone();
        match &self.asked {
            Asked::All => {}
            Asked::Words(words) => all.push(Which::Words(words.clone())),
            Asked::Code(_, code) => all.push(Which::Codes { codes: vec![code.clone()], fold: system.folds() }),
        }
        let is_one = matches!(self.asked, Asked::Code(..));
        if !system.is_complete() && !is_one {
            return Err(incomplete(system));
        }
        // A regular expression is tried on what the other conditions leave over.
        let most = if shapes.is_empty() { MOST } else { MOST_TRIED };
        let mut concepts = self.conformance.concepts(system, &all, most + 1).await?;
        if let Asked::Words(words) = &self.asked {
            for supplement in supplements {
                // Codes of which a text of the supplement has the words.
                let texts = [Which::Words(words.clone())];
                let found = self.conformance.concepts(supplement, &texts, most + 1).await?;
                let codes = found.into_iter().map(|concept| concept.code).collect();
                let mut which = plain.clone();
                which.push(Which::Codes { codes, fold: system.folds() });
                concepts.extend(self.conformance.concepts(system, &which, most + 1).await?);
            }
            concepts.sort_by_key(|concept| concept.ord);
            concepts.dedup_by_key(|concept| concept.ord);
        }
        if concepts.len() > most {
            return Err(too_costly());
        }
        concepts.retain(|concept| shapes.iter().all(|shape| shape.fits(concept)));
        if concepts.is_empty() && !system.is_complete() {
            return self.absent(incomplete(system));
        }
        let concepts = self.conformance.supplemented(system, supplements, concepts).await?;
        Ok(concepts.into_iter().map(|concept| Entry::of(system, concept)).collect())
    }

    /// Something that is not stored: for one code it is noted, for a list it is an error.
    fn absent(&mut self, error: Error) -> Result<Vec<Entry>, Error> {
        if matches!(self.asked, Asked::Code(..)) {
            self.missing.push(error);
            return Ok(Vec::new());
        }
        Err(error)
    }

    /// The codes of a value set that says only what it was expanded to.
    fn expanded(&self, body: &Value) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut waiting: Vec<&Value> = list(&body["expansion"]["contains"]).rev().collect();
        while let Some(one) = waiting.pop() {
            waiting.extend(list(&one["contains"]).rev());
            let (Some(system), Some(code)) = (one["system"].as_str(), one["code"].as_str()) else { continue };
            let mut entry = Entry::listed(system, one["version"].as_str(), code);
            entry.display = one["display"].as_str().map(str::to_owned);
            entry.designations = list(&one["designation"]).cloned().collect();
            entry.inactive = one["inactive"] == true;
            entry.is_abstract = one["abstract"] == true;
            let is_asked = match &self.asked {
                Asked::All => true,
                Asked::Words(words) => entry.has_words(words),
                Asked::Code(only, wanted) => wanted == code && only.as_ref().is_none_or(|only| only == system),
            };
            if is_asked {
                entries.push(entry);
            }
        }
        entries
    }
}

/// Too many codes.
fn too_costly() -> Error {
    let text = format!("this value set has more than {MOST} codes: narrow it down with `filter`");
    Error::unprocessable("too-costly", text)
}

/// Rows and stored versions.
pub fn places(systems: &[Arc<System>]) -> Vec<(i64, i64)> {
    systems.iter().map(|system| (system.rid, system.row_version)).collect()
}

fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
