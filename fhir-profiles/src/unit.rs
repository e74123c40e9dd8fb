//! Units of UCUM (<https://ucum.org/ucum>) in base units, so that `5.4 mg` is `5400 ug`.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// The system of UCUM codes.
pub const SYSTEM: &str = "http://unitsofmeasure.org";
/// The longest code that is looked at.
const LONGEST: usize = 64;
/// How many units are kept once worked out.
const KEPT: usize = 2_000;

/// How a unit converts: a value times `factor` plus `offset` is the value in the base unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The base unit (`g.m-3`); `1` for a number.
    pub base: String,
    /// How many of the base unit one is.
    pub factor: f64,
    /// Where zero lies; other than 0 for temperatures.
    pub offset: f64,
}

static KNOWN: LazyLock<RwLock<HashMap<String, Option<Unit>>>> = LazyLock::new(RwLock::default);

/// The unit with this code; none if it is unknown or its scale is not linear (`[pH]`).
pub fn find(code: &str) -> Option<Unit> {
    if code.is_empty() || code.len() > LONGEST {
        return None;
    }
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(code) {
        return known.clone();
    }
    let unit = work_out(code);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(code.to_owned(), unit.clone());
    unit
}

fn work_out(code: &str) -> Option<Unit> {
    let canonical = octofhir_ucum::get_canonical_units(code).ok()?;
    let (factor, offset) = (canonical.factor.to_f64(), canonical.offset.to_f64());
    let base = if canonical.unit.is_empty() { "1".to_owned() } else { canonical.unit };
    (factor.is_normal() && factor > 0.0 && offset.is_finite()).then_some(Unit { base, factor, offset })
}

impl Unit {
    /// A value of this unit in the base unit.
    pub fn convert(&self, value: f64) -> f64 {
        value * self.factor + self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_quantities_are_equal_in_base_units() {
        let table = [
            ((5.4, "mg"), (5400.0, "ug")),
            ((72.5, "kg"), (72500.0, "g")),
            ((37.0, "Cel"), (98.6, "[degF]")),
            ((1.0, "mmol/L"), (1000.0, "umol/L")),
            ((10.0, "%"), (0.1, "1")),
            ((120.0, "mm[Hg]"), (0.12, "m[Hg]")),
            ((2.0, "h"), (120.0, "min")),
            ((3.0, "[iU]/mL"), (3000.0, "[iU]/L")),
        ];
        for ((left, unit), (right, other)) in table {
            let (unit, other) = (find(unit).expect(unit), find(other).expect(other));
            let (left, right) = (unit.convert(left), other.convert(right));
            assert_eq!(unit.base, other.base);
            assert!((left - right).abs() <= left.abs() * 1e-12, "{left} {right} {}", unit.base);
        }
    }

    #[test]
    fn what_cannot_be_converted_has_no_base() {
        for code in ["", "tablet", "[pH]", "kilo", "mg/", "B[SPL]", &"m".repeat(65)] {
            assert_eq!(find(code), None, "{code}");
        }
        assert_ne!(find("mg").map(|unit| unit.base), find("mL").map(|unit| unit.base));
    }
}
