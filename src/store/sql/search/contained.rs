//! Contained resources as matches (<https://hl7.org/fhir/R4/search.html#contained>).

use crate::search::Query;
use crate::store::{Arg, Dialect};

use super::Sql;
use super::builder::{Builder, Mode};
use super::filter::filter;
use super::visibility::Visibility;

/// The containers of what the query asks.
pub(super) fn containers(builder: &mut Builder, query: &Query) -> String {
    let c = builder.contained_alias();
    let passes = passes(builder, &c, query, Mode::Collect);
    format!("SELECT {c}.parent FROM contained {c} WHERE {passes}")
}

fn passes(builder: &mut Builder, c: &str, query: &Query, mode: Mode) -> String {
    let mut parts = vec![format!("{c}.rtype = {}", query.rtype)];
    for one in &query.filters {
        parts.push(filter(builder, c, query.rtype, one, mode));
    }
    parts.join(" AND ")
}

/// Which resources within these containers (row numbers that the caller has been given) the query asks: container and id
/// with `#`.
pub fn matched(dialect: Dialect, query: &Query, visibility: &Visibility, containers: Vec<i64>) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let rids = builder.arg(Arg::Ints(containers));
    let rids = builder.dialect.ints(&rids);
    let c = builder.contained_alias();
    let passes = passes(&mut builder, &c, query, Mode::Probe);
    builder.finish(format!(
        "SELECT {c}.parent, {c}.id FROM contained {c} WHERE {c}.parent IN {rids} AND {passes} ORDER BY {c}.rid DESC"
    ))
}
