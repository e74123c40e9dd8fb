//! Who may move a handoff from which state to which.

use serde_json::Value;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;

use super::super::{Access, asking};
use super::abort::is_abort;
use super::{URA, is_handoff};

/// The moves of the organisation that the handoff is addressed to.
const ADDRESSEE_MOVES: [(&str, &[&str]); 5] = [
    ("requested", &["received", "accepted", "rejected"]),
    ("received", &["accepted", "rejected"]),
    ("accepted", &["in-progress", "on-hold", "completed", "failed"]),
    ("in-progress", &["on-hold", "completed", "failed"]),
    ("on-hold", &["in-progress", "failed"]),
];

/// The moves of the sender. What is under way it ends only together with the other: see [`super::abort`].
const SENDER_MOVES: [(&str, &[&str]); 4] = [
    ("draft", &["requested", "cancelled"]),
    ("requested", &["cancelled"]),
    ("received", &["cancelled"]),
    ("accepted", &["cancelled"]),
];

/// What the addressee may change beside the status.
pub(super) const ADDRESSEE_ELEMENTS: [&str; 9] =
    ["status", "statusReason", "businessStatus", "note", "output", "executionPeriod", "lastModified", "meta", "text"];

/// Refuses a change of a `Task` by one who may not make it.
pub fn may_move(access: &Access, record: &Record, before: &Value, after: &Value) -> Result<(), Error> {
    if asking::is_ask(before) {
        return access.may_answer(record, before, after);
    }
    if matches!(access.ctx.actor, Actor::Hub) {
        return Ok(());
    }
    let owns = access.owns(record);
    if !owns && record.in_handoff && is_abort(before) && is_abort(after) {
        // Who may answer what is known with the handoff that it would end.
        return Ok(());
    }
    if !is_handoff(before) {
        return if owns { Ok(()) } else { Err(not_source()) };
    }
    let literal = before["owner"]["reference"].as_str().and_then(|text| text.strip_prefix("Organization/"));
    let addressee =
        access.ctx.org().is_some() && (literal == Some(access.organisation_id()) || is_ura(&before["owner"], access));
    let (from, to) = (before["status"].as_str().unwrap_or_default(), after["status"].as_str().unwrap_or_default());
    if owns {
        return allowed(&SENDER_MOVES, from, to, "the sender");
    }
    if !addressee {
        return Err(not_source());
    }
    let same = |key: &String| ADDRESSEE_ELEMENTS.contains(&key.as_str()) || before[key] == after[key];
    let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
    let unchanged = keys(before).into_iter().chain(keys(after)).flatten().all(|key| same(&key));
    // Labels close the handoff to others: they are the sender's.
    let relabelled = before["meta"]["security"] != after["meta"]["security"];
    if !unchanged || relabelled {
        let text = "the organisation that a handoff is addressed to can change only its status and what belongs to it";
        return Err(Error::unprocessable("business-rule", text).at("Task"));
    }
    if ["in-progress", "completed"].contains(&to) && before["for"].is_null() {
        let text = "the sender chooses first: until then it is not said who this is about";
        return Err(Error::unprocessable("business-rule", text).at("Task.status"));
    }
    allowed(&ADDRESSEE_MOVES, from, to, "the organisation that it is addressed to")
}

fn is_ura(owner: &Value, access: &Access) -> bool {
    owner["identifier"]["system"] == URA && owner["identifier"]["value"] == access.organisation_ura()
}

fn not_source() -> Error {
    Error::forbidden("only the source of this resource can change it")
}

pub(super) fn allowed(moves: &[(&str, &[&str])], from: &str, to: &str, who: &str) -> Result<(), Error> {
    let possible = moves.iter().find(|(state, _)| *state == from).map_or(&[][..], |(_, next)| *next);
    if from == to || possible.contains(&to) {
        return Ok(());
    }
    let text = format!("{who} cannot move a handoff from `{from}` to that status; possible: {}", possible.join(", "));
    Err(Error::unprocessable("business-rule", text).at("Task.status"))
}

impl Access {
    /// `Organization` id of the caller; empty for others.
    pub(crate) fn organisation_id(&self) -> &str {
        match &self.ctx.actor {
            Actor::Organisation(actor) => &actor.id,
            _ => "",
        }
    }

    /// URA number of the caller; empty for others.
    fn organisation_ura(&self) -> &str {
        match &self.ctx.actor {
            Actor::Organisation(actor) => &actor.ura,
            _ => "",
        }
    }
}
