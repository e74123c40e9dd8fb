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
    let mut parts = vec![builder.visible("r")];
    let start = builder.arg(Arg::Ints(rids));
    let start = numbers(dialect, &start, "f");
    let (steps, found) = if include.reverse {
        if let Some(source) = include.source {
            parts.push(format!("r.rtype = {source}"));
        }
        (pointing(&mut builder, &include.params), "x.rid")
    } else {
        (pointed(dialect, include), "t.rid")
    };
    parts.push(builder.within("r", &format!("SELECT {found} FROM {start}{steps}")));
    let columns = builder.columns();
    let limit = builder.arg(Limits::INCLUDED);
    let text = format!(
        "SELECT {columns} FROM resource r WHERE {} \
         ORDER BY r.rid DESC LIMIT {limit}",
        parts.join(" AND ")
    );
    Some(builder.finish(text))
}

/// The steps from a row number `f.n` to the row `t` that it points at.
fn pointed(dialect: Dialect, include: &Include) -> String {
    // The plus keeps SQLite from walking all references of the parameter instead of those of the row.
    let param = match dialect {
        Dialect::Sqlite => "+x.param",
        Dialect::Postgres => "x.param",
    };
    let params = match include.params.as_slice() {
        [] => String::new(),
        [one] => format!(" AND {param} = {one}"),
        more => format!(" AND {param} IN ({})", list(more.iter().map(|one| i64::from(*one)))),
    };
    let target = include.target.map_or_else(String::new, |target| format!(" AND x.target_type = {target}"));
    let leads = format!("x.rid = f.n{params}{target}");
    let lands = "t.rtype = x.target_type AND t.id = x.target_id";
    step(dialect, "ix_reference x", &leads) + &step(dialect, "resource t", lands)
}

/// The steps from a row number `f.n` to the reference `x` that points at it. The index of references starts with the
/// parameter, so it is entered once for each.
fn pointing(builder: &mut Builder, params: &[u16]) -> String {
    let params = builder.arg(Arg::Ints(params.iter().map(|param| i64::from(*param)).collect()));
    let params = numbers(builder.dialect, &params, "q");
    let lands = "x.param = q.n AND x.target_id = t.id AND x.target_type = t.rtype";
    let from = step(builder.dialect, "resource t", "t.rid = f.n");
    format!("{from} CROSS JOIN {params}{}", step(builder.dialect, "ix_reference x", lands))
}

/// The numbers of an argument as a relation with one column, `n`.
fn numbers(dialect: Dialect, place: &str, alias: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("(SELECT value AS n FROM json_each({place})) {alias}"),
        Dialect::Postgres => format!("unnest({place}::bigint[]) {alias}(n)"),
    }
}

/// A join that is made row by row, by index. `PostgreSQL` is left no other way (`OFFSET 0`): a planner without statistics
/// takes so many rows for granted that it would rather read the whole table.
fn step(dialect: Dialect, table: &str, condition: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!(" CROSS JOIN {table} ON {condition}"),
        Dialect::Postgres => {
            let alias = table.rsplit(' ').next().unwrap_or(table);
            format!(" CROSS JOIN LATERAL (SELECT {alias}.* FROM {table} WHERE {condition} OFFSET 0) {alias}")
        }
    }
}
