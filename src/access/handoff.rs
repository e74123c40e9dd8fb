//! Handoffs (eOverdracht): a `Task` of the sender, addressed to an organisation. While it runs, what it names may be read
//! by the organisation that it is addressed to, if the patient permits nursing data to it. Who may move it from which
//! state to which is fixed here.

use serde_json::Value;
use spil_fhir_profiles::compartment;

use crate::error::Error;
use crate::store::Record;

use super::draft::Draft;
use super::{Access, Directory, asking, types};

/// SNOMED code of a handoff `Task`.
const HANDOFF: &str = "308292007";
const URA: &str = "http://fhir.nl/fhir/NamingSystem/ura";

/// States in which the addressee may read what the handoff names.
const RUNNING: [&str; 4] = ["requested", "received", "accepted", "in-progress"];

/// The moves of the organisation that the handoff is addressed to.
const ADDRESSEE_MOVES: [(&str, &[&str]); 4] = [
    ("requested", &["received", "accepted", "rejected"]),
    ("received", &["accepted", "rejected"]),
    ("accepted", &["in-progress", "completed", "failed"]),
    ("in-progress", &["completed", "failed"]),
];

/// The moves of the sender.
const SENDER_MOVES: [(&str, &[&str]); 6] = [
    ("draft", &["requested", "cancelled"]),
    ("requested", &["cancelled"]),
    ("received", &["cancelled"]),
    ("accepted", &["cancelled"]),
    ("in-progress", &["cancelled"]),
    ("on-hold", &["requested", "cancelled"]),
];

/// What the addressee may change beside the status.
const ADDRESSEE_ELEMENTS: [&str; 9] =
    ["status", "statusReason", "businessStatus", "note", "output", "executionPeriod", "lastModified", "meta", "text"];

/// Whether a `Task` is a handoff.
pub fn is_handoff(task: &Value) -> bool {
    let codings = task["code"]["coding"].as_array();
    task["resourceType"] == "Task" && codings.into_iter().flatten().any(|coding| coding["code"] == HANDOFF)
}

/// The organisation that a running handoff is addressed to.
pub fn addressed(draft: &Draft, directory: &Directory) -> Option<i64> {
    let body = draft.body.as_ref()?;
    let running = body["status"].as_str().is_some_and(|status| RUNNING.contains(&status));
    if running && is_handoff(body) { owner(body, directory) } else { None }
}

fn owner(task: &Value, directory: &Directory) -> Option<i64> {
    let owner = &task["owner"];
    let by_id = owner["reference"].as_str().and_then(|text| text.strip_prefix("Organization/"));
    if let Some(id) = by_id {
        return directory.by_id(id).map(|org| org.org);
    }
    let identifier = &owner["identifier"];
    let ura = identifier["value"].as_str().filter(|_| identifier["system"] == URA)?;
    directory.by_ura(ura).map(|org| org.org)
}

/// What a handoff names: the Task, what it refers to, and what the sections of its `Composition` refer to.
pub async fn names(access: &Access, drafts: &[Draft], at: usize) -> Result<Vec<(u16, String)>, Error> {
    let Some(task) = drafts.get(at) else { return Ok(Vec::new()) };
    let mut named = vec![("Task".to_owned(), task.id.clone())];
    named.extend(task.body.iter().flat_map(|body| compartment::references(&of_the_sender(body))));
    let compositions: Vec<String> =
        named.iter().filter(|(rtype, _)| rtype == "Composition").map(|(_, id)| id.clone()).collect();
    for id in compositions {
        let drafted = drafts.iter().find(|draft| draft.rtype == "Composition" && draft.id == id);
        if let Some(body) = drafted.and_then(|draft| draft.body.as_ref()) {
            named.extend(compartment::references(body));
            continue;
        }
        let stored = access.app.store.current(types::number("Composition")?, &id, access.org()).await?;
        if let Some(record) = stored.filter(|record| !record.deleted) {
            let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
            named.extend(compartment::references(&body));
        }
    }
    let mut numbers: Vec<(u16, String)> =
        named.into_iter().filter_map(|(rtype, id)| Some((types::number(&rtype).ok()?, id))).collect();
    numbers.sort();
    numbers.dedup();
    Ok(numbers)
}

/// A `Task` without what the addressee may write into it: nobody lends out data to itself.
fn of_the_sender(task: &Value) -> Value {
    let mut task = task.clone();
    if let Some(elements) = task.as_object_mut() {
        elements.retain(|name, _| !ADDRESSEE_ELEMENTS.contains(&name.as_str()));
    }
    task
}

/// Refuses a change of a `Task` by one who may not make it.
pub fn may_move(access: &Access, record: &Record, before: &Value, after: &Value) -> Result<(), Error> {
    if asking::is_ask(before) {
        return access.may_answer(record, before, after);
    }
    let owns = access.owns(record);
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
    allowed(&ADDRESSEE_MOVES, from, to, "the organisation that it is addressed to")
}

fn is_ura(owner: &Value, access: &Access) -> bool {
    owner["identifier"]["system"] == URA && owner["identifier"]["value"] == access.organisation_ura()
}

fn not_source() -> Error {
    Error::forbidden("only the source of this resource can change it")
}

fn allowed(moves: &[(&str, &[&str])], from: &str, to: &str, who: &str) -> Result<(), Error> {
    let possible = moves.iter().find(|(state, _)| *state == from).map_or(&[][..], |(_, next)| *next);
    if from == to || possible.contains(&to) {
        return Ok(());
    }
    let text = format!("{who} cannot move a handoff from `{from}` to that status; possible: {}", possible.join(", "));
    Err(Error::unprocessable("business-rule", text).at("Task.status"))
}

impl Access {
    /// `Organization` id of the caller; empty for others.
    fn organisation_id(&self) -> &str {
        match &self.ctx.actor {
            crate::ctx::Actor::Organisation(actor) => &actor.id,
            _ => "",
        }
    }

    /// URA number of the caller; empty for others.
    fn organisation_ura(&self) -> &str {
        match &self.ctx.actor {
            crate::ctx::Actor::Organisation(actor) => &actor.ura,
            _ => "",
        }
    }
}
