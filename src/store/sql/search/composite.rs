//! Composites: the parts are rows of the same element, that is of the same resource with the same `ord`.

use crate::search::Part;

use super::builder::{Builder, Mode, any};
use super::filter::{condition, table};

/// One of the tuples, for the relation `r`; not collected.
pub(super) fn filter(builder: &mut Builder, r: &str, tuples: &[Vec<Part>], mode: Mode) -> String {
    let person = builder.person.clone().filter(|_| mode == Mode::Bound);
    let tuples: Vec<_> = tuples
        .iter()
        .map(|tuple| {
            let (first, from) = one(builder, tuple);
            match &person {
                Some(person) => builder.within(r, &format!("SELECT {first}.rid {from} AND {first}.person = {person}")),
                None => format!("EXISTS (SELECT 1 {from} AND {first}.rid = {r}.rid)"),
            }
        })
        .collect();
    any(&tuples)
}

/// The rows with one of the tuples.
pub(super) fn rows(builder: &mut Builder, tuples: &[Vec<Part>]) -> String {
    let tuples: Vec<_> = tuples
        .iter()
        .map(|tuple| {
            let (first, from) = one(builder, tuple);
            format!("SELECT {first}.rid {from}")
        })
        .collect();
    tuples.join(" UNION ALL ")
}

/// The relation of the first part, and all of them joined.
fn one(builder: &mut Builder, parts: &[Part]) -> (String, String) {
    let mut relations = Vec::new();
    let mut conditions = Vec::new();
    let first = builder.alias();
    for (at, part) in parts.iter().enumerate() {
        let x = if at == 0 { first.clone() } else { builder.alias() };
        relations.push(format!("{} {x}", table(&part.test)));
        conditions.push(format!("{x}.param = {}", part.param));
        conditions.push(condition(builder, &x, &part.test));
        if at > 0 {
            conditions.push(format!("{x}.rid = {first}.rid AND {x}.ord = {first}.ord"));
        }
    }
    let from = format!("FROM {} WHERE {}", relations.join(" CROSS JOIN "), conditions.join(" AND "));
    (first, from)
}
