//! `ConceptMap/$translate` (<https://hl7.org/fhir/R4/conceptmap-operation-translate.html>).

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::error::Error;

use super::validate::Coding;
use super::{Conformance, Target, canonical};

/// Most concept maps that are looked through when none is named.
const MOST: usize = 50;
/// Most maps that lead to another one.
const DEPTH: usize = 5;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Translate {
    /// The concept map; none: all that have the system of the code.
    pub target: Option<Target>,
    /// The value set that the code is of.
    pub source: Option<String>,
    /// The value set that it is to be of.
    pub target_set: Option<String>,
    /// The code system that it is to be of.
    pub target_system: Option<String>,
    /// The codes.
    pub codings: Vec<Coding>,
    /// Whether the maps are followed from their end.
    pub reverse: bool,
}

/// One translation.
struct Match {
    equivalence: String,
    concept: Value,
    products: Vec<Value>,
    map: String,
}

impl Conformance {
    /// The translations of the codes.
    ///
    /// # Errors
    /// 404 when the concept map is not known, or there is none for the system of the code.
    pub async fn translate(&self, ask: &Translate) -> Result<Value, Error> {
        let mut matches = Vec::new();
        let mut is_left_out = false;
        for coding in &ask.codings {
            let maps = match &ask.target {
                Some(target) => vec![self.target("ConceptMap", target).await?.0],
                None => self.maps_for(ask, coding).await?,
            };
            for map in maps {
                if ask.reverse {
                    matches.extend(backward(&map, coding, ask));
                } else {
                    is_left_out |= self.forward(&map, coding, ask, &mut matches, 0).await?;
                }
            }
        }
        let is_good = |one: &Match| !["unmatched", "disjoint"].contains(&one.equivalence.as_str());
        let result = matches.iter().any(is_good);
        let mut list = vec![json!({"name": "result", "valueBoolean": result})];
        if !result {
            let why = if is_left_out {
                "the mapping depends on other elements, which this server does not look at"
            } else {
                "the map has no translation of this code"
            };
            list.push(json!({"name": "message", "valueString": why}));
        }
        list.extend(matches.iter().map(answer));
        Ok(json!({"resourceType": "Parameters", "parameter": list}))
    }

    /// The maps that have the system of a code, the newest version of each.
    async fn maps_for(&self, ask: &Translate, coding: &Coding) -> Result<Vec<Arc<Value>>, Error> {
        let Some(system) = &coding.system else {
            let text = "name the concept map with `url`, or the code system with `system`";
            return Err(Error::bad_request("required", text).at("system"));
        };
        let by = if ask.reverse { "target-system" } else { "source-system" };
        let mut newest: HashMap<String, super::Definition> = HashMap::new();
        for place in self.places("ConceptMap", by, system).await?.into_iter().take(MOST) {
            let Some(found) = self.at(place).await? else { continue };
            if !fits(&found.body, ask) {
                continue;
            }
            let url = found.body["url"].as_str().unwrap_or(&found.place.id).to_owned();
            let places =
                newest.remove(&url).into_iter().map(|other| other.place).chain([found.place.clone()]).collect();
            if let Some(best) = canonical::choose(places, None)
                && let Some(best) = self.at(best).await?
            {
                newest.insert(url, best);
            }
        }
        if newest.is_empty() {
            let text = format!("no concept map is loaded for the code system `{system}`");
            return Err(Error::new(404, "not-found", text));
        }
        let mut all: Vec<(String, super::Definition)> = newest.into_iter().collect();
        all.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(all.into_iter().map(|(_, found)| found.body).collect())
    }

