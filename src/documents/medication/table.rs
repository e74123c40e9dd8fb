//! The table of medicines.

use super::super::record::{Record, origin};
use super::super::value::{concept, extension, list, text};
use super::super::view::{Block, Cell, Table};
use super::super::{Text, dates};
use super::block::{BASE, Part, Role, Stop};
use super::treatment::{Run, State, Treatment};

/// The treatments as a table, in the order given.
pub(super) fn table(record: &Record<'_>, items: &[&Treatment<'_>]) -> Option<Block> {
    let mut table = Table::new(
        ("", ""),
        &[
            ("Medicijn", "Medicine"),
            ("Hoe te gebruiken", "How to use"),
            ("Vanaf", "From"),
            ("Tot", "Until"),
            ("Voorgeschreven door", "Prescribed by"),
            ("Apotheek", "Pharmacy"),
            ("Bron", "Source"),
        ],
    );
    table.rows = items.iter().map(|item| row(record, item)).collect();
    table.block()
}

fn row(record: &Record<'_>, item: &Treatment<'_>) -> Vec<Cell> {
    let lead = &item.lead;
    let mut name = Cell::new(lead.part.name.clone()).and(reason(lead));
    name.remarks.clone_from(&item.remarks);
    let mut sources: Vec<Text> = Vec::new();
    for part in &item.parts {
        let from = origin(part.source);
        if !sources.contains(&from) {
            sources.push(from);
        }
    }
    vec![
        name,
        dose(item),
        Cell::day(since(lead).unwrap_or_default()),
        until(lead),
        Cell::maybe(prescriber(record, item)),
        pharmacy(record, item),
        Cell::new(Text::join(&sources, ", ")),
    ]
}

fn reason(lead: &Run<'_>) -> Option<Text> {
    if lead.part.stop.is_some() || lead.part.ended {
        return None;
    }
    let words = list(&lead.part.source.resource, "reasonCode").iter().find_map(concept)?;
    Some(Text::new(format!("Voor: {words}"), format!("For: {words}")))
}

fn dose(item: &Treatment<'_>) -> Cell {
    let schedule =
        item.of(Role::Schedule).find(|run| run.state == State::Current).and_then(|run| run.part.dose.clone());
    let own = item.lead.part.dose.clone();
    let first = own.or_else(|| item.runs.iter().find_map(|run| run.part.dose.clone()));
    match schedule {
        Some(dose) if Some(&dose) != first.as_ref() => {
            Cell::new(Text::new(format!("Wisselend schema: {}", dose.nl), format!("Varying schedule: {}", dose.en)))
        }
        _ => Cell::maybe(first),
    }
}

fn since(run: &Run<'_>) -> Option<Text> {
    run.part
        .start
        .map(dates::words)
        .or_else(|| Some(&run.part.made).filter(|made| !made.is_empty()).map(|made| dates::readable(made)))
}

fn until(run: &Run<'_>) -> Cell {
    let how = match (run.state, run.stop) {
        (_, Some(Stop::Cancelled)) => Some(Text::new("Nooit gestart", "Never started")),
        (State::Paused, _) | (State::Stopped, Some(Stop::Paused)) => Some(Text::new("Tijdelijk gestopt", "Paused")),
        (State::Stopped, Some(Stop::Final)) => Some(Text::new("Definitief gestopt", "Stopped for good")),
        (State::Stopped, None) if run.until.is_some() => Some(Text::new("Afgelopen", "Ended")),
        (State::Stopped, None) => Some(Text::new("Gestopt, datum onbekend", "Stopped, date unknown")),
        (State::Current, Some(Stop::Final)) => Some(Text::new("Stopt dan", "Stops then")),
        (State::Current, Some(Stop::Paused)) => Some(Text::new("Pauzeert dan", "Pauses then")),
        _ => None,
    };
    let day = run.until.map(dates::words);
    let why =
        run.reason.as_ref().map(|reason| Text::new(format!("Reden: {}", reason.nl), format!("Reason: {}", reason.en)));
    match (day, how) {
        (Some(day), how) => Cell::day(day).and(how).and(why),
        (None, Some(how)) => Cell::new(how).and(why),
        (None, None) => Cell::default(),
    }
}

fn prescriber(record: &Record<'_>, item: &Treatment<'_>) -> Option<Text> {
    let agreed = std::iter::once(&item.lead.part).chain(&item.parts);
    let asked = |part: &Part<'_>| record.name(&part.source.resource, &part.source.resource["requester"]);
    let told = |part: &Part<'_>| {
        let found = extension(&part.source.resource, &format!("{BASE}ext-MedicationUse2.Prescriber"))?;
        record.name(&part.source.resource, &found["valueReference"])
    };
    let requests = |request: bool| agreed.clone().filter(move |part| (part.role == Role::Request) == request);
    let found = requests(false).find_map(asked).or_else(|| requests(true).find_map(asked));
    found.or_else(|| agreed.clone().find_map(told)).map(Text::same)
}

fn performer(record: &Record<'_>, part: &Part<'_>) -> Option<String> {
    let resource = &part.source.resource;
    list(resource, "performer").iter().find_map(|item| record.name(resource, &item["actor"]))
}

fn pharmacy(record: &Record<'_>, item: &Treatment<'_>) -> Cell {
    let supplied = item.supplied();
    let name = item.of(Role::Pharmacy).map(|run| &run.part).chain(supplied).find_map(|part| performer(record, part));
    let last = supplied
        .and_then(|part| text(&part.source.resource, "whenHandedOver"))
        .map(dates::readable)
        .map(|day| Text::new(format!("Laatst meegegeven: {}", day.nl), format!("Last handed over: {}", day.en)));
    let asked = item.waiting().map(|part| dates::readable(&part.made)).map(|day| {
        Text::new(
            format!("Recept van {}: nog niet meegegeven", day.nl),
            format!("Prescription of {}: not handed over yet", day.en),
        )
    });
    match name {
        Some(name) => Cell::new(Text::same(name)).and(last).and(asked),
        None if last.is_none() => Cell::maybe(asked),
        None => Cell::maybe(last).and(asked),
    }
}
