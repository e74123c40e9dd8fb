//! The nursing handoff (eOverdracht): what the next team must know, in the section tree of the Dutch standard. What the
//! sender put together goes first; without that, the record is laid out in the same tree.

mod draft;
mod place;
mod tree;

use super::advance_care::limits_now;
use super::compose::{Type, compose};
use super::record::Record;
use super::rows::{self, Line};
use super::text::Text;
use super::value::{SNOMED, holds, kind, list, text};
use super::view::Section;
use super::{Document, Input, Kind, Source, stored};
use place::Places;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use tree::{Branch, TREE};

pub use draft::{Part, Written, handoff_parts, handoff_sections, narrative};
pub(super) use tree::title as section_title;

/// The section with wishes and limits.
const WISHES: &str = "108329005";

/// Composes the nursing handoff: the Composition of the sender when there is one, else from the record.
pub fn nursing_handoff(input: Input<'_>, composition: Option<&Value>) -> Document {
    if let Some(composition) = composition {
        return stored::of_kind(input, composition, Kind::Handoff);
    }
    let record = Record::new(&input);
    let mut placed = placed(&record);
    let sections = TREE.iter().map(|branch| section(&record, branch, &mut placed)).collect();
    let kind = Type {
        kind: Kind::Handoff,
        profiles: &["HandoffComposition"],
        codings: &[(SNOMED, "11171000146100", "verpleegkundige overdracht")],
        title: Text::new("Overdracht van verpleging", "Nursing handoff"),
    };
    compose(&input, &record, kind, sections).close(input)
}

/// The lines of a record by the section that they belong to.
type Placed<'a> = HashMap<&'static str, Vec<Line<'a>>>;

/// Puts the resources of a record into sections.
fn placed<'a>(record: &Record<'a>) -> Placed<'a> {
    let places = Places::new(record);
    let mut sources: HashMap<&'static str, Vec<&Source>> = HashMap::new();
    for source in record.sources.iter().copied() {
        if let Some(code) = places.of(&source.resource) {
            sources.entry(code).or_default().push(source);
        }
    }
    sources.into_iter().map(|(code, some)| (code, newest_measurements(rows::lines(record, some)))).collect()
}

/// A section with its parts. Its lines are taken: each section stands in the tree once.
fn section(record: &Record<'_>, branch: &Branch, placed: &mut Placed<'_>) -> Section {
    let own = placed.remove(branch.code).unwrap_or_default();
    let code = Some((SNOMED, branch.code, branch.display));
    let mut out = rows::of_lines(Text::new(branch.nl, branch.en), code, own);
    if branch.code == WISHES {
        // The agreements on treatment that count now, to be read at a glance, go before all other wishes.
        let limits = limits_now(record);
        out.blocks.splice(0..0, limits.blocks);
        out.entries.splice(0..0, limits.entries);
    }
    out.sections =
        branch.parts.iter().map(|part| section(record, part, placed)).filter(|part| !part.is_empty()).collect();
    out
}

/// Of each kind of observation, and of the goal of treatment, only the newest is handed over; other records all stay.
pub(super) fn newest_measurements(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.order));
    let mut seen = Seen::default();
    lines.retain(|line| {
        let resource = &line.source.resource;
        match kind(resource) {
            "Observation" => seen.adds(&resource["code"]),
            "Goal" if holds(resource, "category", SNOMED, "713603004") => seen.adds(&resource["category"][0]),
            _ => true,
        }
    });
    lines
}

/// Kinds that came by: by system and code, or as they are written when they have no coding.
#[derive(Default)]
struct Seen<'r> {
    codings: HashSet<(&'r str, &'r str)>,
    uncoded: Vec<&'r Value>,
}

impl<'r> Seen<'r> {
    /// Adds a kind; whether it is new.
    fn adds(&mut self, code: &'r Value) -> bool {
        let codings = list(code, "coding");
        let pairs = || codings.iter().filter_map(|coding| text(coding, "system").zip(text(coding, "code")));
        let known = pairs().any(|pair| self.codings.contains(&pair)) || self.uncoded.contains(&code);
        if !known {
            self.codings.extend(pairs());
            if codings.is_empty() {
                self.uncoded.push(code);
            }
        }
        !known
    }
}
