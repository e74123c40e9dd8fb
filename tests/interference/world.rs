//! A world: who is there, what is stored by whom, what the patients have laid down, and who asks.

use serde_json::Value;
use spil_consent::{Category, CategorySet, Rule};

/// The moment at which the clock of every world stands; periods of consents lie around it.
pub const DAY: i64 = 86_400_000;
/// 2026-03-02T00:00:00Z.
pub const TODAY: i64 = 1_772_409_600_000;
/// How many people there are on a stage.
pub const PERSONS: usize = 4;

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The system of an organisation, by its kind.
    Org(&'static str),
    /// A patient.
    Patient(usize),
}

/// One state of a resource; without a body it is a deletion.
#[derive(Debug, Clone)]
pub struct Version {
    /// What was sent.
    pub body: Option<Value>,
    /// The category of the data that it is.
    pub category: Category,
    /// Its sensitive labels, and those of all that it carries.
    pub labels: u8,
    /// The categories of what it carries inside.
    pub carries: CategorySet,
    /// Its clinical time.
    pub period: Option<(i64, i64)>,
}

/// A resource with all its versions.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Resource type.
    pub rtype: &'static str,
    /// Id.
    pub id: String,
    /// Whose system wrote it.
    pub by: By,
    /// Oldest first.
    pub versions: Vec<Version>,
}

impl Thing {
    /// `Type/id`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.rtype, self.id)
    }

    /// The current version.
    pub fn now(&self) -> &Version {
        self.versions.last().expect("a version")
    }
}

/// A privacy consent of a person.
#[derive(Debug, Clone)]
pub struct Laid {
    /// Whose.
    pub person: usize,
    /// What it says.
    pub rule: Rule,
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Asker {
    /// An organisation or a patient.
    pub by: By,
    /// The purpose.
    pub purpose: &'static str,
    /// The professional.
    pub professional: Option<&'static str>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct World {
    /// What made it.
    pub seed: u64,
    /// What is stored, in the order of writing.
    pub things: Vec<Thing>,
    /// What the patients have laid down.
    pub consents: Vec<Laid>,
    /// Who asks.
    pub asker: Asker,
}

impl World {
    /// The newest text of everything that was not deleted, hidden or not.
    pub fn bodies(&self) -> Vec<Value> {
        self.things.iter().filter_map(|thing| thing.now().body.clone()).collect()
    }
}
