//! Of each kind the newest counts; older ones are history.

use super::super::Source;
use super::super::dates;
use super::super::present::present;

/// A record with its kind and its day.
pub(super) struct Dated<'a> {
    pub(super) source: &'a Source,
    pub(super) kind: String,
    pub(super) date: String,
}

impl<'a> Dated<'a> {
    /// A record with the date that it shows.
    pub(super) fn new(source: &'a Source, kind: String) -> Self {
        let date = present(&source.resource).date.unwrap_or_default();
        Self { source, kind, date }
    }
}

/// Splits into what counts and what is history. Records of one kind and one day all count when no time says which is later.
pub(super) fn split(mut items: Vec<Dated<'_>>) -> (Vec<Dated<'_>>, Vec<Dated<'_>>) {
    items.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| dates::order(&b.date).cmp(&dates::order(&a.date))));
    let mut current: Vec<Dated<'_>> = Vec::new();
    let mut past = Vec::new();
    for item in items {
        let newest = current.iter().find(|other| other.kind == item.kind);
        match newest {
            Some(other) if is_later(&other.date, &item.date) => past.push(item),
            _ => current.push(item),
        }
    }
    (current, past)
}

/// Whether one date is later than another: by the day, and within a day by the time when both have one.
fn is_later(one: &str, other: &str) -> bool {
    let timed = one.len() > 10 && other.len() > 10;
    dates::day(one) != dates::day(other) || (timed && dates::order(one) > dates::order(other))
}
