//! Rows of date parameters (<https://hl7.org/fhir/R4/search.html#date>).

use serde_json::Value;

use super::{DateRow, Key};
use crate::time::parse_range;

/// The row of a date, dateTime, instant, `Period` or `Timing`.
pub(super) fn row(key: Key, value: &Value) -> Option<DateRow> {
    interval(key, range(value))
}

/// The row of a range that is known already.
pub(super) fn interval(key: Key, range: Option<(i64, i64)>) -> Option<DateRow> {
    range.map(|(low, high)| DateRow { param: key.param, ord: key.ord, low, high })
}

/// The `[low, high)` milliseconds of a date, dateTime, instant, `Period` or `Timing`; of the last the outer bounds of all that it names.
pub fn range(value: &Value) -> Option<(i64, i64)> {
    if let Some(text) = value.as_str() {
        return parse_range(text);
    }
    let events = value["event"].as_array().into_iter().flatten().filter_map(|event| parse_range(event.as_str()?));
    let bounds = period(&value["repeat"]["boundsPeriod"]);
    let timing = events.chain(bounds).reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
    timing.or_else(|| period(value))
}

/// An open end is endless. An end that cannot be read leaves no row, so that it never matches by accident.
fn period(value: &Value) -> Option<(i64, i64)> {
    let (start, end) = (value["start"].as_str(), value["end"].as_str());
    if start.is_none() && end.is_none() {
        return None;
    }
    let low = start.map_or(Some(i64::MIN), |text| parse_range(text).map(|range| range.0))?;
    let high = end.map_or(Some(i64::MAX), |text| parse_range(text).map(|range| range.1))?;
    Some((low, high))
}
