//! Definitions and terminology (<https://hl7.org/fhir/R4/terminology-service.html>): what is stored as `StructureDefinition`,
//! `ValueSet`, `CodeSystem`, `ConceptMap` …, found by canonical address, and what codes mean.
//!
//! Read in this order: [`Conformance`] (finding definitions), `system` (the concepts of a code system), `evaluate` (the codes of
//! a value set), then one file per operation. Only what is open to everybody who signed in is looked at; a question of a caller
//! goes through `access`, which keeps the record of it.
//!
//! What is not loaded is never guessed at: an answer that would need it is an error that names it.

mod canonical;
mod entry;
mod evaluate;
mod expand;
mod filter;
mod implied;
mod lookup;
mod member;
mod subsumes;
mod supplement;
mod system;
mod tokens;
mod translate;
mod validate;

use std::sync::Arc;

use moka::sync::Cache;
use serde_json::Value;
use spil_fhir_profiles::canonical::others;
use spil_fhir_profiles::definition::definitions;
use spil_fhir_profiles::parameters::parameters;

use crate::error::Error;
use crate::store::{Place, Store};

use expand::Held;
use system::System;

pub use entry::Entry;
pub use expand::Expand;
pub use lookup::Lookup;
pub use member::Membership;
pub use subsumes::Subsumes;
pub use translate::Translate;
pub use validate::{Coding, Validate};

/// Codes of expansions that are held ready.
const HELD_CODES: u64 = 100_000;
/// Bytes of definitions that are held ready.
const HELD: u64 = 8 << 20;

/// The definitions that the server knows.
pub struct Conformance {
    store: Store,
    held: Cache<(i64, i64), (u32, Arc<Value>)>,
    systems: Cache<(i64, i64), Arc<System>>,
    expansions: Cache<(i64, i64), Arc<Held>>,
}

/// Which definition is asked about.
#[derive(Debug, Clone)]
pub enum Target {
    /// That of a canonical address.
    Url(String),
    /// That with an id.
    Id(String),
    /// This one, which need not be stored.
    Body(Value),
}

/// A stored definition.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Where it is stored.
    pub place: Place,
    /// The resource.
    pub body: Arc<Value>,
}

impl Conformance {
    /// What is stored in `store`, and what others store there from now on.
    pub fn new(store: Store) -> Self {
        let count = |_: &(i64, i64), held: &Arc<Held>| u32::try_from(held.entries.len() + 1).unwrap_or(u32::MAX);
        let weigh = |_: &(i64, i64), (bytes, _): &(u32, Arc<Value>)| *bytes;
        Self {
            store,
            held: Cache::builder().max_capacity(HELD).weigher(weigh).build(),
            systems: Cache::new(1_000),
            expansions: Cache::builder().max_capacity(HELD_CODES).weigher(count).build(),
        }
    }

    /// The definition of a type that a canonical address (`url` or `url|version`) means; without a version the newest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definition(&self, rtype: &str, canonical: &str) -> Result<Option<Definition>, Error> {
        let Some(place) = self.place(rtype, canonical).await? else { return Ok(None) };
        self.at(place).await
    }

    /// The definition of a type with an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_id(&self, rtype: &str, id: &str) -> Result<Option<Definition>, Error> {
        let (Some(number), Some(version)) = (definitions().type_number(rtype), param(rtype, "version")) else {
            return Ok(None);
        };
        match self.store.definition(number, version, id).await? {
            Some(place) => self.at(place).await,
            None => Ok(None),
        }
    }

    /// The value set that a canonical address means, stored or implied; with row and version when it is stored.
    async fn value_set(&self, canonical: &str) -> Result<Option<(Arc<Value>, Option<(i64, i64)>)>, Error> {
        if let Some(found) = self.definition("ValueSet", canonical).await? {
            return Ok(Some((found.body, Some((found.place.rid, found.place.version)))));
        }
        let (url, version) = canonical::split(canonical);
        let implied = if version.is_none() { implied::value_set(url) } else { None };
        Ok(implied.map(|body| (Arc::new(body), None)))
    }

    /// The definition that is asked about.
    async fn target(&self, rtype: &str, target: &Target) -> Result<(Arc<Value>, Option<(i64, i64)>), Error> {
        match target {
            Target::Body(body) => Ok((Arc::new(body.clone()), None)),
            Target::Id(id) => {
                let found = self.by_id(rtype, id).await?.ok_or_else(Error::not_found)?;
                Ok((found.body, Some((found.place.rid, found.place.version))))
            }
            Target::Url(url) if rtype == "ValueSet" => self.value_set(url).await?.ok_or_else(|| unknown_value_set(url)),
            Target::Url(url) => match self.definition(rtype, url).await? {
                Some(found) => Ok((found.body, Some((found.place.rid, found.place.version)))),
                None => Err(Error::new(404, "not-found", format!("the {rtype} `{url}` is not known here")).at("url")),
            },
        }
    }

    /// Where the definition is that a canonical address means, also when it is stored under another name of the same.
    pub(crate) async fn place(&self, rtype: &str, canonical: &str) -> Result<Option<Place>, Error> {
        let (url, version) = canonical::split(canonical);
        let mut found = canonical::choose(self.places(rtype, "url", url).await?, version);
        for other in others(url) {
            // What the hub installed under any name goes before what somebody else wrote under this one.
            if found.as_ref().is_some_and(|place| place.source == 0) {
                break;
            }
            let place = canonical::choose(self.places(rtype, "url", &other).await?, version);
            found = place.filter(|place| found.is_none() || place.source == 0).or(found);
        }
        Ok(found)
    }

    /// Where the definitions are for which a uri parameter has this value.
    async fn places(&self, rtype: &str, code: &str, uri: &str) -> Result<Vec<Place>, Error> {
        let (Some(by), Some(version)) = (param(rtype, code), param(rtype, "version")) else { return Ok(Vec::new()) };
        Ok(self.store.definitions(by, version, uri).await?)
    }

    /// The definition that is stored there, if that version is still current.
    pub(crate) async fn at(&self, place: Place) -> Result<Option<Definition>, Error> {
        let key = (place.rid, place.version);
        if let Some((_, body)) = self.held.get(&key) {
            return Ok(Some(Definition { place, body }));
        }
        let Some(bytes) = self.store.definition_body(place.rid, place.version).await? else { return Ok(None) };
        let body: Arc<Value> = Arc::new(serde_json::from_slice(&bytes).map_err(Error::internal)?);
        self.held.insert(key, (u32::try_from(bytes.len()).unwrap_or(u32::MAX), Arc::clone(&body)));
        Ok(Some(Definition { place, body }))
    }
}

/// The number of a search parameter.
fn param(rtype: &str, code: &str) -> Option<u16> {
    parameters().get(rtype, code).map(|param| param.number)
}

fn unknown_value_set(canonical: &str) -> Error {
    Error::new(404, "not-found", format!("the value set `{canonical}` is not known here"))
}

fn not_loaded(url: &str, version: Option<&str>) -> Error {
    let of = version.map_or_else(String::new, |version| format!(" in version `{version}`"));
    Error::unprocessable("not-found", format!("the code system `{url}` is not loaded here{of}"))
}

fn incomplete(system: &System) -> Error {
    let text = format!("of the code system `{}` only a part is loaded here", system.url);
    Error::unprocessable("incomplete", text)
}
