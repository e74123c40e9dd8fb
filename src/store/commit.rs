//! One unit of work for the writer: what must still be true, what changes, and its audit records.

use bytes::Bytes;
use spil_fhir_profiles::index::IndexRows;

use super::sql::parameter::{DefinitionChange, IndexStep};
use super::tx::StoreError;
use super::value::Arg;

/// Everything that one request writes; all of it or nothing.
#[derive(Default)]
pub struct Commit {
    /// The versions that the changes were made against.
    pub expect: Vec<Expect>,
    /// Conditional searches that must still find what they found.
    pub checks: Vec<Check>,
    /// The state of each person's permissions that the request was judged by.
    pub policies: Vec<(i64, i64)>,
    /// New versions of resources.
    pub changes: Vec<Change>,
    /// Records of this pass.
    pub audits: Vec<AuditEntry>,
    /// The version of the set of search parameters that the rows were made by.
    pub parameters: Option<i64>,
    /// Changes of that set.
    pub definitions: Vec<DefinitionChange>,
    /// A step of the work on the index of a search parameter.
    pub step: Option<IndexStep>,
}

impl Commit {
    /// Its records, if it is nothing but records of persons that are known.
    pub fn only_records(&self) -> Option<&[AuditEntry]> {
        let Self { expect, checks, policies, changes, audits, parameters, definitions, step } = self;
        let nothing_else = expect.is_empty()
            && checks.is_empty()
            && policies.is_empty()
            && changes.is_empty()
            && parameters.is_none()
            && definitions.is_empty()
            && step.is_none();
        (nothing_else && audits.iter().all(|entry| entry.keys.is_empty())).then_some(audits)
    }
}

/// The current version of a resource, as the request saw it.
#[derive(Debug, Clone)]
pub struct Expect {
    /// Number of the resource type.
    pub rtype: u16,
    /// Id.
    pub id: String,
    /// Row and version (a deleted one too), or none when it never existed.
    pub current: Option<(i64, i64)>,
}

/// A search with its answer.
#[derive(Debug, Clone)]
pub struct Check {
    /// A statement whose first column is `rid`.
    pub sql: String,
    /// Its arguments.
    pub args: Vec<Arg>,
    /// The rows that it found, in any order.
    pub rids: Vec<i64>,
}

/// What happened, as kept in `history.method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// POST.
    Create = 0,
    /// PUT.
    Update = 1,
    /// DELETE.
    Delete = 2,
    /// PATCH.
    Patch = 3,
}

/// Whose data a resource is, known or still to be found by the writer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PersonKey {
    /// Nobody's.
    Nobody,
    /// Several persons', or somebody's who could not be found: the source only.
    Unclear,
    /// This person.
    Known(i64),
    /// The person with this BSN, made when absent.
    Bsn(String),
    /// The person of a `Patient` without BSN that this same commit makes, by its id.
    New(String),
}

/// A new version of a resource.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its row, or none for a new resource.
    pub rid: Option<i64>,
    /// Number of the resource type.
    pub rtype: u16,
    /// Id.
    pub id: String,
    /// Version, from 1.
    pub version: i64,
    /// `meta.lastUpdated`, ms.
    pub updated: i64,
    /// What happened.
    pub method: Method,
    /// Whose data.
    pub person: PersonKey,
    /// Number of the data category.
    pub category: u8,
    /// Labels of the consent engine: sensitive ones, and the categories of what is carried inside.
    pub labels: u32,
    /// Organisation whose system wrote it.
    pub source: i64,
    /// Clinical time, ms, half open.
    pub period: Option<(i64, i64)>,
    /// The JSON as it will be sent; empty for a deletion.
    pub body: Bytes,
    /// Search values; none for a deletion.
    pub index: IndexRows,
    /// For a privacy consent: whom it could permit, as kind and key of `policy_user`; the person's policy moves on.
    pub policy_users: Option<Vec<(i64, String)>>,
    /// For a handoff Task: what it lends out.
    pub handoff: Vec<Lent>,
    /// Whom it tells of what.
    pub telling: Telling,
}

/// Whom a change tells of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// For a `Subscription` or an `Endpoint`: who wants to be told from now on.
    pub subscriber: Option<Subscriber>,
    /// For a handoff `Task`: whom it concerns.
    pub news: Option<News>,
}

/// Of which handoffs somebody wants to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Those that are addressed to it.
    pub owner: bool,
    /// Those that it sent.
    pub requester: bool,
}

/// Who wants to be told of handoffs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// `Subscription/id` or `Endpoint/id`.
    pub target: String,
    /// The organisation.
    pub org: i64,
    /// Whether it is told of what happens from now on.
    pub active: bool,
    /// Whether it is called first, to see that it answers.
    pub shakes: bool,
    /// Of which handoffs.
    pub part: Part,
    /// After so many ms of silence it is called; 0 never.
    pub heartbeat: i64,
}

/// Whom a handoff concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The organisation that it is addressed to.
    pub owner: i64,
    /// The organisation that sent it.
    pub requester: i64,
    /// `Task/id`.
    pub focus: String,
}

/// What a handoff lends out to the organisation that it is addressed to. No resource is in two of one handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// The organisation.
    pub org: i64,
    /// Until when, ms.
    pub until: i64,
    /// The resources, by type and id.
    pub names: Vec<(u16, String)>,
}

/// One audit record before it is chained.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// When, ms.
    pub at: i64,
    /// Whose data; more than one for a search over several patients.
    pub persons: Vec<i64>,
    /// For resources of this same commit whose person is not known yet: their keys.
    pub keys: Vec<PersonKey>,
    /// The organisation that asked; 0 none.
    pub org: i64,
    /// Whether it was refused.
    pub refused: bool,
    /// Whether it was an emergency access.
    pub emergency: bool,
    /// The `AuditEvent` as JSON, without id and meta.
    pub body: String,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum CommitError {
    /// Something that was relied on has changed: judge and try again.
    Changed,
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
