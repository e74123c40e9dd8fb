//! Building blocks of the medication process that stand already: a prescription that its source sends twice is one prescription
//! (<https://informatiestandaarden.nictiz.nl/wiki/Medicatieproces>).
//!
//! A block that is posted with a business identifier that its own source gave to one before is answered with that one, when
//! both say the same; when they do not, it is refused, for neither may silently take the place of the other. What came along
//! with the first (product, prescriber, weight) is not stored once more. Only what the caller wrote itself is looked at.

use std::collections::HashMap;

use serde_json::Value;
use spil_fhir_profiles::medication::Block;
use spil_fhir_profiles::parameters::parameters;

use crate::ctx::Actor;
use crate::error::Error;
use crate::search::{Filter, Query, SystemTest, Test, TokenTest};
use crate::store::Record;
use crate::store::commit::{Method, PersonKey};

use super::draft::{Draft, create};
use super::ownership::Persons;
use super::plan::Plan;
use super::transaction::Entry;
use super::{Access, types};

/// Who and what a block names beside the patient and the product; whoever resends a block may have written them anew.
const DIRECTORY: [&str; 5] = ["Practitioner/", "PractitionerRole/", "Organization/", "Location/", "Patient/"];
/// Elements of a resource that say nothing of what was agreed.
const ASIDE: [&str; 4] = ["id", "meta", "text", "implicitRules"];

/// Whether a resource is one that a source sends once: a building block, or the reply to a proposal.
fn is_sent_once(resource: &Value) -> bool {
    let tags = || resource["meta"]["tag"].as_array().into_iter().flatten();
    let is_reply = || resource["resourceType"] == "Communication" && tags().any(|tag| tag["code"] == "actionable");
    Block::of(resource).is_some() || is_reply()
}

