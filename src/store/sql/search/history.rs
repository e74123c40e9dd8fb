//! Versions of one resource, of a type or of everything, newest first. Each must be visible as the resource is now and as
//! it was then.

use crate::search::{HistoryQuery, Place};
use crate::store::sql::resource::labels as labels_of;
use crate::store::sql::versions;
use crate::store::{Arg, Dialect, Record, Row};

use super::Sql;
use super::builder::Builder;
use super::visibility::Visibility;

/// Whose versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// The resource of this row.
    Row(i64),
    /// The resources of these types.
    Types(Vec<u16>),
    /// Every resource.
    All,
}

/// How the rows are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drive {
    /// From the newest version on, until the page is full.
    Newest,
    /// Through the resources of the types: they are few.
    Types,
    /// Through the resources of these persons.
    Persons(Vec<i64>),
}

/// A version with what it is judged by.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// The version, as it was then.
    pub then: Record,
    /// What the resource is now, without its body.
    pub now: Record,
    /// How it was made, a number of `history.method`.
    pub method: i64,
}

impl VersionRow {
    /// Reads the columns of [`versions`].
    pub fn from_row(row: &mut Row) -> Self {
        let small = |at: usize| u8::try_from(row.int(at)).unwrap_or(u8::MAX);
        let period = match (row.opt_int(19), row.opt_int(20)) {
            (Some(from), Some(to)) => Some((from, to)),
            _ => None,
        };
        let (method, category, labels) = (row.int(14), small(16), labels_of(row, 17));
        let (person, source, policy) = (row.int(15), row.int(18), row.int(21));
        let then = Record::from_row(row);
        let then = Record { deleted: method == 2, ..then };
        let now = Record { person, category, labels, source, period, policy, body: Vec::new(), ..then.clone() };
        Self { then, now, method }
    }

    /// Where it stands in a history.
    pub fn place(&self) -> Place {
        Place { updated: self.then.updated, rid: self.then.rid, version: self.then.version }
    }
}

/// One page, with one row more if there is a next one.
pub fn versions(
    dialect: Dialect,
    query: &HistoryQuery,
    within: &Within,
    drive: &Drive,
    visibility: &Visibility,
) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let mut matches = matches(&mut builder, query, within, drive);
    if let Some(place) = query.after {
        let [updated, rid, version] = [place.updated, place.rid, place.version].map(|number| builder.arg(number));
        matches = format!("{matches} AND (v.updated, v.rid, v.version) < ({updated}, {rid}, {version})");
    }
    let (body, handoff) = (versions::body("v", "c"), builder.handoff("v.rid"));
    let limit = builder.limit(i64::from(query.count) + 1);
    builder.finish(format!(
        "SELECT v.rid, c.rtype, c.id, v.version, v.updated, v.person, v.category, v.labels, v.source, v.data_from, \
         v.data_to, {body}, {handoff}, COALESCE(p.policy, 0), v.method, c.person, c.category, c.labels, c.source, \
         c.data_from, c.data_to, COALESCE(q.policy, 0) \
         FROM history v JOIN resource c ON c.rid = v.rid LEFT JOIN person p ON p.person = v.person \
         LEFT JOIN person q ON q.person = c.person \
         WHERE {matches} ORDER BY v.updated DESC, v.rid DESC, v.version DESC LIMIT {limit}"
    ))
}

/// The number of versions on all pages together; one column.
pub fn version_total(
    dialect: Dialect,
    query: &HistoryQuery,
    within: &Within,
    drive: &Drive,
    visibility: &Visibility,
) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let matches = matches(&mut builder, query, within, drive);
    builder.finish(format!("SELECT COUNT(*) FROM history v JOIN resource c ON c.rid = v.rid WHERE {matches}"))
}

fn matches(builder: &mut Builder, query: &HistoryQuery, within: &Within, drive: &Drive) -> String {
    let mut parts = Vec::new();
    // The plus keeps SQLite from starting at the types when the newest versions are to be walked.
    let plus = if builder.dialect == Dialect::Sqlite { "+" } else { "" };
    match within {
        Within::Row(rid) => parts.push(format!("v.rid = {}", builder.arg(*rid))),
        Within::Types(types) => {
            let types: Vec<i64> = types.iter().map(|rtype| i64::from(*rtype)).collect();
            if *drive == Drive::Types {
                let types = builder.one_of_numbers("rtype", types);
                parts.push(format!("v.rid IN (SELECT rid FROM resource WHERE {types})"));
            } else {
                parts.push(builder.one_of_numbers(&format!("{plus}c.rtype"), types));
            }
        }
        Within::All => {}
    }
    if let Drive::Persons(persons) = drive {
        let persons = builder.arg(Arg::Ints(persons.clone()));
        let persons = builder.dialect.ints(&persons);
        parts.push(format!("v.rid IN (SELECT rid FROM resource WHERE person IN {persons})"));
    }
    if let Some(since) = query.since {
        parts.push(format!("v.updated >= {}", builder.arg(since)));
    }
    if let Some((from, to)) = query.at {
        let (from, to) = (builder.arg(from), builder.arg(to));
        parts.push(format!(
            "v.updated < {to} AND NOT EXISTS (SELECT 1 FROM history n WHERE n.rid = v.rid \
             AND n.version = v.version + 1 AND n.updated <= {from})"
        ));
    }
    parts.push(builder.visible_version("c", "v"));
    parts.join(" AND ")
}
