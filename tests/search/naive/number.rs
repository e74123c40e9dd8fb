//! Decimals as whole numbers, exact.

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

/// A stored value: a number, or from the first to (not with) the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Number(i128),
    Range(i128, i128),
}

/// Whether what is stored passes `[prefix]number`.
pub fn passes(raw: &str, stored: Stored) -> Option<bool> {
    let (prefix, digits) = prefix(raw);
    let (asked, half) = decimal(digits)?;
    let (from, to) = if prefix == "ap" {
        let margin = asked.abs() / 10;
        (asked - margin, asked + margin)
    } else {
        (asked - half, asked + half)
    };
    Some(match stored {
        Stored::Number(value) => match prefix {
            "eq" => from <= value && value < to,
            "ne" => !(from <= value && value < to),
            "gt" | "sa" => value > asked,
            "lt" | "eb" => value < asked,
            "ge" => value >= asked,
            "le" => value <= asked,
            _ => from <= value && value <= to,
        },
        Stored::Range(low, high) => match prefix {
            "eq" => from <= low && high <= to,
            "ne" => !(from <= low && high <= to),
            "gt" | "ge" => high > asked,
            "lt" => low < asked,
            "le" => low <= asked,
            "sa" => low > asked,
            "eb" => high <= asked,
            _ => low <= to && high > from,
        },
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
