//! What must be known at once: the agreement that counts for each usual treatment, who speaks for the patient, and by
//! which number. The same reading as in the whole plan, only shorter.

use super::super::present::{consent_answer, consent_treatment, contact_role};
use super::super::record::{Record, origin};
use super::super::value::{SNOMED, codes, human_name, list, text};
use super::super::view::Mark;
use super::super::{Input, Text, dates};
use super::directives::{ORDER, agreed_with, current_statements, standing};
use super::newest::Dated;
use super::people;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Roles of who may speak for the patient: by law, and in writing.
const SPEAKS: [&str; 2] = ["24", "310141000146103"];
/// Role of who is called first.
const FIRST: &str = "01";

/// How it stands with one treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// One thing was agreed.
    Agreed(Mark),
    /// Different agreements carry the same date.
    Contradictory,
    /// There was an agreement, and it holds no longer.
    Over,
    /// No agreement was found.
    Unknown,
}

/// What counts for one treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The treatment.
    pub treatment: Text,
    /// How it stands.
    pub stand: Stand,
    /// What was said with it.
    pub explained: Vec<Text>,
    /// When it was agreed; empty when it was not.
    pub date: Text,
    /// With whom, or who wrote it down; empty when nothing was agreed.
    pub with: Text,
}

/// Somebody to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// What this person is to the patient.
    pub role: Text,
    /// Telephone numbers, as they were written.
    pub phones: Vec<String>,
}

/// What must be known at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The usual treatments and all others of which something is agreed, the most urgent first.
    pub limits: Vec<Limit>,
    /// The day of a written statement against resuscitation; empty when it has none.
    pub statement: Option<Text>,
    /// Whether the patient decides alone.
    pub capable: Option<Text>,
    /// Who speaks for the patient, or else who is called first.
    pub contacts: Vec<Contact>,
}

/// The limits of treatment as they count now.
pub fn treatment_limits(input: &Input<'_>) -> Limits {
    let record = Record::new(input);
    let (current, past) = standing(&record);
    let mut found: BTreeMap<String, Limit> = BTreeMap::new();
    for same in current.chunk_by(|one, other| one.kind == other.kind) {
        found.insert(same[0].kind.clone(), limit(&record, same));
    }
    for (place, code) in ORDER.iter().enumerate() {
        let kind = format!("{place} {code}");
        let over = past.iter().any(|item| item.kind == kind);
        found.entry(kind).or_insert_with(|| nothing(code, over));
    }
    let statement = current_statements(&record)
        .into_iter()
        .filter(|source| codes(&source.resource, "provision.code").contains(&"NR"))
        .map(|source| text(&source.resource, "dateTime").map(dates::readable).unwrap_or_default())
        .next();
    Limits {
        limits: found.into_values().collect(),
        statement,
        capable: people::capable(&record),
        contacts: contacts(&record),
    }
}

fn nothing(code: &str, over: bool) -> Limit {
    let treatment =
        consent_treatment(&json!({"provision": {"code": [{"coding": [{"system": SNOMED, "code": code}]}]}}));
    let stand = if over { Stand::Over } else { Stand::Unknown };
    Limit { treatment, stand, explained: Vec::new(), date: Text::default(), with: Text::default() }
}

/// What counts for one treatment, of all agreements of its newest day.
fn limit(record: &Record<'_>, same: &[Dated<'_>]) -> Limit {
    let answers: Vec<(Mark, Text, Option<Text>)> =
        same.iter().map(|item| consent_answer(&item.source.resource)).collect();
    let agree = answers.iter().all(|(mark, ..)| *mark == answers[0].0);
    let (mut explained, mut with): (Vec<Text>, Vec<Text>) = (Vec::new(), Vec::new());
    for (item, (_, words, more)) in same.iter().zip(&answers) {
        let who = agreed_with(record, &item.source.resource).unwrap_or_else(|| origin(item.source));
        let line = if agree {
            more.clone()
        } else {
            let from = Text::join(&[words.clone(), origin(item.source)], ": ");
            Some(Text::join(&[from, more.clone().unwrap_or_default()], ". "))
        };
        explained.extend(line.filter(|line| !explained.contains(line)));
        if !with.contains(&who) {
            with.push(who);
        }
    }
    Limit {
        treatment: consent_treatment(&same[0].source.resource),
        stand: if agree { Stand::Agreed(answers[0].0) } else { Stand::Contradictory },
        explained,
        date: if same[0].date.is_empty() { Text::default() } else { dates::readable(&same[0].date) },
        with: Text::join(&with, "; "),
    }
}

/// Who speaks for the patient, each once; without anybody who does, who is called first.
fn contacts(record: &Record<'_>) -> Vec<Contact> {
    let now = |person: &Value| {
        let over = text(person, "period.end").and_then(dates::last_day).is_some_and(|end| end < record.today);
        person["active"].as_bool() != Some(false) && !over
    };
    let people: Vec<&Value> =
        record.all("RelatedPerson").map(|source| &source.resource).filter(|person| now(person)).collect();
    let with = |roles: &[&str]| {
        let mut found: Vec<Contact> = Vec::new();
        for person in &people {
            let held = codes(person, "relationship");
            let Some(role) = roles.iter().find(|role| held.contains(role)) else { continue };
            let name = human_name(list(person, "name")).unwrap_or_default();
            let contact = Contact { name, role: contact_role(role).unwrap_or_default(), phones: phones(person) };
            match found.iter_mut().find(|other| other.name == contact.name && other.role == contact.role) {
                Some(known) => {
                    let new = contact.phones.into_iter().filter(|phone| !known.phones.contains(phone));
                    let new: Vec<String> = new.collect();
                    known.phones.extend(new);
                }
                None => found.push(contact),
            }
        }
        found
    };
    let speak = with(&SPEAKS);
    if speak.is_empty() { with(&[FIRST]) } else { speak }
}

fn phones(person: &Value) -> Vec<String> {
    let current = list(person, "telecom").iter().filter(|item| text(item, "use") != Some("old"));
    let mut found: Vec<String> = Vec::new();
    for item in current.filter(|item| text(item, "system") == Some("phone")) {
        found.extend(text(item, "value").map(str::to_owned).filter(|value| !found.contains(value)));
    }
    found
}
