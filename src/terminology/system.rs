//! Code systems (<https://hl7.org/fhir/R4/codesystem.html>): their concepts are taken out of the resource once, at first use.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use spil_consent::HUB;
use spil_fhir_profiles::index::normalize;

use crate::error::Error;
use crate::store::{Concept, NewConcept, Place, Which};

use super::Conformance;

/// Concept status: inactive.
pub const INACTIVE: i64 = 1;
/// Concept status: abstract.
pub const ABSTRACT: i64 = 2;

/// A code system whose concepts are in the store.
#[derive(Debug)]
pub struct System {
    /// Row of the resource.
    pub rid: i64,
    /// Its stored version.
    pub row_version: i64,
    /// Canonical address.
    pub url: Arc<str>,
    /// Business version.
    pub version: Option<Arc<str>>,
    /// Who wrote it.
    pub source: i64,
    /// The resource without its concepts.
    pub head: Value,
}

impl System {
    fn new(head: &str, (rid, row_version): (i64, i64), source: i64) -> Result<Self, Error> {
        let head: Value = serde_json::from_str(head).map_err(Error::internal)?;
        let url = head["url"].as_str().unwrap_or_default().into();
        Ok(Self { rid, row_version, source, url, version: head["version"].as_str().map(Into::into), head })
    }

    /// Whether it says that all its concepts are here.
    pub fn is_complete(&self) -> bool {
        self.head["content"] == "complete"
    }

    /// Whether codes that differ in case only are the same.
    pub fn folds(&self) -> bool {
        self.head["caseSensitive"] == false
    }

    /// The address with the version, as an expansion names what it used.
    pub fn canonical(&self) -> String {
        self.version.as_deref().map_or_else(|| self.url.to_string(), |version| format!("{}|{version}", self.url))
    }
}

impl Conformance {
    /// The code system that a canonical address means, its concepts ready; none when it is not stored.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn system(&self, url: &str, version: Option<&str>) -> Result<Option<Arc<System>>, Error> {
        let (url, own) = super::canonical::split(url);
        let places = self.places("CodeSystem", "url", url).await?;
        match super::canonical::choose(places, version.or(own)) {
            // A supplement has no codes of its own.
            Some(place) => Ok(self.system_at(&place).await?.filter(|system| !system.is_supplement())),
            None => Ok(None),
        }
    }

    /// The code system that is stored there.
    pub(super) async fn system_at(&self, place: &Place) -> Result<Option<Arc<System>>, Error> {
        let key = (place.rid, place.version);
        if let Some(system) = self.systems.get(&key) {
            return Ok(Some(system));
        }
        let head = match self.store.concept_system(place.rid, place.version).await? {
            Some(head) => head,
            None => match self.load(place).await? {
                Some(head) => head,
                None => return Ok(None),
            },
        };
        let system = Arc::new(System::new(&head, key, place.source)?);
        self.systems.insert(key, Arc::clone(&system));
        Ok(Some(system))
    }

    /// Takes the concepts out of the resource.
    async fn load(&self, place: &Place) -> Result<Option<String>, Error> {
        let Some(bytes) = self.store.definition_body(place.rid, place.version).await? else { return Ok(None) };
        let read = tokio::task::spawn_blocking(move || read(&bytes)).await.map_err(Error::internal)?;
        let (head, concepts) = read?;
        self.store.keep_concepts(place.rid, place.version, &head, &concepts).await?;
        Ok(Some(head))
    }

    /// The concepts of a system that pass every condition, at most `most`.
    pub(super) async fn concepts(&self, system: &System, all: &[Which], most: usize) -> Result<Vec<Concept>, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        Ok(self.store.concepts(system.rid, system.row_version, all, most).await?)
    }

    /// One concept of a system.
    pub(super) async fn concept(&self, system: &System, code: &str) -> Result<Option<Concept>, Error> {
        let codes = vec![code.to_owned()];
        let mut found = self.concepts(system, &[Which::Codes { codes: codes.clone(), fold: false }], 1).await?;
        if found.is_empty() && system.folds() {
            found = self.concepts(system, &[Which::Codes { codes, fold: true }], 1).await?;
        }
        Ok(found.pop())
    }
}

