//! Which rows together carry every tag, security label and profile that is in use.

use spil_fhir_profiles::parameters::{BASE, ParamKind, parameters};

use crate::store::{Arg, Dialect};

use super::Sql;
use super::builder::{Builder, list};
use super::visibility::Visibility;

/// The parameters that index what a `meta` holds.
const PARAMETERS: [&str; 3] = ["_tag", "_security", "_profile"];

/// For each value in use the newest row that carries it, `most` values at most of each kind; one statement per index.
pub fn labels(dialect: Dialect, types: &[u16], most: i64, visibility: &Visibility) -> Vec<Sql> {
    let found = PARAMETERS.iter().filter_map(|code| parameters().get(BASE, code));
    let (tokens, uris): (Vec<_>, Vec<_>) = found.partition(|param| param.kind == ParamKind::Token);
    let kinds = [(tokens, "ix_token", "system, i.code"), (uris, "ix_uri", "uri")];
    let one = |(params, table, value): (Vec<_>, &str, &str)| {
        let mut builder = Builder::new(dialect, visibility);
        let numbers = list(params.iter().map(|param: &&spil_fhir_profiles::parameters::Param| i64::from(param.number)));
        let types = builder.arg(Arg::Ints(types.iter().map(|rtype| i64::from(*rtype)).collect()));
        let types = dialect.ints(&types);
        let (visible, limit) = (builder.visible("r"), builder.limit(most));
        builder.finish(format!(
            "SELECT MAX(r.rid) FROM {table} i JOIN resource r ON r.rid = i.rid \
             WHERE i.param IN ({numbers}) AND r.rtype IN {types} AND {visible} \
             GROUP BY i.param, i.{value} LIMIT {limit}"
        ))
    };
    kinds.into_iter().map(one).collect()
}

/// The records of these rows, as far as they may be seen.
pub fn rows(dialect: Dialect, rids: Vec<i64>, visibility: &Visibility) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let rids = builder.arg(Arg::Ints(rids));
    let rids = dialect.ints(&rids);
    let (columns, visible) = (builder.columns(), builder.visible("r"));
    builder.finish(format!("SELECT {columns} FROM resource r WHERE r.rid IN {rids} AND {visible}"))
}
