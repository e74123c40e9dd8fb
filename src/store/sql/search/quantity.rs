//! Conditions on `ix_quantity`.

use crate::search::QuantityTest;
use crate::store::system_key;

use super::builder::{Builder, any};
use super::number;

/// One of the quantities.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[QuantityTest]) -> String {
    let mut parts = Vec::new();
    for test in tests {
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
