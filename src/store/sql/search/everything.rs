//! One page of what is kept of one person, in the order of type and row number.

use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::parameters::{ParamKind, parameters};

use crate::store::{Arg, Dialect};

use super::Sql;
use super::builder::{Builder, list};
use super::visibility::Visibility;

/// What is asked of one person's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everything {
    /// Whose record.
    pub person: i64,
    /// A row that is left out: it is given beside the page.
    pub beside: i64,
    /// Numbers of the resource types; none for all.
    pub types: Option<Vec<i64>>,
    /// Changed at or after this moment, ms.
    pub since: Option<i64>,
    /// Clinical time that ends after this moment, ms; what tells no clinical time passes.
    pub start: Option<i64>,
    /// Clinical time that begins before this moment, ms; what tells no clinical time passes.
    pub end: Option<i64>,
    /// Only what belongs to this `Encounter`.
    pub encounter: Option<String>,
    /// After this type and row.
    pub after: Option<(i64, i64)>,
    /// Most rows.
    pub count: u32,
}

/// The page, with one row more if there is a next page; columns of a record.
pub fn everything(dialect: Dialect, asked: &Everything, visibility: &Visibility) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let (person, beside) = (builder.arg(asked.person), builder.arg(asked.beside));
    let mut parts = vec![format!("r.person = {person}"), format!("r.rid <> {beside}"), builder.visible("r")];
    if let Some(types) = &asked.types {
        let types = builder.arg(Arg::Ints(types.clone()));
        parts.push(format!("r.rtype IN {}", dialect.ints(&types)));
    }
    if let Some(since) = asked.since {
        let since = builder.arg(since);
        parts.push(format!("r.updated >= {since}"));
    }
    if let Some(start) = asked.start {
        let start = builder.arg(start);
        parts.push(format!("(r.data_to IS NULL OR r.data_to > {start})"));
    }
    if let Some(end) = asked.end {
        let end = builder.arg(end);
        parts.push(format!("(r.data_from IS NULL OR r.data_from < {end})"));
    }
    if let Some(encounter) = &asked.encounter {
        parts.push(of_encounter(&mut builder, encounter));
    }
    if let Some((rtype, rid)) = asked.after {
        let (rtype, rid) = (builder.arg(rtype), builder.arg(rid));
        parts.push(format!("(r.rtype, r.rid) > ({rtype}, {rid})"));
    }
    let columns = builder.columns();
    let limit = builder.limit(i64::from(asked.count) + 1);
    builder.finish(format!(
        "SELECT {columns} FROM resource r WHERE {} \
         ORDER BY r.rtype, r.rid LIMIT {limit}",
        parts.join(" AND ")
    ))
}

/// A row that refers to the `Encounter` by a parameter that says in which one it was made.
fn of_encounter(builder: &mut Builder, encounter: &str) -> String {
    let target = type_number("Encounter").unwrap_or(u16::MAX);
    let says = parameters().all().filter(|param| {
        param.kind == ParamKind::Reference
            && matches!(param.code.as_ref(), "encounter" | "context")
            && (param.targets.is_empty() || param.targets.contains(&target))
    });
    let params = list(says.map(|param| i64::from(param.number)));
    let id = builder.arg(encounter);
    format!(
        "r.rid IN (SELECT x.rid FROM ix_reference x WHERE x.param IN ({params}) AND x.target_id = {id} \
         AND x.target_type = {target})"
    )
}
