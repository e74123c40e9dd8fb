//! One page of matches, and how many there are.

use crate::search::{Contained, Cursor, CursorValue, Filter, Query};
use crate::store::{Cell, Dialect, Row};

use super::builder::{Builder, Mode, every};
use super::filter::{filter, narrowest};
use super::visibility::Visibility;
use super::{Sql, contained, sort};

/// The columns of a record; the sort keys follow.
const COLUMNS: usize = 14;

/// The page, with one row more if there is a next page. The columns are those of a record, then the sort keys.
pub fn page(dialect: Dialect, query: &Query, visibility: &Visibility) -> Sql {
    if !query.also.is_empty() {
        return several(dialect, query, visibility);
    }
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
            "SELECT {columns} FROM resource r WHERE {matches}{after} ORDER BY r.rid DESC LIMIT {limit}"
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
         WHERE {matches}) q{after} ORDER BY {order} LIMIT {limit}) q JOIN resource r ON r.rid = q.rid ORDER BY {order}"
    ))
}

/// A page of several types: the first rows of each type, of which the first rows make the page.
fn several(dialect: Dialect, query: &Query, visibility: &Visibility) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let columns = builder.columns();
    let order = sort::order(&query.sort);
    let names = (0..query.sort.len()).map(|at| format!(", q.s{at}")).collect::<Vec<_>>().concat();
    let limit = builder.limit(i64::from(query.count) + 1);
    let mut parts = Vec::new();
    for one in std::iter::once(query).chain(&query.also) {
        let matches = matches(&mut builder, one);
        let sorted = one.sort.iter().enumerate();
        let keys = sorted.map(|(at, key)| format!(", {} AS s{at}", sort::key(&mut builder, *key)));
        let keys = keys.collect::<Vec<_>>().concat();
        let after = match &query.after {
            Some(cursor) => format!(" WHERE {}", sort::after(&mut builder, &one.sort, cursor)),
            None => String::new(),
        };
        parts.push(format!(
            "SELECT * FROM (SELECT q.rid{names} FROM (SELECT r.rid AS rid{keys} FROM resource r WHERE {matches}) q{after} \
             ORDER BY {order} LIMIT {limit}) q"
        ));
    }
    builder.finish(format!(
        "SELECT {columns}{names} FROM ({}) q JOIN resource r ON r.rid = q.rid ORDER BY {order} LIMIT {limit}",
        parts.join(" UNION ALL ")
    ))
}

/// The number of matches, on all pages together; one column.
pub fn total(dialect: Dialect, query: &Query, visibility: &Visibility) -> Sql {
    count(dialect, query, visibility, None)
}

/// The number of matches, but no more than `most` of a type: counting ends there.
pub fn estimate(dialect: Dialect, query: &Query, visibility: &Visibility, most: i64) -> Sql {
    count(dialect, query, visibility, Some(most))
}

fn count(dialect: Dialect, query: &Query, visibility: &Visibility, most: Option<i64>) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let mut parts = Vec::new();
    for one in std::iter::once(query).chain(&query.also) {
        let matches = matches(&mut builder, one);
        parts.push(match most {
            Some(most) => {
                let most = builder.limit(most);
                format!("SELECT COUNT(*) FROM (SELECT 1 FROM resource r WHERE {matches} LIMIT {most}) q")
            }
            None => format!("SELECT COUNT(*) FROM resource r WHERE {matches}"),
        });
    }
    let text = if parts.len() == 1 { parts.swap_remove(0) } else { format!("SELECT ({})", parts.join(") + (")) };
    builder.finish(text)
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
    let mut parts = Vec::new();
    (builder.person, builder.owner) = (None, query.person);
    let narrowest = query.person.and_then(|_| narrowest(&query.filters)).filter(|_| query.contained == Contained::No);
    // The rows of the narrowest filter are few: nothing else is to be walked.
    let column =
        |builder: &Builder, name: &str| if narrowest.is_some() { builder.aside(name) } else { name.to_owned() };
    if let Some(person) = query.person {
        let person = builder.arg(person);
        parts.push(format!("{} = {person}", column(builder, "r.person")));
        builder.person = Some(person);
    }
    match query.contained {
        Contained::No => {
            parts.insert(0, format!("{} = {}", column(builder, "r.rtype"), query.rtype));
            for (at, one) in query.filters.iter().enumerate() {
                let mode = match (query.person, narrowest) {
                    (None, _) => Mode::Collect,
                    (Some(_), Some(narrowest)) if narrowest != at && !matches!(one, Filter::FullText { .. }) => {
                        Mode::Probe
                    }
                    (Some(_), _) => Mode::Bound,
                };
                parts.push(filter(builder, "r", query.rtype, one, mode));
            }
        }
        Contained::Only => {
            let inside = contained::containers(builder, query);
            parts.push(format!("r.rid IN ({inside})"));
        }
        Contained::Both => {
            let (w, mut own) = (builder.alias(), Vec::new());
            for one in &query.filters {
                own.push(filter(builder, &w, query.rtype, one, Mode::Collect));
            }
            let (own, inside) = (every(&own), contained::containers(builder, query));
            parts.push(format!(
                "r.rid IN (SELECT {w}.rid FROM resource {w} WHERE {w}.rtype = {} AND {own} UNION ALL {inside})",
                query.rtype
            ));
        }
    }
    if let Some(types) = &query.containers {
        let types = types.iter().map(|rtype| i64::from(*rtype)).collect();
        parts.push(builder.one_of_numbers("r.rtype", types));
    }
    // The rows of one person are few: the indexes of what else makes them visible are not to be walked.
    parts.push(match query.person {
        Some(person) => builder.visible_among("r", person),
        None => builder.visible("r"),
    });
    parts.join(" AND ")
}
