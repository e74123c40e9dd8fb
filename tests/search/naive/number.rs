//! Decimals as whole numbers, exact.

use std::ops::Bound::{self, Excluded, Included};

/// Places after the point that are kept.
const PLACES: u32 = 12;

/// A decimal in units of 10^-12, and half a unit of its last digit. None when it does not fit.
pub fn decimal(text: &str) -> Option<(i128, i128)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = mantissa.strip_prefix('-').map_or((1, mantissa), |rest| (-1, rest));
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number: i128 = format!("{whole}{fraction}").parse().ok()?;
    let places = i32::try_from(PLACES).ok()? + exponent - i32::try_from(fraction.len()).ok()?;
    let unit = 10i128.checked_pow(u32::try_from(places).ok().filter(|places| *places < 30)?)?;
    Some((sign * number.checked_mul(unit)?, unit / 2))
}

/// What a stored value covers: where it starts and where it ends. A number does both at itself.
pub type Stored = (Bound<i128>, Bound<i128>);

/// Whether what is stored passes `[prefix]number`.
pub fn passes(raw: &str, stored: Stored) -> Option<bool> {
    let (prefix, digits) = prefix(raw);
    let (asked, half) = decimal(digits)?;
    let (start, end) = stored;
    // Whether it goes on beyond a number, or at least to it; and whether it begins before, or at it.
    let beyond = |number| !matches!(end, Included(end) | Excluded(end) if end <= number);
    let before = |number| !matches!(start, Included(start) | Excluded(start) if start >= number);
    let reaches = |number| beyond(number) || end == Included(number);
    let from = |number| before(number) || start == Included(number);
    let equal = !before(asked - half) && !reaches(asked + half);
    let margin = asked.abs() / 10;
    Some(match prefix {
        "eq" => equal,
        "ne" => !equal,
        "gt" => beyond(asked),
        "ge" => reaches(asked),
        "lt" => before(asked),
        "le" => from(asked),
        "sa" => !from(asked),
        "eb" => !reaches(asked),
        _ => from(asked + margin) && reaches(asked - margin),
    })
}

/// The prefix, `eq` when there is none, and the rest.
pub fn prefix(raw: &str) -> (&str, &str) {
    const ALL: [&str; 9] = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];
    match raw.split_at_checked(2) {
        Some((head, rest)) if ALL.contains(&head) => (head, rest),
        _ => ("eq", raw),
    }
}
