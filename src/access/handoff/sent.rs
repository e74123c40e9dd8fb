//! What a sender may send: a handoff begins as a draft or a question, goes to an organisation of the region, and says who
//! it is about as a reference or not at all.

use serde_json::Value;
use spil_fhir_profiles::{bsn, compartment};

use crate::ctx::Actor;
use crate::error::Error;

use super::super::draft::Draft;
use super::super::{Access, Directory};
use super::{is_handoff, is_notice, owner};

/// States in which a handoff begins.
const FIRST: [&str; 2] = ["draft", "requested"];
/// Types of which a resource without a person can be a part of a handoff.
const NAMELESS: [&str; 2] = ["Task", "Composition"];

impl Access {
    /// Refuses a handoff that goes nowhere or begins in the middle, and a notice about nobody that tells who it is.
    pub(in super::super) fn may_send(&self, draft: &Draft, directory: &Directory) -> Result<(), Error> {
        let (Some(body), Actor::Organisation(_)) = (&draft.body, &self.ctx.actor) else { return Ok(()) };
        if draft.method.is_none() || !NAMELESS.contains(&draft.rtype.as_str()) {
            return Ok(());
        }
        let handoff = is_handoff(body);
        if handoff {
            may_begin(draft, body, directory)?;
        }
        let of_a_handoff = handoff || is_notice(&body["type"]);
        if of_a_handoff && compartment::patients(body).is_empty() && names_somebody(body) {
            let text = "a handoff without a patient goes to who may not know who it is about: it cannot hold a citizen \
                        service number";
            return Err(Error::unprocessable("business-rule", text).at(draft.rtype.clone()));
        }
        Ok(())
    }
}

fn may_begin(draft: &Draft, task: &Value, directory: &Directory) -> Result<(), Error> {
    let status = task["status"].as_str().unwrap_or_default();
    let new = draft.current.as_ref().is_none_or(|record| record.deleted);
    if new && !FIRST.contains(&status) {
        let text = "a handoff begins as `draft` or `requested`";
        return Err(Error::unprocessable("business-rule", text).at("Task.status"));
    }
    if status != "draft" && owner(task, directory).is_none() {
        let text = "a handoff is addressed to an organisation of the region, by reference or by URA number";
        return Err(Error::unprocessable("business-rule", text).at("Task.owner"));
    }
    Ok(())
}

/// Whether any text of it holds a citizen service number.
pub(super) fn names_somebody(value: &Value) -> bool {
    match value {
        Value::String(text) => bsn::find(text).is_some(),
        Value::Array(items) => items.iter().any(names_somebody),
        Value::Object(fields) => fields.values().any(names_somebody),
        _ => false,
    }
}
