//! The last observations of each kind, in one statement: what matches, what it is of, and which are the last of those.

use spil_fhir_profiles::parameters::parameters;

use crate::search::Query;
use crate::store::Dialect;

use super::Sql;
use super::builder::Builder;
use super::page::matches;
use super::visibility::Visibility;

/// The `max` last rows of each kind, and those at the same moment as the last of them; kinds in the order of their
/// newest, newest first. Columns of a record; at most `most` rows and one.
///
/// Observations are of one kind if they share a code; also if one in between has a code of either. Without a code the text
/// tells. Observations of different persons, or of different subjects that are no persons, are never of one kind.
pub fn lastn(dialect: Dialect, query: &Query, visibility: &Visibility, max: u32, most: i64) -> Sql {
    let mut builder = Builder::new(dialect, visibility);
    let matches = matches(&mut builder, query);
    let number = |code| parameters().get("Observation", code).map_or(u16::MAX, |param| param.number);
    let (code, subject) = (number("code"), number("subject"));
    let columns = builder.columns();
    let max = builder.arg(i64::from(max));
    let most = builder.limit(most + 1);
    builder.finish(format!(
        "WITH hit AS (SELECT r.rid AS rid, r.person AS person, COALESCE(r.data_from, -9223372036854775807) AS at, \
         CASE WHEN r.person > 0 THEN '' ELSE COALESCE((SELECT MIN(s.target_id) FROM ix_reference s \
         WHERE s.rid = r.rid AND s.param = {subject}), '') END AS subject FROM resource r WHERE {matches}), \
         code AS (SELECT h.rid AS rid, h.person AS person, h.subject AS subject, CASE WHEN t.code = '' \
         THEN 't' || COALESCE(t.label, '') ELSE 'c' || CAST(t.system AS TEXT) || '|' || t.code END AS word \
         FROM hit h JOIN ix_token t ON t.rid = h.rid AND t.param = {code}), \
         own AS (SELECT rid, MIN(word) AS word FROM code GROUP BY rid), \
         shared AS (SELECT c.person AS person, c.subject AS subject, c.word AS word, MIN(o.word) AS kind FROM code c \
         JOIN own o ON o.rid = c.rid GROUP BY c.person, c.subject, c.word), \
         kind AS (SELECT c.rid AS rid, MIN(s.kind) AS kind FROM code c JOIN shared s ON s.person = c.person \
         AND s.subject = c.subject AND s.word = c.word GROUP BY c.rid), \
         placed AS (SELECT h.rid AS rid, h.at AS at, h.person AS person, h.subject AS subject, \
         COALESCE(k.kind, '') AS kind, RANK() OVER (PARTITION BY h.person, h.subject, COALESCE(k.kind, '') \
         ORDER BY h.at DESC) AS place, MAX(h.at) OVER (PARTITION BY h.person, h.subject, COALESCE(k.kind, '')) \
         AS newest FROM hit h LEFT JOIN kind k ON k.rid = h.rid) \
         SELECT {columns} FROM placed l JOIN resource r ON r.rid = l.rid \
         WHERE l.place <= {max} ORDER BY l.newest DESC, l.person, l.subject, l.kind, l.at DESC, l.rid DESC \
         LIMIT {most}"
    ))
}
