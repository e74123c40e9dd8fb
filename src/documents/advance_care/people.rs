//! Who decides and who speaks for the patient.

use super::super::record::Record;
use super::super::rows;
use super::super::value::{SNOMED, extension, holds, key, list, text};
use super::super::view::{Block, Section};
use super::super::{Source, Text, dates};
use crate::questionnaire::acp::{capability, is_response, tells_capability};
use serde_json::Value;

/// Whether somebody can by law decide on treatments (`ACP-LegallyCapable`, which took the place of an extension of `Patient`).
const DECIDES: &str = "665671000146101";

/// Whether the patient decides alone, and the people around.
pub(super) fn contacts(record: &Record<'_>) -> Section {
    let found: Vec<&Source> =
        record.all("RelatedPerson").filter(|source| source.resource["active"].as_bool() != Some(false)).collect();
    let title = Text::new("Vertegenwoordiger en contactpersonen", "Representative and contacts");
    let mut out = rows::section(record, title, None, &found);
    out.entries.extend(observed(record).and_then(|(source, _)| key(&source.resource)));
    let words = capable(record).into_iter().chain(by_form(record));
    out.blocks.splice(0..0, words.map(Block::Paragraph));
    out
}

/// Whether the patient decides alone: as a `Patient` says (every source has its own) or as was last observed. Who says no goes
/// before who says yes.
pub(super) fn capable(record: &Record<'_>) -> Option<Text> {
    let others = record.all("Patient").map(|source| &source.resource);
    let mut said: Vec<(bool, Text)> = std::iter::once(record.patient).chain(others).filter_map(said_by).collect();
    said.extend(observed(record).map(|(source, able)| (able, said_of(able, text(&source.resource, "note.text")))));
    said.sort_by_key(|(able, _)| *able);
    said.into_iter().next().map(|(_, words)| words)
}

/// The newest observation on whether the patient decides, and what it says. Of one moment the one that says no.
fn observed<'r>(record: &Record<'r>) -> Option<(&'r Source, bool)> {
    let all = record.all("Observation").filter(|source| holds(&source.resource, "code", SNOMED, DECIDES));
    let told = all.filter(|source| text(&source.resource, "status") != Some("cancelled"));
    let told = told.filter_map(|source| Some((source, source.resource["valueBoolean"].as_bool()?)));
    let order = |source: &Source| text(&source.resource, "effectiveDateTime").map_or(i64::MIN, dates::order);
    told.max_by_key(|(source, able)| (order(source), !able))
}

fn said_by(patient: &Value) -> Option<(bool, Text)> {
    let found = list(patient, "extension").iter().find(|item| tells_capability(item))?;
    let able = extension(found, "legallyCapable")?["valueBoolean"].as_bool()?;
    let comment = extension(found, "legallyCapableComment").and_then(|item| text(item, "valueString"));
    Some((able, said_of(able, comment)))
}

fn said_of(able: bool, comment: Option<&str>) -> Text {
    let words = if able {
        Text::new("Kan zelf beslissen over behandelingen.", "Can decide on treatments.")
    } else {
        Text::new("Kan niet zelf beslissen over behandelingen.", "Cannot decide on treatments alone.")
    };
    Text::join(&[words, Text::same(comment.unwrap_or(""))], " ")
}

/// The same as it was answered in the newest form that says so; none when the `Patient` says just that.
fn by_form(record: &Record<'_>) -> Option<Text> {
    let forms = record.all("QuestionnaireResponse").map(|source| &source.resource).filter(|form| is_response(form));
    let told = forms.filter_map(|form| {
        let (able, comment) = capability(form)?;
        Some((text(form, "authored")?, said_of(able, comment.as_deref())))
    });
    let (authored, words) = told.max_by_key(|(authored, _)| dates::order(authored))?;
    if capable(record).is_some_and(|own| own == words) {
        return None;
    }
    let day = dates::readable(authored);
    let from =
        Text::new(format!("Volgens het formulier van {}:", day.nl), format!("According to the form of {}:", day.en));
    Some(Text::join(&[from, words], " "))
}
