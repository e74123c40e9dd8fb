//! The organisations that take part, by number and by id.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use spil_consent::{HUB, PATIENT};

use crate::error::Error;
use crate::store::Store;

/// For how long a list of organisations may be used, ms.
const FRESH: i64 = 5_000;

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its number, from 10 on.
    pub org: i64,
    /// `Organization` id.
    pub id: String,
    /// URA number.
    pub ura: String,
    /// Kind: `gp`, `gp_post`, `hospital`, `vvt`, `pharmacy`, `mental_health`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// All organisations.
#[derive(Debug, Default)]
pub struct Directory {
    orgs: HashMap<i64, Org>,
    ids: HashMap<String, i64>,
    uras: HashMap<String, i64>,
    kinds: Arc<HashMap<String, Vec<i64>>>,
}

impl Directory {
    /// The organisation with a number.
    pub fn get(&self, org: i64) -> Option<&Org> {
        self.orgs.get(&org)
    }

    /// The organisation with an `Organization` id.
    pub fn by_id(&self, id: &str) -> Option<&Org> {
        self.ids.get(id).and_then(|org| self.get(*org))
    }

    /// The organisation with a URA number.
    pub fn by_ura(&self, ura: &str) -> Option<&Org> {
        self.uras.get(ura).and_then(|org| self.get(*org))
    }

    /// The kind of a data holder; empty for the hub and the patient.
    pub fn kind(&self, org: i64) -> &str {
        self.get(org).map_or("", |org| org.kind.as_str())
    }

    /// The name of a data holder as people know it.
    pub fn name(&self, org: i64) -> String {
        match org {
            HUB => "Spil".to_owned(),
            PATIENT => "uzelf".to_owned(),
            other => self.get(other).map_or_else(|| "onbekend".to_owned(), |org| org.name.clone()),
        }
    }

    /// All organisations in the order of their names.
    pub fn all(&self) -> Vec<&Org> {
        let mut all: Vec<&Org> = self.orgs.values().collect();
        all.sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    /// The numbers of the organisations per kind.
    pub fn by_kind(&self) -> Arc<HashMap<String, Vec<i64>>> {
        Arc::clone(&self.kinds)
    }

    fn new(orgs: Vec<Org>) -> Self {
        let mut directory = Self::default();
        let mut kinds: HashMap<String, Vec<i64>> = HashMap::new();
        for org in orgs {
            kinds.entry(org.kind.clone()).or_default().push(org.org);
            directory.ids.insert(org.id.clone(), org.org);
            directory.uras.insert(org.ura.clone(), org.org);
            directory.orgs.insert(org.org, org);
        }
        for numbers in kinds.values_mut() {
            numbers.sort_unstable();
        }
        directory.kinds = Arc::new(kinds);
        directory
    }
}

/// The list of organisations with the moment it was read and the number of changes it has seen.
#[derive(Default)]
pub struct DirectoryCache(RwLock<(i64, i64, Arc<Directory>)>);

impl DirectoryCache {
    /// The organisations, at most a few seconds old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, store: &Store, now: i64) -> Result<Arc<Directory>, Error> {
        let changes = store.directory_changes();
        {
            let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if held.0 != 0 && now.abs_diff(held.0) < FRESH.unsigned_abs() && held.1 == changes {
                return Ok(Arc::clone(&held.2));
            }
        }
        let orgs = store.organisations().await?.into_iter().map(|row| Org {
            org: row.org,
            id: row.id,
            ura: row.ura,
            kind: row.kind,
            name: row.name,
        });
        let directory = Arc::new(Directory::new(orgs.collect()));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (now, changes, Arc::clone(&directory));
        Ok(directory)
    }
}
