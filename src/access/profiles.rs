//! The profiles and value sets that are installed, for the validator. It asks for one after the other and cannot wait; so it is
//! asked again, each time with what it missed the time before, until it misses nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use moka::sync::Cache;
use serde_json::Value;
use spil_fhir_profiles::profile::{Profiles, Structure, validate};
use spil_fhir_profiles::time::format_instant;
use spil_fhir_profiles::validate::Issue;

use crate::error::Error;
use crate::store::Place;
use crate::terminology::{Conformance, Membership};

use super::Access;

/// The resource type of profiles.
const TYPE: &str = "StructureDefinition";
/// Most rounds of asking: as deep as profiles build on each other.
const ROUNDS: usize = 24;
/// Most definitions that one validation looks at.
const MOST: usize = 1_000;

/// Definitions that are held compiled.
const COMPILED: u64 = 500;

/// Value set, system, code.
type Coded = (String, Option<String>, String);
/// The rules that an address means; none when it means nothing that can be used.
type Rules = Option<Arc<Structure>>;

/// Compiled definitions, by row and version, with what each built on. It counts only while all of that is the same still:
/// what was written, installed or removed, here or by another server, is so seen by the next call.
pub struct ProfileCache(Cache<(i64, i64), Arc<Compiled>>);

impl Default for ProfileCache {
    fn default() -> Self {
        Self(Cache::new(COMPILED))
    }
}

/// What became of a definition.
struct Compiled {
    done: Result<Arc<Structure>, String>,
    /// The addresses that were asked for on the way, with the answers.
    on: Vec<(String, Rules)>,
}

/// A definition whose turn has not come yet.
struct Waiting {
    place: Place,
    held: Option<Arc<Compiled>>,
    body: Option<Arc<Value>>,
}

/// What is known so far.
struct Held<'a> {
    known: &'a Conformance,
    cache: &'a ProfileCache,
    now: String,
    waiting: HashMap<String, Waiting>,
    structures: HashMap<String, Rules>,
    codes: HashMap<Coded, Option<bool>>,
    /// What could not be read, and why.
    broken: BTreeMap<String, String>,
    missed: RefCell<(BTreeSet<String>, BTreeSet<Coded>)>,
    asked: RefCell<BTreeSet<String>>,
}

impl Profiles for Held<'_> {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
        self.asked.borrow_mut().insert(url.to_owned());
        let held = self.structures.get(url);
        if held.is_none() {
            self.missed.borrow_mut().0.insert(url.to_owned());
        }
        held.cloned().flatten()
    }

    fn code_in_value_set(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let key = (value_set.to_owned(), system.map(str::to_owned), code.to_owned());
        let held = self.codes.get(&key).copied();
        if held.is_none() {
            self.missed.borrow_mut().1.insert(key);
        }
        held.flatten()
    }

    fn now(&self) -> Option<&str> {
        Some(&self.now)
    }
}

impl Access {
    /// Everything that is wrong with a resource by R4, by the profiles named and by those that it claims; and which of the
    /// definitions that this needed cannot be read, and why. Definitions are open to everybody who signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conforms(
        &self,
        resource: &Value,
        profiles: &[&str],
    ) -> Result<(Vec<Issue>, BTreeMap<String, String>), Error> {
        let mut held = Held {
            known: &self.app.conformance,
            cache: &self.app.profiles,
            now: format_instant(self.ctx.now),
            waiting: HashMap::new(),
            structures: HashMap::new(),
            codes: HashMap::new(),
            broken: BTreeMap::new(),
            missed: RefCell::default(),
            asked: RefCell::default(),
        };
        held.missed.borrow_mut().0.extend(profiles.iter().map(|url| (*url).to_owned()));
        let mut issues = Vec::new();
        for _ in 0..ROUNDS {
            held.fill().await?;
            issues = validate(resource, profiles, &held);
            let whole = held.missed.borrow().0.is_empty() && held.missed.borrow().1.is_empty();
            if whole || held.structures.len() + held.codes.len() > MOST {
                break;
            }
        }
        Ok((issues, held.broken))
    }
}

