//! The goal of treatment, wishes, and devices that matter at the end of life.

use super::super::record::Record;
use super::super::rows;
use super::super::value::{SNOMED, coded, codes, holds, key, text};
use super::super::view::Section;
use super::super::{Source, Text};
use super::newest::{Dated, split};

const WISHES: [&str; 5] = ["153851000146100", "395091006", "340171000146104", "570801000146104", "247751003"];
const DEVICES: [&str; 6] = ["72506001", "465460004", "468542000", "704707009", "1263462004", "1236894001"];

/// The newest of each kind as a table, with the older ones below.
fn newest(record: &Record<'_>, title: (&str, &str), items: Vec<Dated<'_>>) -> Section {
    let (current, past) = split(items);
    let sources: Vec<&Source> = current.iter().map(|item| item.source).collect();
    let older: Vec<&Source> = past.iter().map(|item| item.source).collect();
    let mut out = rows::section(record, title.into(), None, &sources);
    out.blocks = rows::in_order(record, Text::default(), &sources).into_iter().collect();
    out.blocks.extend(rows::past(record, Text::new("Eerder vastgelegd", "Recorded earlier"), &older));
    out.entries.extend(older.iter().filter_map(|source| key(&source.resource)));
    out
}

/// What treatment is for.
pub(super) fn goals(record: &Record<'_>) -> Section {
    let found = record
        .all("Goal")
        .filter(|source| holds(&source.resource, "category", SNOMED, "713603004"))
        .filter(|source| text(&source.resource, "lifecycleStatus") != Some("rejected"))
        .map(|source| Dated::new(source, "goal".to_owned()))
        .collect();
    newest(record, ("Doel van de behandeling", "Goal of treatment"), found)
}

/// What somebody wishes.
pub(super) fn wishes(record: &Record<'_>) -> Section {
    let found = record
        .all("Observation")
        .filter_map(|source| {
            let place = WISHES.iter().position(|code| coded(&source.resource["code"], SNOMED, code))?;
            (text(&source.resource, "status") != Some("cancelled")).then(|| Dated::new(source, place.to_string()))
        })
        .collect();
    newest(record, ("Wensen", "Wishes"), found)
}

/// Devices such as an implanted defibrillator.
pub(super) fn devices(record: &Record<'_>) -> Section {
    let is_listed = |source: &&Source| {
        let device = record.target(&source.resource, &source.resource["device"]);
        device.is_some_and(|found| codes(found, "type").iter().any(|code| DEVICES.contains(code)))
    };
    let used: Vec<&Source> = record.all("DeviceUseStatement").filter(is_listed).collect();
    rows::section(record, Text::new("Apparaat in het lichaam (ICD)", "Device in the body (ICD)"), None, &used)
}
