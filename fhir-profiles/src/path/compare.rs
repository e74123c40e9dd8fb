//! Equality, equivalence and order (<http://hl7.org/fhirpath/N1/#equality>).

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::ast::Op;
use super::datum::Datum;
use super::decimal::Decimal;
use super::moment::Moment;
use super::run::{Run, one};
use super::scope::{Answer, Fault};

/// The offset of the evaluation, for times without a zone.
pub(super) fn local(run: &Run<'_, '_>) -> i16 {
    run.scope.now.and_then(Moment::date_time).and_then(|now| now.zone).unwrap_or(0)
}

/// Two computed values, made alike: whole numbers become decimals, texts dates where the other is one.
fn alike<'a>(left: &Datum<'a>, right: &Datum<'a>) -> Option<(Datum<'a>, Datum<'a>)> {
    let (from, to) = (left.system()?, right.system()?);
    let number = |number: &Datum<'a>| match number {
        Datum::Integer(whole) => Some(Decimal::whole(*whole)),
        Datum::Decimal(number) => Some(*number),
        _ => None,
    };
    let untyped = |item: &Datum<'a>| item.node().is_some_and(|node| node.kind.is_none());
    Some(match (from, to) {
        (from @ Datum::Integer(_), to @ Datum::Integer(_)) => (from, to),
        (Datum::Text(text), Datum::Moment(moment)) if untyped(left) => {
            (Datum::Moment(Moment::date_time(&text)?), Datum::Moment(moment))
        }
        (Datum::Moment(moment), Datum::Text(text)) if untyped(right) => {
            (Datum::Moment(moment), Datum::Moment(Moment::date_time(&text)?))
        }
        (from, Datum::Quantity(quantity)) if number(&from).is_some() => {
            (Datum::Quantity(super::quantity::Quantity::new(number(&from)?, "1")), Datum::Quantity(quantity))
        }
        (Datum::Quantity(quantity), to) if number(&to).is_some() => {
            (Datum::Quantity(quantity), Datum::Quantity(super::quantity::Quantity::new(number(&to)?, "1")))
        }
        (from, to) => match (number(&from), number(&to)) {
            (Some(from), Some(to)) => (Datum::Decimal(from), Datum::Decimal(to)),
            _ => (from, to),
        },
    })
}

/// `=` of two items; `None` if they are not precise enough to tell.
pub(super) fn same(run: &Run<'_, '_>, left: &Datum<'_>, right: &Datum<'_>) -> Result<Option<bool>, Fault> {
    run.spend(0)?;
    if let (Datum::Node(left), Datum::Node(right)) = (left, right)
        && let (Some(one), Some(two)) = (left.value, right.value)
        && (one.is_object() || two.is_object())
    {
        return Ok(Some(deep(run, one, two, false)?));
    }
    let Some((from, to)) = alike(left, right) else { return Ok(Some(left == right)) };
    Ok(match (&from, &to) {
        (Datum::Moment(left), Datum::Moment(right)) if left.precision == right.precision || left.kind == right.kind => {
            left.compare(*right, local(run)).map(Ordering::is_eq)
        }
        (Datum::Moment(left), Datum::Moment(right)) => left.compare(*right, local(run)).map(Ordering::is_eq),
        (Datum::Quantity(left), Datum::Quantity(right)) => left.compare(right, true).map(Ordering::is_eq),
        (Datum::Decimal(left), Datum::Decimal(right)) => Some(left.compare(*right) == Ordering::Equal),
        (left, right) => Some(left == right),
    })
}

/// `=` of two collections.
pub(super) fn equal(run: &Run<'_, '_>, left: &[Datum<'_>], right: &[Datum<'_>]) -> Result<Option<bool>, Fault> {
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    if left.len() != right.len() {
        return Ok(Some(false));
    }
    let mut unknown = false;
    for (left, right) in left.iter().zip(right) {
        match same(run, left, right)? {
            Some(false) => return Ok(Some(false)),
            None => unknown = true,
            Some(true) => {}
        }
    }
    Ok(if unknown { None } else { Some(true) })
}

