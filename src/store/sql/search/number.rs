//! Conditions on the ranges of `ix_number` and `ix_quantity` (<https://hl7.org/fhir/R4/search.html#number>).
//!
//! The index keeps a plain number as the range of its last digit, so at most 1 wide; what is wider is a range (or a
//! number with an exponent). A plain number counts as its middle; a range as what it covers.

use crate::search::{NumberTest, Prefix};

use super::builder::{Builder, any};

/// What is wider than this is a range.
const PLAIN: &str = "1.0000001";

/// One of the numbers.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[NumberTest]) -> String {
    let parts: Vec<_> = tests.iter().map(|test| one(builder, x, test)).collect();
    any(&parts)
}

/// The number.
pub(super) fn one(builder: &mut Builder, x: &str, test: &NumberTest) -> String {
    let (low, high) = (format!("{x}.low"), format!("{x}.high"));
    let wide = format!("{high} - {low} > {PLAIN}");
    let plain = format!("{high} - {low} <= {PLAIN}");
    let middle = format!("({low} + {high}) / 2");
    // A middle that was computed may miss the number by a few bits.
    let slack = test.value.abs().max(1e-6) * 1e-12;
    let between = |from: String, to: String, bound: String| {
        format!(
            "({low} >= {bound} AND {low} < {to} AND (({wide} AND {low} >= {from} AND {high} <= {to}) \
             OR ({plain} AND {middle} >= {from} AND {middle} < {to})))"
        )
    };
    match test.prefix {
        Prefix::Equal | Prefix::NotEqual => {
            let (from, to) = (builder.arg(test.low - slack), builder.arg(test.high - slack));
            let bound = builder.arg(test.low - slack - 0.51);
            let equal = between(from, to, bound);
            if test.prefix == Prefix::Equal { equal } else { format!("NOT {equal}") }
        }
        Prefix::Greater => {
            let value = builder.arg(test.value + slack);
            format!("(({wide} AND {high} > {value}) OR ({plain} AND {middle} > {value}))")
        }
        Prefix::GreaterOrEqual => {
            let value = builder.arg(test.value - slack);
            format!("(({wide} AND {high} > {value}) OR ({plain} AND {middle} >= {value}))")
        }
        Prefix::Less => {
            let value = builder.arg(test.value - slack);
            format!("({low} < {value} AND ({wide} OR {middle} < {value}))")
        }
        Prefix::LessOrEqual => {
            let value = builder.arg(test.value + slack);
            format!("({low} <= {value} AND ({wide} OR {middle} <= {value}))")
        }
        Prefix::StartsAfter => {
            let (value, bound) = (builder.arg(test.value + slack), builder.arg(test.value - 0.51));
            format!("({low} >= {bound} AND (({wide} AND {low} > {value}) OR ({plain} AND {middle} > {value})))")
        }
        Prefix::EndsBefore => {
            let value = builder.arg(test.value - slack);
            format!("({low} < {value} AND (({wide} AND {high} <= {value}) OR ({plain} AND {middle} < {value})))")
        }
        Prefix::Approximately => {
            let (from, to) = (builder.arg(test.low - slack), builder.arg(test.high + slack));
            format!(
                "({low} <= {to} AND (({wide} AND {high} > {from}) \
                 OR ({plain} AND {middle} >= {from} AND {middle} <= {to})))"
            )
        }
    }
}
