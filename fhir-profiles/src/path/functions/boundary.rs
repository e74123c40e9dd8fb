//! The least and the greatest value that an imprecise one stands for
//! (<https://hl7.org/fhirpath/N1/#additional-functions> of later versions, used by SQL on FHIR).

use super::{Call, Function, maybe, row};
use crate::path::datum::Datum;
use crate::path::decimal::Decimal;
use crate::path::moment::{Moment, MomentKind};
use crate::path::quantity::Quantity;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] =
    &[row("lowBoundary", 0, 1, |call| boundary(call, false)), row("highBoundary", 0, 1, |call| boundary(call, true))];

fn boundary<'a>(call: &Call<'a, '_>, high: bool) -> Answer<'a> {
    let precision = call.whole_arg(0)?;
    let digits = precision.unwrap_or(8);
    let number = |value: Decimal| {
        u32::try_from(digits).ok().filter(|digits| *digits <= 28).and_then(|digits| edge(value, digits, high))
    };
    maybe(match call.value()? {
        Some(Datum::Integer(value)) => number(Decimal::whole(value)).map(Datum::Decimal),
        Some(Datum::Decimal(value)) => number(value).map(Datum::Decimal),
        Some(Datum::Quantity(quantity)) => {
            number(quantity.value).map(|value| Datum::Quantity(Quantity { value, unit: quantity.unit }))
        }
        Some(Datum::Moment(moment)) => filled(moment, precision, high).map(Datum::Moment),
        None if call.input.is_empty() => None,
        _ => return Err(Fault::Kind(call.name)),
    })
}

/// Half a unit of the last digit up or down.
fn edge(value: Decimal, digits: u32, high: bool) -> Option<Decimal> {
    let finer = value.scale() + 1;
    let half = Decimal::scaled(if high { 5 } else { -5 }, -i32::try_from(finer).ok()?)?;
    let edge = value.add(half)?;
    let factor = Decimal::scaled(1, i32::try_from(digits).ok()?)?;
    // Cut to the digits that are asked for, outwards.
    let cut = edge.multiply(factor)?;
    let whole = if high { cut.ceiling() } else { cut.floor() };
    Decimal::scaled(whole, -i32::try_from(digits).ok()?)
}

/// The parts that are not there, filled with the least or the greatest value. The precision counts digits: 4 is a year,
/// 6 a month, 8 a day, 17 milliseconds; of a time 9.
fn filled(moment: Moment, precision: Option<i64>, high: bool) -> Option<Moment> {
    let (usual, offset) = match moment.kind {
        MomentKind::Date => (8, 0),
        MomentKind::DateTime => (17, 0),
        MomentKind::Time => (9, 8),
    };
    let wanted = precision.unwrap_or(usual) + offset;
    let (parts, with_fraction) = match wanted {
        4 => (1, false),
        6 => (2, false),
        8 => (3, false),
        10 => (4, false),
        12 => (5, false),
        14 => (6, false),
        17 => (6, true),
        _ => return None,
    };
    let mut filled = moment;
    if high {
        const LAST: [i16; 6] = [9999, 12, 31, 23, 59, 59];
        filled.parts[moment.precision..].copy_from_slice(&LAST[moment.precision..]);
        if moment.precision < 3 {
            filled.parts[2] = days(filled.parts[0], filled.parts[1])?;
        }
    }
    filled.precision = parts;
    filled.nanos = match (with_fraction, moment.digits) {
        (true, 0) if high && moment.precision <= 6 => 999_000_000,
        (true, _) => moment.nanos,
        (false, _) => 0,
    };
    filled.digits = if with_fraction { 3 } else { 0 };
    if moment.kind == MomentKind::DateTime && parts > 3 && moment.zone.is_none() {
        // The earliest and the latest zone that there is.
        filled.zone = Some(if high { -12 * 60 } else { 14 * 60 });
    }
    if parts <= 3 {
        filled.zone = None;
    }
    Some(filled)
}

fn days(year: i16, month: i16) -> Option<i16> {
    let first = jiff::civil::Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    Some(first.days_in_month().into())
}