/// `~` of two items.
fn alike_enough(run: &Run<'_, '_>, left: &Datum<'_>, right: &Datum<'_>) -> Result<bool, Fault> {
    run.spend(0)?;
    if let Some((from, to)) = alike(left, right) {
        return Ok(match (&from, &to) {
            (Datum::Text(left), Datum::Text(right)) => folded(left) == folded(right),
            (Datum::Moment(left), Datum::Moment(right)) => {
                left.compare(*right, local(run)).is_some_and(Ordering::is_eq)
            }
            (Datum::Quantity(left), Datum::Quantity(right)) => left.equivalent(right),
            (Datum::Decimal(left), Datum::Decimal(right)) => left.equivalent(*right),
            (left, right) => left == right,
        });
    }
    match (left.node().and_then(|node| node.value), right.node().and_then(|node| node.value)) {
        (Some(left), Some(right)) => deep(run, left, right, true),
        _ => Ok(left == right),
    }
}

/// Lower case, white space as one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `~` of two collections: in any order.
pub(super) fn equivalent(run: &Run<'_, '_>, left: &[Datum<'_>], right: &[Datum<'_>]) -> Result<bool, Fault> {
    if left.len() != right.len() {
        return Ok(false);
    }
    let mut taken = vec![false; right.len()];
    'left: for left in left {
        for (right, taken) in right.iter().zip(&mut taken) {
            if !*taken && alike_enough(run, left, right)? {
                *taken = true;
                continue 'left;
            }
        }
        return Ok(false);
    }
    Ok(true)
}

/// Whether two elements say the same; `loose` forgives what `~` does.
fn deep(run: &Run<'_, '_>, left: &Value, right: &Value, loose: bool) -> Result<bool, Fault> {
    run.spend(0)?;
    Ok(match (left, right) {
        (Value::Object(left), Value::Object(right)) => members(run, left, right, loose)?,
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right) {
                if !deep(run, left, right, loose)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Number(left), Value::Number(right)) => {
            match (Decimal::parse(&left.to_string()), Decimal::parse(&right.to_string())) {
                (Some(left), Some(right)) if loose => left.equivalent(right),
                (Some(left), Some(right)) => left.compare(right) == Ordering::Equal,
                _ => left == right,
            }
        }
        (Value::String(left), Value::String(right)) if loose => folded(left) == folded(right),
        _ => left == right,
    })
}

fn members(
    run: &Run<'_, '_>,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
    loose: bool,
) -> Result<bool, Fault> {
    // The id of an element says nothing about its meaning.
    let counts = |key: &str| !(loose && key == "id");
    let meant = |map: &Map<String, Value>| map.keys().filter(|key| counts(key)).count();
    if meant(left) != meant(right) {
        return Ok(false);
    }
    for (key, one) in left.iter().filter(|(key, _)| counts(key)) {
        match right.get(key) {
            Some(two) if deep(run, one, two, loose)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// `<`, `<=`, `>` and `>=`.
pub(super) fn order(run: &Run<'_, '_>, op: Op, left: &[Datum<'_>], right: &[Datum<'_>]) -> Result<Option<bool>, Fault> {
    let (Some(left), Some(right)) = (one(left, "<")?, one(right, "<")?) else { return Ok(None) };
    let Some((from, to)) = alike(left, right) else { return Err(Fault::Kind("<")) };
    let order = match (&from, &to) {
        (Datum::Integer(left), Datum::Integer(right)) => Some(left.cmp(right)),
        (Datum::Decimal(left), Datum::Decimal(right)) => Some(left.compare(*right)),
        (Datum::Text(left), Datum::Text(right)) => Some(Cow::cmp(left, right)),
        (Datum::Moment(left), Datum::Moment(right)) => left.compare(*right, local(run)),
        (Datum::Quantity(left), Datum::Quantity(right)) => left.compare(right, true),
        _ => return Err(Fault::Kind("<")),
    };
    Ok(order.map(|order| match op {
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// Whether the one item is among the others.
pub(super) fn within(run: &Run<'_, '_>, item: &[Datum<'_>], list: &[Datum<'_>]) -> Result<Option<bool>, Fault> {
    match one(item, "in")? {
        Some(item) => has(run, list, item).map(Some),
        None => Ok(None),
    }
}

/// Is the item in the list?
pub(super) fn has(run: &Run<'_, '_>, list: &[Datum<'_>], item: &Datum<'_>) -> Result<bool, Fault> {
    for other in list {
        if same(run, other, item)? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Each item once, in the order of first appearance.
pub(super) fn distinct<'a>(run: &Run<'a, '_>, all: impl Iterator<Item = Datum<'a>>) -> Answer<'a> {
    let mut kept: Vec<Datum<'a>> = Vec::new();
    for item in all {
        if !has(run, &kept, &item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}
