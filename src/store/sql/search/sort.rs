//! The order of matches, and the condition that continues it after a row.

use spil_fhir_profiles::parameters::ParamKind;

use crate::search::{Cursor, CursorValue, SortBy, SortKey};
use crate::store::{Arg, Dialect};

use super::builder::{Builder, any};

/// The value of a sort key of the relation `r`.
pub(super) fn key(builder: &mut Builder, key: SortKey) -> String {
    let (param, kind) = match key.by {
        SortBy::Id => return format!("r.id{}", collation(builder)),
        SortBy::Updated => return "r.updated".to_owned(),
        SortBy::Param { param, kind } => (param, kind),
    };
    let x = builder.alias();
    let (table, column) = match kind {
        ParamKind::String => ("ix_string", format!("{x}.normal")),
        ParamKind::Reference => ("ix_reference", format!("COALESCE(NULLIF({x}.target_id, ''), {x}.value)")),
        ParamKind::Date => ("ix_date", format!("{x}.low")),
        ParamKind::Number => ("ix_number", format!("{x}.low")),
        ParamKind::Quantity => ("ix_quantity", format!("{x}.low")),
        ParamKind::Uri => ("ix_uri", format!("{x}.uri")),
        ParamKind::Token | ParamKind::Composite | ParamKind::Special => ("ix_token", format!("NULLIF({x}.code, '')")),
    };
    let text = matches!(kind, ParamKind::String | ParamKind::Reference | ParamKind::Uri | ParamKind::Token);
    let column = if text { format!("{column}{}", collation(builder)) } else { column };
    let extreme = if key.descending { "MAX" } else { "MIN" };
    format!("(SELECT {extreme}({column}) FROM {table} {x} WHERE {x}.rid = r.rid AND {x}.param = {param})")
}

/// Both engines order text by its bytes.
fn collation(builder: &Builder) -> &'static str {
    match builder.dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " COLLATE \"C\"",
    }
}

/// `ORDER BY` of the relation `q`, whose columns are `rid`, `s0`, `s1`, …; missing values last.
pub(super) fn order(sort: &[SortKey]) -> String {
    let mut keys: Vec<String> = Vec::new();
    for (at, key) in sort.iter().enumerate() {
        let direction = if key.descending { " DESC" } else { "" };
        keys.push(format!("q.s{at} IS NULL, q.s{at}{direction}"));
    }
    keys.push("q.rid DESC".to_owned());
    keys.join(", ")
}

/// What comes after the cursor in that order.
pub(super) fn after(builder: &mut Builder, sort: &[SortKey], cursor: &Cursor) -> String {
    if cursor.keys.len() != sort.len() {
        return "1 = 0".to_owned();
    }
    let mut same: Vec<String> = Vec::new();
    let mut parts = Vec::new();
    for (at, (key, value)) in sort.iter().zip(&cursor.keys).enumerate() {
        let column = format!("q.s{at}");
        let Some(value) = bound(value) else {
            // Nothing comes after a missing value but other missing ones.
            same.push(format!("{column} IS NULL AND "));
            continue;
        };
        let value = builder.arg(value);
        let beyond = if key.descending { "<" } else { ">" };
        parts.push(format!("({}({column} {beyond} {value} OR {column} IS NULL))", same.concat()));
        same.push(format!("{column} = {value} AND "));
    }
    let rid = builder.arg(cursor.rid);
    parts.push(format!("({}q.rid < {rid})", same.concat()));
    any(&parts)
}

fn bound(value: &CursorValue) -> Option<Arg> {
    match value {
        CursorValue::Null => None,
        CursorValue::Int(value) => Some((*value).into()),
        CursorValue::Real(value) => Some((*value).into()),
        CursorValue::Text(value) => Some(value.as_str().into()),
    }
}
