//! A treatment with a medicine: its building blocks together, and how it stands today.

use super::super::Text;
use super::super::dates;
use super::super::record::Record;
use super::super::value::{key, kind, text};
use super::block::{Numbers, Part, Role, Stop, number, read};
use super::remarks;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How a treatment stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It runs.
    Current,
    /// It runs, but not for a while.
    Paused,
    /// It starts later.
    Soon,
    /// It ended.
    Stopped,
    /// The sources do not tell.
    Unclear,
}

/// One line of agreements of the same sort, with what stopped each.
#[derive(Clone)]
pub(super) struct Run<'a> {
    pub(super) part: Part<'a>,
    pub(super) state: State,
    pub(super) until: Option<Date>,
    pub(super) stop: Option<Stop>,
    pub(super) reason: Option<Text>,
}

/// A treatment with a medicine.
pub(super) struct Treatment<'a> {
    pub(super) state: State,
    /// What leads: the running agreement, else the next, else the last.
    pub(super) lead: Run<'a>,
    pub(super) runs: Vec<Run<'a>>,
    pub(super) remarks: Vec<Text>,
    pub(super) parts: Vec<Part<'a>>,
}

impl<'a> Treatment<'a> {
    /// The runs of one role, the newest first.
    pub(super) fn of(&self, role: Role) -> impl Iterator<Item = &Run<'a>> {
        self.runs.iter().filter(move |run| run.part.role == role)
    }

    /// The newest supply.
    pub(super) fn supplied(&self) -> Option<&Part<'a>> {
        self.parts.iter().filter(|part| part.role == Role::Supply).max_by_key(|part| dates::order(&part.made))
    }

    /// The newest request that the pharmacy has not answered yet.
    pub(super) fn waiting(&self) -> Option<&Part<'a>> {
        let newest = self.parts.iter().find(|part| part.role == Role::Request)?;
        let open = matches!(text(&newest.source.resource, "status"), Some("active" | "unknown" | "on-hold"));
        let answers = |part: &&Part<'a>| {
            part.role == Role::Supply
                && (part.follows.contains(&newest.key)
                    || (part.follows.is_empty() && dates::order(&part.made) >= dates::order(&newest.made)))
        };
        (open && !self.parts.iter().any(|part| answers(&part))).then_some(newest)
    }

    /// `Type/id` of the building blocks.
    pub(super) fn entries(&self) -> Vec<String> {
        self.parts.iter().map(|part| part.key.clone()).collect()
    }
}

/// All treatments worth showing, by name of the medicine.
pub(super) fn treatments<'a>(record: &Record<'a>) -> Vec<Treatment<'a>> {
    let mut numbers = Numbers::new();
    for source in record.sources.iter().filter(|source| kind(&source.resource).starts_with("Medication")) {
        let pair = number(&source.resource).zip(key(&source.resource));
        numbers.extend(pair.filter(|(number, _)| !numbers.contains_key(number)));
    }
    let parts: Vec<Part<'a>> = record.sources.iter().filter_map(|source| read(record, &numbers, source)).collect();
    let mut found: Vec<Treatment<'a>> = group(parts)
        .into_values()
        .filter_map(|parts| assemble(record.today, parts))
        .filter(|item| shown(record.today, item))
        .collect();
    found.sort_by_key(|item| (item.lead.part.name.nl.to_lowercase(), item.lead.part.key.clone()));
    remarks::across(&mut found);
    found
}

