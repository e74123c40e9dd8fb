//! Transactions: all of it or nothing, in the order of the standard, with references between entries
//! (<https://hl7.org/fhir/R4/http.html#trules>).

use std::collections::{HashMap, HashSet, hash_map};

use serde_json::Value;

use crate::error::Error;

use super::draft::Draft;
use super::plan::Plan;
use super::write::{Interaction, TRIES, Written};
use super::{Access, Released, Verb};

/// One write of a transaction.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the Bundle, for faults.
    pub at: usize,
    /// `Bundle.entry.fullUrl`, by which other entries refer to it.
    pub full_url: Option<String>,
    /// What is asked.
    pub interaction: Interaction,
}

impl Access {
    /// Does all writes in one commit. The answers are in the order of the entries.
    ///
    /// # Errors
    /// The fault of the first entry that cannot be done, with its place; then nothing was changed.
    pub async fn transaction(&self, entries: &[Entry]) -> Result<Released<Vec<Written>>, Error> {
        for _ in 0..TRIES {
            match self.try_transaction(entries).await {
                Ok(Some(written)) => return Ok(Released(written)),
                Ok(None) => {}
                Err(error) => {
                    let pass = super::Pass::new(Verb::Transaction, None);
                    self.record(&pass.refuse(&format!("refused with {}", error.status))).await?;
                    return Err(error);
                }
            }
        }
        Err(Error::conflict("others kept changing the same data; try again"))
    }

    async fn try_transaction(&self, entries: &[Entry]) -> Result<Option<Vec<Written>>, Error> {
        let mut plan = Plan::default();
        let named: Vec<(&str, &str)> = entries.iter().filter_map(|entry| entry.interaction.place()).collect();
        self.read_ahead(&mut plan, &named).await?;
        let mut drafts = Vec::with_capacity(entries.len());
        for at in order(entries) {
            let draft = self.draft(&mut plan, &entries[at].interaction).await;
            drafts.push((at, draft.map_err(|error| error.in_entry(entries[at].at))?));
        }
        distinct(entries, &drafts)?;
        let places = places(entries, &drafts);
        let mut resolved: HashMap<String, String> = HashMap::new();
        for (at, draft) in &mut drafts {
            let Some(body) = &mut draft.body else { continue };
            for condition in conditional_references(body) {
                if let hash_map::Entry::Vacant(place) = resolved.entry(condition) {
                    let literal = self.resolve(&mut plan, place.key()).await;
                    place.insert(literal.map_err(|error| error.in_entry(entries[*at].at))?);
                }
            }
            rewrite(body, &places, &resolved);
        }
        let positions: Vec<usize> = drafts.iter().map(|(at, _)| *at).collect();
        let drafts = drafts.into_iter().map(|(at, draft)| Draft { entry: Some(entries[at].at), ..draft }).collect();
        let Some(written) = self.finish(plan, drafts, Verb::Transaction).await? else { return Ok(None) };
        let mut ordered: Vec<(usize, Written)> = positions.into_iter().zip(written).collect();
        ordered.sort_by_key(|(at, _)| *at);
        Ok(Some(ordered.into_iter().map(|(_, written)| written).collect()))
    }

    /// The one resource that a conditional reference (`Patient?identifier=…`) means.
    async fn resolve(&self, plan: &mut Plan, condition: &str) -> Result<String, Error> {
        let (rtype, query) = condition.split_once('?').unwrap_or((condition, ""));
        let pairs = crate::http::query_pairs(query)?;
        match self.one(plan, rtype, &pairs).await? {
            Some(record) => Ok(format!("{rtype}/{}", record.id)),
            None => Err(Error::precondition("a conditional reference matches no resource")),
        }
    }
}

/// DELETE, POST, PUT and PATCH, as the standard orders them.
fn order(entries: &[Entry]) -> Vec<usize> {
    let rank = |entry: &Entry| match entry.interaction {
        Interaction::Delete { .. } | Interaction::ConditionalDelete { .. } => 0,
        Interaction::Create { .. } => 1,
        _ => 2,
    };
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| rank(&entries[*at]));
    order
}

/// A resource can change only once in a transaction.
fn distinct(entries: &[Entry], drafts: &[(usize, Draft)]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for (at, draft) in drafts {
        if draft.method.is_some() && !seen.insert((&draft.rtype, &draft.id)) {
            let error = Error::bad_request("invalid", "a transaction names the same resource twice");
            return Err(error.in_entry(entries[*at].at));
        }
    }
    Ok(())
}

/// What the full URLs of the entries become.
fn places(entries: &[Entry], drafts: &[(usize, Draft)]) -> HashMap<String, String> {
    let mut places = HashMap::new();
    for (at, draft) in drafts {
        if let Some(url) = &entries[*at].full_url {
            places.insert(url.clone(), format!("{}/{}", draft.rtype, draft.id));
        }
    }
    places
}

/// The conditional references in a resource.
fn conditional_references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, &mut |key, text| {
        let is_condition = key == "reference"
            && text.split_once('?').is_some_and(|(rtype, _)| rtype.chars().all(|letter| letter.is_ascii_alphabetic()));
        if is_condition {
            found.push(text.to_owned());
        }
    });
    found.sort();
    found.dedup();
    found
}

fn walk(value: &Value, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) => found(key, text),
                    other => walk(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        _ => {}
    }
}

/// Puts literal references in the place of full URLs and conditions.
fn rewrite(value: &mut Value, places: &HashMap<String, String>, resolved: &HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value {
                    Value::String(text) => {
                        let link = key == "reference" || text.starts_with("urn:");
                        let literal = if link { places.get(text.as_str()) } else { None };
                        let conditional = || if key == "reference" { resolved.get(text.as_str()) } else { None };
                        if let Some(literal) = literal.or_else(conditional) {
                            text.clone_from(literal);
                        }
                    }
                    other => rewrite(other, places, resolved),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, places, resolved)),
        _ => {}
    }
}
