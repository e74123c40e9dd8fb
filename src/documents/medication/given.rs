//! What was given to the patient (MTD), when it is asked for.

use super::super::present;
use super::super::record::{Record, origin};
use super::super::value::{SNOMED, concept, extension, first_text, key, list, text};
use super::super::view::{Cell, Section, Table};
use super::super::{Source, Text, dates};
use super::block::BASE;

/// Most lines: the newest.
const MOST: usize = 100;

/// The section on what was given in the last two months, the newest first.
pub(super) fn section(record: &Record<'_>) -> Section {
    let from = dates::months_before(record.today, 2);
    let mut found: Vec<(&str, &Source)> = record
        .all("MedicationAdministration")
        .filter_map(|source| Some((moment(source)?, source)))
        .filter(|(at, _)| dates::day(at).is_some_and(|day| day >= from))
        .collect();
    found.sort_by_key(|(at, source)| (std::cmp::Reverse(dates::order(at)), key(&source.resource)));
    found.truncate(MOST);
    let mut out = Section::new(("Toegediend in de afgelopen twee maanden", "Given in the last two months"));
    let mut table = Table::new(
        ("", ""),
        &[("Medicijn", "Medicine"), ("Wanneer", "When"), ("Hoeveel", "How much"), ("Door", "By"), ("Bron", "Source")],
    );
    table.rows = found.iter().map(|(at, source)| row(record, at, source)).collect();
    out.blocks.extend(table.block());
    out.entries = found.iter().filter_map(|(_, source)| key(&source.resource)).collect();
    out
}

fn moment(source: &Source) -> Option<&str> {
    first_text(&source.resource, &["effectiveDateTime", "effectivePeriod.start"])
}

fn row(record: &Record<'_>, at: &str, source: &Source) -> Vec<Cell> {
    let resource = &source.resource;
    let names = |holder: &serde_json::Value, reference: &serde_json::Value| record.name(holder, reference);
    let name = present::medication_of(resource, &names)
        .map_or_else(|| Text::new("Medicijn zonder naam", "Medicine without a name"), Text::same);
    let mut when = Cell::new(dates::readable_time(at));
    let agreed = extension(resource, &format!("{BASE}ext-MedicationAdministration2.AgreedDateTime"));
    let agreed = agreed.and_then(|found| text(found, "valueDateTime")).map(dates::readable_time);
    when = when
        .and(agreed.map(|agreed| Text::new(format!("Afgesproken: {}", agreed.nl), format!("Agreed: {}", agreed.en))));
    let given = first_text(resource, &["dosage.text"]).map(str::to_owned);
    let mut much =
        Cell::maybe(given.or_else(|| super::super::value::quantity(&resource["dosage"]["dose"])).map(Text::same));
    much.remarks.extend(otherwise(resource));
    let by = list(resource, "performer").iter().find_map(|item| record.name(resource, &item["actor"]));
    vec![Cell::new(name), when, much, Cell::maybe(by.map(Text::same)), Cell::new(origin(source))]
}

/// That it was not given, or not as agreed, and why.
fn otherwise(resource: &serde_json::Value) -> Option<Text> {
    let reason = extension(resource, &format!("{BASE}ext-MedicationAdministration2.ReasonForDeviation"))
        .and_then(|found| concept(&found["valueCodeableConcept"]))
        .or_else(|| list(resource, "statusReason").iter().find_map(concept));
    let withheld = matches!(text(resource, "status"), Some("not-done" | "stopped" | "on-hold"))
        || super::super::value::holds(resource, "statusReason", SNOMED, "410528006");
    let words = match (withheld, text(resource, "status")) {
        (true, Some("stopped")) => Text::new("Niet alles gegeven", "Not all given"),
        (true, _) => Text::new("Niet gegeven", "Not given"),
        (false, _) if reason.is_some() => Text::new("Anders dan afgesproken", "Not as agreed"),
        _ => return None,
    };
    Some(match reason {
        Some(why) => Text::new(format!("{}: {why}", words.nl), format!("{}: {why}", words.en)),
        None => words,
    })
}
