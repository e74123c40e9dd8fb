//! Single writes. Each is judged, checked and written as one commit; when something moved meanwhile it is judged again.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Mutex;

use crate::error::Error;
use crate::store::commit::{Commit, CommitError, Telling};

use super::absent::NOBODY;
use super::draft::Draft;
use super::patch::Patch;
use super::plan::Plan;
use super::{Access, Pass, Released, Stored, Verb, types};

/// How often a write is tried again because something it relied on moved.
pub(super) const TRIES: usize = 16;
/// After so many of them a write waits for its turn: many callers at one resource then come one after the other.
pub(super) const FREE_TRIES: usize = 3;
/// Whose turn it is among the writes that were beaten to it.
pub(super) static TURN: Mutex<()> = Mutex::const_new(());

/// One write as it was asked.
#[derive(Debug, Clone)]
pub enum Interaction {
    /// POST; `if_none_exist` is the decoded query of that header.
    Create {
        /// Resource type.
        rtype: String,
        /// The resource.
        body: Value,
        /// Condition.
        if_none_exist: Option<Vec<(String, String)>>,
    },
    /// PUT by id; creates when absent.
    Update {
        /// Resource type.
        rtype: String,
        /// Id.
        id: String,
        /// The resource.
        body: Value,
        /// Version that must be current; 0 for none at all.
        if_match: Option<i64>,
    },
    /// PUT by search.
    ConditionalUpdate {
        /// Resource type.
        rtype: String,
        /// Decoded query.
        query: Vec<(String, String)>,
        /// The resource.
        body: Value,
        /// Version that must be current; 0 for none at all.
        if_match: Option<i64>,
    },
    /// PATCH by id.
    Patch {
        /// Resource type.
        rtype: String,
        /// Id.
        id: String,
        /// The patch document.
        patch: Patch,
        /// Version that must be current; 0 for none at all.
        if_match: Option<i64>,
    },
    /// PATCH by search.
    ConditionalPatch {
        /// Resource type.
        rtype: String,
        /// Decoded query.
        query: Vec<(String, String)>,
        /// The patch document.
        patch: Patch,
        /// Version that must be current; 0 for none at all.
        if_match: Option<i64>,
    },
    /// DELETE by id.
    Delete {
        /// Resource type.
        rtype: String,
        /// Id.
        id: String,
        /// Version that must be current; 0 for none at all.
        if_match: Option<i64>,
    },
    /// DELETE by search.
    ConditionalDelete {
        /// Resource type.
        rtype: String,
        /// Decoded query.
        query: Vec<(String, String)>,
    },
}

impl Interaction {
    /// Resource type, and the letter of SMART scopes that it needs.
    pub fn needs(&self) -> (&str, char) {
        match self {
            Self::Create { rtype, .. } => (rtype, 'c'),
            Self::Update { rtype, .. }
            | Self::ConditionalUpdate { rtype, .. }
            | Self::Patch { rtype, .. }
            | Self::ConditionalPatch { rtype, .. } => (rtype, 'u'),
            Self::Delete { rtype, .. } | Self::ConditionalDelete { rtype, .. } => (rtype, 'd'),
        }
    }

    /// Type and id of what it changes, where it names that.
    pub(super) fn place(&self) -> Option<(&str, &str)> {
        match self {
            Self::Update { rtype, id, .. } | Self::Patch { rtype, id, .. } | Self::Delete { rtype, id, .. } => {
                Some((rtype, id))
            }
            _ => None,
        }
    }

    /// The resource that it brings.
    pub fn body(&self) -> Option<&Value> {
        match self {
            Self::Create { body, .. } | Self::Update { body, .. } | Self::ConditionalUpdate { body, .. } => Some(body),
            _ => None,
        }
    }

    /// What it is in the log.
    pub(super) fn verb(&self) -> Verb {
        match self {
            Self::Create { .. } => Verb::Create,
            Self::Update { .. } | Self::ConditionalUpdate { .. } => Verb::Update,
            Self::Patch { .. } | Self::ConditionalPatch { .. } => Verb::Patch,
            Self::Delete { .. } | Self::ConditionalDelete { .. } => Verb::Delete,
        }
    }
}

/// What a write did.
#[derive(Debug, Clone)]
pub struct Written {
    /// 201 created, 200 updated or found, 204 deleted.
    pub status: u16,
    /// Resource type.
    pub rtype: &'static str,
    /// Id; empty when a conditional deletion found nothing.
    pub id: String,
    /// Version that is current now; 0 for none.
    pub version: i64,
    /// Its moment, ms.
    pub updated: i64,
    /// The resource as it is now; none when it was deleted.
    pub stored: Option<Stored>,
}