/// Properties under which a system names parents, children, and what is not in use or not to be chosen.
struct Meanings {
    parents: Vec<String>,
    children: Vec<String>,
    inactive: Vec<String>,
    not_selectable: Vec<String>,
}

impl Meanings {
    fn of(head: &Value) -> Self {
        let named = |plain: &[&str]| {
            let mut names: Vec<String> = plain.iter().map(|name| (*name).to_owned()).collect();
            for property in head["property"].as_array().into_iter().flatten() {
                let uri = property["uri"].as_str().unwrap_or_default();
                let meaning = uri.strip_prefix("http://hl7.org/fhir/concept-properties#");
                if let (Some(meaning), Some(code)) = (meaning, property["code"].as_str())
                    && plain.contains(&meaning)
                {
                    names.push(code.to_owned());
                }
            }
            names
        };
        Self {
            parents: named(&["parent", "subsumedBy"]),
            children: named(&["child"]),
            inactive: named(&["inactive"]),
            not_selectable: named(&["notSelectable"]),
        }
    }
}

/// A code system that is not stored, with its concepts.
pub(super) fn inline(bytes: &[u8]) -> Result<(System, Vec<NewConcept>), Error> {
    let (head, concepts) = read(bytes)?;
    Ok((System::new(&head, (0, 0), HUB)?, concepts))
}

/// The head of a code system and its concepts in the order of the resource.
fn read(bytes: &[u8]) -> Result<(String, Vec<NewConcept>), Error> {
    let mut body: Value = serde_json::from_slice(bytes).map_err(Error::internal)?;
    let concepts = body["concept"].take();
    if let Some(map) = body.as_object_mut() {
        for name in ["concept", "text", "contained"] {
            map.remove(name);
        }
    }
    let meanings = Meanings::of(&body);
    let mut list = Vec::new();
    walk(concepts, None, &mut list);
    let places: HashMap<String, i64> =
        list.iter().rev().map(|(one, _, at)| (text(&one["code"]).to_owned(), *at)).collect();
    let mut extra: Vec<(i64, i64)> = Vec::new();
    let mut concepts: Vec<NewConcept> = Vec::with_capacity(list.len());
    let mut seen = std::collections::HashSet::new();
    for (one, parent, at) in &list {
        // A code that comes twice counts once.
        if text(&one["code"]).is_empty() || !seen.insert(text(&one["code"]).to_owned()) {
            continue;
        }
        let mut new = concept(one, *at, &meanings);
        new.parents.extend(parent);
        for property in properties(one) {
            let (name, value) = (text(&property["code"]), plain(property));
            let Some(other) = value.as_deref().and_then(|code| places.get(code)).filter(|other| *other != at) else {
                continue;
            };
            if meanings.parents.iter().any(|known| known == name) {
                new.parents.push(*other);
            } else if meanings.children.iter().any(|known| known == name) {
                extra.push((*other, *at));
            }
        }
        concepts.push(new);
    }
    let index: HashMap<i64, usize> = concepts.iter().enumerate().map(|(at, new)| (new.concept.ord, at)).collect();
    for (child, parent) in extra {
        if let Some(at) = index.get(&child) {
            concepts[*at].parents.push(parent);
        }
    }
    let codes: HashMap<i64, String> = concepts.iter().map(|new| (new.concept.ord, new.concept.code.clone())).collect();
    for new in &mut concepts {
        new.parents.sort_unstable();
        new.parents.dedup();
        new.properties.retain(|(name, _)| name != "parent");
        let parents = new.parents.iter().filter_map(|at| codes.get(at));
        new.properties.extend(parents.map(|code| ("parent".to_owned(), code.clone())));
    }
    Ok((body.to_string(), concepts))
}