impl Held<'_> {
    /// Reads what was missed.
    async fn fill(&mut self) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let (structures, codes) = self.missed.take();
            if structures.is_empty() && codes.is_empty() && self.waiting.is_empty() {
                return Ok(());
            }
            for (value_set, system, code) in codes {
                let found = match self.known.membership(&value_set, system.as_deref(), &code).await? {
                    Membership::Yes(_) => Some(true),
                    Membership::No => Some(false),
                    Membership::Unknown(_) => None,
                };
                self.codes.insert((value_set, system, code), found);
            }
            self.find(structures).await?;
            self.settle();
        }
        // What builds on itself is never whole.
        for url in std::mem::take(&mut self.waiting).into_keys() {
            self.broken.insert(url.clone(), "it builds on itself".to_owned());
            self.structures.insert(url, None);
        }
        Ok(())
    }

    /// Looks where definitions are, and reads those that are not held compiled.
    async fn find(&mut self, urls: BTreeSet<String>) -> Result<(), Error> {
        for url in urls.into_iter().filter(|url| !self.waiting.contains_key(url)).collect::<Vec<_>>() {
            let Some(place) = self.known.place(TYPE, &url).await? else {
                self.structures.insert(url, None);
                continue;
            };
            let held = self.cache.0.get(&(place.rid, place.version));
            self.waiting.insert(url, Waiting { place, held, body: None });
        }
        let known = self.known;
        let mut gone = Vec::new();
        for (url, one) in self.waiting.iter_mut().filter(|(_, one)| one.held.is_none() && one.body.is_none()) {
            match known.at(one.place.clone()).await? {
                Some(found) => one.body = Some(found.body),
                None => gone.push(url.clone()),
            }
        }
        for url in gone {
            self.waiting.remove(&url);
            self.structures.insert(url, None);
        }
        Ok(())
    }

    /// Turns into rules what has all that it builds on.
    fn settle(&mut self) {
        let mut later = BTreeSet::new();
        for (url, mut one) in std::mem::take(&mut self.waiting) {
            if let Some(held) = one.held.take() {
                let missing = |on: &&String| !self.structures.contains_key(*on);
                let missed: Vec<String> = held.on.iter().map(|(on, _)| on).filter(missing).cloned().collect();
                if !missed.is_empty() {
                    later.extend(missed);
                    one.held = Some(held);
                } else if held.on.iter().all(|(on, then)| same(&self.structures[on], then)) {
                    self.done(url, &held);
                    continue;
                }
            } else if let Some(compiled) = one.body.as_ref().and_then(|body| self.compile(body, &mut later)) {
                let compiled = Arc::new(compiled);
                self.cache.0.insert((one.place.rid, one.place.version), Arc::clone(&compiled));
                self.done(url, &compiled);
                continue;
            }
            self.waiting.insert(url, one);
        }
        later.retain(|url| !self.structures.contains_key(url) && !self.waiting.contains_key(url));
        self.missed.borrow_mut().0.extend(later);
    }

    /// The rules of a definition; none when something that it builds on was not read yet, which is then put down in `later`.
    fn compile(&self, body: &Value, later: &mut BTreeSet<String>) -> Option<Compiled> {
        self.asked.take();
        let done = Structure::compile(body, self);
        let missed = std::mem::take(&mut self.missed.borrow_mut().0);
        if !missed.is_empty() {
            later.extend(missed);
            return None;
        }
        let on = self.asked.take().into_iter().map(|url| (url.clone(), self.structures.get(&url).cloned().flatten()));
        Some(Compiled { done: done.map(Arc::new), on: on.collect() })
    }

    fn done(&mut self, url: String, compiled: &Compiled) {
        if let Err(why) = &compiled.done {
            self.broken.insert(url.clone(), why.clone());
        }
        self.structures.insert(url, compiled.done.as_ref().ok().cloned());
    }
}

/// Whether two addresses mean the very same rules.
fn same(left: &Rules, right: &Rules) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => Arc::ptr_eq(left, right),
        (None, None) => true,
        _ => false,
    }
}
