//! `+ - * / div mod &` (<http://hl7.org/fhirpath/N1/#math>). What does not fit finds nothing.

use std::borrow::Cow;

use super::ast::Op;
use super::datum::Datum;
use super::decimal::Decimal;
use super::quantity::Quantity;
use super::run::{Run, one};
use super::scope::{Answer, Fault};

fn sign(op: Op) -> &'static str {
    match op {
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Join => "&",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::WholeDivide => "div",
        _ => "mod",
    }
}

pub(super) fn binary<'a>(run: &Run<'a, '_>, op: Op, left: &[Datum<'a>], right: &[Datum<'a>]) -> Answer<'a> {
    let (left, right) = (one(left, sign(op))?, one(right, sign(op))?);
    if op == Op::Join {
        return join(run, left, right);
    }
    let (Some(left), Some(right)) = (left, right) else { return Ok(Vec::new()) };
    let wrong = Fault::Kind(sign(op));
    let (Some(left), Some(right)) = (left.system(), right.system()) else { return Err(wrong) };
    let found = match (left, right) {
        (Datum::Integer(left), Datum::Integer(right)) if op != Op::Divide => whole(op, left, right).map(Datum::Integer),
        (Datum::Text(left), Datum::Text(right)) if op == Op::Add => {
            run.spend(left.len() + right.len())?;
            Some(Datum::Text(Cow::Owned([left, right].concat())))
        }
        (Datum::Moment(moment), Datum::Quantity(quantity)) if matches!(op, Op::Add | Op::Subtract) => {
            let value = if op == Op::Add { quantity.value } else { quantity.value.negative() };
            moment.plus(value, &quantity.unit).map_err(|()| wrong)?.map(Datum::Moment)
        }
        (Datum::Quantity(left), Datum::Quantity(right)) => match op {
            Op::Add => left.plus(&right),
            Op::Subtract => left.plus(&right.negative()),
            Op::Multiply => left.times(&right),
            Op::Divide => left.divided(&right),
            _ => return Err(wrong),
        }
        .map(Datum::Quantity),
        (Datum::Quantity(quantity), other) if matches!(op, Op::Multiply | Op::Divide) => {
            let factor = decimal(&other).ok_or(wrong)?;
            let value =
                if op == Op::Multiply { quantity.value.multiply(factor) } else { quantity.value.divide(factor) };
            value.map(|value| Datum::Quantity(Quantity { value, unit: quantity.unit }))
        }
        (other, Datum::Quantity(quantity)) if op == Op::Multiply => {
            let factor = decimal(&other).ok_or(wrong)?;
            let value = quantity.value.multiply(factor);
            value.map(|value| Datum::Quantity(Quantity { value, unit: quantity.unit }))
        }
        (left, right) => {
            let (Some(left), Some(right)) = (decimal(&left), decimal(&right)) else { return Err(wrong) };
            fraction(op, left, right)
        }
    };
    Ok(found.into_iter().collect())
}

/// `&`: nothing counts as the empty text.
fn join<'a>(run: &Run<'a, '_>, left: Option<&Datum<'a>>, right: Option<&Datum<'a>>) -> Answer<'a> {
    let text = |item: Option<&Datum<'a>>| match item.map(Datum::system) {
        None => Ok(String::new()),
        Some(Some(Datum::Text(text))) => Ok(text.into_owned()),
        _ => Err(Fault::Kind("&")),
    };
    let joined = text(left)? + &text(right)?;
    run.spend(joined.len())?;
    Ok(vec![Datum::Text(Cow::Owned(joined))])
}

/// A number as decimal.
pub(super) fn decimal(item: &Datum<'_>) -> Option<Decimal> {
    match item {
        Datum::Integer(number) => Some(Decimal::whole(*number)),
        Datum::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn whole(op: Op, left: i64, right: i64) -> Option<i64> {
    match op {
        Op::Add => left.checked_add(right),
        Op::Subtract => left.checked_sub(right),
        Op::Multiply => left.checked_mul(right),
        Op::WholeDivide => left.checked_div(right),
        _ => left.checked_rem(right),
    }
}

fn fraction<'a>(op: Op, left: Decimal, right: Decimal) -> Option<Datum<'a>> {
    match op {
        Op::Add => left.add(right).map(Datum::Decimal),
        Op::Subtract => left.subtract(right).map(Datum::Decimal),
        Op::Multiply => left.multiply(right).map(Datum::Decimal),
        Op::Divide => left.divide(right).map(Datum::Decimal),
        Op::WholeDivide => left.whole_divide(right).and_then(|whole| i64::try_from(whole).ok()).map(Datum::Integer),
        _ => left.modulo(right).map(Datum::Decimal),
    }
}

/// `-a`.
pub(super) fn negative<'a>(found: &[Datum<'a>]) -> Answer<'a> {
    let Some(item) = one(found, "-")? else { return Ok(Vec::new()) };
    Ok(vec![match item.system() {
        Some(Datum::Integer(number)) => match number.checked_neg() {
            Some(number) => Datum::Integer(number),
            None => return Ok(Vec::new()),
        },
        Some(Datum::Decimal(number)) => Datum::Decimal(number.negative()),
        Some(Datum::Quantity(quantity)) => Datum::Quantity(quantity.negative()),
        _ => return Err(Fault::Kind("-")),
    }])
}
