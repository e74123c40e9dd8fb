//! Supplements of code systems (<https://hl7.org/fhir/R4/codesystem.html#supplements>): further texts and properties of codes,
//! such as those of a language. They never add a code. A supplement counts when the hub installed it, or when it is of the
//! same source as the system: nobody else changes what a code says for all.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};
use spil_consent::HUB;

use crate::error::Error;
use crate::store::{Concept, Place, Which};

use super::entry::Entry;
use super::system::System;
use super::{Conformance, canonical, param};

impl System {
    /// Whether it only adds to another.
    pub(super) fn is_supplement(&self) -> bool {
        self.head["content"] == "supplement"
    }

    /// Whether it adds to this one.
    fn adds_to(&self, system: &Self) -> bool {
        let (url, version) = canonical::split(self.head["supplements"].as_str().unwrap_or_default());
        self.is_supplement()
            && *url == *system.url
            && version.is_none_or(|asked| system.version.as_deref() == Some(asked))
    }
}

impl Conformance {
    /// The supplements of a system that is stored: of each the newest version, by address.
    pub(super) async fn supplements(&self, system: &System) -> Result<Vec<Arc<System>>, Error> {
        let (Some(by), Some(version)) = (param("CodeSystem", "supplements"), param("CodeSystem", "version")) else {
            return Ok(Vec::new());
        };
        let mut found: BTreeMap<Arc<str>, Vec<(Place, Arc<System>)>> = BTreeMap::new();
        for place in self.store.definitions_that_name(by, version, &system.url).await? {
            if place.source != HUB && place.source != system.source {
                continue;
            }
            if let Some(one) = self.system_at(&place).await?
                && one.adds_to(system)
            {
                found.entry(Arc::clone(&one.url)).or_default().push((place, one));
            }
        }
        let newest = |all: Vec<(Place, Arc<System>)>| {
            let best = canonical::choose(all.iter().map(|(place, _)| place.clone()).collect(), None)?;
            all.into_iter().find(|(place, _)| *place == best).map(|(_, system)| system)
        };
        Ok(found.into_values().filter_map(newest).collect())
    }

    /// Concepts of a system with what supplements of it add.
    pub(super) async fn supplemented(
        &self,
        system: &System,
        supplements: &[Arc<System>],
        mut concepts: Vec<Concept>,
    ) -> Result<Vec<Concept>, Error> {
        let fold = system.folds();
        let key = |code: &str| if fold { code.to_lowercase() } else { code.to_owned() };
        for supplement in supplements {
            let codes: Vec<String> = concepts.iter().map(|concept| concept.code.clone()).collect();
            let most = codes.len().saturating_mul(2);
            let more = self.concepts(supplement, &[Which::Codes { codes, fold }], most).await?;
            let more: HashMap<String, Concept> = more.into_iter().map(|one| (key(&one.code), one)).collect();
            for concept in &mut concepts {
                if let Some(more) = more.get(&key(&concept.code)) {
                    concept.detail = merged(&concept.detail, more, supplement)?;
                }
            }
        }
        Ok(concepts)
    }

    /// One concept with what supplements add, as a code of a value set.
    pub(super) async fn entry(&self, system: &System, concept: Concept) -> Result<Option<Entry>, Error> {
        let supplements = self.supplements(system).await?;
        let mut found = self.supplemented(system, &supplements, vec![concept]).await?;
        Ok(found.pop().map(|concept| Entry::of(system, concept)))
    }
}

/// The detail of a concept with that of a supplement. The text of the supplement itself is one more in its language.
fn merged(detail: &str, more: &Concept, supplement: &System) -> Result<String, Error> {
    let mut detail: Value = serde_json::from_str(detail).map_err(Error::internal)?;
    let mut more_detail: Value = serde_json::from_str(&more.detail).map_err(Error::internal)?;
    let mut texts = Vec::new();
    if let (Some(language), Some(display)) = (supplement.head["language"].as_str(), &more.display) {
        texts.push(json!({"language": language, "value": display}));
    }
    let mut add = |name: &str, first: Vec<Value>| {
        let further = match more_detail[name].take() {
            Value::Array(list) => list,
            _ => Vec::new(),
        };
        let mut all = detail[name].as_array().cloned().unwrap_or_default();
        for one in first.into_iter().chain(further) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        if !all.is_empty() {
            detail[name] = Value::Array(all);
        }
    };
    add("designation", texts);
    add("property", Vec::new());
    Ok(detail.to_string())
}
