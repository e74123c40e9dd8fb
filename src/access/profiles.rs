//! The profiles and value sets that are installed, for the validator. It asks for one after the other and cannot wait; so it is
//! asked again, each time with what it missed the time before, until it misses nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;
use spil_fhir_profiles::profile::{Profiles, Structure, validate};
use spil_fhir_profiles::time::format_instant;
use spil_fhir_profiles::validate::Issue;

use crate::error::Error;
use crate::terminology::{Conformance, Membership};

use super::Access;

/// Most rounds of asking: as deep as profiles build on each other.
const ROUNDS: usize = 24;
/// Most definitions that one validation looks at.
const MOST: usize = 1_000;

/// Value set, system, code.
type Coded = (String, Option<String>, String);

/// What is known so far.
struct Held {
    now: String,
    bodies: HashMap<String, Arc<Value>>,
    structures: HashMap<String, Option<Arc<Structure>>>,
    codes: HashMap<Coded, Option<bool>>,
    /// What could not be read, and why.
    broken: BTreeMap<String, String>,
    missed: RefCell<(BTreeSet<String>, BTreeSet<Coded>)>,
}

impl Profiles for Held {
    fn structure(&self, url: &str) -> Option<Arc<Structure>> {
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
            now: format_instant(self.ctx.now),
            bodies: HashMap::new(),
            structures: HashMap::new(),
            codes: HashMap::new(),
            broken: BTreeMap::new(),
            missed: RefCell::default(),
        };
        held.missed.borrow_mut().0.extend(profiles.iter().map(|url| (*url).to_owned()));
        let mut issues = Vec::new();
        for _ in 0..ROUNDS {
            held.fill(&self.app.conformance).await?;
            issues = validate(resource, profiles, &held);
            let whole = held.missed.borrow().0.is_empty() && held.missed.borrow().1.is_empty();
            if whole || held.structures.len() + held.codes.len() > MOST {
                break;
            }
        }
        Ok((issues, held.broken))
    }
}

impl Held {
    /// Reads what was missed.
    async fn fill(&mut self, known: &Conformance) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let (structures, codes) = self.missed.take();
            if structures.is_empty() && codes.is_empty() && self.bodies.is_empty() {
                return Ok(());
            }
            for (value_set, system, code) in codes {
                let found = match known.membership(&value_set, system.as_deref(), &code).await? {
                    Membership::Yes(_) => Some(true),
                    Membership::No => Some(false),
                    Membership::Unknown(_) => None,
                };
                self.codes.insert((value_set, system, code), found);
            }
            for url in structures.into_iter().filter(|url| !self.bodies.contains_key(url)).collect::<Vec<_>>() {
                match known.structure_definition(&url).await? {
                    Some(body) => {
                        self.bodies.insert(url, body);
                    }
                    None => {
                        self.structures.insert(url, None);
                    }
                }
            }
            self.compile();
        }
        // What builds on itself is never whole.
        for url in std::mem::take(&mut self.bodies).into_keys() {
            self.broken.insert(url.clone(), "it builds on itself".to_owned());
            self.structures.insert(url, None);
        }
        Ok(())
    }

    /// Turns into rules what has all that it builds on.
    fn compile(&mut self) {
        let mut later = BTreeSet::new();
        for (url, body) in std::mem::take(&mut self.bodies) {
            let done = Structure::compile(&body, &*self);
            let missed = std::mem::take(&mut self.missed.borrow_mut().0);
            if !missed.is_empty() {
                later.extend(missed);
                self.bodies.insert(url, body);
                continue;
            }
            let done = done.map_err(|why| self.broken.insert(url.clone(), why)).ok();
            self.structures.insert(url, done.map(Arc::new));
        }
        later.retain(|url| !self.structures.contains_key(url) && !self.bodies.contains_key(url));
        self.missed.borrow_mut().0.extend(later);
    }
}
