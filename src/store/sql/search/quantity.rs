//! Conditions on `ix_quantity`.

use crate::search::{NumberTest, Prefix, QuantityTest};
use crate::store::system_key;

use super::builder::{Builder, any};
use super::number;

/// One of the quantities.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[QuantityTest]) -> String {
    let mut parts = Vec::new();
    for test in tests {
        if let Some((unit, number)) = &test.canonical {
            parts.push(canonical(builder, x, unit, number));
            continue;
        }
        let mut conditions = vec![number::one(builder, x, &test.number)];
        if let Some(system) = &test.system {
            let key = builder.arg(system_key(system));
            conditions.push(format!("{x}.system = {key}"));
        }
        if let Some(code) = &test.code {
            let code = builder.arg(code.as_str());
            conditions.push(match test.system {
                Some(_) => format!("{x}.code = {code}"),
                None => format!("({x}.code = {code} OR {x}.unit = {code})"),
            });
        }
        parts.push(format!("({})", conditions.join(" AND ")));
    }
    any(&parts)
}

/// In base units; a plain number is a point.
fn canonical(builder: &mut Builder, x: &str, unit: &str, test: &NumberTest) -> String {
    let unit = builder.arg(unit);
    let (low, high) = (format!("{x}.base_low"), format!("{x}.base_high"));
    // What was converted may miss the number by a few bits.
    let slack = test.value.abs().max(test.high.abs()) * 1e-12;
    let mut value = |value: f64| builder.arg(value);
    let passes = match test.prefix {
        Prefix::Equal | Prefix::NotEqual => {
            let (from, to, end) = (value(test.low - slack), value(test.high - slack), value(test.high + slack));
            let equal = format!("({low} >= {from} AND {low} < {to} AND ({low} = {high} OR {high} <= {end}))");
            if test.prefix == Prefix::Equal { equal } else { format!("NOT {equal}") }
        }
        Prefix::Greater => format!("{high} > {}", value(test.value + slack)),
        Prefix::GreaterOrEqual => {
            let (at, beyond) = (value(test.value - slack), value(test.value + slack));
            format!("({high} > {beyond} OR ({low} = {high} AND {low} >= {at}))")
        }
        Prefix::Less => format!("{low} < {}", value(test.value - slack)),
        // A range that begins at the number holds it; one that ends there does not.
        Prefix::LessOrEqual => format!("{low} <= {}", value(test.value + slack)),
        Prefix::StartsAfter => format!("{low} > {}", value(test.value + slack)),
        Prefix::EndsBefore => format!("{high} < {}", value(test.value - slack)),
        Prefix::Approximately => {
            let (from, to) = (value(test.low - slack), value(test.high + slack));
            format!("({low} <= {to} AND {high} >= {from})")
        }
    };
    format!("({x}.base = {unit} AND {passes})")
}
