//! What a nurse starts from when somebody is handed over: the section tree, filled from the record of the sender, and what is
//! made of it once it was edited.

use super::super::Input;
use super::super::narrative::escape;
use super::super::record::Record;
use super::super::text::Text;
use super::super::value::SNOMED;
use super::super::view::{Block, Section};
use super::tree::TREE;
use serde_json::{Value, json};

/// A section of the tree without parts of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its SNOMED CT code.
    pub code: &'static str,
    /// The title that people read.
    pub title: Text,
    /// The title of the branch that it is in; empty when it is in none.
    pub branch: Text,
    /// What the record holds, a line for each thing.
    pub lines: Vec<String>,
    /// `Type/id` of what the lines were made of.
    pub entries: Vec<String>,
}

/// A section as the nurse left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its SNOMED CT code.
    pub code: String,
    /// What is told, in lines.
    pub text: String,
    /// `Type/id` of what goes along.
    pub entries: Vec<String>,
}

/// Every section of the tree, in reading order, filled as far as the record of the sender goes.
pub fn handoff_parts(input: &Input<'_>) -> Vec<Part> {
    let record = Record::new(input);
    let mut placed = super::placed(&record);
    let mut parts = Vec::new();
    for branch in TREE {
        let whole = super::section(&record, branch, &mut placed);
        let leaves = if branch.parts.is_empty() { std::slice::from_ref(branch) } else { branch.parts };
        for leaf in leaves {
            let found = if branch.parts.is_empty() {
                Some(&whole)
            } else {
                whole.sections.iter().find(|part| part.code.is_some_and(|code| code.1 == leaf.code))
            };
            parts.push(Part {
                code: leaf.code,
                title: Text::new(leaf.nl, leaf.en),
                branch: if branch.parts.is_empty() { Text::default() } else { Text::new(branch.nl, branch.en) },
                lines: found.map(lines).unwrap_or_default(),
                entries: found.map(|section| section.entries.clone()).unwrap_or_default(),
            });
        }
    }
    parts
}

/// The content of a section without a table around it.
fn lines(section: &Section) -> Vec<String> {
    let mut lines = Vec::new();
    for block in &section.blocks {
        match block {
            Block::Paragraph(text) | Block::Warning(text) => lines.push(text.nl.clone()),
            Block::Table(table) => lines.extend(table.rows.iter().map(|row| {
                // Who wrote it goes along with the data themselves, and is the sender.
                let told = row.iter().zip(&table.head).filter(|(_, head)| head.nl != "Bron");
                let words = told.map(|(cell, _)| cell.text.nl.trim()).filter(|words| !words.is_empty());
                words.collect::<Vec<_>>().join(", ")
            })),
        }
    }
    lines
}

/// The sections of the Composition: those that tell something or take something along, in the tree.
pub fn handoff_sections(written: &[Written]) -> Vec<Value> {
    let own = |code: &str| written.iter().find(|one| one.code == code).and_then(section);
    let mut sections = Vec::new();
    for branch in TREE {
        let mut whole = own(branch.code).unwrap_or_else(|| head(branch.code, branch.display, branch.nl));
        let parts: Vec<Value> = branch.parts.iter().filter_map(|part| own(part.code)).collect();
        if !parts.is_empty() {
            whole["section"] = Value::Array(parts);
        }
        if whole.get("text").is_some() || whole.get("section").is_some() {
            sections.push(whole);
        }
    }
    sections
}

fn head(code: &str, display: &str, title: &str) -> Value {
    json!({"title": title, "code": {"coding": [{"system": SNOMED, "code": code, "display": display}]}})
}

fn section(written: &Written) -> Option<Value> {
    let leaf = TREE.iter().flat_map(|branch| std::iter::once(branch).chain(branch.parts));
    let leaf = leaf.into_iter().find(|leaf| leaf.code == written.code)?;
    let told: Vec<&str> = written.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if told.is_empty() && written.entries.is_empty() {
        return None;
    }
    let mut section = head(leaf.code, leaf.display, leaf.nl);
    let told = if told.is_empty() { vec![leaf.nl] } else { told };
    section["text"] = narrative(&told);
    if !written.entries.is_empty() {
        section["entry"] = written.entries.iter().map(|name| json!({"reference": name})).collect();
    }
    Some(section)
}

/// Lines of somebody as a narrative, read without the entries.
pub fn narrative(lines: &[&str]) -> Value {
    let words: Vec<String> = lines.iter().map(|line| format!("<p>{}</p>", escape(line))).collect();
    let words = words.concat();
    let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"nl\" xml:lang=\"nl\">{words}</div>");
    json!({"status": "additional", "div": div})
}
