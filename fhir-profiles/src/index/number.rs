//! Rows of number and quantity parameters (<https://hl7.org/fhir/R4/search.html#number>): what a value covers, exactly. How
//! many digits it has counts only in a query: the ends of a Range are taken as they stand
//! (<https://hl7.org/fhir/R4/datatypes-definitions.html#Range>).

use serde_json::Value;

use super::{CanonicalRow, Key, NumberRow, QuantityRow, short};
use crate::unit::{self, Unit};

/// An open end is kept this share of its number inside: more than what a search forgives a number that was converted.
const OPEN: f64 = 4e-12;

/// The system of currency codes.
const CURRENCY: &str = "urn:iso:std:iso:4217";

/// The row of a number, or of a `Range` or `Quantity` without regard to its unit.
pub(super) fn row(key: Key, value: &Value) -> Option<NumberRow> {
    let (low, high) = bounds(value, &|number, _| Some(number))?;
    Some(NumberRow { param: key.param, ord: key.ord, low, high })
}

/// The row of a `Quantity`, `Age`, `Duration`, `Money`, `Range` or `SampledData`.
pub(super) fn quantity(key: Key, value: &Value) -> Option<QuantityRow> {
    let with_unit = ["low", "high", "origin"].into_iter().map(|name| &value[name]).find(|part| part.is_object());
    let with_unit = with_unit.unwrap_or(value);
    let (low, high) = bounds(value, &|number, _| Some(number))?;
    let text = |name: &str| with_unit[name].as_str().map(short);
    let (system, code) = match value["currency"].as_str() {
        Some(code) => (Some(CURRENCY.to_owned()), Some(short(code))),
        None => (text("system"), text("code")),
    };
    let canonical = canonical(value, with_unit);
    Some(QuantityRow { param: key.param, ord: key.ord, system, code, unit: text("unit"), low, high, canonical })
}

/// The unit of a quantity, if it is one of UCUM.
fn unit_of(value: &Value) -> Option<Unit> {
    if value["system"] == unit::SYSTEM { unit::find(value["code"].as_str()?) } else { None }
}

/// The same in base units, if all of it has the same.
fn canonical(value: &Value, with_unit: &Value) -> Option<CanonicalRow> {
    let unit = unit_of(with_unit)?.base;
    let (low, high) = bounds(value, &|number, quantity| {
        let of_it = unit_of(quantity).filter(|of_it| of_it.base == unit)?;
        Some(of_it.convert(number)).filter(|number| !number.is_nan())
    })?;
    Some(CanonicalRow { unit, low, high })
}

/// The first and the last number that a value covers; `read` makes one of what a quantity, or an end, says.
fn bounds(value: &Value, read: &dyn Fn(f64, &Value) -> Option<f64>) -> Option<(f64, f64)> {
    if value.is_number() || value.get("value").is_some() {
        let plain = if value.is_number() { value } else { &value["value"] };
        return Some(compared(read(plain.as_f64()?, value)?, value["comparator"].as_str()));
    }
    let origin = &value["origin"];
    if origin.is_object() {
        let (low, high) = sampled(value)?;
        return Some((read(low, origin)?, read(high, origin)?));
    }
    let end = |end: &Value| end["value"].as_f64().map(|number| read(number, end));
    match (end(&value["low"]), end(&value["high"])) {
        (None, None) => None,
        (low, high) => Some((low.unwrap_or(Some(f64::NEG_INFINITY))?, high.unwrap_or(Some(f64::INFINITY))?)),
    }
}

/// What is less than a number does not reach it: its end is kept just before.
fn compared(number: f64, comparator: Option<&str>) -> (f64, f64) {
    let aside = number.abs() * OPEN;
    match comparator {
        Some("<") => (f64::NEG_INFINITY, (number - aside).min(number.next_down())),
        Some("<=") => (f64::NEG_INFINITY, number),
        Some(">") => ((number + aside).max(number.next_up()), f64::INFINITY),
        Some(">=") => (number, f64::INFINITY),
        _ => (number, number),
    }
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
    (low <= high).then_some((low, high))
}
