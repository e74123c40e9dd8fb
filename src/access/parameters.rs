//! The search parameters of this server: those of the standard, and the `SearchParameter` resources that it was given
//! (<https://hl7.org/fhir/R4/searchparameter.html>). The set is a value with a version; each write names the version that
//! its index rows were made by, so that no server writes rows by a set that another server has changed.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Value, json};
use spil_fhir_profiles::parameters::{self, Custom, Param, ParamKind, Parameters};
use tokio::sync::Notify;

use crate::error::{Error, Fault};
use crate::search::{Options, Problem, Query, parse};
use crate::store::sql::parameter::FIRST;
use crate::store::{DefinitionChange, ParameterState, Store, StoredParameter};

use super::draft::Draft;
use super::{Access, Pass, Released, Verb};

/// The resource type that defines search parameters.
pub(super) const TYPE: &str = "SearchParameter";

/// The set as it was at one moment.
#[derive(Debug, Default)]
pub struct ParameterSet {
    /// The number of the last change.
    pub version: i64,
    /// Those that can be asked for, and those that are only indexed yet.
    pub parameters: Parameters,
    /// Those that the server was given.
    pub stored: Vec<StoredParameter>,
}

impl ParameterSet {
    fn new(version: i64, stored: Vec<StoredParameter>) -> Self {
        let of = |states: &[ParameterState]| -> Vec<Param> {
            let chosen = stored.iter().filter(|one| states.contains(&one.state));
            chosen.filter_map(|one| Some(one.custom.as_ref()?.params(one.number))).flatten().collect()
        };
        let searched = of(&[ParameterState::Active]);
        let indexed = of(&[ParameterState::Requested, ParameterState::Indexing]);
        Self { version, parameters: Parameters::with(searched, &indexed), stored }
    }

    /// Those that are in force or will be.
    fn living(&self) -> impl Iterator<Item = &StoredParameter> {
        self.stored.iter().filter(|one| one.state != ParameterState::Removed)
    }

    /// Whether a query could name one that the server was given.
    fn is_named_by(&self, pairs: &[(String, String)]) -> bool {
        let may_move = |one: &&StoredParameter| i64::from(one.number) >= FIRST || one.state != ParameterState::Active;
        let codes = || self.stored.iter().filter(may_move).filter_map(|one| Some(one.custom.as_ref()?.code.as_str()));
        pairs.iter().any(|(name, value)| codes().any(|code| name.contains(code) || value.contains(code)))
    }
}

/// The set that this process holds.
pub struct ParameterCache {
    held: RwLock<Arc<ParameterSet>>,
    /// Told when there may be work on the index.
    pub(super) wake: Arc<Notify>,
}

impl ParameterCache {
    /// Reads the set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(store: &Store) -> Result<Self, Error> {
        let start = Arc::new(ParameterSet::new(0, Vec::new()));
        let cache = Self { held: RwLock::new(start), wake: Arc::default() };
        cache.refresh(store).await?;
        Ok(cache)
    }

    /// The set that is held.
    pub fn get(&self) -> Arc<ParameterSet> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The set as it is now; it is read again only when its version has moved.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, store: &Store) -> Result<Arc<ParameterSet>, Error> {
        let version = store.parameter_version().await?;
        let held = self.get();
        if held.version == version {
            return Ok(held);
        }
        let new = Arc::new(ParameterSet::new(version, store.search_parameters().await?));
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        self.wake.notify_one();
        Ok(new)
    }
}

impl Access {
    /// Reads a query with the set of this moment: one that names a parameter that the server was given, or an unknown one,
    /// looks whether another server has changed the set. Codes come in the place of what stands for them.
    pub(super) async fn read_query(
        &self,
        rtype: &str,
        pairs: &[(String, String)],
        options: &Options<'_>,
    ) -> Result<Result<Query, Vec<Problem>>, Error> {
        let mut read = self.read_by_set(rtype, pairs, options).await?;
        if let Ok(query) = &mut read {
            self.settle(query).await?;
        }
        Ok(read)
    }

    async fn read_by_set(
        &self,
        rtype: &str,
        pairs: &[(String, String)],
        options: &Options<'_>,
    ) -> Result<Result<Query, Vec<Problem>>, Error> {
        let mut set = self.app.parameters.get();
        if set.is_named_by(pairs) {
            set = self.app.parameters.refresh(&self.app.store).await?;
        }
        let read =
            |set: &ParameterSet| parse(rtype, pairs, &Options { parameters: &set.parameters, ..options.clone() });
        let first = read(&set);
        let unknown = |problems: &[Problem]| problems.iter().any(|problem| problem.code == "not-found");
        let misses = match &first {
            Ok(query) => unknown(&query.ignored),
            Err(problems) => unknown(problems),
        };
        let mut read_now = first;
        if misses {
            let now = self.app.parameters.refresh(&self.app.store).await?;
            if now.version != set.version {
                read_now = read(&now);
            }
        }
        if let Ok(query) = &mut read_now {
            self.settle(query).await?;
        }
        Ok(read_now)
    }

