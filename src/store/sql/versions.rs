//! The current version of each resource, and its former ones.

use crate::store::commit::{Change, Method};
use crate::store::tx::{Dialect, Field, Kind, Statement, Step};
use crate::store::value::Arg;

use super::apply::{Placed, insert};
use super::{full_text, index};

/// Takes away what older versions of the changed resources left.
pub(super) fn clear(steps: &mut Vec<Step<'_>>, dialect: Dialect, placed: &[Placed<'_>], contained: &[i64]) {
    let mut rids: Vec<i64> = placed.iter().filter_map(|(_, _, change)| change.rid).collect();
    if rids.is_empty() {
        return;
    }
    keep_bodies(steps, dialect, rids.clone());
    rids.extend(contained);
    let within: &[&str] = if contained.is_empty() { &[] } else { &["contained"] };
    let tables = ["resource", "policy_user"].iter().chain(within).chain(&index::TABLES).map(|table| (*table, "rid"));
    for (table, column) in tables.chain([("handoff_item", "task"), ("full_text", full_text::key(dialect))]) {
        let sql = format!("DELETE FROM {table} WHERE {}", dialect.one_of_ints(column, "$1"));
        steps.push(Step::Run(Statement::new(sql, vec![Arg::Ints(rids.clone())])));
    }
}

/// Moves the texts of the current versions to where they stand as former ones: what is current is kept once, in `resource`.
/// A version that was written when both tables held it, or a deletion, stays as it is.
fn keep_bodies(steps: &mut Vec<Step<'_>>, dialect: Dialect, rids: Vec<i64>) {
    let sql = format!(
        "UPDATE history SET body = r.body FROM (SELECT rid, version, body FROM resource WHERE {}) r \
         WHERE history.rid = r.rid AND history.version = r.version AND LENGTH(history.body) = 0",
        dialect.one_of_ints("rid", "$1")
    );
    steps.push(Step::Run(Statement::new(sql, vec![Arg::Ints(rids)])));
}

/// The text of a version: `history` and `resource` are the aliases of its row and of the row of what is current.
pub(super) fn body(history: &str, resource: &str) -> String {
    format!("CASE WHEN {history}.version = {resource}.version THEN {resource}.body ELSE {history}.body END")
}

/// Columns that `resource` and `history` share, after their own.
fn shared_fields<'c>(person: i64, change: &'c Change, body: &'c [u8]) -> [Field<'c>; 7] {
    [
        Field::Int(person),
        Field::Int(change.category.into()),
        Field::Int(change.labels.into()),
        Field::Int(change.source),
        Field::opt_int(change.period.map(|(from, _)| from)),
        Field::opt_int(change.period.map(|(_, to)| to)),
        Field::Bytes(body),
    ]
}

/// Adds the new versions to what is written.
pub(super) fn write<'w>(steps: &mut Vec<Step<'w>>, placed: &[Placed<'w>]) {
    let mut current = Vec::with_capacity(placed.len() * RESOURCE.len());
    let mut history = Vec::with_capacity(placed.len() * HISTORY.len());
    for (rid, person, change) in placed {
        current.extend([
            Field::Int(*rid),
            Field::Int(change.rtype.into()),
            Field::Text(&change.id),
            Field::Int(change.version),
            Field::Int(change.updated),
            Field::Int((change.method == Method::Delete).into()),
        ]);
        current.extend(shared_fields(*person, change, &change.body));
        let method = Field::Int(change.method as i64);
        history.extend([Field::Int(*rid), Field::Int(change.version), Field::Int(change.updated), method]);
        // Its text comes when the next version takes its place.
        history.extend(shared_fields(*person, change, &[]));
    }
    insert(steps, "resource", RESOURCE, current);
    insert(steps, "history", HISTORY, history);
}

const RESOURCE: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("rtype", Kind::Int),
    ("id", Kind::Text),
    ("version", Kind::Int),
    ("updated", Kind::Int),
    ("deleted", Kind::Int),
    ("person", Kind::Int),
    ("category", Kind::Int),
    ("labels", Kind::Int),
    ("source", Kind::Int),
    ("data_from", Kind::Int),
    ("data_to", Kind::Int),
    ("body", Kind::Bytes),
];

const HISTORY: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("version", Kind::Int),
    ("updated", Kind::Int),
    ("method", Kind::Int),
    ("person", Kind::Int),
    ("category", Kind::Int),
    ("labels", Kind::Int),
    ("source", Kind::Int),
    ("data_from", Kind::Int),
    ("data_to", Kind::Int),
    ("body", Kind::Bytes),
];
