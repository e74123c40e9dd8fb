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
use crate::store::commit::{Change, Check, Expect, Method, PersonKey, Telling};

use super::draft::Draft;
use super::kind::Kind;
use super::write::Written;
use super::{Access, Directory, ParameterSet, Stored, abreast, handoff, meta, ownership, rules, standing, types};

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
    /// Checks drafts and makes their changes.
    pub(super) async fn complete(
        &self,
        drafts: Vec<Draft>,
        set: Arc<ParameterSet>,
    ) -> Result<Vec<(Written, Option<Change>)>, Error> {
        let directory = self.directory().await?;
        let drafts = abreast::each(drafts, Draft::checked).await?;
        self.keeps_claims(&drafts).await?;
        let persons = ownership::Persons::find(self, &drafts).await?;
        for draft in &drafts {
            self.may_send(draft, &directory).map_err(|error| draft.placed(error))?;
        }
        // Before any body is taken: a handoff names what other entries bring.
        let mut handoffs = Vec::with_capacity(drafts.len());
        for at in 0..drafts.len() {
            let telling = self.telling(&drafts[at], &directory).map_err(|error| drafts[at].placed(error))?;
            handoffs.push((handoff::lent(self, &drafts, at, &directory).await?, telling));
        }
        let mut work = Vec::with_capacity(drafts.len());
        for (draft, tells) in drafts.into_iter().zip(handoffs) {
            standing::agree(self, &persons, &draft).map_err(|error| draft.placed(error))?;
            let person = match draft.method {
                Some(_) => persons.of(self, &draft).map_err(|error| draft.placed(error))?,
                None => PersonKey::Nobody,
            };
            work.push((draft, person, tells));
        }
        let access = self.clone();
        let one = move |(mut draft, person, tells): (Draft, PersonKey, _)| {
            let Some(method) = draft.method else { return Ok((found(&draft, &directory), None)) };
            let change = access.change(&mut draft, method, person, (&directory, &set));
            let mut change = change.map_err(|error| draft.placed(error))?;
            (change.handoff, change.telling) = tells;
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
            telling: Telling::default(),
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
        telling: Telling::default(),
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
