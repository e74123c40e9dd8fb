//! The advance care plan: what somebody wants and does not want when health gets worse, who speaks for them, and with
//! whom that was agreed. Built from the resources of the Dutch advance care profiles.
//!
//! Its type is SNOMED CT 713603004: by that code the Dutch profiles find every part of the plan. The LOINC codes for
//! plans of this kind stand for a paper that the patient wrote alone; this is a collection of agreements.

mod conversations;
mod directives;
mod glance;
mod newest;
mod people;
mod wishes;

pub(super) use directives::limits_now;
pub use glance::{Contact, Limit, Limits, Stand, treatment_limits};

use super::compose::{Type, compose};
use super::record::Record;
use super::text::Text;
use super::value::SNOMED;
use super::view::Block;
use super::{Document, Input, Kind};

/// Composes the advance care plan.
pub fn advance_care(input: Input<'_>) -> Document {
    let record = Record::new(&input);
    let mut limits = directives::limits(&record);
    if limits.is_empty() {
        limits.blocks.push(Block::Paragraph(Text::new(
            "In de gegevens die hier te zien zijn, staan geen afspraken over behandelingen.",
            "The data that can be seen here holds no agreements on treatments.",
        )));
    }
    let sections = vec![
        limits,
        wishes::goals(&record),
        wishes::wishes(&record),
        directives::statements(&record),
        wishes::devices(&record),
        people::contacts(&record),
        conversations::conversations(&record),
        conversations::informing(&record),
        conversations::forms(&record),
    ];
    let kind = Type {
        kind: Kind::Wishes,
        profiles: &["AcpDocument"],
        codings: &[(SNOMED, "713603004", "Advance care planning")],
        title: Text::new("Wensen en grenzen in de zorg", "Wishes and limits in care"),
    };
    compose(&input, &record, kind, sections).close(input)
}
