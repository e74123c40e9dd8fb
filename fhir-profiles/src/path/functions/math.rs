//! Numbers (<http://hl7.org/fhirpath/N1/#math>). What has no result finds nothing.

use super::{Call, Function, maybe, row};
use crate::path::arithmetic::decimal;
use crate::path::datum::Datum;
use crate::path::decimal::Decimal;
use crate::path::quantity::Quantity;
use crate::path::run::one;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("abs", 0, 0, abs),
    row("ceiling", 0, 0, |call| to_whole(call, Decimal::ceiling)),
    row("floor", 0, 0, |call| to_whole(call, Decimal::floor)),
    row("truncate", 0, 0, |call| to_whole(call, Decimal::truncated)),
    row("round", 0, 1, round),
    row("exp", 0, 0, |call| real(call, f64::exp)),
    row("ln", 0, 0, |call| real(call, f64::ln)),
    row("sqrt", 0, 0, |call| real(call, f64::sqrt)),
    row("log", 1, 1, log),
    row("power", 1, 1, power),
];

fn number(call: &Call<'_, '_>) -> Result<Option<Decimal>, Fault> {
    match call.single()?.map(Datum::system) {
        None => Ok(None),
        Some(value) => value.as_ref().and_then(decimal).map(Some).ok_or(Fault::Kind(call.name)),
    }
}

fn abs<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    maybe(match call.value()? {
        Some(Datum::Integer(number)) => number.checked_abs().map(Datum::Integer),
        Some(Datum::Decimal(number)) => Some(Datum::Decimal(number.absolute())),
        Some(Datum::Quantity(quantity)) => {
            Some(Datum::Quantity(Quantity { value: quantity.value.absolute(), unit: quantity.unit }))
        }
        None if call.input.is_empty() => None,
        _ => return Err(Fault::Kind("abs")),
    })
}

fn to_whole<'a>(call: &Call<'a, '_>, how: fn(Decimal) -> i128) -> Answer<'a> {
    maybe(number(call)?.and_then(|number| i64::try_from(how(number)).ok()).map(Datum::Integer))
}

fn round<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let digits = u32::try_from(call.whole_arg(0)?.unwrap_or(0)).map_err(|_| Fault::Kind("round"))?;
    if let Some(Datum::Quantity(quantity)) = call.value()? {
        let value = quantity.value.rounded(digits);
        return Ok(vec![Datum::Quantity(Quantity { value, unit: quantity.unit })]);
    }
    maybe(number(call)?.map(|number| Datum::Decimal(number.rounded(digits))))
}

fn real<'a>(call: &Call<'a, '_>, how: fn(f64) -> f64) -> Answer<'a> {
    maybe(number(call)?.and_then(|number| Decimal::from_f64(how(number.to_f64()))).map(Datum::Decimal))
}

fn argument(call: &Call<'_, '_>) -> Result<Option<Decimal>, Fault> {
    match one(&call.arg(0)?, call.name)?.map(Datum::system) {
        None => Ok(None),
        Some(value) => value.as_ref().and_then(decimal).map(Some).ok_or(Fault::Kind(call.name)),
    }
}

fn log<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(number), Some(base)) = (number(call)?, argument(call)?) else { return Ok(Vec::new()) };
    let result = number.to_f64().ln() / base.to_f64().ln();
    // The quotient of two logarithms misses whole results by the last bit.
    maybe(Decimal::from_f64(result).map(|result| Datum::Decimal(result.rounded(14).trimmed())))
}

fn power<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(number), Some(exponent)) = (number(call)?, argument(call)?) else { return Ok(Vec::new()) };
    if let (0, Ok(times)) = (exponent.trimmed().scale(), u32::try_from(exponent.truncated())) {
        if times > 1000 {
            return Ok(Vec::new());
        }
        let result = (0..times).try_fold(Decimal::whole(1), |product, _| product.multiply(number));
        let whole = call.value()?.is_some_and(|value| matches!(value, Datum::Integer(_)));
        return maybe(match result {
            Some(result) if whole => i64::try_from(result.truncated()).ok().map(Datum::Integer),
            other => other.map(Datum::Decimal),
        });
    }
    maybe(Decimal::from_f64(number.to_f64().powf(exponent.to_f64())).map(Datum::Decimal))
}
