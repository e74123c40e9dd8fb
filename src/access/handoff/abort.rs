//! Ending a handoff that is under way (NL COW: `CancellationRequest`). Before `in-progress` the sender cancels alone. From then on
//! others give care because of it: the sender asks with a `Task` of its own, code `abort`, whose `focus` is the handoff. Who
//! the handoff is addressed to accepts, and then the hub cancels the handoff in the same commit, or rejects, and it goes on.
//!
//! The question names no patient: it is lent to whom it is addressed to like a question for a place, and opens nothing else.

use serde_json::{Value, json};
use spil_fhir_profiles::compartment;
use spil_fhir_profiles::time::format_instant;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;
use crate::store::commit::Method;

use super::super::draft::{Draft, nothing};
use super::super::plan::Plan;
use super::super::{Access, types};
use super::{is_handoff, owner, sent};

const SYSTEM: &str = "http://hl7.org/fhir/CodeSystem/task-code";
const CODE: &str = "abort";
/// States of a handoff that only both can end.
const UNDER_WAY: [&str; 2] = ["in-progress", "on-hold"];
/// What an answer changes.
const ANSWER: [&str; 6] = ["status", "statusReason", "note", "lastModified", "meta", "text"];
/// The moves of whom it is asked.
const ANSWERS: [(&str, &[&str]); 2] =
    [("requested", &["received", "accepted", "rejected"]), ("received", &["accepted", "rejected"])];
/// The moves of who asks.
const TAKEN_BACK: [(&str, &[&str]); 2] = [("requested", &["cancelled"]), ("received", &["cancelled"])];

/// Whether a `Task` asks to end another.
pub fn is_abort(task: &Value) -> bool {
    let mut codings = task["code"]["coding"].as_array().into_iter().flatten();
    task["resourceType"] == "Task" && codings.any(|coding| coding["system"] == SYSTEM && coding["code"] == CODE)
}

/// Id of the `Task` that it would end.
fn focus(task: &Value) -> Option<&str> {
    task["focus"]["reference"].as_str()?.strip_prefix("Task/")
}

/// Whether such a question is over.
pub(super) fn is_over(task: &Value) -> bool {
    !TAKEN_BACK.iter().any(|(state, _)| task["status"] == *state)
}

impl Access {
    /// The handoff of `source` that a question would end; none where it is about something else.
    pub(super) async fn would_end(&self, task: &Value, source: i64) -> Result<Option<(Record, Value)>, Error> {
        let Some(id) = focus(task).filter(|_| is_abort(task)) else { return Ok(None) };
        let found = self.app.store.current(types::number("Task")?, id, self.asker()).await?;
        let Some(found) = found.filter(|record| !record.deleted && record.source == source) else { return Ok(None) };
        let body: Value = serde_json::from_slice(&found.body).map_err(Error::internal)?;
        Ok(is_handoff(&body).then_some((found, body)))
    }

    /// Refuses a question to end a handoff that cannot be asked, and an answer that cannot be given. Gives the handoffs that
    /// end with the drafts.
    pub(in super::super) async fn endings(&self, plan: &mut Plan, drafts: &[Draft]) -> Result<Vec<Draft>, Error> {
        let mut ended = Vec::new();
        for draft in drafts.iter().filter(|draft| draft.rtype == "Task" && draft.method.is_some()) {
            let Some(after) = &draft.body else { continue };
            if !is_abort(after) {
                continue;
            }
            let done = match draft.current.as_ref().filter(|record| !record.deleted) {
                Some(record) => self.again(plan, drafts, record, after).await,
                None => self.asked(plan, drafts, after, self.source_of(draft)).await.map(|()| None),
            };
            ended.extend(done.map_err(|error| draft.placed(error))?);
        }
        Ok(ended)
    }

    /// A new version of what asked to end something, or did not until now.
    async fn again(
        &self,
        plan: &mut Plan,
        drafts: &[Draft],
        record: &Record,
        after: &Value,
    ) -> Result<Option<Draft>, Error> {
        let before: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
        if let Some((_, handoff)) = self.would_end(&before, record.source).await? {
            return self.answered(plan, drafts, (record, &before, after), &handoff).await;
        }
        if !self.owns(record) {
            return Err(Error::forbidden("only the source of this resource can change it"));
        }
        self.asked(plan, drafts, after, record.source).await.map(|()| None)
    }

