//! Conditions on `ix_reference`.

use crate::search::{ReferenceTest, SystemTest, TokenTest};
use crate::store::system_key;

use super::builder::{Builder, any};

/// One of the references.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[ReferenceTest]) -> String {
    let mut parts = Vec::new();
    let mut types: Vec<Option<u16>> = Vec::new();
    let mut addresses = Vec::new();
    for test in tests {
        match test {
            ReferenceTest::Local { rtype, .. } if types.contains(rtype) => {}
            ReferenceTest::Local { rtype, .. } => {
                types.push(*rtype);
                parts.push(local(builder, x, *rtype, tests));
            }
            ReferenceTest::Address(address) => addresses.push(address.clone()),
            ReferenceTest::Identifier(token) => parts.push(identifier(builder, x, token)),
        }
    }
    if !addresses.is_empty() {
        // A canonical is kept with and without its version.
        parts.push(builder.one_of(&format!("{x}.target_id"), addresses));
    }
    any(&parts)
}

/// All the resources of one type at once.
fn local(builder: &mut Builder, x: &str, rtype: Option<u16>, tests: &[ReferenceTest]) -> String {
    let ids = tests.iter().filter_map(|test| match test {
        ReferenceTest::Local { rtype: other, id } if *other == rtype => Some(id.clone()),
        _ => None,
    });
    let ids = builder.one_of(&format!("{x}.target_id"), ids.collect());
    match rtype {
        Some(rtype) => format!("({ids} AND {x}.target_type = {rtype})"),
        None => format!("({ids} AND {x}.target_type >= 0)"),
    }
}

fn identifier(builder: &mut Builder, x: &str, token: &TokenTest) -> String {
    let mut parts = vec![format!("{x}.value IS NOT NULL")];
    if let Some(code) = &token.code {
        let code = builder.arg(code.as_str());
        parts.push(format!("{x}.value = {code}"));
    }
    match &token.system {
        SystemTest::Any => {}
        SystemTest::None => parts.push(format!("{x}.system = 0")),
        SystemTest::Is(system) => {
            let key = builder.arg(system_key(system));
            parts.push(format!("{x}.system = {key}"));
        }
    }
    format!("({})", parts.join(" AND "))
}
