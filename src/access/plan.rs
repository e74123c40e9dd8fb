//! From what was asked to what is written: drafts first (which resource, which version), then the whole change.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use spil_fhir_profiles::category::CONSENT;
use spil_fhir_profiles::{compartment, index};

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;
use crate::store::commit::{Change, Check, Expect, Method, PersonKey};

use super::draft::{Draft, create, nothing};
use super::kind::Kind;
use super::patch::Patch;
use super::write::{Interaction, Written};
use super::{Access, Directory, ParameterSet, Stored, abreast, handoff, meta, ownership, rules, types};

/// Most resources are shorter than this, in bytes.
const USUAL: usize = 2_048;

/// What a commit relies on and changes.
#[derive(Default)]
pub struct Plan {
    /// Versions that must be current.
    pub expect: Vec<Expect>,
    /// Searches that must find the same.
    pub checks: Vec<Check>,
    /// Permissions that must not have moved.
    pub policies: Vec<(i64, i64)>,
    /// The changes.
    pub changes: Vec<Change>,
    /// Current versions that were read at once, by type and id; an absent one has none.
    pub read: HashMap<(u16, String), Option<Record>>,
    /// Rows that this transaction deletes: deletions come first, so conditions do not find them any more.
    pub deleted: HashSet<i64>,
}

impl Access {
    /// Finds what an interaction is about and whether the caller may do it at all. Takes the resource out of it.
    pub(super) async fn draft(&self, plan: &mut Plan, interaction: &mut Interaction) -> Result<Draft, Error> {
        let (rtype, letter) = interaction.needs();
        let rtype = types::name(types::number(rtype)?);
        self.may_write(rtype, letter)?;
        match interaction {
            Interaction::Create { body, if_none_exist, .. } => {
                if let Some(pairs) = if_none_exist
                    && let Some(found) = self.one(plan, rtype, pairs).await?
                {
                    return Ok(Draft {
                        rtype: rtype.to_owned(),
                        id: found.id.clone(),
                        current: Some(found),
                        method: None,
                        body: None,
                        entry: None,
                    });
                }
                let id = self.app.random.uuid();
                Ok(create(rtype, id, body.take()))
            }
            Interaction::Update { id, body, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_update(rtype, id, current, body.take(), *if_match).await
            }
            Interaction::ConditionalUpdate { query, body, if_match, .. } => {
                if let Some(found) = self.one(plan, rtype, query).await? {
                    let id = found.id.clone();
                    let current = self.expect(plan, rtype, &id).await?;
                    return self.draft_update(rtype, &id, current, body.take(), *if_match).await;
                }
                let id = body["id"].as_str().map_or_else(|| self.app.random.uuid(), str::to_owned);
                let current = self.expect(plan, rtype, &id).await?;
                self.draft_update(rtype, &id, current, body.take(), *if_match).await
            }
            Interaction::Patch { id, patch, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_patch(rtype, id, current, patch, *if_match).await
            }
            Interaction::ConditionalPatch { query, patch, if_match, .. } => {
                let found = self.one(plan, rtype, query).await?.ok_or_else(Error::not_found)?;
                let current = self.expect(plan, rtype, &found.id).await?;
                self.draft_patch(rtype, &found.id, current, patch, *if_match).await
            }
            Interaction::Delete { id, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_delete(rtype, id, current, *if_match).await
            }
            Interaction::ConditionalDelete { query, .. } => match self.one(plan, rtype, query).await? {
                None => Ok(nothing(rtype, "")),
                Some(found) => {
                    let current = self.expect(plan, rtype, &found.id).await?;
                    self.draft_delete(rtype, &found.id, current, None).await
                }
            },
        }
    }

    async fn draft_update(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        mut body: Value,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        if let Some(map) = body.as_object_mut()
            && map.get("id").is_none_or(|given| given != id)
        {
            if map.contains_key("id") {
                let text = "the id in the resource is not the id in the address";
                return Err(Error::bad_request("value", text).at(format!("{rtype}.id")));
            }
            map.insert("id".to_owned(), Value::String(id.to_owned()));
        }
        let Some(record) = current else {
            if if_match.is_some_and(|version| version > 0) {
                return Err(Error::precondition("there is no such version"));
            }
            return Ok(create(rtype, id.to_owned(), body));
        };
        if !self.judge(&record).await?.permit {
            // With If-Match the answer is that of an absent one. Without, an absent one would be created, which is not
            // possible here: an address names no source, so two resources at one could not be told apart by who may see
            // both, and to refuse every id that a client chooses would end loading by PUT. So this tells that the id is
            // taken and nothing else; ids that the server gives cannot be guessed.
            let absent = Error::precondition("there is no such version");
            return Err(if if_match.is_some_and(|version| version > 0) { absent } else { Error::not_found() });
        }
        if !(record.deleted && if_match == Some(0)) {
            matches_version(&record, if_match)?;
        }
        if !record.deleted {
            self.may_change(&record, Some(&body))?;
        } else if !self.owns(&record) {
            return Err(Error::not_found());
        }
        let method = Some(Method::Update);
        Ok(Draft {
            rtype: rtype.to_owned(),
            id: id.to_owned(),
            current: Some(record),
            method,
            body: Some(body),
            entry: None,
        })
    }