    /// A new question.
    async fn asked(&self, plan: &mut Plan, drafts: &[Draft], task: &Value, source: i64) -> Result<(), Error> {
        let Some((_, handoff)) = self.would_end(task, source).await? else { return Ok(()) };
        let Actor::Organisation(_) = &self.ctx.actor else { return Ok(()) };
        let status = handoff["status"].as_str().unwrap_or_default();
        if !UNDER_WAY.contains(&status) {
            return Err(wrong(
                "focus",
                "a handoff that is `in-progress` or `on-hold`; before that cancel it, after it nothing can",
            ));
        }
        if task["status"] != "requested" {
            return Err(wrong("status", "`requested`"));
        }
        let directory = self.directory().await?;
        if owner(task, &directory) != owner(&handoff, &directory) {
            return Err(wrong("owner", "whom the handoff is addressed to"));
        }
        if !task["for"].is_null() || !compartment::patients(task).is_empty() || sent::names_somebody(task) {
            return Err(wrong("for", "nobody: the handoff says who it is about"));
        }
        let id = focus(task).unwrap_or_default();
        let others = drafts.iter().filter_map(|draft| draft.body.as_ref().filter(|_| draft.method.is_some()));
        let again = others.filter(|other| is_abort(other) && focus(other) == Some(id)).count() > 1;
        let open = [
            ("code", format!("{SYSTEM}|{CODE}")),
            ("focus", format!("Task/{id}")),
            ("status", "requested,received".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        if again || self.one(plan, "Task", &open).await?.is_some() {
            return Err(wrong("focus", "a handoff of which this is not asked already"));
        }
        Ok(())
    }

    /// An answer, or that it is taken back. Gives the handoff as it ends.
    async fn answered(
        &self,
        plan: &mut Plan,
        drafts: &[Draft],
        (record, before, after): (&Record, &Value, &Value),
        handoff: &Value,
    ) -> Result<Option<Draft>, Error> {
        if matches!(self.ctx.actor, Actor::Hub) {
            return Ok(None);
        }
        let addressee = owner(before, &*self.directory().await?);
        if !self.owns(record) && (addressee.is_none() || addressee != self.ctx.org()) {
            return Err(Error::forbidden("only whom it is addressed to answers"));
        }
        let mut keys = before.as_object().into_iter().chain(after.as_object()).flat_map(|map| map.keys());
        let same = keys.all(|key| ANSWER.contains(&key.as_str()) || before[key] == after[key]);
        if !same || before["meta"]["security"] != after["meta"]["security"] {
            let text = "a question to end a handoff does not change: it is answered, or taken back";
            return Err(Error::unprocessable("business-rule", text).at("Task"));
        }
        if sent::names_somebody(after) {
            return Err(wrong("for", "nobody: the handoff says who it is about"));
        }
        let (from, to) = (before["status"].as_str().unwrap_or_default(), after["status"].as_str().unwrap_or_default());
        let moves: &[_] = if self.owns(record) { &TAKEN_BACK } else { &ANSWERS };
        super::moves::allowed(moves, from, to, "this organisation")?;
        if from == to || to != "accepted" {
            return Ok(None);
        }
        let id = focus(before).unwrap_or_default();
        if drafts.iter().any(|draft| draft.rtype == "Task" && draft.id == id && draft.method.is_some()) {
            let text = "the handoff is cancelled with the acceptance: leave it out of the transaction";
            return Err(Error::unprocessable("business-rule", text).at("Task"));
        }
        if !handoff["status"].as_str().is_some_and(|status| UNDER_WAY.contains(&status)) {
            let text = "the handoff is over already: reject this";
            return Err(Error::unprocessable("business-rule", text).at("Task.status"));
        }
        let current = self.expect(plan, "Task", id).await?;
        let mut body: Value = match &current {
            Some(current) => serde_json::from_slice(&current.body).map_err(Error::internal)?,
            None => return Err(Error::conflict("the handoff changed meanwhile; try again")),
        };
        body["status"] = json!("cancelled");
        body["lastModified"] = json!(format_instant(self.ctx.now));
        Ok(Some(Draft { current, method: Some(Method::Update), body: Some(body), ..nothing("Task", id) }))
    }
}

fn wrong(element: &'static str, what: &str) -> Error {
    let text = format!("a Task that asks to end a handoff needs in `{element}`: {what}");
    Error::unprocessable("business-rule", text).at(format!("Task.{element}"))
}
