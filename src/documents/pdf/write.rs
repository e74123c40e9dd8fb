//! From sheets to a file: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) at once, checked while it is written.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata, PageLayout};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node as Leaf, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagTree,
};

use super::sheet::{Area, Child, Ink, Mark, NodeId, Role, Sheets};
use super::{PdfError, letters};

/// What is said of the file as a whole.
pub(super) struct Facts<'a> {
    /// The title.
    pub(super) title: &'a str,
    /// `nl-NL` or `en`.
    pub(super) language: &'a str,
    /// Who made it.
    pub(super) author: &'a str,
    /// The number of the document.
    pub(super) id: &'a str,
    /// When the document was made, in milliseconds since 1970.
    pub(super) made_ms: i64,
}

/// Writes the file.
///
/// # Errors
/// When what is written is not what both standards ask for, or larger than a file can be.
pub(super) fn write(sheets: &Sheets, facts: &Facts<'_>) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PdfError("no version of PDF is good for both standards".to_owned()))?;
    let settings = SerializeSettings { configuration, ..Default::default() };
    let mut document = Document::new_with(settings);
    let mut pieces: Vec<Option<Identifier>> = vec![None; sheets.pieces];
    for page in &sheets.pages {
        let Some(size) = PageSettings::from_wh(sheets.size.0, sheets.size.1) else { continue };
        let mut paper = document.start_page_with(size);
        let mut surface = paper.surface();
        for mark in &page.marks {
            draw(&mut surface, mark, &mut pieces);
        }
        surface.finish();
        paper.finish();
    }
    let mut tree = TagTree::new();
    for child in children(sheets, NodeId(0), &mut pieces) {
        tree.push(child);
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(sheets));
    document.set_metadata(metadata(facts));
    document.finish().map_err(|error| PdfError(reason(&error)))
}

/// Why a file could not be written, without any text of it.
fn reason(error: &KrillaError) -> String {
    let name = |text: String| text.split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
    match error {
        KrillaError::Validation(faults) => {
            let names: BTreeSet<String> = faults.iter().map(|(fault, _)| name(format!("{fault:?}"))).collect();
            names.into_iter().collect::<Vec<_>>().join(", ")
        }
        other => name(format!("{other:?}")),
    }
}

fn metadata(facts: &Facts<'_>) -> Metadata {
    let made = jiff::Timestamp::from_millisecond(facts.made_ms).unwrap_or_default();
    let made = made.to_zoned(jiff::tz::TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or_default())
        .month(small(made.month()))
        .day(small(made.day()))
        .hour(small(made.hour()))
        .minute(small(made.minute()))
        .second(small(made.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(facts.title.to_owned())
        .language(facts.language.to_owned())
        .authors(vec![facts.author.to_owned()])
        .creator("Spil".to_owned())
        .producer("Spil".to_owned())
        .document_id(facts.id.to_owned())
        .creation_date(date)
        .page_layout(PageLayout::SinglePage)
}

fn outline(sheets: &Sheets) -> Outline {
    let mut out = Outline::new();
    for (words, page, y) in &sheets.outline {
        out.push_child(OutlineNode::new(words.clone(), XyzDestination::new(*page, Point::from_xy(0.0, *y))));
    }
    out
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: rgb::Color::new(ink.0, ink.1, ink.2).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, pieces: &mut [Option<Identifier>]) {
    let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
    match mark {
        Mark::Fill(area, ink) => {
            surface.start_tagged(artifact(ArtifactType::Layout));
            squares(surface, std::slice::from_ref(area), *ink);
            surface.end_tagged();
        }
        Mark::Text(x, y, ink, line, piece) => {
            let Some(font) = letters::font(line.style.weight).filter(|_| !line.glyphs.is_empty()) else { return };
            let tag = match piece {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => artifact(ArtifactType::PaginationOther),
            };
            let identifier = surface.start_tagged(tag);
            surface.set_fill(Some(fill(*ink)));
            surface.draw_glyphs(Point::from_xy(*x, *y), &line.glyphs, font, &line.text, line.style.size, false);
            surface.end_tagged();
            keep(pieces, *piece, identifier);
        }
        Mark::Squares(areas, piece) => {
            let identifier = surface.start_tagged(ContentTag::Other);
            squares(surface, areas, Ink(0, 0, 0));
            surface.end_tagged();
            keep(pieces, Some(*piece), identifier);
        }
    }
}

fn keep(pieces: &mut [Option<Identifier>], piece: Option<usize>, identifier: Identifier) {
    if let Some(place) = piece.and_then(|piece| pieces.get_mut(piece)) {
        *place = Some(identifier);
    }
}

fn squares(surface: &mut Surface<'_>, areas: &[Area], ink: Ink) {
    let mut path = PathBuilder::new();
    for area in areas {
        if let Some(rect) = Rect::from_xywh(area.x, area.y, area.width, area.height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn children(sheets: &Sheets, node: NodeId, pieces: &mut [Option<Identifier>]) -> Vec<Leaf> {
    let Some(node) = sheets.nodes.get(node.0) else { return Vec::new() };
    let mut out = Vec::with_capacity(node.children.len());
    for child in &node.children {
        match child {
            Child::Piece(piece) => out.extend(pieces.get_mut(*piece).and_then(Option::take).map(Leaf::from)),
            Child::Node(inner) => {
                let Some(role) = sheets.nodes.get(inner.0).map(|node| &node.role) else { continue };
                let inside = children(sheets, *inner, pieces);
                // Only cells may be empty: without them the columns of a row would not be told apart.
                if !inside.is_empty() || matches!(role, Role::Cell | Role::RowHeading | Role::ColumnHeading) {
                    out.push(group(role, inside).into());
                }
            }
        }
    }
    out
}

fn group(role: &Role, inside: Vec<Leaf>) -> TagGroup {
    let level = |level: u16| NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    match role {
        Role::Document => TagGroup::with_children(Tag::Part, inside),
        Role::Section => TagGroup::with_children(Tag::Section, inside),
        Role::Heading(number, words) => TagGroup::with_children(Tag::Hn(level(*number), Some(words.clone())), inside),
        Role::Paragraph => TagGroup::with_children(Tag::P, inside),
        Role::List => TagGroup::with_children(Tag::L(ListNumbering::None), inside),
        Role::Item => TagGroup::with_children(Tag::LI, inside),
        Role::Label => TagGroup::with_children(Tag::Lbl, inside),
        Role::Body => TagGroup::with_children(Tag::LBody, inside),
        Role::Table => TagGroup::with_children(Tag::Table, inside),
        Role::Caption => TagGroup::with_children(Tag::Caption, inside),
        Role::Head => TagGroup::with_children(Tag::THead, inside),
        Role::Rows => TagGroup::with_children(Tag::TBody, inside),
        Role::Row => TagGroup::with_children(Tag::TR, inside),
        Role::ColumnHeading => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), inside),
        Role::RowHeading => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), inside),
        Role::Cell => TagGroup::with_children(Tag::TD, inside),
        Role::Figure(words) => TagGroup::with_children(Tag::Figure(Some(words.clone())), inside),
    }
}
