//! `CodeSystem/$lookup` (<https://hl7.org/fhir/R4/codesystem-operation-lookup.html>).

use serde_json::{Value, json};

use crate::error::Error;
use crate::store::{Concept, Which};

use super::entry::Entry;
use super::system::System;
use super::{Conformance, not_loaded};

/// Most children that are named.
const CHILDREN: usize = 1_000;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The code system.
    pub system: String,
    /// Its version.
    pub version: Option<String>,
    /// The code.
    pub code: String,
    /// Language of the texts.
    pub language: Option<String>,
    /// Which properties; empty for all.
    pub properties: Vec<String>,
}

impl Conformance {
    /// What is known of a code.
    ///
    /// # Errors
    /// 404 `not-found` when the code system is not loaded, 404 `code-invalid` when it has no such code.
    pub async fn lookup(&self, ask: &Lookup) -> Result<Value, Error> {
        let version = ask.version.as_deref();
        let Some(system) = self.system(&ask.system, version).await? else {
            return Err(Error { status: 404, ..not_loaded(&ask.system, version) });
        };
        let Some(concept) = self.concept(&system, &ask.code).await? else {
            let text = if system.is_complete() {
                format!("the code system `{}` has no code `{}`", ask.system, ask.code)
            } else {
                format!("what is loaded of the code system `{}` has no code `{}`", ask.system, ask.code)
            };
            return Err(Error::new(404, "code-invalid", text).at("code"));
        };
        let supplements = self.supplements(&system).await?;
        let concept =
            self.supplemented(&system, &supplements, vec![concept]).await?.pop().ok_or_else(Error::not_found)?;
        let children =
            vec![Which::Property { name: "parent".to_owned(), values: vec![concept.code.clone()], yes: true }];
        let children = self.concepts(&system, &children, CHILDREN).await?;
        let above = [Which::IsParentOf(concept.ord)];
        let parents = self.concepts(&system, &above, CHILDREN).await?;
        Ok(answer(ask, &system, concept, &parents, &children))
    }
}

fn answer(ask: &Lookup, system: &System, concept: Concept, parents: &[Concept], children: &[Concept]) -> Value {
    let is_asked = |name: &str| ask.properties.is_empty() || ask.properties.iter().any(|asked| asked == name);
    let detail: Value = serde_json::from_str(&concept.detail).unwrap_or_default();
    let name = system.head["name"].as_str().or(system.head["title"].as_str()).unwrap_or(&system.url);
    let mut list = vec![json!({"name": "name", "valueString": name})];
    if let Some(version) = &system.version {
        list.push(json!({"name": "version", "valueString": &**version}));
    }
    let entry = Entry::of(system, concept);
    let display = entry.display_in(ask.language.as_deref()).unwrap_or(&entry.code);
    list.push(json!({"name": "display", "valueString": display}));
    for designation in entry.designations.iter().filter(|_| is_asked("designation")) {
        let mut parts = Vec::new();
        if let Some(language) = designation["language"].as_str() {
            parts.push(json!({"name": "language", "valueCode": language}));
        }
        if designation["use"].is_object() {
            parts.push(json!({"name": "use", "valueCoding": designation["use"]}));
        }
        parts.push(json!({"name": "value", "valueString": designation["value"]}));
        list.push(json!({"name": "designation", "part": parts}));
    }
    let mut property = |code: &str, name: &str, value: Value, description: Option<&str>| {
        let mut parts = vec![json!({"name": "code", "valueCode": code})];
        let mut one = json!({"name": "value"});
        one[name] = value;
        parts.push(one);
        if let Some(description) = description {
            parts.push(json!({"name": "description", "valueString": description}));
        }
        list.push(json!({"name": "property", "part": parts}));
    };
    if let Some(definition) = detail["definition"].as_str().filter(|_| is_asked("definition")) {
        property("definition", "valueString", json!(definition), None);
    }
    for (code, others) in [("parent", parents), ("child", children)] {
        for other in others.iter().filter(|_| is_asked(code)) {
            property(code, "valueCode", json!(other.code), other.display.as_deref());
        }
    }
    for one in detail["property"].as_array().into_iter().flatten() {
        let code = one["code"].as_str().unwrap_or_default();
        let value = one.as_object().and_then(|map| map.iter().find(|(name, _)| name.starts_with("value")));
        if let Some((name, value)) = value.filter(|_| is_asked(code) && code != "parent" && code != "child") {
            property(code, name, value.clone(), None);
        }
    }
    json!({"resourceType": "Parameters", "parameter": list})
}