/// Blocks of one treatment together: by what the source says, by what follows what, else by medicine.
fn group(parts: Vec<Part<'_>>) -> BTreeMap<String, Vec<Part<'_>>> {
    let mut names: HashMap<String, String> =
        parts.iter().filter_map(|part| Some((part.key.clone(), part.treatment.clone()?))).collect();
    for _ in 0..4 {
        for part in &parts {
            if names.contains_key(&part.key) {
                continue;
            }
            let inherited = part.follows.iter().find_map(|key| names.get(key).cloned());
            names.extend(inherited.map(|name| (part.key.clone(), name)));
        }
    }
    let mut out: BTreeMap<String, Vec<Part<'_>>> = BTreeMap::new();
    for part in parts {
        let name = names.get(&part.key).cloned().unwrap_or_else(|| format!("medicine {}", part.medicine));
        out.entry(name).or_default().push(part);
    }
    out
}

/// What several sources hold under one business identifier counts once: as its own source has it, else the newest.
fn originals(parts: &mut Vec<Part<'_>>) {
    let mut seen = HashSet::new();
    parts.sort_by_key(|part| part.copied);
    parts.retain(|part| part.number.as_ref().is_none_or(|number| seen.insert((part.role, number.clone()))));
}

fn assemble(today: Date, mut parts: Vec<Part<'_>>) -> Option<Treatment<'_>> {
    parts.sort_by(newest_first);
    originals(&mut parts);
    parts.sort_by(newest_first);
    let mut runs = Vec::new();
    for role in [Role::Agreement, Role::Schedule, Role::Pharmacy, Role::Use] {
        runs.extend(resolve(today, parts.iter().filter(|part| part.role == role)));
    }
    if runs.is_empty() {
        runs.extend(parts.iter().filter(|part| part.role == Role::Supply).take(1).map(|part| supplied(today, part)));
    }
    let lead = [Role::Agreement, Role::Pharmacy, Role::Use, Role::Schedule, Role::Supply]
        .into_iter()
        .find_map(|role| leading(runs.iter().filter(|run| run.part.role == role)))?
        .clone();
    let mut out = Treatment { state: lead.state, lead, runs, remarks: Vec::new(), parts };
    if out.state == State::Unclear {
        out.state =
            out.runs.iter().map(|run| run.state).find(|state| *state != State::Unclear).unwrap_or(State::Unclear);
    }
    out.remarks = remarks::within(today, &out);
    Some(out)
}

fn newest_first(one: &Part<'_>, other: &Part<'_>) -> Ordering {
    dates::order(&other.made).cmp(&dates::order(&one.made)).then_with(|| one.key.cmp(&other.key))
}

/// Applies what stops to what is stopped. Blocks arrive with the newest first and leave so.
fn resolve<'p, 'a: 'p>(today: Date, parts: impl Iterator<Item = &'p Part<'a>>) -> Vec<Run<'a>> {
    let parts: Vec<&Part<'a>> = parts.collect();
    let (stops, plain): (Vec<&Part<'a>>, Vec<&Part<'a>>) =
        parts.iter().partition(|part| part.stopper && !stands_alone(part, &parts));
    let mut runs: Vec<Run<'a>> = Vec::new();
    for part in plain {
        let stopper = stops.iter().copied().find(|stop| stops_it(stop, part));
        let until = match stopper {
            Some(stop) => stop.until.or(stop.start).or_else(|| dates::day(&stop.made)),
            None => part.until,
        };
        let stop = stopper.map_or(part.stop, |found| found.stop);
        let mut run = Run {
            part: part.clone(),
            state: State::Unclear,
            until,
            stop,
            reason: stopper.map_or_else(|| part.stop_reason.clone(), |found| found.stop_reason.clone()),
        };
        run.state = state(today, &run);
        runs.push(run);
    }
    superseded(&mut runs);
    runs
}

/// A stop of which the agreement that it ends is not there.
fn stands_alone(stop: &Part<'_>, parts: &[&Part<'_>]) -> bool {
    !parts.iter().any(|part| stops_it(stop, part))
}

fn stops_it(stop: &Part<'_>, part: &Part<'_>) -> bool {
    if !stop.stopper || part.stopper {
        return false;
    }
    if stop.follows.contains(&part.key) {
        return true;
    }
    let earlier = dates::order(&part.made) <= dates::order(&stop.made);
    let prior = stop.part_follows_agreement(part.role);
    earlier && !prior && (stop.start.is_none() || part.start.is_none() || part.start <= stop.until.or(stop.start))
}

impl Part<'_> {
    /// Whether a stop names what it ends, so that nothing else is ended by it.
    fn part_follows_agreement(&self, role: Role) -> bool {
        let kind = match role {
            Role::Agreement | Role::Schedule | Role::Request => "MedicationRequest/",
            Role::Use => "MedicationStatement/",
            Role::Pharmacy | Role::Supply => "MedicationDispense/",
        };
        self.follows.iter().any(|key| key.starts_with(kind))
    }
}

fn state(today: Date, run: &Run<'_>) -> State {
    let begun = run.part.start.is_none_or(|start| start <= today);
    let over = run.until.is_some_and(|until| until < today);
    match run.stop {
        Some(Stop::Cancelled) => State::Stopped,
        Some(Stop::Paused) if run.until.is_none_or(|until| until <= today) => State::Paused,
        Some(Stop::Final) if run.until.is_none_or(|until| until <= today) => State::Stopped,
        _ if over || run.part.ended => State::Stopped,
        _ if !begun => State::Soon,
        _ => State::Current,
    }
}

/// A newer agreement that follows an older one, with the same start or later, takes its place.
fn superseded(runs: &mut [Run<'_>]) {
    for newer in 0..runs.len() {
        for older in newer + 1..runs.len() {
            let replaces = runs[newer].part.follows.contains(&runs[older].part.key);
            if !replaces || runs[older].state != State::Current || runs[newer].state != State::Current {
                continue;
            }
            runs[older].until = runs[newer].part.start.or_else(|| dates::day(&runs[newer].part.made));
            runs[older].state = State::Stopped;
            runs[older].stop = Some(Stop::Final);
        }
    }
}

/// A supply without any agreement shows that somebody had the medicine, not that it is in use.
fn supplied<'a>(today: Date, part: &Part<'a>) -> Run<'a> {
    let recent = dates::day(&part.made).is_some_and(|day| day >= dates::months_before(today, 6));
    Run {
        part: part.clone(),
        state: if recent { State::Unclear } else { State::Stopped },
        until: None,
        stop: None,
        reason: None,
    }
}

fn leading<'r, 'a: 'r>(runs: impl Iterator<Item = &'r Run<'a>>) -> Option<&'r Run<'a>> {
    let runs: Vec<&Run<'a>> = runs.collect();
    [State::Current, State::Paused, State::Soon, State::Unclear, State::Stopped]
        .into_iter()
        .find_map(|state| runs.iter().copied().find(|run| run.state == state))
}

/// Stopped treatments are shown for two months.
fn shown(today: Date, item: &Treatment<'_>) -> bool {
    if item.state != State::Stopped || item.runs.iter().any(|run| run.state != State::Stopped) {
        return true;
    }
    let ended = item.lead.until.or_else(|| dates::day(&item.lead.part.made));
    ended.is_some_and(|day| day >= dates::months_before(today, 2))
}
