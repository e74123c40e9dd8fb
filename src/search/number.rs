//! Parameters of type number (<https://hl7.org/fhir/R4/search.html#number>).

use super::text::{alternatives, unescape};
use super::{NumberTest, Prefix, Problem, Test};

/// Reads `[prefix]number,…`.
pub(super) fn read(value: &str) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(|part| one(&unescape(part)?)).collect::<Result<_, _>>()?;
    Ok(Test::Number(tests))
}

/// Reads one `[prefix]number`; without prefix it stands for every number that rounds to it.
pub(super) fn one(text: &str) -> Result<NumberTest, Problem> {
    let (prefix, digits) = Prefix::split(text);
    let (value, low, high) = range(digits).ok_or_else(|| Problem::value("not a number"))?;
    if prefix == Prefix::Approximately {
        let margin = value.abs() / 10.0;
        return Ok(NumberTest { prefix, value, low: value - margin, high: value + margin });
    }
    Ok(NumberTest { prefix, value, low, high })
}

/// The number and half a unit of its last digit to either side; worked out in decimals, so that `5.4` ends where `5.45`
/// begins.
fn range(text: &str) -> Option<(f64, f64, f64)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || unsigned.ends_with('.') || exponent.abs() > 300 {
        return None;
    }
    if whole.len() + fraction.len() > 30 {
        return None;
    }
    let number = format!("{whole}{fraction}").parse::<i128>().ok()?.checked_mul(10)? * sign;
    let scale = exponent - i32::try_from(fraction.len()).ok()? - 1;
    let real = |number: i128| format!("{number}e{scale}").parse::<f64>().ok().filter(|real| real.is_finite());
    Some((real(number)?, real(number - 5)?, real(number + 5)?))
}
