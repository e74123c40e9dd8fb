//! The period in which a medicine is used, read from the sentences of `SearchParameter/period-of-use` of Nictiz: start and end,
//! or one of them and a duration. With a calendar of its own.

use serde_json::Value;
use spil_fhir_profiles::parameters::Param;

use super::Node;
use super::moment::{in_zone, local, range};

const DURATION: &str = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Duration";
const DAY: i64 = 86_400_000;

/// Whether a parameter is read so.
pub fn is_used(param: &Param) -> bool {
    param.code == "period-of-use"
}

/// The period of an element; open where nothing tells an end.
pub fn period(node: &Node<'_>) -> Option<(i64, i64)> {
    let period = node.value()?;
    if let Some(text) = period.as_str() {
        return range(text);
    }
    let end = |name: &str| period[name].as_str().and_then(range);
    match (end("start"), end("end")) {
        (Some(start), Some(end)) => Some((start.0, end.1)),
        (Some(start), None) => Some((start.0, moved(start.0, period, 1).unwrap_or(i64::MAX))),
        (None, Some(end)) => Some((moved(end.1, period, -1).unwrap_or(i64::MIN), end.1)),
        (None, None) => None,
    }
}

/// The moment that lies one duration later or earlier, on the calendar of Amsterdam.
fn moved(from: i64, period: &Value, sign: i64) -> Option<i64> {
    let list = period["extension"].as_array().into_iter().flatten();
    let duration = list.filter(|one| one["url"] == DURATION).map(|one| &one["valueDuration"]).next()?;
    let amount = duration["value"].as_i64()? * sign;
    Some(match duration["code"].as_str()? {
        "h" => from + amount * 3_600_000,
        "d" => in_zone(local(from) + amount * DAY),
        "wk" => in_zone(local(from) + amount * 7 * DAY),
        "mo" => in_zone(months_later(local(from), amount)),
        "a" => in_zone(months_later(local(from), amount * 12)),
        _ => return None,
    })
}

/// So many months later; the last day of the month where there is no such day.
fn months_later(at: i64, months: i64) -> i64 {
    let (day, time) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let (mut year, mut month, mut rest) = (1970, 1, day);
    let length = |year: i64, month: i64| match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    while rest >= length(year, month) {
        rest -= length(year, month);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    let place = year * 12 + month - 1 + months;
    let (year, month) = (place.div_euclid(12), place.rem_euclid(12) + 1);
    let before: i64 = (1970..year).map(|year| (1..=12).map(|month| length(year, month)).sum::<i64>()).sum();
    let days = before + (1..month).map(|month| length(year, month)).sum::<i64>() + rest.min(length(year, month) - 1);
    days * DAY + time
}
