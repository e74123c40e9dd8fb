//! Conversion (<http://hl7.org/fhirpath/N1/#conversion>): each `toX` with its `convertsToX`.

use std::borrow::Cow;

use super::{Call, Function, maybe, row, yes};
use crate::path::datum::Datum;
use crate::path::decimal::Decimal;
use crate::path::moment::{Moment, MomentKind};
use crate::path::quantity::Quantity;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("toBoolean", 0, 0, |call| convert(call, boolean)),
    row("convertsToBoolean", 0, 0, |call| converts(call, boolean)),
    row("toInteger", 0, 0, |call| convert(call, integer)),
    row("convertsToInteger", 0, 0, |call| converts(call, integer)),
    row("toDecimal", 0, 0, |call| convert(call, decimal)),
    row("convertsToDecimal", 0, 0, |call| converts(call, decimal)),
    row("toString", 0, 0, |call| convert(call, string)),
    row("convertsToString", 0, 0, |call| converts(call, string)),
    row("toDate", 0, 0, |call| convert(call, date)),
    row("convertsToDate", 0, 0, |call| converts(call, date)),
    row("toDateTime", 0, 0, |call| convert(call, date_time)),
    row("convertsToDateTime", 0, 0, |call| converts(call, date_time)),
    row("toTime", 0, 0, |call| convert(call, time)),
    row("convertsToTime", 0, 0, |call| converts(call, time)),
    row("toQuantity", 0, 1, |call| maybe(to_quantity(call)?)),
    row("convertsToQuantity", 0, 1, converts_to_quantity),
];

type To = for<'a> fn(&Datum<'a>) -> Option<Datum<'a>>;

fn convert<'a>(call: &Call<'a, '_>, to: To) -> Answer<'a> {
    maybe(call.single()?.and_then(to))
}

fn converts<'a>(call: &Call<'a, '_>, to: To) -> Answer<'a> {
    match call.single()? {
        Some(item) => yes(to(item).is_some()),
        None => Ok(Vec::new()),
    }
}

fn boolean<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    let answer = match item.system()? {
        Datum::Bool(answer) => Some(answer),
        Datum::Integer(0) => Some(false),
        Datum::Integer(1) => Some(true),
        Datum::Decimal(number) if number.units() == 0 => Some(false),
        Datum::Decimal(number) if number.compare(Decimal::whole(1)).is_eq() => Some(true),
        Datum::Text(text) => match &*text.to_ascii_lowercase() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
            "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    answer.map(Datum::Bool)
}

fn integer<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item.system()? {
        Datum::Integer(number) => Some(Datum::Integer(number)),
        Datum::Bool(answer) => Some(Datum::Integer(i64::from(answer))),
        Datum::Text(text) => text.parse().ok().map(Datum::Integer),
        _ => None,
    }
}

fn decimal<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item.system()? {
        Datum::Decimal(number) => Some(number),
        Datum::Integer(number) => Some(Decimal::whole(number)),
        Datum::Bool(answer) => Some(Decimal::whole(i64::from(answer))),
        Datum::Text(text) if !text.contains(['e', 'E']) => Decimal::parse(&text),
        _ => None,
    }
    .map(Datum::Decimal)
}

fn string<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Node(node) => match node.value? {
            serde_json::Value::String(text) => Some(Datum::Text(Cow::Borrowed(text))),
            _ => item.to_text().map(|text| Datum::Text(Cow::Owned(text))),
        },
        Datum::Referred(_) | Datum::Type(..) => None,
        other => other.to_text().map(|text| Datum::Text(Cow::Owned(text))),
    }
}

fn date<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item.system()? {
        Datum::Moment(moment) if moment.kind != MomentKind::Time => Some(Datum::Moment(moment.to_date())),
        Datum::Text(text) => Moment::date_time(&text).map(|moment| Datum::Moment(moment.to_date())),
        _ => None,
    }
}

fn date_time<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item.system()? {
        Datum::Moment(moment) if moment.kind != MomentKind::Time => {
            Some(Datum::Moment(Moment { kind: MomentKind::DateTime, ..moment }))
        }
        Datum::Text(text) => Moment::date_time(&text).map(Datum::Moment),
        _ => None,
    }
}

fn time<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item.system()? {
        Datum::Moment(moment) => moment.to_time().map(Datum::Moment),
        Datum::Text(text) => Moment::time(text.strip_prefix('T').unwrap_or(&text)).map(Datum::Moment),
        _ => None,
    }
}

fn to_quantity<'a>(call: &Call<'a, '_>) -> Result<Option<Datum<'a>>, Fault> {
    let unit = call.text_arg(0)?;
    let found = match call.value()? {
        Some(Datum::Quantity(quantity)) => Some(quantity),
        Some(Datum::Integer(number)) => Some(Quantity::new(Decimal::whole(number), "1")),
        Some(Datum::Decimal(number)) => Some(Quantity::new(number, "1")),
        Some(Datum::Bool(answer)) => Some(Quantity::new(Decimal::whole(i64::from(answer)), "1")),
        Some(Datum::Text(text)) => Quantity::parse(&text),
        _ => None,
    };
    let found = match unit {
        Some(unit) => found.and_then(|found| found.converted(&unit)),
        None => found,
    };
    Ok(found.map(Datum::Quantity))
}

fn converts_to_quantity<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    if call.input.is_empty() { Ok(Vec::new()) } else { yes(to_quantity(call)?.is_some()) }
}
