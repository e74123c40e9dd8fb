//! Handoffs (eOverdracht): a `Task` of the sender, addressed to an organisation. Before that organisation accepts, it reads
//! the `Task` and the advance notice that it names; while the care is being taken over, all that it names; after that for
//! some days, and then nothing. Of a person all of this needs that the patient permits nursing data to the organisation.
//! A `Task` and a notice that name nobody need no permission, so that several organisations can be asked for a place
//! without learning who it is for.

mod abort;
mod moves;
mod reach;
mod sent;

use serde_json::Value;
use spil_fhir_profiles::compartment;
use spil_fhir_profiles::time::parse_range;

use crate::error::Error;
use crate::store::Record;
use crate::store::commit::Lent;

use super::draft::Draft;
use super::{Access, Directory, types};

pub use moves::may_move;

/// SNOMED code of a handoff `Task`.
const HANDOFF: &str = "308292007";
const URA: &str = "http://fhir.nl/fhir/NamingSystem/ura";
/// Codes of an advance notice (LOINC, SNOMED CT): `Task.input.type`, `Composition.type`.
const NOTICE: [&str; 2] = ["57830-2", "721915006"];

/// How long the `Task` itself stays readable to the addressee when it is over, ms.
const REMEMBERED: i64 = 366 * DAY;
const DAY: i64 = 24 * 3600 * 1000;

/// How far a handoff is, as to what it lends out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody but the sender sees it.
    Closed,
    /// It asks whether the other takes over.
    Asked,
    /// The other takes over.
    Running,
    /// The other has taken over.
    Done,
    /// It came to nothing.
    Off,
}

impl Phase {
    fn of(task: &Value) -> Self {
        match task["status"].as_str().unwrap_or_default() {
            "requested" | "received" => Self::Asked,
            "accepted" | "in-progress" | "on-hold" => Self::Running,
            "completed" => Self::Done,
            "rejected" | "cancelled" | "failed" => Self::Off,
            _ => Self::Closed,
        }
    }
}

/// Whether a `Task` is a handoff.
pub fn is_handoff(task: &Value) -> bool {
    let codings = task["code"]["coding"].as_array();
    task["resourceType"] == "Task" && codings.into_iter().flatten().any(|coding| coding["code"] == HANDOFF)
}

/// What a handoff lends out, with its first `Task` or a new version of it.
///
/// # Errors
/// When the database fails.
pub async fn lent(access: &Access, drafts: &[Draft], at: usize, directory: &Directory) -> Result<Vec<Lent>, Error> {
    let Some((draft, task)) = drafts.get(at).and_then(|draft| Some((draft, draft.body.as_ref()?))) else {
        return Ok(Vec::new());
    };
    if let Some(lent) = asked_to_end(access, draft, task, directory).await? {
        return Ok(lent);
    }
    let Some(org) = sent_to(task, directory) else { return Ok(Vec::new()) };
    let phase = Phase::of(task);
    let over = matches!(phase, Phase::Done | Phase::Off);
    let until = if over { access.ctx.now.saturating_add(REMEMBERED) } else { i64::MAX };
    let mut told = if phase == Phase::Off { Vec::new() } else { notices(task)? };
    told.push((types::number("Task")?, draft.id.clone()));
    let mut lent = vec![Lent { org, until, names: told }];
    let until = match phase {
        Phase::Running => ends(task),
        Phase::Done => completed(access, draft).await?.saturating_add(access.app.config.handoff.days_after * DAY),
        Phase::Asked | Phase::Off | Phase::Closed => return Ok(lent),
    };
    let mut names = names(access, drafts, at).await?;
    names.retain(|name| !lent[0].names.contains(name));
    lent.push(Lent { org, until, names });
    Ok(lent)
}

/// A question to end a handoff lends out itself; none when the draft is something else.
async fn asked_to_end(
    access: &Access,
    draft: &Draft,
    task: &Value,
    directory: &Directory,
) -> Result<Option<Vec<Lent>>, Error> {
    if access.would_end(task, access.source_of(draft)).await?.is_none() {
        return Ok(None);
    }
    let until = if abort::is_over(task) { access.ctx.now.saturating_add(REMEMBERED) } else { i64::MAX };
    let names = vec![(types::number("Task")?, draft.id.clone())];
    Ok(owner(task, directory).map(|org| vec![Lent { org, until, names }]))
}

/// The advance notices that a `Task` names.
fn notices(task: &Value) -> Result<Vec<(u16, String)>, Error> {
    let composition = types::number("Composition")?;
    let inputs = task["input"].as_array().into_iter().flatten();
    let mut named: Vec<(u16, String)> = inputs
        .filter(|input| is_notice(&input["type"]))
        .filter_map(|input| input["valueReference"]["reference"].as_str()?.strip_prefix("Composition/"))
        .map(|id| (composition, id.to_owned()))
        .collect();
    named.sort();
    named.dedup();
    Ok(named)
}

/// Whether a concept says that something is an advance notice.
fn is_notice(concept: &Value) -> bool {
    let mut codings = concept["coding"].as_array().into_iter().flatten();
    codings.any(|coding| NOTICE.iter().any(|code| coding["code"] == *code))
}

/// When what a running handoff names closes: at the end that the sender gave it, if any.
fn ends(task: &Value) -> i64 {
    let end = task["restriction"]["period"]["end"].as_str();
    end.and_then(parse_range).map_or(i64::MAX, |(_, end)| end)
}

/// When it was completed: a later note, or another version, makes it no younger.
async fn completed(access: &Access, draft: &Draft) -> Result<i64, Error> {
    let mut since = access.ctx.now;
    let is_done = |version: &Record| {
        serde_json::from_slice::<Value>(&version.body).is_ok_and(|task| Phase::of(&task) == Phase::Done)
    };
    let Some(current) = draft.current.as_ref().filter(|record| !record.deleted && is_done(record)) else {
        return Ok(since);
    };
    let versions = access.app.store.versions(current.rid, None).await?;
    for (version, _) in versions.iter().take_while(|(version, _)| is_done(version)) {
        since = version.updated;
    }
    Ok(since)
}

/// The organisation that a handoff is addressed to, once it was sent.
pub fn sent_to(task: &Value, directory: &Directory) -> Option<i64> {
    (is_handoff(task) && Phase::of(task) != Phase::Closed).then(|| owner(task, directory)).flatten()
}

/// The organisation that is told of a `Task`: of a handoff, or of a question to end one.
pub fn told_to(task: &Value, directory: &Directory) -> Option<i64> {
    if abort::is_abort(task) { owner(task, directory) } else { sent_to(task, directory) }
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
async fn names(access: &Access, drafts: &[Draft], at: usize) -> Result<Vec<(u16, String)>, Error> {
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
        let stored = access.app.store.current(types::number("Composition")?, &id, access.asker()).await?;
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
        elements.retain(|name, _| !moves::ADDRESSEE_ELEMENTS.contains(&name.as_str()));
    }
    task
}
