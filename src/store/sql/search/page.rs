//! One page of matches, and how many there are.

use crate::search::{Cursor, CursorValue, Query};
use crate::store::{Cell, Dialect, Row};

use super::builder::{Builder, Mode};
use super::filter::filter;
use super::visibility::Visibility;
use super::{Sql, sort};

/// The columns of a record; the sort keys follow.
const COLUMNS: usize = 14;

/// The page, with one row more if there is a next page. The columns are those of a record, then the sort keys.
pub fn page(dialect: Dialect, query: &Query, visibility: &Visibility) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let matches = matches(&mut builder, query);
    let columns = builder.columns();
    let limit = i64::from(query.count) + 1;
    if query.sort.is_empty() {
        let after = match &query.after {
            Some(cursor) => format!(" AND r.rid < {}", builder.arg(cursor.rid)),
            None => String::new(),
        };
        let limit = builder.limit(limit);
        return builder.finish(format!(
            "SELECT {columns} FROM resource r LEFT JOIN person p ON p.person = r.person \
             WHERE {matches}{after} ORDER BY r.rid DESC LIMIT {limit}"
        ));
    }
    let sorted = || query.sort.iter().enumerate();
    let keys: Vec<_> = sorted().map(|(at, key)| format!(", {} AS s{at}", sort::key(&mut builder, *key))).collect();
    let names: Vec<_> = sorted().map(|(at, _)| format!(", q.s{at}")).collect();
    let (keys, names) = (keys.concat(), names.concat());
    let after = match &query.after {
        Some(cursor) => format!(" WHERE {}", sort::after(&mut builder, &query.sort, cursor)),
        None => String::new(),
    };
    let order = sort::order(&query.sort);
    let limit = builder.limit(limit);
    builder.finish(format!(
        "SELECT {columns}{names} FROM (SELECT q.rid{names} FROM (SELECT r.rid AS rid{keys} FROM resource r \
         WHERE {matches}) q{after} ORDER BY {order} LIMIT {limit}) q JOIN resource r ON r.rid = q.rid \
         LEFT JOIN person p ON p.person = r.person ORDER BY {order}"
    ))
}

/// The number of matches, on all pages together; one column.
pub fn total(dialect: Dialect, query: &Query, visibility: &Visibility) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let matches = matches(&mut builder, query);
    builder.finish(format!("SELECT COUNT(*) FROM resource r WHERE {matches}"))
}

/// Where a page that ends with this row ends.
pub fn cursor(query: &Query, row: &Row) -> Cursor {
    let keys = (0..query.sort.len()).map(|at| match row.0.get(COLUMNS + at) {
        Some(Cell::Int(value)) => CursorValue::Int(*value),
        Some(Cell::Real(value)) => CursorValue::Real(*value),
        Some(Cell::Text(value)) => CursorValue::Text(value.clone()),
        _ => CursorValue::Null,
    });
    Cursor { keys: keys.collect(), rid: row.int(0) }
}

/// Type, person, filters and what the caller may see, for the relation `r`.
pub(super) fn matches(builder: &mut Builder, query: &Query) -> String {
    let mut parts = vec![format!("r.rtype = {}", query.rtype)];
    let mut mode = Mode::Collect;
    if let Some(person) = query.person {
        let person = builder.arg(person);
        parts.push(format!("r.person = {person}"));
        builder.person = Some(person);
        mode = Mode::Bound;
    }
    for one in &query.filters {
        parts.push(filter(builder, "r", query.rtype, one, mode));
    }
    parts.push(builder.visible("r"));
    parts.join(" AND ")
}
