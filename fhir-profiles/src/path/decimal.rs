//! Decimal numbers that keep their digits (<http://hl7.org/fhirpath/N1/#decimal>).

use std::cmp::Ordering;
use std::fmt;

/// The most digits after the point that arithmetic keeps.
const FINEST: u32 = 28;
/// The digits after the point of a quotient that does not end.
const QUOTIENT: u32 = 16;

/// `units` divided by ten to the power `scale`. Two numbers of the same value may differ in scale: `1.0` and `1.00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

fn power(of_ten: u32) -> Option<i128> {
    10i128.checked_pow(of_ten)
}

impl Decimal {
    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { units: i128::from(number), scale: 0 }
    }

    /// Reads digits with an optional sign, fraction and exponent. `None` for anything else and for what does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, exponent) = match text.split_once(['e', 'E']) {
            Some((body, exponent)) => (body, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let unsigned = body.strip_prefix(['-', '+']).unwrap_or(body);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || unsigned.ends_with('.') {
            return None;
        }
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            units = units.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        if body.starts_with('-') {
            units = -units;
        }
        Self::scaled(units, exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?)
    }

    /// `units` times ten to the power `exponent`.
    pub(super) fn scaled(units: i128, exponent: i32) -> Option<Self> {
        if exponent <= 0 {
            return Some(Self { units, scale: exponent.unsigned_abs() }.fitting());
        }
        Some(Self { units: units.checked_mul(power(exponent.unsigned_abs())?)?, scale: 0 })
    }

    /// From a floating-point result of a mathematical function.
    pub(super) fn from_f64(number: f64) -> Option<Self> {
        if !number.is_finite() || number.abs() > 1e30 {
            return None;
        }
        let text = format!("{number:.16}");
        Self::parse(&text).map(Self::trimmed)
    }

    pub(super) fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    fn fitting(self) -> Self {
        if self.scale <= FINEST { self } else { self.rounded(FINEST) }
    }

    /// Without zeros at the end of the fraction.
    pub(super) fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The digits after the point.
    pub(super) fn scale(self) -> u32 {
        self.scale
    }

    /// The digits as one whole number.
    pub(super) fn units(self) -> i128 {
        self.units
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let raised = |one: Self| one.units.checked_mul(power(scale - one.scale)?);
        Some((raised(self)?, raised(other)?, scale))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self { units: left.checked_add(right)?, scale })
    }

    pub(super) fn subtract(self, other: Self) -> Option<Self> {
        self.add(other.negative())
    }

    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        Some(Self { units: self.units.checked_mul(other.units)?, scale: self.scale + other.scale }.fitting())
    }

    pub(super) fn divide(self, other: Self) -> Option<Self> {
        if other.units == 0 {
            return None;
        }
        let (left, right, _) = self.trimmed().aligned(other.trimmed())?;
        let (scale, raised) = (0..=QUOTIENT).rev().find_map(|scale| Some((scale, left.checked_mul(power(scale)?)?)))?;
        let (quotient, rest) = (raised / right, raised % right);
        let up = rest.unsigned_abs() >= right.unsigned_abs().div_ceil(2);
        let sign = if (raised < 0) == (right < 0) { 1 } else { -1 };
        Some(Self { units: quotient + if up { sign } else { 0 }, scale }.trimmed())
    }

    /// How many times `other` goes into it, towards zero.
    pub(super) fn whole_divide(self, other: Self) -> Option<i128> {
        let (left, right, _) = self.aligned(other)?;
        left.checked_div(right)
    }

    /// What is left then.
    pub(super) fn modulo(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self { units: left.checked_rem(right)?, scale })
    }

    pub(super) fn negative(self) -> Self {
        Self { units: -self.units, ..self }
    }

    pub(super) fn absolute(self) -> Self {
        Self { units: self.units.abs(), ..self }
    }

    /// Rounded to that many digits after the point, halves away from zero.
    pub(super) fn rounded(self, digits: u32) -> Self {
        let Some(factor) = self.scale.checked_sub(digits).filter(|less| *less > 0).and_then(power) else { return self };
        let half = factor / 2 * self.units.signum();
        Self { units: (self.units + half) / factor, scale: digits }
    }

    /// The whole number towards zero.
    pub(super) fn truncated(self) -> i128 {
        power(self.scale).map_or(0, |factor| self.units / factor)
    }

    /// The largest whole number that is not larger.
    pub(super) fn floor(self) -> i128 {
        power(self.scale).map_or(0, |factor| self.units.div_euclid(factor))
    }

    /// The smallest whole number that is not smaller.
    pub(super) fn ceiling(self) -> i128 {
        -self.negative().floor()
    }

    /// By value, whatever the scale.
    pub fn compare(self, other: Self) -> Ordering {
        match self.aligned(other) {
            Some((left, right, _)) => left.cmp(&right),
            None => self.to_f64().total_cmp(&other.to_f64()),
        }
    }

    /// Equal as far as the less precise of the two goes.
    pub(super) fn equivalent(self, other: Self) -> bool {
        let digits = self.trimmed().scale.min(other.trimmed().scale);
        self.rounded(digits).compare(other.rounded(digits)) == Ordering::Equal
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.units.unsigned_abs().to_string();
        let scale = self.scale as usize;
        let sign = if self.units < 0 { "-" } else { "" };
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{fraction}")
    }
}
