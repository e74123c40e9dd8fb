//! Who decides and who speaks for the patient.

use super::super::record::Record;
use super::super::rows;
use super::super::value::{extension, list, text};
use super::super::view::{Block, Section};
use super::super::{Source, Text};

const CAPABLE: &str = "ext-Patient.LegallyCapableMedicalTreatmentDecisions";

/// Whether the patient decides alone, and the people around.
pub(super) fn contacts(record: &Record<'_>) -> Section {
    let found: Vec<&Source> =
        record.all("RelatedPerson").filter(|source| source.resource["active"].as_bool() != Some(false)).collect();
    let title = Text::new("Vertegenwoordiger en contactpersonen", "Representative and contacts");
    let mut out = rows::section(record, title, None, &found);
    if let Some(words) = capable(record) {
        out.blocks.insert(0, Block::Paragraph(words));
    }
    out
}

fn capable(record: &Record<'_>) -> Option<Text> {
    let found = list(record.patient, "extension")
        .iter()
        .find(|item| text(item, "url").is_some_and(|url| url.ends_with(CAPABLE)))?;
    let able = extension(found, "legallyCapable")?["valueBoolean"].as_bool()?;
    let comment = extension(found, "legallyCapableComment").and_then(|item| text(item, "valueString"));
    let words = if able {
        Text::new("Kan zelf beslissen over behandelingen.", "Can decide on treatments.")
    } else {
        Text::new("Kan niet zelf beslissen over behandelingen.", "Cannot decide on treatments alone.")
    };
    Some(Text::join(&[words, Text::same(comment.unwrap_or(""))], " "))
}
