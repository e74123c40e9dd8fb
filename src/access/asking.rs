//! Asking a patient for permission: a `Task` of an organisation with code `ask-permission`, which the patient answers with a
//! choice of their own or with no. As long as nobody answers nothing is permitted.

use serde_json::Value;
use spil_consent::{Say, Target};
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::category::{CONSENT, SYSTEM as CATEGORIES};

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;

use super::draft::Draft;
use super::plan::Plan;
use super::{Access, handoff, types};

/// System of the code of such a `Task`, and of the types of its inputs.
pub const SYSTEM: &str = "https://spil.example/fhir/CodeSystem/task";
/// The code.
pub const CODE: &str = "ask-permission";
/// Type of an input: a category that is asked for.
pub const CATEGORY: &str = "category";

/// Most characters of the reason.
const LONGEST: usize = 1_000;
/// What the answer changes.
const ANSWER: [&str; 6] = ["status", "statusReason", "output", "lastModified", "meta", "text"];

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `Organization` id of who asks.
    pub organisation: String,
    /// Codes of the categories.
    pub categories: Vec<String>,
    /// Why, in the words of who asks.
    pub why: String,
    /// Until when the permission is asked, as FHIR has it.
    pub until: Option<String>,
}

/// Whether a `Task` asks for permission.
pub fn is_ask(task: &Value) -> bool {
    let codings = task["code"]["coding"].as_array().into_iter().flatten();
    task["resourceType"] == "Task" && codings.into_iter().any(|one| one["system"] == SYSTEM && one["code"] == CODE)
}

/// Reads what is asked.
///
/// # Errors
/// 422 with the element that is missing or not understood.
pub fn read(task: &Value) -> Result<Ask, Error> {
    let organisation = task["requester"]["reference"].as_str().and_then(|text| text.strip_prefix("Organization/"));
    let organisation = organisation.ok_or_else(|| wrong("requester", "the organisation that asks"))?;
    let why = task["description"].as_str().map(str::trim).filter(|why| (1..=LONGEST).contains(&why.chars().count()));
    let why =
        why.ok_or_else(|| wrong("description", "why it asks, in at most 1000 characters the patient understands"))?;
    let mut categories = Vec::new();
    for input in task["input"].as_array().into_iter().flatten() {
        let kind = codings(&input["type"]).find(|one| one["system"] == SYSTEM && one["code"] == CATEGORY);
        kind.ok_or_else(|| wrong("input.type", "`category`; nothing else can be asked"))?;
        let code = codings(&input["valueCodeableConcept"]).find(|one| one["system"] == CATEGORIES);
        let code = code.and_then(|one| one["code"].as_str()).filter(|code| Target::names(code));
        let code = code.ok_or_else(|| wrong("input.value", "a data category"))?;
        categories.push(code.to_owned());
    }
    if categories.is_empty() {
        return Err(wrong("input", "at least one data category"));
    }
    categories.sort();
    categories.dedup();
    let until = task["restriction"]["period"]["end"].as_str().map(str::to_owned);
    Ok(Ask { organisation: organisation.to_owned(), categories, why: why.to_owned(), until })
}

fn bsn(patient: &Value) -> Option<&str> {
    let mut all = patient["identifier"].as_array().into_iter().flatten();
    all.find(|one| one["system"] == BSN).and_then(|one| one["value"].as_str())
}

fn codings(concept: &Value) -> impl Iterator<Item = &Value> {
    concept["coding"].as_array().into_iter().flatten()
}

fn wrong(element: &'static str, what: &str) -> Error {
    let text = format!("a Task that asks for permission needs in `{element}`: {what}");
    Error::unprocessable("business-rule", text).at(format!("Task.{element}"))
}

impl Access {
    /// Refuses a second question while one is open, and what is no question that a patient can answer.
    pub(super) async fn may_ask(&self, plan: &mut Plan, drafts: &[Draft]) -> Result<(), Error> {
        let mut asked = 0;
        for draft in drafts.iter().filter(|draft| draft.rtype == "Task" && draft.method.is_some()) {
            self.may_open_review(draft).map_err(|error| draft.placed(error))?;
            let new = draft.current.as_ref().is_none_or(|record| record.deleted);
            if new && matches!(self.ctx.actor, Actor::Patient(_)) {
                return Err(draft.placed(Error::forbidden("a patient cannot write this type")));
            }
            let Some(task) = draft.body.as_ref().filter(|task| is_ask(task)) else { continue };
            if let Some(record) = draft.current.as_ref().filter(|record| !record.deleted)
                && is_ask(&serde_json::from_slice(&record.body).map_err(Error::internal)?)
            {
                continue;
            }
            asked += 1;
            self.new_question(plan, drafts, task, asked).await.map_err(|error| draft.placed(error))?;
        }
        Ok(())
    }