impl Access {
    /// Does one write.
    ///
    /// # Errors
    /// 4xx with the reason; then nothing was changed.
    pub async fn write(&self, interaction: Interaction) -> Result<Released<Written>, Error> {
        let mut turn = None;
        for tried in 0..TRIES {
            if tried == FREE_TRIES {
                turn = Some(TURN.lock().await);
            }
            let mut plan = Plan::default();
            let drafted = self.draft(&mut plan, &mut interaction.clone()).await;
            let done = match drafted {
                Ok(draft) => self.finish(plan, vec![draft], interaction.verb()).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(Some(mut written)) => {
                    return written.pop().map(Released).ok_or_else(|| Error::internal("nothing was written"));
                }
                Ok(None) => {}
                Err(error) => return Err(self.refused(&interaction, error).await?),
            }
        }
        drop(turn);
        Err(Error::conflict("others kept changing the same data; try again"))
    }

    /// Leaves the record of a refused write.
    pub(super) async fn refused(&self, interaction: &Interaction, error: Error) -> Result<Error, Error> {
        let (rtype, _) = interaction.needs();
        let mut pass = Pass::new(interaction.verb(), None);
        if let Some((_, id)) = interaction.place() {
            let current = self.app.store.current(types::number(rtype)?, id, self.asker()).await?;
            pass.persons = vec![current.map_or(NOBODY, |record| record.person)];
            pass.target = Some(format!("{rtype}/{id}"));
        } else {
            pass.target = Some(rtype.to_owned());
        }
        self.record(&pass.refuse(&format!("refused with {}", error.status))).await?;
        Ok(error)
    }

    /// Completes drafts and commits them; none when something moved meanwhile.
    pub(super) async fn finish(
        &self,
        mut plan: Plan,
        mut drafts: Vec<Draft>,
        verb: Verb,
    ) -> Result<Option<Vec<Written>>, Error> {
        let directory = self.directory().await?;
        let asked = drafts.len();
        let closings = self.closings(&mut plan, &drafts).await?;
        drafts.extend(closings);
        let ended = self.endings(&mut plan, &drafts).await?;
        drafts.extend(ended);
        self.may_ask(&mut plan, &drafts).await?;
        let mut pass = Pass::new(verb, None);
        let mut written = Vec::with_capacity(drafts.len());
        let set = self.app.parameters.get();
        let definitions = Self::definitions(&set, &drafts)?;
        let complete = self.complete(drafts, Arc::clone(&set)).await?;
        for (mut answer, change) in complete {
            if !answer.id.is_empty() {
                pass.others.push(format!("{}/{}", answer.rtype, answer.id));
            }
            if let Some(change) = &change {
                pass.keys.push(change.person.clone());
                pass.categories.insert(change.category);
            }
            if let Some(stored) = &answer.stored
                && change.is_none()
            {
                pass.categories.insert(stored.category);
            }
            pass.count += 1;
            if let Some(stored) = &mut answer.stored {
                stored.source_name = directory.name(stored.source);
            }
            written.push(answer);
            plan.changes.extend(change);
        }
        // What moved along with it is in the record, and nobody asked for it.
        written.truncate(asked);
        pass.target = if pass.others.is_empty() { None } else { Some(pass.others.remove(0)) };
        pass.ground = spil_consent::Ground::Own;
        // Who moves another's handoff gets it back, and what a condition found is somebody's too.
        self.hush(written.iter_mut().filter_map(|answer| answer.stored.as_mut())).await?;
        let commit = Commit {
            expect: plan.expect,
            checks: plan.checks,
            policies: plan.policies,
            changes: plan.changes,
            audits: vec![self.entry(&pass)?],
            parameters: Some(set.version),
            definitions,
            step: None,
        };
        let tells = commit.changes.iter().any(|change| change.telling != Telling::default());
        let reloads = commit.changes.iter().any(|change| change.policy_users.is_some());
        let defines = !commit.definitions.is_empty();
        match self.app.store.commit(commit).await {
            Ok(()) => {
                if defines {
                    self.app.parameters.refresh(&self.app.store).await?;
                }
                if tells {
                    self.app.telling.notify_one();
                }
                if reloads {
                    tracing::info!(request = %self.ctx.request_id, "permissions of a person changed");
                }
                Ok(Some(written))
            }
            Err(CommitError::Changed) => {
                self.app.parameters.refresh(&self.app.store).await?;
                Ok(None)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
