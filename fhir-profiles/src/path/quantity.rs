//! Numbers with a unit (<http://hl7.org/fhirpath/N1/#quantity>): units of UCUM and durations of the calendar.

use std::cmp::Ordering;

use octofhir_ucum::{EvalResult, Number, evaluate, parse_expression};

use super::decimal::Decimal;

/// The longest unit that is looked at.
const LONGEST: usize = 120;

/// A number with a unit. The words of the calendar are singular: `day`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub value: Decimal,
    /// A unit of UCUM, or a word of the calendar.
    pub unit: String,
}

/// The singular of a word of the calendar.
pub(super) fn calendar(word: &str) -> Option<&'static str> {
    Some(match word {
        "year" | "years" => "year",
        "month" | "months" => "month",
        "week" | "weeks" => "week",
        "day" | "days" => "day",
        "hour" | "hours" => "hour",
        "minute" | "minutes" => "minute",
        "second" | "seconds" => "second",
        "millisecond" | "milliseconds" => "millisecond",
        _ => return None,
    })
}

/// The unit of UCUM for a word of the calendar; `exact` leaves out years and months, which differ in length.
fn ucum(unit: &str, exact: bool) -> Option<&str> {
    Some(match unit {
        "year" | "month" if exact => return None,
        "year" => "a",
        "month" => "mo",
        "week" => "wk",
        "day" => "d",
        "hour" => "h",
        "minute" => "min",
        "second" => "s",
        "millisecond" => "ms",
        other => other,
    })
}

fn number(value: Decimal) -> Option<Number> {
    Number::parse(&value.to_string())
}

fn decimal(number: Number) -> Option<Decimal> {
    let (units, exponent) = number.to_integer_and_exponent();
    Decimal::scaled(units, exponent).map(Decimal::trimmed)
}

fn meaning(unit: &str) -> Option<EvalResult> {
    if unit.len() > LONGEST {
        return None;
    }
    let unit = if unit.is_empty() { "1" } else { unit };
    evaluate(&parse_expression(unit).ok()?).ok()
}

impl Quantity {
    /// A number with a unit, in the words that are used here.
    pub fn new(value: Decimal, unit: &str) -> Self {
        Self { value, unit: calendar(unit).unwrap_or(unit).to_owned() }
    }

    /// How two quantities compare; `None` if their units have nothing in common.
    pub(super) fn compare(&self, other: &Self, exact: bool) -> Option<Ordering> {
        if self.unit == other.unit {
            return Some(self.value.compare(other.value));
        }
        if let (Some(left), Some(right)) = (self.months(), other.months()) {
            return Some(left.compare(right));
        }
        let (left, right) = self.in_base(other, exact)?;
        Some(left.compare(right))
    }

    /// Equal as far as the less precise goes.
    pub(super) fn equivalent(&self, other: &Self) -> bool {
        if self.unit == other.unit {
            return self.value.equivalent(other.value);
        }
        self.in_base(other, false).is_some_and(|(left, right)| left.equivalent(right))
    }

    fn months(&self) -> Option<Decimal> {
        match &*self.unit {
            "year" => self.value.multiply(Decimal::whole(12)),
            "month" => Some(self.value),
            _ => None,
        }
    }

    /// Both values in the same unit.
    fn in_base(&self, other: &Self, exact: bool) -> Option<(Decimal, Decimal)> {
        let (left, right) = (ucum(&self.unit, exact)?, ucum(&other.unit, exact)?);
        let (from, to) = (meaning(left)?, meaning(right)?);
        if !from.is_commensurable(&to) {
            return None;
        }
        if from.special.is_some() || to.special.is_some() {
            let converted = octofhir_ucum::convert(self.value.to_f64(), left, right).ok()?;
            return Some((Decimal::from_f64(converted)?.rounded(9), other.value.rounded(9)));
        }
        let left = number(self.value)?.checked_mul(from.factor)?;
        let right = number(other.value)?.checked_mul(to.factor)?;
        // Where a base value would have too many digits, compare how often one goes into the other.
        match (decimal(left), decimal(right)) {
            (Some(left), Some(right)) => Some((left, right)),
            _ => Some((decimal(left.checked_div(right)?)?, Decimal::whole(1))),
        }
    }

    /// The sum, in the finer of the two units.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        if self.unit == other.unit {
            return Some(Self { value: self.value.add(other.value)?, unit: self.unit.clone() });
        }
        let (left, right) = (meaning(ucum(&self.unit, true)?)?, meaning(ucum(&other.unit, true)?)?);
        if !left.is_commensurable(&right) || left.special.is_some() || right.special.is_some() {
            return None;
        }
        let ratio = decimal(right.factor.checked_div(left.factor)?)?;
        if ratio.compare(Decimal::whole(1)) == Ordering::Less {
            let ratio = decimal(left.factor.checked_div(right.factor)?)?;
            return Some(Self { value: self.value.multiply(ratio)?.add(other.value)?, unit: other.unit.clone() });
        }
        Some(Self { value: other.value.multiply(ratio)?.add(self.value)?, unit: self.unit.clone() })
    }

    /// The same in another unit.
    pub(super) fn converted(&self, unit: &str) -> Option<Self> {
        let wanted = calendar(unit).unwrap_or(unit);
        if self.unit == wanted {
            return Some(self.clone());
        }
        let (left, right) = (meaning(ucum(&self.unit, false)?)?, meaning(ucum(wanted, false)?)?);
        if !left.is_commensurable(&right) || left.special.is_some() || right.special.is_some() {
            return None;
        }
        let value = self.value.multiply(decimal(left.factor.checked_div(right.factor)?)?)?;
        Some(Self { value: value.trimmed(), unit: wanted.to_owned() })
    }

    pub(super) fn negative(&self) -> Self {
        Self { value: self.value.negative(), unit: self.unit.clone() }
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        let value = self.value.multiply(other.value)?;
        let unit = match (&*self.unit, &*other.unit) {
            ("1", unit) | (unit, "1") => unit.to_owned(),
            (left, right) => format!("({}).({})", ucum(left, false)?, ucum(right, false)?),
        };
        meaning(&unit).map(|_| Self { value, unit })
    }

    pub(super) fn divided(&self, other: &Self) -> Option<Self> {
        let value = self.value.divide(other.value)?;
        let unit = match (&*self.unit, &*other.unit) {
            (left, right) if left == right => "1".to_owned(),
            (unit, "1") => unit.to_owned(),
            (left, right) => format!("({})/({})", ucum(left, false)?, ucum(right, false)?),
        };
        meaning(&unit).map(|_| Self { value, unit })
    }

    /// Reads `4 days`, `4 'mg'` or `4`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
        let value = Decimal::parse(&text[..end])?;
        let unit = text[end..].trim_start();
        if unit.is_empty() {
            return (end == text.len()).then(|| Self::new(value, "1"));
        }
        if let Some(quoted) = unit.strip_prefix('\'') {
            return quoted.strip_suffix('\'').filter(|unit| !unit.is_empty()).map(|unit| Self::new(value, unit));
        }
        (end + unit.len() < text.len()).then_some(())?;
        calendar(unit).map(|unit| Self::new(value, unit))
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if calendar(&self.unit).is_some() {
            let plural = if self.value.compare(Decimal::whole(1)).is_eq() { "" } else { "s" };
            return write!(f, "{} {}{plural}", self.value, self.unit);
        }
        write!(f, "{} '{}'", self.value, self.unit)
    }
}
