//! Conditions on `ix_quantity`.

use crate::search::QuantityTest;
use crate::store::system_key;

use super::builder::{Builder, any};
use super::number;

/// One of the quantities.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[QuantityTest]) -> String {
    let mut parts = Vec::new();
    for test in tests {
        if let Some((unit, number)) = &test.canonical {
            let unit = builder.arg(unit.as_str());
            let number = number::one(builder, &format!("{x}.base_low"), &format!("{x}.base_high"), number);
            parts.push(format!("({x}.base = {unit} AND {number})"));
            continue;
        }
        let mut conditions = vec![number::one(builder, &format!("{x}.low"), &format!("{x}.high"), &test.number)];
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
