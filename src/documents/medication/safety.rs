//! What to take care of when giving medicines: allergies, contra-indications, weight, height, kidneys.

use super::super::record::{Record, origin};
use super::super::rows;
use super::super::value::{LOINC, SNOMED, coded, codes, first_text, holds, key, text};
use super::super::view::{Block, Cell, Section, Table};
use super::super::{Source, Text, dates, present};

/// Codes of body weight.
pub(super) const WEIGHT: &[&str] = &["29463-7", "3141-9", "8335-2"];
/// Codes of body height.
pub(super) const HEIGHT: &[&str] = &["8302-2", "8306-3", "8308-9"];
/// Codes of how well the kidneys work.
const KIDNEYS: &[&str] =
    &["62238-1", "33914-3", "48642-3", "48643-1", "50210-4", "69405-9", "77147-7", "88294-4", "98979-8"];

/// The section on safe use.
pub(super) fn section(record: &Record<'_>) -> Section {
    let mut out = Section::new(("Let op bij medicijnen", "Take care with medicines"));
    out.sections = vec![allergies(record), contra_indications(record), measures(record)];
    out
}

fn active(source: &Source) -> bool {
    let clinical = codes(&source.resource, "clinicalStatus");
    !clinical.contains(&"inactive")
        && !clinical.contains(&"resolved")
        && !codes(&source.resource, "verificationStatus").contains(&"refuted")
}

fn allergies(record: &Record<'_>) -> Section {
    let found: Vec<&Source> = record.all("AllergyIntolerance").filter(|source| active(source)).collect();
    let code = Some((LOINC, "48765-2", "Allergies and adverse reactions Document"));
    let mut out = rows::section(record, Text::new("Allergieën", "Allergies"), code, &found);
    if found.is_empty() {
        out.blocks.push(Block::Paragraph(Text::new(
            "In de gegevens die hier te zien zijn, staat geen allergie.",
            "The data that can be seen here holds no allergy.",
        )));
    }
    out
}

fn contra_indications(record: &Record<'_>) -> Section {
    let found: Vec<&Source> = record
        .all("Flag")
        .filter(|source| holds(&source.resource, "category", SNOMED, "140401000146105"))
        .filter(|source| text(&source.resource, "status") == Some("active"))
        .filter(|source| {
            text(&source.resource, "period.end").and_then(dates::last_day).is_none_or(|end| end >= record.today)
        })
        .collect();
    rows::section(record, Text::new("Andere redenen om op te letten", "Other reasons to take care"), None, &found)
}

fn measures(record: &Record<'_>) -> Section {
    let mut table =
        Table::new(("", ""), &[("Meting", "Measurement"), ("Waarde", "Value"), ("Datum", "Date"), ("Bron", "Source")]);
    let mut out = Section::new(("Laatste metingen", "Latest measurements"));
    let wanted: [(&[&str], Text); 3] = [
        (WEIGHT, Text::new("Gewicht", "Weight")),
        (HEIGHT, Text::new("Lengte", "Height")),
        (KIDNEYS, Text::new("Werking van de nieren (eGFR)", "Kidney function (eGFR)")),
    ];
    for (wanted, title) in wanted {
        let Some((source, day, value)) = latest(record, wanted) else {
            continue;
        };
        table.rows.push(vec![Cell::new(title), Cell::new(value), dated(record, &day), Cell::new(origin(source))]);
        out.entries.extend(key(&source.resource));
    }
    out.blocks.extend(table.block());
    out
}

/// A day, and whether it is long ago.
fn dated(record: &Record<'_>, day: &str) -> Cell {
    let mut cell = Cell::day(dates::readable(day));
    if dates::last_day(day).is_some_and(|found| found < dates::months_before(record.today, 12)) {
        cell.remarks.push(Text::new("Ouder dan een jaar", "Older than a year"));
    }
    cell
}

/// The newest value of one of these codes, with its day.
pub(super) fn latest<'a>(record: &Record<'a>, wanted: &[&str]) -> Option<(&'a Source, String, Text)> {
    record
        .all("Observation")
        .filter(|source| wanted.iter().any(|code| coded(&source.resource["code"], LOINC, code)))
        .filter(|source| !matches!(text(&source.resource, "status"), Some("cancelled")))
        .filter_map(|source| {
            let day = first_text(&source.resource, &["effectiveDateTime", "effectivePeriod.start", "issued"])?;
            Some((source, day.to_owned(), present::observation_value(&source.resource)?))
        })
        .max_by_key(|(_, day, _)| dates::order(day))
}
