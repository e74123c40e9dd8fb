//! Rows of number and quantity parameters (<https://hl7.org/fhir/R4/search.html#number>).

use serde_json::Value;

use super::{CanonicalRow, Key, NumberRow, QuantityRow, short};
use crate::unit::{self, Unit};

/// The system of currency codes.
const CURRENCY: &str = "urn:iso:std:iso:4217";

/// What a number covers by its number of digits: `5.40` stands for `[5.395, 5.405)`, `1e2` for `[50, 150)`.
pub fn number_range(text: &str) -> Option<(f64, f64)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) || unsigned.ends_with('.') {
        return None;
    }
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_sub(1)?;
    // More digits than fit say nothing that a row could keep.
    let Ok(value) = digits.parse::<i128>().map(|value| value.checked_mul(10)) else {
        let value: f64 = text.parse().ok()?;
        return Some((value, value.next_up()));
    };
    let value = if negative { -value? } else { value? };
    let bound = |tenths: i128| format!("{tenths}e{scale}").parse::<f64>().ok().filter(|bound| bound.is_finite());
    Some((bound(value.checked_sub(5)?)?, bound(value.checked_add(5)?)?))
}

/// What a stored number covers: at most one, for what is wider counts as a range. `1e2` is a hundred.
fn range_of(value: &Value) -> Option<(f64, f64)> {
    let text = value.as_number()?.to_string();
    let (low, high) = number_range(&text)?;
    if high - low <= 1.0 {
        return Some((low, high));
    }
    let middle: f64 = text.parse().ok()?;
    Some((middle - 0.5, middle + 0.5))
}

/// The row of a number, or of a `Range` or `Quantity` without regard to its unit.
pub(super) fn row(key: Key, value: &Value) -> Option<NumberRow> {
    let (low, high) = match value {
        Value::Number(_) => range_of(value)?,
        _ if value.get("value").is_some() => range_of(&value["value"])?,
        _ => ends(value)?,
    };
    Some(NumberRow { param: key.param, ord: key.ord, low, high })
}

/// The row of a `Quantity`, `Age`, `Duration`, `Money`, `Range` or `SampledData`.
pub(super) fn quantity(key: Key, value: &Value) -> Option<QuantityRow> {
    if value.get("value").is_some() {
        let (low, high) = range_of(&value["value"])?;
        let (low, high) = match value["comparator"].as_str() {
            Some("<" | "<=") => (f64::NEG_INFINITY, high),
            Some(">" | ">=") => (low, f64::INFINITY),
            _ => (low, high),
        };
        let row = QuantityRow { canonical: compared(value), ..with_unit(key, value, low, high) };
        return Some(match value["currency"].as_str() {
            Some(code) => QuantityRow { system: Some(CURRENCY.to_owned()), code: Some(short(code)), ..row },
            None => row,
        });
    }
    if value.get("origin").is_some() {
        let (low, high) = sampled(value)?;
        let canonical = unit_of(&value["origin"]).and_then(|unit| canonical(&unit, low, high));
        return Some(QuantityRow { canonical, ..with_unit(key, &value["origin"], low, high) });
    }
    let (low, high) = ends(value)?;
    let end = if value["low"].is_object() { &value["low"] } else { &value["high"] };
    Some(QuantityRow { canonical: range_compared(value), ..with_unit(key, end, low, high) })
}

/// The unit of a quantity, if it is one of UCUM.
fn unit_of(value: &Value) -> Option<Unit> {
    if value["system"] == unit::SYSTEM { unit::find(value["code"].as_str()?) } else { None }
}

fn canonical(unit: &Unit, low: f64, high: f64) -> Option<CanonicalRow> {
    let (low, high) = (unit.convert(low), unit.convert(high));
    (!low.is_nan() && !high.is_nan()).then(|| CanonicalRow { unit: unit.base.clone(), low, high })
}

/// A quantity in base units.
fn compared(value: &Value) -> Option<CanonicalRow> {
    let number = value["value"].as_f64()?;
    let (low, high) = match value["comparator"].as_str() {
        Some("<" | "<=") => (f64::NEG_INFINITY, number),
        Some(">" | ">=") => (number, f64::INFINITY),
        _ => (number, number),
    };
    canonical(&unit_of(value)?, low, high)
}

/// A `Range` in base units, if its ends have the same.
fn range_compared(value: &Value) -> Option<CanonicalRow> {
    let end = |name: &str| {
        let (end, unit) = (&value[name], unit_of(&value[name])?);
        Some((unit.convert(end["value"].as_f64()?), unit.base))
    };
    match (end("low"), end("high")) {
        (Some((low, unit)), Some((high, other))) => (unit == other).then_some(CanonicalRow { unit, low, high }),
        (Some((low, unit)), None) => Some(CanonicalRow { unit, low, high: f64::INFINITY }),
        (None, Some((high, unit))) => Some(CanonicalRow { unit, low: f64::NEG_INFINITY, high }),
        (None, None) => None,
    }
}

fn with_unit(key: Key, unit: &Value, low: f64, high: f64) -> QuantityRow {
    let text = |name: &str| unit[name].as_str().map(short);
    QuantityRow {
        param: key.param,
        ord: key.ord,
        system: text("system"),
        code: text("code"),
        unit: text("unit"),
        low,
        high,
        canonical: None,
    }
}

/// The bounds of a `Range`.
fn ends(value: &Value) -> Option<(f64, f64)> {
    let (low, high) = (range_of(&value["low"]["value"]), range_of(&value["high"]["value"]));
    if low.is_none() && high.is_none() {
        return None;
    }
    Some((low.map_or(f64::NEG_INFINITY, |low| low.0), high.map_or(f64::INFINITY, |high| high.1)))
}

/// From the smallest to the largest of the samples.
fn sampled(value: &Value) -> Option<(f64, f64)> {
    let origin = value["origin"]["value"].as_f64()?;
    let factor = value["factor"].as_f64().unwrap_or(1.0);
    let samples = value["data"].as_str()?.split_whitespace().filter_map(|sample| match sample {
        "L" => value["lowerLimit"].as_f64(),
        "U" => value["upperLimit"].as_f64(),
        number => number.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| origin + number * factor),
    });
    let (low, high) =
        samples.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), one| (low.min(one), high.max(one)));
    (low <= high).then(|| (low, high.next_up()))
}
