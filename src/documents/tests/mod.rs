//! The documents, tried on small records.

mod advance_care;
mod closure;
mod fixtures;
mod glance;
mod handoff;
mod medication;
mod overview;
mod pages;
mod present;
mod region;
mod sections;

use super::{Author, Block, Document, Input, Lang, Section, Source, View};
use serde_json::Value;

/// 15 June 2025, noon in Amsterdam.
const NOW: i64 = 1_749_981_600_000;

/// A document from these resources.
fn with(resources: &[Source], make: impl Fn(Input<'_>) -> Document) -> Document {
    let patient = fixtures::patient();
    make(input(&patient, resources))
}

/// What a document is composed from.
fn input<'a>(patient: &'a Value, resources: &[Source]) -> Input<'a> {
    Input {
        patient,
        resources: resources.to_vec(),
        now_ms: NOW,
        document_id: "7d5f1f4e-2b58-4f1e-8a53-0a3a8f7d3b11",
        author: Author {
            reference: "Organization/hub",
            organisation: "Regionaal knooppunt",
            requester: "Huisartsenpraktijk De Linde",
        },
        base: "https://hub.example/fhir",
        incomplete: true,
    }
}

fn section<'v>(view: &'v View, title: &str) -> Option<&'v Section> {
    fn find<'s>(sections: &'s [Section], title: &str) -> Option<&'s Section> {
        sections.iter().find_map(
            |section| {
                if section.title.nl == title { Some(section) } else { find(&section.sections, title) }
            },
        )
    }
    find(&view.sections, title)
}

/// The Dutch text of a section, a line for each row, cells between bars.
fn lines(view: &View, title: &str) -> Vec<String> {
    let Some(found) = section(view, title) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for block in &found.blocks {
        match block {
            Block::Paragraph(text) | Block::Warning(text) => {
                out.push(text.get(Lang::Nl).to_owned());
            }
            Block::Table(table) => {
                for row in &table.rows {
                    let cells: Vec<String> = row
                        .iter()
                        .map(|cell| {
                            let mut parts = vec![cell.text.nl.clone()];
                            parts.extend(cell.below.iter().chain(&cell.remarks).map(|line| line.nl.clone()));
                            parts.join(" / ")
                        })
                        .collect();
                    out.push(cells.join(" | "));
                }
            }
        }
    }
    out
}

fn resources(bundle: &Value) -> Vec<&Value> {
    bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect()
}