/// The concepts with the place of the parent that they stand under, in document order.
fn walk(concepts: Value, parent: Option<i64>, list: &mut Vec<(Value, Option<i64>, i64)>) {
    let Value::Array(concepts) = concepts else { return };
    for mut one in concepts {
        let at = i64::try_from(list.len()).unwrap_or(i64::MAX);
        let children = one.as_object_mut().and_then(|map| map.remove("concept")).unwrap_or_default();
        list.push((one, parent, at));
        walk(children, Some(at), list);
    }
}

fn concept(one: &Value, ord: i64, meanings: &Meanings) -> NewConcept {
    let mut status = 0;
    let mut kept = Vec::new();
    for property in properties(one) {
        let Some(value) = plain(property) else { continue };
        let name = text(&property["code"]);
        let is = |names: &[String]| names.iter().any(|known| known == name);
        if (is(&meanings.inactive) && value == "true")
            || (name == "status" && ["retired", "inactive"].contains(&value.as_str()))
        {
            status |= INACTIVE;
        }
        if is(&meanings.not_selectable) && value == "true" {
            status |= ABSTRACT;
        }
        kept.push((name.to_owned(), value));
    }
    let mut words = format!("{} {}", text(&one["code"]), text(&one["display"]));
    for designation in one["designation"].as_array().into_iter().flatten() {
        words.push(' ');
        words.push_str(text(&designation["value"]));
    }
    let mut detail = Map::new();
    for name in ["definition", "designation", "property"] {
        if !one[name].is_null() {
            detail.insert(name.to_owned(), one[name].clone());
        }
    }
    let concept = Concept {
        ord,
        code: text(&one["code"]).to_owned(),
        display: one["display"].as_str().map(str::to_owned),
        status,
        detail: json!(detail).to_string(),
    };
    NewConcept { concept, words: normalize(&words), parents: Vec::new(), properties: kept }
}

fn properties(one: &Value) -> impl Iterator<Item = &Value> {
    one["property"].as_array().into_iter().flatten()
}

/// The value of a property as text: of a Coding its code.
pub(super) fn plain(property: &Value) -> Option<String> {
    let map = property.as_object()?;
    let (_, value) = map.iter().find(|(name, _)| name.starts_with("value"))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Object(_) => value["code"].as_str().map(str::to_owned),
        _ => None,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hierarchy_comes_from_nesting_and_from_properties() {
        let system = json!({
            "resourceType": "CodeSystem", "url": "urn:s", "content": "complete", "text": {"status": "empty"},
            "property": [{"code": "up", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"}],
            "concept": [
                {"code": "a", "display": "Één", "concept": [{"code": "b"}, {"code": "c", "property":
                    [{"code": "inactive", "valueBoolean": true}]}]},
                {"code": "d", "property": [{"code": "up", "valueCode": "b"}, {"code": "child", "valueCode": "a"}]},
                {"code": "a", "display": "again"},
            ],
        });
        let (head, concepts) = read(system.to_string().as_bytes()).expect("read");
        let head: Value = serde_json::from_str(&head).expect("JSON");
        assert!(head.get("concept").is_none() && head.get("text").is_none());
        let parents: Vec<(&str, &[i64])> =
            concepts.iter().map(|new| (new.concept.code.as_str(), new.parents.as_slice())).collect();
        assert_eq!(parents, [("a", &[3][..]), ("b", &[0]), ("c", &[0]), ("d", &[1])]);
        assert_eq!(concepts.iter().map(|new| new.concept.status).collect::<Vec<_>>(), [0, 0, INACTIVE, 0]);
        assert_eq!(concepts[0].words, "a een");
        assert!(concepts[3].properties.contains(&("parent".to_owned(), "b".to_owned())));
    }
}
