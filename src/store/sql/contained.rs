//! Contained resources (<https://hl7.org/fhir/R4/search.html#contained>): a row of their own, below zero.

use spil_fhir_profiles::index::{Contained, IndexRows};

use crate::store::tx::{Dialect, Field, Kind, Statement, Step};
use crate::store::value::Arg;

use super::apply::{Indexed, Placed, insert};

/// What a container's row number is multiplied by, to leave room for what it contains.
pub const ROOM: i64 = 1024;

const CONTAINED: &[(&str, Kind)] =
    &[("rid", Kind::Int), ("parent", Kind::Int), ("rtype", Kind::Int), ("id", Kind::Text)];

/// The contained resources of a resource with their row numbers.
pub fn numbered(parent: i64, index: &IndexRows) -> impl Iterator<Item = (i64, &Contained)> {
    (0..ROOM).zip(&index.contained).map(move |(at, one)| (-(parent * ROOM + at), one))
}

/// Search values, and those of the contained resources under their own row numbers.
pub(super) fn with((rid, person, index): Indexed<'_>) -> impl Iterator<Item = Indexed<'_>> {
    let inside = numbered(rid, index).map(move |(inner, one)| (inner, person, &one.rows));
    std::iter::once((rid, person, index)).chain(inside)
}

/// Adds the rows of `contained` to what is written.
pub(super) fn write<'w>(steps: &mut Vec<Step<'w>>, placed: &[Placed<'w>]) {
    let mut fields = Vec::new();
    for (parent, _, change) in placed {
        for (rid, one) in numbered(*parent, &change.index) {
            fields.extend([Field::Int(rid), Field::Int(*parent), Field::Int(one.rtype.into()), Field::Text(&one.id)]);
        }
    }
    insert(steps, "contained", CONTAINED, fields);
}

/// Asks for the row numbers of what these resources contain.
pub(super) fn question(dialect: Dialect, parents: Vec<i64>) -> Statement<'static> {
    let sql = format!("SELECT rid FROM contained WHERE {}", dialect.one_of_ints("parent", "$1"));
    Statement::new(sql, vec![Arg::Ints(parents)])
}
