//! Composites: the parts are rows of the same element, that is of the same resource with the same `ord`.

use crate::search::Part;

use super::builder::{Builder, Mode, any};
use super::filter::{condition, table};

/// One of the tuples, for the relation `r`.
pub(super) fn filter(builder: &mut Builder, r: &str, tuples: &[Vec<Part>], mode: Mode) -> String {
    let tuples: Vec<_> = tuples.iter().map(|tuple| one(builder, r, tuple, mode)).collect();
    any(&tuples)
}

fn one(builder: &mut Builder, r: &str, parts: &[Part], mode: Mode) -> String {
    let mut relations = Vec::new();
    let mut conditions = Vec::new();
    let mut first: Option<String> = None;
    for part in parts {
        let x = builder.alias();
        relations.push(format!("{} {x}", table(&part.test)));
        conditions.push(format!("{x}.param = {}", part.param));
        conditions.push(condition(builder, &x, &part.test));
        match &first {
            None => first = Some(x),
            Some(first) => conditions.push(format!("{x}.rid = {first}.rid AND {x}.ord = {first}.ord")),
        }
    }
    let Some(first) = first else { return "1 = 0".to_owned() };
    if mode == Mode::Bound
        && let Some(person) = &builder.person
    {
        conditions.push(format!("{first}.person = {person}"));
    }
    let (relations, conditions) = (relations.join(" CROSS JOIN "), conditions.join(" AND "));
    if mode == Mode::Probe {
        return format!("EXISTS (SELECT 1 FROM {relations} WHERE {first}.rid = {r}.rid AND {conditions})");
    }
    format!("{r}.rid IN (SELECT {first}.rid FROM {relations} WHERE {conditions})")
}