    async fn draft_patch(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        patch: &Patch,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        let record = current.ok_or_else(Error::not_found)?;
        if !self.judge(&record).await?.permit {
            return Err(Error::not_found());
        }
        if record.deleted {
            return Err(Error::new(410, "deleted", "this resource was deleted"));
        }
        matches_version(&record, if_match)?;
        if matches!(patch, Patch::Meta(..)) && !self.owns(&record) {
            return Err(Error::forbidden("only the source of this resource can change its labels"));
        }
        let body = patch.apply(serde_json::from_slice(&record.body).map_err(Error::internal)?)?;
        if body["id"] != *id || body["resourceType"] != *rtype {
            return Err(Error::unprocessable("business-rule", "a patch cannot change id or resourceType"));
        }
        self.may_change(&record, Some(&body))?;
        let method = Some(Method::Patch);
        Ok(Draft {
            rtype: rtype.to_owned(),
            id: id.to_owned(),
            current: Some(record),
            method,
            body: Some(body),
            entry: None,
        })
    }

    async fn draft_delete(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        // Absent, hidden and already gone are answered alike: there is nothing there (any more).
        let Some(record) = current else { return Ok(nothing(rtype, id)) };
        if record.deleted || !self.judge(&record).await?.permit {
            return Ok(nothing(rtype, id));
        }
        matches_version(&record, if_match)?;
        self.may_change(&record, None)?;
        let method = Some(Method::Delete);
        Ok(Draft { rtype: rtype.to_owned(), id: id.to_owned(), current: Some(record), method, body: None, entry: None })
    }

    /// Checks drafts and makes their changes.
    pub(super) async fn complete(
        &self,
        drafts: Vec<Draft>,
        set: Arc<ParameterSet>,
    ) -> Result<Vec<(Written, Option<Change>)>, Error> {
        let directory = self.directory().await?;
        let drafts = abreast::each(drafts, Draft::checked).await?;
        let persons = ownership::Persons::find(self, &drafts).await?;
        for draft in &drafts {
            self.may_send(draft, &directory).map_err(|error| draft.placed(error))?;
        }
        // Before any body is taken: a handoff names what other entries bring.
        let mut handoffs = Vec::with_capacity(drafts.len());
        for at in 0..drafts.len() {
            handoffs.push(handoff::lent(self, &drafts, at, &directory).await?);
        }
        let mut work = Vec::with_capacity(drafts.len());
        for (draft, lent) in drafts.into_iter().zip(handoffs) {
            let person = match draft.method {
                Some(_) => persons.of(self, &draft).map_err(|error| draft.placed(error))?,
                None => PersonKey::Nobody,
            };
            work.push((draft, person, lent));
        }
        let access = self.clone();
        let one = move |(mut draft, person, lent): (Draft, PersonKey, _)| {
            let Some(method) = draft.method else { return Ok((found(&draft, &directory), None)) };
            let change = access.change(&mut draft, method, person, (&directory, &set));
            let mut change = change.map_err(|error| draft.placed(error))?;
            change.handoff = lent;
            Ok((answer(&draft, &change), Some(change)))
        };
        abreast::each(work, one).await
    }

    fn change(
        &self,
        draft: &mut Draft,
        method: Method,
        person: PersonKey,
        (directory, set): (&Directory, &ParameterSet),
    ) -> Result<Change, Error> {
        let version = draft.current.as_ref().map_or(1, |record| record.version + 1);
        let rtype = types::number(&draft.rtype)?;
        let source = self.source_of(draft);
        let mut body = draft.body.take();
        if draft.rtype == "Consent" {
            self.decide_together(draft.current.as_ref(), body.as_mut())?;
        }
        let Some(body) = body else {
            return Ok(deletion(draft, rtype, version, self.ctx.now, person));
        };
        let stamped = meta::stamp(body, &draft.id, version, self.ctx.now);
        let Kind { category, labels } = Kind::of(&stamped, &person, &self.ctx.actor);
        let was_privacy = draft.current.as_ref().is_some_and(|record| record.category == CONSENT);
        if draft.rtype == "Consent" && category == CONSENT && matches!(person, PersonKey::Unclear | PersonKey::Nobody) {
            return Err(of_one_person());
        }
        let policy_users = match draft.rtype == "Consent" {
            true if category == CONSENT => Some(self.policy_users(&stamped, directory)?),
            // It would be read by organisations, and permit or refuse nothing.
            true if rules::is_privacy(&stamped) => return Err(of_one_scope()),
            // What it permitted until now must end with this version.
            true if was_privacy => Some(Vec::new()),
            _ => None,
        };
        Ok(Change {
            rid: draft.current.as_ref().map(|record| record.rid),
            rtype,
            id: draft.id.clone(),
            version,
            updated: self.ctx.now,
            method,
            person,
            category,
            labels,
            source,
            period: compartment::data_period(&stamped).filter(|(from, to)| from < to),
            index: index::extract_with(&set.parameters, &stamped).localised(&self.app.config.fhir_base()),
            body: bytes(&stamped)?,
            policy_users,
            handoff: Vec::new(),
        })
    }