    /// Follows a map; the answer is whether a target was left out because it depends on other elements.
    fn forward<'a>(
        &'a self,
        map: &'a Value,
        coding: &'a Coding,
        ask: &'a Translate,
        matches: &'a mut Vec<Match>,
        depth: usize,
    ) -> BoxFuture<'a, Result<bool, Error>> {
        async move {
            let url = map["url"].as_str().unwrap_or_default();
            let mut is_left_out = false;
            for group in list(&map["group"]) {
                let other = |name: &str, wanted: Option<&str>| {
                    wanted.is_some_and(|wanted| group[name].as_str().is_some_and(|own| own != wanted))
                };
                if other("source", coding.system.as_deref()) || other("target", ask.target_system.as_deref()) {
                    continue;
                }
                let elements: Vec<&Value> = list(&group["element"]).filter(|one| one["code"] == coding.code).collect();
                if elements.is_empty() {
                    is_left_out |= self.unmapped(group, url, coding, ask, matches, depth).await?;
                    continue;
                }
                for target in elements.into_iter().flat_map(|element| list(&element["target"])) {
                    if target["dependsOn"].as_array().is_some_and(|on| !on.is_empty()) {
                        is_left_out = true;
                        continue;
                    }
                    let mut concept = named(group, "target");
                    copy(target, &mut concept);
                    matches.push(Match {
                        equivalence: target["equivalence"].as_str().unwrap_or("equivalent").to_owned(),
                        concept,
                        products: list(&target["product"]).cloned().collect(),
                        map: url.to_owned(),
                    });
                }
            }
            Ok(is_left_out)
        }
        .boxed()
    }

    /// What a group says of codes that it does not have.
    async fn unmapped(
        &self,
        group: &Value,
        url: &str,
        coding: &Coding,
        ask: &Translate,
        matches: &mut Vec<Match>,
        depth: usize,
    ) -> Result<bool, Error> {
        let unmapped = &group["unmapped"];
        let mut add = |equivalence: &str, from: &Value| {
            let mut concept = named(group, "target");
            copy(from, &mut concept);
            let (equivalence, map) = (equivalence.to_owned(), url.to_owned());
            matches.push(Match { equivalence, concept, products: Vec::new(), map });
        };
        match unmapped["mode"].as_str() {
            Some("provided") => add("equal", &json!({"code": coding.code, "display": coding.display})),
            Some("fixed") => add("inexact", unmapped),
            Some("other-map") => {
                let other = unmapped["url"].as_str().unwrap_or_default();
                if depth >= DEPTH {
                    return Err(Error::unprocessable("too-costly", "too many maps lead to another one"));
                }
                let found = self.definition("ConceptMap", other).await?.ok_or_else(|| {
                    let text = format!("the concept map `{other}`, to which this one leads, is not known here");
                    Error::unprocessable("not-found", text)
                })?;
                return self.forward(&found.body, coding, ask, matches, depth + 1).await;
            }
            _ => {}
        }
        Ok(false)
    }
}

/// Follows a map from its end.
fn backward(map: &Value, coding: &Coding, ask: &Translate) -> Vec<Match> {
    let mut matches = Vec::new();
    for group in list(&map["group"]) {
        let other = |name: &str, wanted: Option<&str>| {
            wanted.is_some_and(|wanted| group[name].as_str().is_some_and(|own| own != wanted))
        };
        if other("target", coding.system.as_deref()) || other("source", ask.target_system.as_deref()) {
            continue;
        }
        for element in list(&group["element"]) {
            for target in list(&element["target"]).filter(|target| target["code"] == coding.code) {
                let mut concept = named(group, "source");
                copy(element, &mut concept);
                let equivalence = match target["equivalence"].as_str().unwrap_or("equivalent") {
                    "wider" => "narrower",
                    "narrower" => "wider",
                    "subsumes" => "specializes",
                    "specializes" => "subsumes",
                    same => same,
                };
                matches.push(Match {
                    equivalence: equivalence.to_owned(),
                    concept,
                    products: Vec::new(),
                    map: map["url"].as_str().unwrap_or_default().to_owned(),
                });
            }
        }
    }
    matches
}

/// Whether a map goes between the value sets and to the code system that are asked.
fn fits(map: &Value, ask: &Translate) -> bool {
    let (from, to) = if ask.reverse { ("target", "source") } else { ("source", "target") };
    let is = |side: &str, wanted: Option<&String>| {
        let own = map[format!("{side}Canonical")].as_str().or(map[format!("{side}Uri")].as_str());
        wanted.is_none_or(|wanted| own.is_some_and(|own| canonical::split(own).0 == canonical::split(wanted).0))
    };
    let reaches = |system: &String| list(&map["group"]).any(|group| group[to] == **system);
    is(from, ask.source.as_ref()) && is(to, ask.target_set.as_ref()) && ask.target_system.as_ref().is_none_or(reaches)
}

/// A Coding of the system of a group's side.
fn named(group: &Value, side: &str) -> Value {
    let mut concept = json!({});
    if let Some(system) = group[side].as_str() {
        concept["system"] = json!(system);
    }
    if let Some(version) = group[format!("{side}Version")].as_str() {
        concept["version"] = json!(version);
    }
    concept
}

fn copy(from: &Value, concept: &mut Value) {
    for name in ["code", "display"] {
        if from[name].is_string() {
            concept[name] = from[name].clone();
        }
    }
}

fn answer(one: &Match) -> Value {
    let mut parts = vec![json!({"name": "equivalence", "valueCode": one.equivalence})];
    if one.concept["code"].is_string() {
        parts.push(json!({"name": "concept", "valueCoding": one.concept}));
    }
    for product in &one.products {
        let mut coding = json!({"code": product["value"]});
        for name in ["system", "display"] {
            if product[name].is_string() {
                coding[name] = product[name].clone();
            }
        }
        parts.push(json!({"name": "product", "part": [
            {"name": "element", "valueUri": product["property"]},
            {"name": "concept", "valueCoding": coding},
        ]}));
    }
    if !one.map.is_empty() {
        parts.push(json!({"name": "source", "valueUri": one.map}));
    }
    json!({"name": "match", "part": parts})
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