/// The business identifiers that say who gave them out.
fn identifiers(resource: &Value) -> Vec<TokenTest> {
    let all = resource["identifier"].as_array().into_iter().flatten();
    all.filter_map(|one| {
        let text = |name: &str| one[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(TokenTest { system: SystemTest::Is(text("system")?), code: Some(text("value")?) })
    })
    .collect()
}

/// What tells a new block from others of the same transaction.
pub(super) fn marks(draft: &Draft) -> Vec<(Block, String, String)> {
    let posted = draft.body.as_ref().filter(|_| is_new(draft)).or(draft.posted.as_ref());
    let marks = posted.and_then(|body| Some((Block::of(body)?, identifiers(body))));
    let (block, tests) = marks.map_or((None, Vec::new()), |(block, tests)| (Some(block), tests));
    let pair = |test: TokenTest| match test {
        TokenTest { system: SystemTest::Is(system), code: Some(value) } => Some((block?, system, value)),
        _ => None,
    };
    tests.into_iter().filter_map(pair).collect()
}

impl Access {
    /// What stands of a resource that is about to be created.
    pub(super) async fn standing(&self, plan: &mut Plan, rtype: &str, body: &Value) -> Result<Option<Record>, Error> {
        if !is_sent_once(body) {
            return Ok(None);
        }
        self.own_with_identifier(plan, rtype, body).await
    }

    /// What this organisation wrote with one of the identifiers of a resource; the writer checks that it stays so.
    async fn own_with_identifier(&self, plan: &mut Plan, rtype: &str, body: &Value) -> Result<Option<Record>, Error> {
        let Actor::Organisation(actor) = &self.ctx.actor else { return Ok(None) };
        let (tests, param) = (identifiers(body), parameters().get(rtype, "identifier"));
        let (Some(param), false) = (param, tests.is_empty()) else { return Ok(None) };
        let mut query = Query::new(types::number(rtype)?, 20);
        query.filters = vec![Filter::Value { param: param.number, test: Test::Token(tests) }];
        let kind = Block::of(body);
        for record in self.own_rows(plan, actor.org, &query).await? {
            if plan.deleted.contains(&record.rid) {
                continue;
            }
            let stored: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
            if Block::of(&stored) == kind && stored["status"] != "entered-in-error" {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// In a transaction with a block that stands: what came along with the first time stands too.
    pub(super) async fn align(
        &self,
        plan: &mut Plan,
        entries: &[Entry],
        drafts: &mut [(usize, Draft)],
    ) -> Result<(), Error> {
        let mut waiting: Vec<(Value, Value)> = Vec::new();
        for (_, draft) in drafts.iter() {
            if let (Some(posted), Some(record)) = (&draft.posted, &draft.current) {
                waiting.push((posted.clone(), read(record)?));
            }
        }
        if waiting.is_empty() {
            return Ok(());
        }
        for (_, draft) in &mut *drafts {
            if draft.rtype != "Observation" || !is_new(draft) {
                continue;
            }
            let body = draft.body.clone().unwrap_or_default();
            if let Some(record) = self.own_with_identifier(plan, "Observation", &body).await?
                && same(&body, &read(&record)?)
            {
                stand(draft, record);
            }
        }
        while let Some((posted, stored)) = waiting.pop() {
            let mut named = HashMap::new();
            beside(&posted, &stored, &mut named);
            for (at, draft) in &mut *drafts {
                if !is_new(draft) {
                    continue;
                }
                let literal = entries[*at].full_url.as_ref().and_then(|url| named.get(url));
                let Some((rtype, id)) = literal.and_then(|literal| literal.split_once('/')) else { continue };
                if rtype != draft.rtype {
                    continue;
                }
                let Some(record) = self.expect(plan, rtype, id).await? else { continue };
                let (body, before) = (draft.body.clone().unwrap_or_default(), read(&record)?);
                if !record.deleted && self.owns(&record) && same(&body, &before) {
                    waiting.push((body, before));
                    stand(draft, record);
                }
            }
        }
        Ok(())
    }
}

/// Refuses a block that does not say what the one says that stands with its identifier.
pub(super) fn agree(access: &Access, persons: &Persons, draft: &Draft) -> Result<(), Error> {
    let (Some(posted), Some(record)) = (&draft.posted, &draft.current) else { return Ok(()) };
    let asked = Draft { entry: draft.entry, ..create(&draft.rtype, draft.id.clone(), posted.clone()) };
    if persons.of(access, &asked)? == PersonKey::Known(record.person) && same(posted, &read(record)?) {
        return Ok(());
    }
    let text = format!(
        "{}/{} of this source has this identifier and says something else: change that one, or give this one an \
         identifier of its own",
        draft.rtype, record.id
    );
    Err(Error::conflict(text).at(format!("{}.identifier", draft.rtype)))
}

fn read(record: &Record) -> Result<Value, Error> {
    if record.deleted { Ok(Value::Null) } else { serde_json::from_slice(&record.body).map_err(Error::internal) }
}

/// A plain creation, on which nothing was decided yet.
fn is_new(draft: &Draft) -> bool {
    draft.method == Some(Method::Create) && draft.current.is_none() && draft.body.is_some()
}

fn stand(draft: &mut Draft, record: Record) {
    draft.id.clone_from(&record.id);
    (draft.method, draft.body, draft.current) = (None, None, Some(record));
}

/// Whether two resources say the same of what was agreed.
fn same(one: &Value, other: &Value) -> bool {
    alike(one, other, &ASIDE)
}

/// The same without some elements, and without words beside a code or a reference.
fn alike(one: &Value, other: &Value, aside: &[&str]) -> bool {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
            let told = ["code", "reference"].iter().any(|name| left.contains_key(*name) && right.contains_key(*name));
            let is_aside = |key: &str| aside.contains(&key) || (told && key == "display");
            let mut asked = keys.filter(|key| !is_aside(key));
            asked.all(|key| match (one[key].as_str(), other[key].as_str()) {
                (Some(left), Some(right)) if key == "reference" => left == right || both_named(left, right),
                _ => alike(&one[key], &other[key], &[]),
            })
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| alike(left, right, &[]))
        }
        _ => one == other,
    }
}

/// References to one and the same sort of party. The patient is compared as a person. What a Bundle brings along and is not
/// placed yet (`urn:uuid:…`) is compared when it is.
fn both_named(posted: &str, stored: &str) -> bool {
    DIRECTORY.iter().any(|rtype| stored.starts_with(rtype) && (posted.starts_with(rtype) || posted.starts_with("urn:")))
}

/// What the references of one resource are in the other, place by place.
fn beside(posted: &Value, stored: &Value, named: &mut HashMap<String, String>) {
    match (posted, stored) {
        (Value::Object(left), Value::Object(_)) => {
            if let (Some(left), Some(right)) = (posted["reference"].as_str(), stored["reference"].as_str()) {
                named.insert(left.to_owned(), right.to_owned());
            }
            left.iter().for_each(|(key, value)| beside(value, &stored[key], named));
        }
        (Value::Array(left), Value::Array(right)) => {
            left.iter().zip(right).for_each(|(left, right)| beside(left, right, named));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_agreed_is_compared_and_nothing_else() {
        let block = json!({
            "id": "1", "meta": {"versionId": "1"}, "status": "active", "dosageInstruction": [{"text": "1 per dag"}],
            "requester": {"reference": "Practitioner/1", "display": "Arts"}, "medicationReference": {"reference": "Medication/1"},
        });
        let with = |name: &str, value: Value| {
            let mut other = block.clone();
            other[name] = value;
            other
        };
        for (other, expected) in [
            (with("id", json!("2")), true),
            (with("meta", json!({"profile": ["x"]})), true),
            (with("requester", json!({"reference": "Practitioner/2"})), true),
            (with("requester", json!({"reference": "urn:uuid:1"})), true),
            (with("requester", json!({"reference": "Device/1"})), false),
            (with("dosageInstruction", json!([{"text": "2 per dag"}])), false),
            (with("dosageInstruction", json!([])), false),
            (with("medicationReference", json!({"reference": "Medication/2"})), false),
            (with("medicationReference", json!({"reference": "Medication/1", "display": "Pil"})), true),
            (with("medicationReference", json!({"display": "Pil"})), false),
            (with("text", json!({"status": "generated"})), true),
            (with("note", json!([{"text": "let op"}])), false),
        ] {
            assert_eq!(same(&other, &block), expected, "{other}");
        }
    }

    #[test]
    fn references_are_found_beside_each_other() {
        let posted = json!({"a": [{"reference": "urn:1"}], "b": {"reference": "urn:2", "extension": [{"valueReference": {"reference": "urn:3"}}]}});
        let stored = json!({"a": [{"reference": "A/1"}], "b": {"reference": "B/2", "extension": [{"valueReference": {"reference": "C/3"}}]}});
        let mut named = HashMap::new();
        beside(&posted, &stored, &mut named);
        let mut pairs: Vec<_> = named.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        pairs.sort_unstable();
        assert_eq!(pairs, [("urn:1", "A/1"), ("urn:2", "B/2"), ("urn:3", "C/3")]);
    }
}
