//! A stored Composition as a document (`https://hl7.org/fhir/R4/composition-operation-document.html`): as its author
//! made it, without what the reader may not see.

use super::compose;
use super::narrative;
use super::present::present_with;
use super::record::Record;
use super::rows;
use super::text::Text;
use super::value::{codes, concept, list, text};
use super::view::{Block, Section, View};
use super::{Document, Input, Kind, Source, dates, eoverdracht};
use serde_json::{Value, json};

/// The document of a stored Composition: it first, then everything that it refers to and that was released.
pub fn stored_document(input: Input<'_>, composition: &Value) -> Document {
    of_kind(input, composition, Kind::Sent)
}

/// The same, when it is known what kind of document it is.
pub(super) fn of_kind(input: Input<'_>, composition: &Value, kind: Kind) -> Document {
    let record = Record::new(&input);
    let mut shown = composition.clone();
    let mut lost = false;
    let mut sections = Vec::new();
    if let Some(items) = shown.get_mut("section").and_then(Value::as_array_mut) {
        for item in items.iter_mut() {
            sections.push(visit(&record, item, &mut lost));
        }
        items.retain(has_content);
    }
    if list(&shown, "section").is_empty()
        && let Some(fields) = shown.as_object_mut()
    {
        fields.shift_remove("section");
    }
    if lost && let Some(fields) = shown.as_object_mut() {
        // A summary of the whole could tell what had to go.
        fields.shift_remove("text");
    }
    let names = |holder: &Value, reference: &Value| record.name(holder, reference);
    let title = present_with(composition, &names).title;
    let view = View {
        title,
        person: compose::person(record.patient),
        notices: compose::notices(&input),
        sections: sections.into_iter().filter(|section| !section.is_empty()).collect(),
        origin: origin(&input, &record, composition),
    };
    compose::Draft::new(&record, kind, shown, view).close(input)
}

/// Removes what cannot be shown from a section and reads what is left. A section that lost something also loses the
/// words of its author, which could tell what it was; words made from what is left take their place.
fn visit(record: &Record<'_>, section: &mut Value, lost: &mut bool) -> Section {
    let before = list(section, "entry").len();
    let entries: Vec<String> = list(section, "entry")
        .iter()
        .filter_map(|reference| record.local(text(reference, "reference")?))
        .filter(|name| record.get(name).is_some() || record.is_patient(name))
        .map(str::to_owned)
        .collect();
    let mut own_loss = entries.len() < before;
    let mut parts = Vec::new();
    if let Some(items) = section.get_mut("section").and_then(Value::as_array_mut) {
        for item in items.iter_mut() {
            parts.push(visit(record, item, &mut own_loss));
        }
        items.retain(has_content);
    }
    let sources: Vec<&Source> = entries.iter().filter_map(|name| record.get(name)).collect();
    let table = rows::table(record, Text::default(), &sources);
    let generated = text(section, "text.status") == Some("generated");
    let words: Vec<Block> = text(section, "text.div")
        .filter(|_| !(own_loss || generated && table.is_some()))
        .map(narrative::plain)
        .unwrap_or_default()
        .into_iter()
        .map(|line| Block::Paragraph(Text::same(line)))
        .collect();
    let blocks: Vec<Block> = words.into_iter().chain(table).collect();
    let out = Section {
        title: title(section),
        code: None,
        blocks,
        entries,
        sections: parts.into_iter().filter(|part: &Section| !part.is_empty()).collect(),
    };
    rewrite(section, &out, own_loss);
    *lost |= own_loss;
    out
}

fn title(section: &Value) -> Text {
    codes(section, "code")
        .into_iter()
        .find_map(eoverdracht::section_title)
        .or_else(|| text(section, "title").map(Text::same))
        .or_else(|| concept(&section["code"]).map(Text::same))
        .unwrap_or_else(|| Text::new("Onderdeel", "Part"))
}

fn rewrite(section: &mut Value, shown: &Section, lost: bool) {
    let entries: Vec<Value> = shown.entries.iter().map(|name| json!({"reference": name})).collect();
    let Some(fields) = section.as_object_mut() else {
        return;
    };
    fields.shift_remove("entry");
    if !entries.is_empty() {
        fields.insert("entry".to_owned(), Value::Array(entries));
    }
    if lost {
        fields.shift_remove("text");
        // The extensions of the sender may describe what had to go.
        fields.shift_remove("extension");
    }
    if !fields.contains_key("text")
        && let Some(text) = narrative::generated(&shown.blocks)
    {
        fields.insert("text".to_owned(), text);
    }
    if fields.get("section").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        fields.shift_remove("section");
    }
}

fn has_content(section: &Value) -> bool {
    ["entry", "text", "section"].iter().any(|name| section.get(name).is_some())
}

fn origin(input: &Input<'_>, record: &Record<'_>, composition: &Value) -> Vec<(Text, Text)> {
    let mut out = Vec::new();
    if let Some(day) = text(composition, "date") {
        out.push((Text::new("Opgesteld op", "Written on"), dates::readable_time(day)));
    }
    let mut names: Vec<String> = Vec::new();
    for reference in list(composition, "author").iter().chain([&composition["custodian"]]) {
        names.extend(record.name(composition, reference).filter(|name| !names.contains(name)));
    }
    if !names.is_empty() {
        out.push((Text::new("Opgesteld door", "Written by"), Text::same(names.join(", "))));
    }
    out.extend(compose::origin(input));
    out
}
