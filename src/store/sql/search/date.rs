//! Conditions on `ix_date` and on the moment of the last change: what is stored and what is asked are both half-open
//! ranges (<https://hl7.org/fhir/R4/search.html#prefix>).

use crate::search::{DateTest, Prefix};

use super::builder::{Builder, any};

/// One of the moments or periods.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[DateTest]) -> String {
    let parts: Vec<_> = tests.iter().map(|test| one(builder, x, test)).collect();
    any(&parts)
}

fn one(builder: &mut Builder, x: &str, test: &DateTest) -> String {
    let (low, high) = (format!("{x}.low"), format!("{x}.high"));
    match test.prefix {
        Prefix::Equal => {
            let (from, to) = (builder.arg(test.low), builder.arg(test.high));
            // That it starts before the end says nothing new, but bounds the walk of the index.
            format!("({low} >= {from} AND {low} < {to} AND {high} <= {to})")
        }
        Prefix::NotEqual => {
            let (from, to) = (builder.arg(test.low), builder.arg(test.high));
            format!("({low} < {from} OR {high} > {to})")
        }
        Prefix::Greater => format!("{high} > {}", builder.arg(test.high)),
        Prefix::Less => format!("{low} < {}", builder.arg(test.low)),
        Prefix::GreaterOrEqual => {
            let (from, to) = (builder.arg(test.low), builder.arg(test.high));
            format!("({high} > {to} OR ({low} >= {from} AND {high} <= {to}))")
        }
        Prefix::LessOrEqual => {
            let (from, to) = (builder.arg(test.low), builder.arg(test.high));
            format!("({low} < {from} OR ({low} >= {from} AND {high} <= {to}))")
        }
        Prefix::StartsAfter => format!("{low} >= {}", builder.arg(test.high)),
        Prefix::EndsBefore => format!("{high} <= {}", builder.arg(test.low)),
        Prefix::Approximately => {
            let (from, to) = (builder.arg(test.low), builder.arg(test.high));
            format!("({low} < {to} AND {high} > {from})")
        }
    }
}

/// One of the moments, for the last change: a single millisecond.
pub(super) fn updated(builder: &mut Builder, r: &str, tests: &[DateTest]) -> String {
    let mut parts = Vec::new();
    for test in tests {
        let at = format!("{r}.updated");
        parts.push(match test.prefix {
            Prefix::Equal | Prefix::Approximately => {
                let (from, to) = (builder.arg(test.low), builder.arg(test.high));
                format!("({at} >= {from} AND {at} < {to})")
            }
            Prefix::NotEqual => {
                let (from, to) = (builder.arg(test.low), builder.arg(test.high));
                format!("({at} < {from} OR {at} >= {to})")
            }
            Prefix::Greater | Prefix::StartsAfter => format!("{at} >= {}", builder.arg(test.high)),
            Prefix::Less | Prefix::EndsBefore => format!("{at} < {}", builder.arg(test.low)),
            Prefix::GreaterOrEqual => format!("{at} >= {}", builder.arg(test.low)),
            Prefix::LessOrEqual => format!("{at} < {}", builder.arg(test.high)),
        });
    }
    any(&parts)
}
