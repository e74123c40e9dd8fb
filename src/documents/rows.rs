//! Tables of records: what, details, date, source. Every document that lists records lists them this way.

use super::Source;
use super::dates;
use super::present::{Presented, present_with};
use super::record::{Record, origin};
use super::text::Text;
use super::value::key;
use super::view::{Block, Cell, Section, Table};

/// How a record reads, with the names of what it refers to.
pub(super) fn presented(record: &Record<'_>, source: &Source) -> Presented {
    present_with(&source.resource, &|holder, reference| record.name(holder, reference))
}

/// A record as it reads.
pub(super) struct Line<'s> {
    /// The record.
    pub(super) source: &'s Source,
    /// When it was, as a number that puts lines in order.
    pub(super) order: i64,
    shown: Presented,
}

/// How records read, in the order given.
pub(super) fn lines<'s>(record: &Record<'_>, sources: impl IntoIterator<Item = &'s Source>) -> Vec<Line<'s>> {
    let line = |source| {
        let shown = presented(record, source);
        let order = shown.date.as_deref().map_or(i64::MIN, dates::order);
        Line { source, order, shown }
    };
    sources.into_iter().map(line).collect()
}

/// A table of records: the newest first.
pub(super) fn table(record: &Record<'_>, caption: Text, sources: &[&Source]) -> Option<Block> {
    newest_first(caption, lines(record, sources.iter().copied()))
}

/// A table of lines: the newest first.
pub(super) fn newest_first(caption: Text, mut lines: Vec<Line<'_>>) -> Option<Block> {
    lines.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.shown.title.cmp(&b.shown.title)));
    of_rows(caption, lines.into_iter().map(|line| row(line.shown, origin(line.source))).collect())
}

/// A table of records in the order given.
pub(super) fn in_order(record: &Record<'_>, caption: Text, sources: &[&Source]) -> Option<Block> {
    let rows = sources.iter().map(|source| row(presented(record, source), origin(source))).collect();
    of_rows(caption, rows)
}

fn of_rows(caption: Text, rows: Vec<Vec<Cell>>) -> Option<Block> {
    let mut table =
        Table::new(("", ""), &[("Wat", "What"), ("Bijzonderheden", "Details"), ("Datum", "Date"), ("Bron", "Source")]);
    table.caption = caption;
    table.rows = rows;
    table.rows.dedup();
    table.block()
}

fn row(shown: Presented, from: Text) -> Vec<Cell> {
    let mut details = Cell::default();
    let mut lines = shown.details.into_iter().map(|detail| {
        if detail.label.is_empty() {
            return detail.value;
        }
        Text::join(&[detail.label, detail.value], ": ")
    });
    details.text = lines.next().unwrap_or_default();
    details.below = lines.collect();
    vec![
        Cell::new(shown.title).and(shown.status),
        details,
        Cell::day(shown.date.as_deref().map(dates::readable).unwrap_or_default()),
        Cell::new(from),
    ]
}

/// A section that is one table of records; empty when there are none.
pub(super) fn section(
    record: &Record<'_>,
    title: Text,
    code: Option<(&'static str, &'static str, &'static str)>,
    sources: &[&Source],
) -> Section {
    of_lines(title, code, lines(record, sources.iter().copied()))
}

/// The same, of records that were read already.
pub(super) fn of_lines(
    title: Text,
    code: Option<(&'static str, &'static str, &'static str)>,
    lines: Vec<Line<'_>>,
) -> Section {
    let entries = lines.iter().filter_map(|line| key(&line.source.resource)).collect();
    let blocks = newest_first(Text::default(), lines).into_iter().collect();
    Section { title, code, blocks, entries, sections: Vec::new() }
}

/// A table of records that no longer apply.
pub(super) fn past(record: &Record<'_>, caption: Text, sources: &[&Source]) -> Option<Block> {
    let mut found = table(record, caption, sources)?;
    if let Block::Table(table) = &mut found {
        table.past = true;
    }
    Some(found)
}
