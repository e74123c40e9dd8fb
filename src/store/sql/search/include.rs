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
    let params = match include.params.as_slice() {
        [] => String::new(),
        [param] => format!(" AND x.param = {param}"),
        params => format!(" AND x.param IN ({})", list(params.iter().map(|param| i64::from(*param)))),
    };
    let mut parts = vec![builder.visible("r")];
    if include.reverse {
        if let Some(source) = include.source {
            parts.push(format!("r.rtype = {source}"));
        }
        parts.push(format!(
            "r.rid IN (SELECT x.rid FROM resource t CROSS JOIN ix_reference x WHERE t.rid IN {rids}{params} \
             AND x.target_id = t.id AND x.target_type = t.rtype)"
        ));
    } else {
        let target = include.target.map_or_else(String::new, |target| format!(" AND x.target_type = {target}"));
        parts.push(format!(
            "r.rid IN (SELECT t.rid FROM ix_reference x CROSS JOIN resource t WHERE x.rid IN {rids}{params}{target} \
             AND t.rtype = x.target_type AND t.id = x.target_id)"
        ));
    }
    let columns = builder.columns();
    let limit = builder.arg(Limits::INCLUDED);
    let text = format!(
        "SELECT {columns} FROM resource r LEFT JOIN person p ON p.person = r.person WHERE {} \
         ORDER BY r.rid DESC LIMIT {limit}",
        parts.join(" AND ")
    );
    Some(builder.finish(text))
}