    /// Whom a privacy consent could permit; refuses one that could not be carried out.
    fn policy_users(&self, consent: &Value, directory: &Directory) -> Result<Vec<(i64, String)>, Error> {
        if !rules::is_privacy(consent) {
            return Err(of_one_scope());
        }
        let in_force = consent["status"] == "active";
        if in_force && matches!(self.ctx.actor, Actor::Organisation(_)) {
            let text = "a professional may record a consent only as `proposed`; the patient confirms it";
            return Err(Error::unprocessable("business-rule", text).at("Consent.status"));
        }
        if !in_force {
            return Ok(Vec::new());
        }
        let rule = rules::read(consent, directory).map_err(|why| {
            Error::unprocessable("business-rule", format!("this consent cannot be carried out: {why}"))
                .at("Consent.provision")
        })?;
        Ok(rules::possible_users(&rule))
    }
}

fn of_one_person() -> Error {
    let text =
        "it is not clear whose consent this is: it names nobody, or several persons, or one who is not known here";
    Error::unprocessable("business-rule", text).at("Consent.patient")
}

fn of_one_scope() -> Error {
    let text = "a consent is about privacy, treatment (`treatment`) or advance directives (`adr`)";
    Error::unprocessable("business-rule", text).at("Consent.scope")
}

fn matches_version(record: &Record, if_match: Option<i64>) -> Result<(), Error> {
    match if_match {
        Some(0) => Err(Error::precondition("there is such a resource already")),
        Some(version) if version != record.version => {
            Err(Error::precondition("the version in If-Match is not the current one"))
        }
        _ => Ok(()),
    }
}

fn deletion(draft: &Draft, rtype: u16, version: i64, now: i64, person: PersonKey) -> Change {
    let current = draft.current.as_ref();
    Change {
        rid: current.map(|record| record.rid),
        rtype,
        id: draft.id.clone(),
        version,
        updated: now,
        method: Method::Delete,
        person,
        category: current.map_or(CONSENT, |record| record.category),
        labels: current.map_or(0, |record| record.labels),
        source: current.map_or(0, |record| record.source),
        period: current.and_then(|record| record.period),
        body: Bytes::new(),
        index: index::IndexRows::default(),
        policy_users: current
            .filter(|record| record.category == CONSENT && draft.rtype == "Consent")
            .map(|_| Vec::new()),
        handoff: Vec::new(),
    }
}

/// A resource as it is stored and sent.
fn bytes(resource: &Value) -> Result<Bytes, Error> {
    let mut bytes = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut bytes, resource).map_err(Error::internal)?;
    Ok(bytes.into())
}

/// The answer to a change.
fn answer(draft: &Draft, change: &Change) -> Written {
    let rtype = types::name(change.rtype);
    let stored = (change.method != Method::Delete).then(|| Stored {
        rtype,
        id: change.id.clone(),
        version: change.version,
        updated: change.updated,
        category: change.category,
        source: change.source,
        source_name: String::new(),
        body: change.body.clone(),
    });
    let gone = draft.current.as_ref().is_none_or(|record| record.deleted);
    let status = match change.method {
        Method::Delete => 204,
        _ if gone => 201,
        _ => 200,
    };
    Written { status, rtype, id: change.id.clone(), version: change.version, updated: change.updated, stored }
}

/// The answer to a draft that changes nothing.
fn found(draft: &Draft, directory: &Directory) -> Written {
    let rtype = types::number(&draft.rtype).map_or("Resource", types::name);
    match &draft.current {
        Some(record) => Written {
            status: 200,
            rtype,
            id: record.id.clone(),
            version: record.version,
            updated: record.updated,
            stored: Some(Stored::new(record.clone(), directory)),
        },
        None => Written { status: 204, rtype, id: draft.id.clone(), version: 0, updated: 0, stored: None },
    }
}
