//! What `_include` and `_revinclude` add to a page.

use crate::search::{Include, Limits, Query};
use crate::store::{Arg, Dialect};

use super::Sql;
use super::builder::{Builder, list};
use super::visibility::Visibility;

/// One round: the statements that find what `rows` (type and row number) point at, or what points at them. The first
/// round starts from the matches; later ones (`first` is false) from what the round before it found, and only includes
/// with `:iterate` take part. At most [`Limits::INCLUDED`] rows come of each statement; columns as of a page.
pub fn includes(
    dialect: Dialect,
    query: &Query,
    visibility: &Visibility,
    rows: &[(u16, i64)],
    first: bool,
) -> Vec<Sql> {
    let asked = query.includes.iter().filter(|include| first || include.iterate);
    asked.filter_map(|include| one(dialect, visibility, rows, include)).collect()
}

fn one(dialect: Dialect, visibility: &Visibility, rows: &[(u16, i64)], include: &Include) -> Option<Sql> {
    let from = if include.reverse { include.target } else { include.source };
    let rids: Vec<i64> =
        rows.iter().filter(|(rtype, _)| from.is_none_or(|from| from == *rtype)).map(|(_, rid)| *rid).collect();
    if rids.is_empty() || (include.reverse && include.params.is_empty()) {
        return None;
    }
    let mut builder = Builder::new(dialect, visibility);
    let rids = builder.arg(Arg::Ints(rids));
    let rids = builder.dialect.ints(&rids);
    let mut parts = vec![builder.visible("r")];
    if let (true, Some(source)) = (include.reverse, include.source) {
        parts.push(format!("r.rtype = {source}"));
    }
    let found = if include.reverse { reverse(dialect, include, &rids) } else { forward(dialect, include, &rids) };
    parts.push(format!("r.rid IN ({found})"));
    let columns = builder.columns();
    let limit = builder.arg(Limits::INCLUDED);
    let text = format!(
        "SELECT {columns} FROM resource r LEFT JOIN person p ON p.person = r.person WHERE {} \
         ORDER BY r.rid DESC LIMIT {limit}",
        parts.join(" AND ")
    );
    Some(builder.finish(text))
}

fn numbers(include: &Include) -> String {
    list(include.params.iter().map(|param| i64::from(*param)))
}

/// What the rows point at. `PostgreSQL` walks the index for each row, whatever it thinks of the size of the tables.
fn forward(dialect: Dialect, include: &Include, rids: &str) -> String {
    let params =
        if include.params.is_empty() { String::new() } else { format!(" AND x.param IN ({})", numbers(include)) };
    let target = include.target.map_or_else(String::new, |target| format!(" AND x.target_type = {target}"));
    match dialect {
        Dialect::Sqlite => format!(
            "SELECT t.rid FROM ix_reference x CROSS JOIN resource t WHERE x.rid IN {rids}{params}{target} \
             AND t.rtype = x.target_type AND t.id = x.target_id"
        ),
        Dialect::Postgres => format!(
            "SELECT t.rid FROM {rids} m(rid) CROSS JOIN LATERAL (SELECT x.target_type, x.target_id FROM ix_reference x \
             WHERE x.rid = m.rid{params}{target} OFFSET 0) x \
             JOIN resource t ON t.rtype = x.target_type AND t.id = x.target_id"
        ),
    }
}

/// What points at the rows.
fn reverse(dialect: Dialect, include: &Include, rids: &str) -> String {
    let params = numbers(include);
    match dialect {
        Dialect::Sqlite => format!(
            "SELECT x.rid FROM resource t CROSS JOIN ix_reference x WHERE t.rid IN {rids} AND x.param IN ({params}) \
             AND x.target_id = t.id AND x.target_type = t.rtype"
        ),
        Dialect::Postgres => format!(
            "SELECT x.rid FROM resource t CROSS JOIN unnest(ARRAY[{params}]) n(param) \
             CROSS JOIN LATERAL (SELECT x.rid FROM ix_reference x WHERE x.param = n.param AND x.target_id = t.id \
             AND x.target_type = t.rtype OFFSET 0) x WHERE t.rid IN {rids}"
        ),
    }
}
