//! Transactions: all of it or nothing, in the order of the standard, with references between entries
//! (<https://hl7.org/fhir/R4/http.html#trules>).

use std::collections::{HashMap, HashSet, hash_map};

use crate::error::Error;
use crate::store::commit::Method;

use super::draft::Draft;
use super::links::{self, Links};
use super::plan::Plan;
use super::standing;
use super::write::{FREE_TRIES, Interaction, TRIES, TURN, Written};
use super::{Access, Released, Verb};

/// One write of a transaction.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the Bundle, for faults.
    pub at: usize,
    /// `Bundle.entry.fullUrl`, by which other entries refer to it.
    pub full_url: Option<String>,
    /// What is asked.
    pub interaction: Interaction,
}

impl Access {
    /// Does all writes in one commit. The answers are in the order of the entries.
    ///
    /// # Errors
    /// The fault of the first entry that cannot be done, with its place; then nothing was changed.
    pub async fn transaction(&self, entries: &[Entry]) -> Result<Released<Vec<Written>>, Error> {
        self.transaction_of(entries.to_vec(), || Ok(entries.to_vec())).await
    }

    /// The same for entries that are used up; `again` gives them once more when others were faster.
    ///
    /// # Errors
    /// As [`Self::transaction`], and what `again` refuses.
    pub async fn transaction_of(
        &self,
        entries: Vec<Entry>,
        again: impl Fn() -> Result<Vec<Entry>, Error> + Send + Sync,
    ) -> Result<Released<Vec<Written>>, Error> {
        let mut first = Some(entries);
        let mut turn = None;
        for tried in 0..TRIES {
            if tried == FREE_TRIES {
                turn = Some(TURN.lock().await);
            }
            let entries = first.take().map_or_else(&again, Ok)?;
            match self.try_transaction(entries).await {
                Ok(Some(written)) => return Ok(Released(written)),
                Ok(None) => {}
                // What stands already may have come to be while this was being read, one entry of it before and one after.
                Err(error) if error.status == 409 && tried == 0 => {}
                Err(error) => {
                    let pass = super::Pass::new(Verb::Transaction, None);
                    self.record(&pass.refuse(&format!("refused with {}", error.status))).await?;
                    return Err(error);
                }
            }
        }
        drop(turn);
        Err(Error::conflict("others kept changing the same data; try again"))
    }

    async fn try_transaction(&self, mut entries: Vec<Entry>) -> Result<Option<Vec<Written>>, Error> {
        let mut plan = Plan::default();
        let named: Vec<(&str, &str)> = entries.iter().filter_map(|entry| entry.interaction.place()).collect();
        self.read_ahead(&mut plan, &named).await?;
        let mut drafts = Vec::with_capacity(entries.len());
        for at in order(&entries) {
            let draft = self.draft(&mut plan, &mut entries[at].interaction).await;
            let draft = draft.map_err(|error| error.in_entry(entries[at].at))?;
            if let (Some(Method::Delete), Some(record)) = (draft.method, &draft.current) {
                plan.deleted.insert(record.rid);
            }
            drafts.push((at, draft));
        }
        self.align(&mut plan, &entries, &mut drafts).await?;
        distinct(&entries, &drafts)?;
        let places = places(&entries, &drafts);
        let mut resolved: HashMap<String, String> = HashMap::new();
        for (at, draft) in &mut drafts {
            let Some(body) = draft.body.as_mut().or(draft.posted.as_mut()) else { continue };
            for condition in links::conditional(body) {
                if let hash_map::Entry::Vacant(place) = resolved.entry(condition) {
                    let literal = self.resolve(&mut plan, place.key()).await;
                    place.insert(literal.map_err(|error| error.in_entry(entries[*at].at))?);
                }
            }
            Links { places: &places, resolved: &resolved }.rewrite(body, entries[*at].full_url.as_deref());
        }
        let positions: Vec<usize> = drafts.iter().map(|(at, _)| *at).collect();
        let drafts = drafts.into_iter().map(|(at, draft)| Draft { entry: Some(entries[at].at), ..draft }).collect();
        let Some(written) = self.finish(plan, drafts, Verb::Transaction).await? else { return Ok(None) };
        let mut ordered: Vec<(usize, Written)> = positions.into_iter().zip(written).collect();
        ordered.sort_by_key(|(at, _)| *at);
        Ok(Some(ordered.into_iter().map(|(_, written)| written).collect()))
    }

    /// The one resource that a conditional reference (`Patient?identifier=…`) means.
    async fn resolve(&self, plan: &mut Plan, condition: &str) -> Result<String, Error> {
        let (rtype, query) = condition.split_once('?').unwrap_or((condition, ""));
        let pairs = crate::http::query_pairs(query)?;
        match self.one(plan, rtype, &pairs).await? {
            Some(record) => Ok(format!("{rtype}/{}", record.id)),
            None => Err(Error::precondition("a conditional reference matches no resource")),
        }
    }
}

/// DELETE, POST, PUT and PATCH, as the standard orders them.
fn order(entries: &[Entry]) -> Vec<usize> {
    let rank = |entry: &Entry| match entry.interaction {
        Interaction::Delete { .. } | Interaction::ConditionalDelete { .. } => 0,
        Interaction::Create { .. } => 1,
        _ => 2,
    };
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| rank(&entries[*at]));
    order
}

/// A resource can change only once in a transaction, and one condition can make only one resource.
fn distinct(entries: &[Entry], drafts: &[(usize, Draft)]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let (mut conditions, mut marks) = (HashSet::new(), HashSet::new());
    for (at, draft) in drafts {
        let condition = match &entries[*at].interaction {
            Interaction::Create { if_none_exist: Some(pairs), .. }
            | Interaction::ConditionalUpdate { query: pairs, .. } => Some(pairs),
            _ => None,
        };
        if let Some(pairs) = condition.filter(|_| draft.method.is_some() && draft.current.is_none()) {
            let mut pairs: Vec<_> = pairs.iter().collect();
            pairs.sort();
            if !conditions.insert((&draft.rtype, pairs)) {
                let error = Error::bad_request("invalid", "two entries of a transaction have the same condition");
                return Err(error.in_entry(entries[*at].at));
            }
        }
        for mark in standing::marks(draft) {
            if !marks.insert(mark) {
                let error =
                    Error::bad_request("invalid", "two entries of a transaction have the same business identifier");
                return Err(error.in_entry(entries[*at].at));
            }
        }
        if draft.method.is_some() && !seen.insert((&draft.rtype, &draft.id)) {
            let error = Error::bad_request("invalid", "a transaction names the same resource twice");
            return Err(error.in_entry(entries[*at].at));
        }
    }
    Ok(())
}

/// What the full URLs of the entries become.
fn places(entries: &[Entry], drafts: &[(usize, Draft)]) -> HashMap<String, String> {
    let mut places = HashMap::new();
    for (at, draft) in drafts {
        if let Some(url) = &entries[*at].full_url {
            places.insert(url.clone(), format!("{}/{}", draft.rtype, draft.id));
        }
    }
    places
}
