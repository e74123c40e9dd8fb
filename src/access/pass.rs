//! One pass through the door, and the record that it leaves.

use std::collections::BTreeSet;

use spil_consent::Ground;

use crate::error::Error;
use crate::store::commit::{AuditEntry, Commit, CommitError, PersonKey};

use super::Access;
use super::audit_record::Kept;

/// What the caller did, as a code of `http://hl7.org/fhir/restful-interaction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Read the current version.
    Read,
    /// Read one version.
    Vread,
    /// Read the list of versions.
    History,
    /// Read the versions of a type.
    HistoryType,
    /// Read the versions of everything.
    HistorySystem,
    /// Search.
    Search,
    /// Create.
    Create,
    /// Update.
    Update,
    /// Patch.
    Patch,
    /// Delete.
    Delete,
    /// An operation, such as a document.
    Operation,
    /// Several writes at once.
    Transaction,
}

impl Verb {
    const ALL: [Self; 12] = [
        Self::Read,
        Self::Vread,
        Self::History,
        Self::HistoryType,
        Self::HistorySystem,
        Self::Search,
        Self::Create,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::Operation,
        Self::Transaction,
    ];

    /// The code of the interaction.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Vread => "vread",
            Self::History => "history-instance",
            Self::HistoryType => "history-type",
            Self::HistorySystem => "history-system",
            Self::Search => "search-type",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Operation => "operation",
            Self::Transaction => "transaction",
        }
    }

    /// The interaction with this code.
    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.code() == code)
    }

    /// `AuditEvent.action`.
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::Read | Self::Vread | Self::History => "R",
            Self::HistoryType | Self::HistorySystem | Self::Search | Self::Operation | Self::Transaction => "E",
            Self::Create => "C",
            Self::Update | Self::Patch => "U",
            Self::Delete => "D",
        }
    }
}

/// One pass through the door.
#[derive(Debug, Clone)]
pub struct Pass {
    /// What was done.
    pub verb: Verb,
    /// `Type/id` of the resource, or none for a search.
    pub target: Option<String>,
    /// Further resources of a transaction, as `Type/id`.
    pub others: Vec<String>,
    /// The search or operation as it was asked, names only where the values may name a person.
    pub query: Option<String>,
    /// Whose data: the log keeps each person once, and numbers that are no person not at all.
    pub persons: Vec<i64>,
    /// Persons that the same commit finds.
    pub keys: Vec<PersonKey>,
    /// Categories of what was released or written.
    pub categories: BTreeSet<u8>,
    /// How many resources were released.
    pub count: usize,
    /// On what ground.
    pub ground: Ground,
    /// The consent that decided, as `id/version`.
    pub consent: Option<String>,
    /// Refused, with the reason for the log.
    pub refused: Option<String>,
}

impl Pass {
    /// A pass that released or wrote nothing yet.
    pub fn new(verb: Verb, target: Option<String>) -> Self {
        Self {
            verb,
            target,
            others: Vec::new(),
            query: None,
            persons: Vec::new(),
            keys: Vec::new(),
            categories: BTreeSet::new(),
            count: 0,
            ground: Ground::None,
            consent: None,
            refused: None,
        }
    }

    /// The same pass, refused.
    #[must_use]
    pub fn refuse(mut self, why: &str) -> Self {
        self.refused = Some(why.to_owned());
        self
    }
}

impl Access {
    /// The record of a pass, for the commit that it is part of.
    pub(super) fn entry(&self, pass: &Pass) -> Result<AuditEntry, Error> {
        Ok(AuditEntry {
            at: self.ctx.now,
            persons: pass.persons.clone(),
            keys: pass.keys.clone(),
            org: self.org(),
            refused: pass.refused.is_some(),
            emergency: self.ctx.is_emergency(),
            body: Kept::of(&self.ctx, pass, &self.app.config.server.base).text()?,
        })
    }

    /// Puts the record of a pass that wrote nothing on disk.
    pub(super) async fn record(&self, pass: &Pass) -> Result<(), Error> {
        if self.ctx.is_emergency() && pass.refused.is_none() && pass.count > 0 {
            self.review(pass).await?;
        }
        let commit = Commit { audits: vec![self.entry(pass)?], ..Commit::default() };
        match self.app.store.commit(commit).await {
            Ok(()) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::Changed) => Err(Error::conflict("the record could not be kept; try again")),
        }
    }
}
