//! Conditions on the bounds of `ix_number` and `ix_quantity` (<https://hl7.org/fhir/R4/search.html#number>): a plain number
//! is a point, a bound belongs to what it bounds, and an open end is kept just beside its number.

use crate::search::{NumberTest, Prefix};

use super::builder::{Builder, any};

/// One of the numbers.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[NumberTest]) -> String {
    let parts: Vec<_> =
        tests.iter().map(|test| one(builder, &format!("{x}.low"), &format!("{x}.high"), test)).collect();
    any(&parts)
}

/// The number, between two columns.
pub(super) fn one(builder: &mut Builder, low: &str, high: &str, test: &NumberTest) -> String {
    // What was converted or worked out may miss the number by a few bits.
    let slack = test.value.abs() * 1e-12;
    let edge = test.value.abs().max(test.high.abs()) * 1e-12;
    let mut value = |value: f64| builder.arg(value);
    match test.prefix {
        Prefix::Equal | Prefix::NotEqual => {
            let (from, to) = (value(test.low - edge), value(test.high - edge));
            let equal = format!("({low} >= {from} AND {low} < {to} AND {high} < {to})");
            if test.prefix == Prefix::Equal { equal } else { format!("NOT {equal}") }
        }
        Prefix::Greater => format!("{high} > {}", value(test.value + slack)),
        Prefix::GreaterOrEqual => format!("{high} >= {}", value(test.value - slack)),
        Prefix::Less => format!("{low} < {}", value(test.value - slack)),
        Prefix::LessOrEqual => format!("{low} <= {}", value(test.value + slack)),
        Prefix::StartsAfter => format!("{low} > {}", value(test.value + slack)),
        // Where it ends it began before.
        Prefix::EndsBefore => {
            let value = value(test.value - slack);
            format!("({low} < {value} AND {high} < {value})")
        }
        Prefix::Approximately => {
            let (from, to) = (value(test.low - edge), value(test.high + edge));
            format!("({low} <= {to} AND {high} >= {from})")
        }
    }
}