    async fn new_question(&self, plan: &mut Plan, drafts: &[Draft], task: &Value, asked: usize) -> Result<(), Error> {
        let ask = read(task)?;
        let Actor::Organisation(actor) = &self.ctx.actor else {
            return Err(Error::forbidden("only an organisation asks for permission"));
        };
        if ask.organisation != actor.id && !self.hands_over(task, &ask).await? {
            return Err(wrong(
                "requester",
                "the organisation that asks itself, or one that it hands the patient over to",
            ));
        }
        if task["status"] != "requested" {
            return Err(wrong("status", "`requested`"));
        }
        let patient = task["for"]["reference"].as_str().filter(|text| text.starts_with("Patient/"));
        let patient = patient.ok_or_else(|| wrong("for", "a literal reference to the Patient"))?;
        // A `Patient` that comes along is not stored yet: another of the same person may be.
        let new = drafts.iter().find(|draft| patient == format!("{}/{}", draft.rtype, draft.id));
        let number = new.and_then(|draft| draft.body.as_ref()).and_then(bsn);
        let open = [
            ("code", format!("{SYSTEM}|{CODE}")),
            ("status", "requested".to_owned()),
            match number {
                Some(number) => ("patient.identifier", format!("{BSN}|{number}")),
                None => ("patient", patient.to_owned()),
            },
        ]
        .map(|(name, value)| (name.to_owned(), value));
        if asked > 1 || self.one(plan, "Task", &open).await?.is_some() {
            let text =
                "this patient still has an open question of your organisation: wait for the answer, or cancel it";
            return Err(Error::unprocessable("business-rule", text).at("Task"));
        }
        Ok(())
    }

    /// Whether the question is for whom a handoff of the caller goes to, about the same patient: `focus` names that handoff.
    async fn hands_over(&self, question: &Value, ask: &Ask) -> Result<bool, Error> {
        let id = question["focus"]["reference"].as_str().and_then(|text| text.strip_prefix("Task/"));
        let Some(id) = id else { return Ok(false) };
        let found = self.app.store.current(types::number("Task")?, id, self.asker()).await?;
        let Some(found) = found.filter(|record| !record.deleted && self.owns(record)) else { return Ok(false) };
        let handoff: Value = serde_json::from_slice(&found.body).map_err(Error::internal)?;
        let directory = self.directory().await?;
        let to = handoff::sent_to(&handoff, &directory).and_then(|org| directory.get(org));
        let same =
            handoff["for"]["reference"].is_string() && handoff["for"]["reference"] == question["for"]["reference"];
        Ok(same && to.is_some_and(|org| org.id == ask.organisation))
    }

    /// Who may do what with a question: the organisation takes it back, the patient answers it.
    pub(super) fn may_answer(&self, record: &Record, before: &Value, after: &Value) -> Result<(), Error> {
        let keys = before.as_object().into_iter().chain(after.as_object()).flat_map(|map| map.keys());
        let same = keys.into_iter().all(|key| ANSWER.contains(&key.as_str()) || before[key] == after[key]);
        if !same {
            let text = "a question does not change: cancel it and ask another";
            return Err(Error::unprocessable("business-rule", text).at("Task"));
        }
        let (from, to) = (before["status"].as_str().unwrap_or_default(), after["status"].as_str().unwrap_or_default());
        let possible: &[&str] = match &self.ctx.actor {
            Actor::Patient(actor) if actor.person == record.person && actor.say != Say::Nothing => {
                &["completed", "rejected"]
            }
            Actor::Organisation(_) | Actor::Hub if self.owns(record) => &["cancelled"],
            Actor::Patient(_) | Actor::Organisation(_) | Actor::Hub => &[],
        };
        if from == to || (from == "requested" && possible.contains(&to)) {
            return Ok(());
        }
        let text = format!("a question goes from `requested` to {}", possible.join(" or "));
        Err(Error::unprocessable("business-rule", text).at("Task.status"))
    }

    /// The questions of organisations that wait for the patient's answer, with the `Task` and its version.
    ///
    /// # Errors
    /// When the database fails, or what is stored is not JSON.
    pub async fn questions(&self) -> Result<Vec<(String, i64, Ask)>, Error> {
        let task = types::name(types::number("Task")?);
        let kept = self.shelf(CONSENT, None, 500).await?.into_inner();
        let mut open = Vec::new();
        for stored in kept.items.iter().filter(|stored| stored.rtype == task) {
            let body = stored.value()?;
            if is_ask(&body) && body["status"] == "requested" {
                open.push((stored.id.clone(), stored.version, read(&body)?));
            }
        }
        Ok(open)
    }
}
