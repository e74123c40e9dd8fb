//! The medication overview: what somebody uses now, starts soon and stopped lately, per treatment with a medicine, and
//! what to take care of. Composed from the building blocks of the medication process 9 (agreement, pharmacy agreement,
//! varying schedule, supply, own use) and from plain R4 resources alike.

mod block;
mod given;
mod list;
mod remarks;
mod safety;
mod table;
mod treatment;
mod verification;

use super::compose::{Type, compose};
use super::record::Record;
use super::text::Text;
use super::value::{LOINC, SNOMED};
use super::view::{Block, Section};
use super::{Document, Input, Kind};
pub use list::{OVERVIEW_PROFILE, medication_overview_list};
use treatment::{State, Treatment};

/// Composes the medication overview.
pub fn medication_overview(input: Input<'_>) -> Document {
    let record = Record::new(&input);
    let treatments = treatment::treatments(&record);
    let sections = vec![
        section(&record, &treatments, &[State::Current, State::Paused], ("Nu in gebruik", "In use now"), true),
        section(&record, &treatments, &[State::Soon], ("Start binnenkort", "Starts soon"), false),
        section(
            &record,
            &treatments,
            &[State::Stopped],
            ("Gestopt in de afgelopen twee maanden", "Stopped in the last two months"),
            false,
        ),
        section(
            &record,
            &treatments,
            &[State::Unclear],
            ("Niet duidelijk of het nog gebruikt wordt", "Not clear whether still in use"),
            false,
        ),
        given::section(&record),
        verification::section(&record, &treatments),
        safety::section(&record),
    ];
    let kind = Type {
        kind: Kind::Medication,
        profiles: &["MedicationOverview"],
        codings: &[(SNOMED, "11181000146103", "medicatieoverzicht"), (LOINC, "56445-0", "Medication summary Document")],
        title: Text::new("Medicijnoverzicht", "Medicines overview"),
    };
    compose(&input, &record, kind, sections).close(input)
}

/// What is in use now or starts soon, as other documents list it.
pub(super) fn in_use(record: &Record<'_>) -> Section {
    let treatments = treatment::treatments(record);
    let states = [State::Current, State::Paused, State::Soon];
    section(record, &treatments, &states, ("Medicijnen", "Medicines"), false)
}

fn section(
    record: &Record<'_>,
    treatments: &[Treatment<'_>],
    states: &[State],
    title: (&str, &str),
    always: bool,
) -> Section {
    let chosen: Vec<&Treatment<'_>> = treatments.iter().filter(|item| states.contains(&item.state)).collect();
    let mut out = Section::new(title);
    if states.contains(&State::Current) {
        out.code = Some((LOINC, "10160-0", "History of Medication use Narrative"));
    }
    out.blocks.extend(table::table(record, &chosen));
    if out.blocks.is_empty() && always {
        out.blocks.push(Block::Paragraph(Text::new(
            "In de gegevens die hier te zien zijn, staat geen medicijn dat nu gebruikt wordt.",
            "The data that can be seen here holds no medicine that is in use now.",
        )));
    }
    out.entries = chosen.iter().flat_map(|item| item.entries()).collect();
    out
}