    /// What drafts change in the set; checked against the set and against each other.
    pub(super) fn definitions(set: &ParameterSet, drafts: &[Draft]) -> Result<Vec<DefinitionChange>, Error> {
        let mut changes: Vec<DefinitionChange> = Vec::new();
        for draft in drafts.iter().filter(|draft| draft.rtype == TYPE && draft.method.is_some()) {
            let held = set.living().find(|one| one.id == draft.id);
            let custom = match &draft.body {
                None => None,
                Some(body) => {
                    let moved = |id: &str| id == draft.id || changes.iter().any(|change| change.id == id);
                    let others = set.living().filter(|one| !moved(&one.id)).filter_map(|one| one.custom.as_ref());
                    let others: Vec<&Custom> =
                        others.chain(changes.iter().filter_map(|change| change.custom.as_ref())).collect();
                    Custom::read(body, &others).map_err(|faults| draft.placed(refusal(faults)))?
                }
            };
            if held.map(|one| one.custom.as_ref()) != custom.as_ref().map(Some) {
                changes.push(DefinitionChange { id: draft.id.clone(), custom });
            }
        }
        Ok(changes)
    }

    /// Whether the caller may say what can be searched: for everybody in the region, so a token must name the type, and a
    /// registration that allows every type (`*`) does not.
    pub(super) fn may_define(&self, letter: char) -> Result<(), Error> {
        let named = self.ctx.scopes.as_ref().is_none_or(|scopes| scopes.names(TYPE, letter));
        if named {
            return Ok(());
        }
        let text = "a search parameter holds for the whole region: only a system that the hub registered for \
                    `SearchParameter` by name may define it";
        Err(Error::forbidden(text))
    }

    /// How far the index of a `SearchParameter` is, as `Parameters`: `state`, `indexed`, `total`, and `fault` when it
    /// failed.
    ///
    /// # Errors
    /// 404 when there is none or it is nothing that this server was given; 403 for a caller who may not define one.
    pub async fn index_status(&self, id: &str) -> Result<Released<Value>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("{TYPE}/{id}/$index-status"));
        self.require(TYPE, 'r', &pass).await?;
        if let Err(error) = self.may_define('u') {
            self.record(&pass.refuse("scope")).await?;
            return Err(error);
        }
        let stored = self.app.store.search_parameters().await?;
        let Some(one) = stored.iter().rev().find(|one| one.id == id) else {
            self.record(&pass.refuse("absent")).await?;
            return Err(Error::not_found());
        };
        let status = self.status(one).await?;
        pass.count = 1;
        self.record(&pass).await?;
        Ok(Released(status))
    }

    async fn status(&self, one: &StoredParameter) -> Result<Value, Error> {
        let bases = one.custom.as_ref().map(|custom| custom.bases.clone()).unwrap_or_default();
        let (indexed, total) = self.app.store.indexed(&bases, one.done).await?;
        let indexed = if one.state == ParameterState::Active { total } else { indexed };
        let mut parameters = vec![
            json!({"name": "state", "valueCode": one.state.as_str()}),
            json!({"name": "indexed", "valueInteger": indexed}),
            json!({"name": "total", "valueInteger": total}),
        ];
        if let Some(fault) = &one.fault {
            parameters.push(json!({"name": "fault", "valueString": fault}));
        }
        Ok(json!({"resourceType": "Parameters", "parameter": parameters}))
    }
}

fn refusal(faults: Vec<parameters::Fault>) -> Error {
    let fault = |fault: parameters::Fault| Fault {
        code: fault.code,
        diagnostics: fault.text,
        expression: Some(fault.at.to_owned()),
    };
    Error::faults(422, faults.into_iter().map(fault).collect())
}

/// All numbers of a parameter with the kind of their values.
pub(super) fn numbers(custom: &Custom, first: u16) -> Vec<(u16, ParamKind)> {
    let mut numbers = Vec::new();
    for param in custom.params(first) {
        numbers.push((param.number, param.kind));
        numbers.extend(param.components.iter().map(|part| (part.number, part.kind)));
    }
    numbers
}
