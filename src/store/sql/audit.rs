//! The audit log: appended by the writer, each record bound to the one before it.

use std::collections::HashMap;

use aws_lc_rs::digest::{Context, SHA256};

use crate::store::Store;
use crate::store::commit::{AuditEntry, PersonKey};
use crate::store::tx::{Dialect, Field, Kind, Statement, Step, StoreError};
use crate::store::value::{Arg, Row};

use super::apply::insert;

const AUDIT: &[(&str, Kind)] = &[
    ("seq", Kind::Int),
    ("at", Kind::Int),
    ("org", Kind::Int),
    ("refused", Kind::Int),
    ("emergency", Kind::Int),
    ("body", Kind::Text),
    ("prev", Kind::Bytes),
    ("hash", Kind::Bytes),
];

const AUDIT_PERSON: &[(&str, Kind)] = &[("person", Kind::Int), ("seq", Kind::Int)];

/// So many records are looked at for those of one organisation.
const LOOKED_AT: i64 = 50_000;
/// So many records are in `audit_recent` before they are moved.
const RECENT: i64 = 1_024;

/// One record as it was stored.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// Its place in the log, from 1.
    pub seq: i64,
    /// When, ms.
    pub at: i64,
    /// The organisation that asked; 0 none.
    pub org: i64,
    /// Whether it was refused.
    pub refused: bool,
    /// Whether it was an emergency access.
    pub emergency: bool,
    /// The `AuditEvent` as JSON, without id and meta.
    pub body: String,
}

/// Which records the patient wants to see.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    /// Not before this moment, ms.
    pub from: Option<i64>,
    /// Before this moment, ms.
    pub to: Option<i64>,
    /// Only this organisation.
    pub org: Option<i64>,
    /// Only refusals.
    pub refused: bool,
    /// Only emergencies.
    pub emergency: bool,
    /// Only records before this one: the next page.
    pub before: Option<i64>,
}

/// What the hash of a record begins with since it covers whom the record is about. The hashes of older records begin with the
/// hash before them, so that none can be taken for one of these.
const WITH_PERSONS: &[u8] = b"spil audit record 2\n";

/// What binds a record to the one before it: SHA-256 over the former hash, the columns (number, moment, organisation, refused,
/// emergency), whom the record is about (in their order, each once) and the text.
pub fn chain(prev: &[u8], columns: [i64; 5], persons: &[i64], body: &str) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(WITH_PERSONS);
    context.update(prev);
    let count = i64::try_from(persons.len()).unwrap_or(i64::MAX);
    for number in columns.iter().chain([&count]).chain(persons) {
        context.update(&number.to_be_bytes());
    }
    context.update(body.as_bytes());
    context.finish().as_ref().to_vec()
}

/// The same for records that were written before their hash covered whom they are about.
pub fn chain_without_persons(prev: &[u8], columns: [i64; 5], body: &str) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(prev);
    for number in columns {
        context.update(&number.to_be_bytes());
    }
    context.update(body.as_bytes());
    context.finish().as_ref().to_vec()
}

/// The end of the chain.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Number of the last record.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// Number of the first record in `audit_recent`.
    pub recent: Option<i64>,
}

/// Records with their numbers and hashes, ready to be written.
pub struct Chained<'c> {
    entries: Vec<&'c AuditEntry>,
    /// Number of the record before the first.
    before: i64,
    /// The hash of the record before the first, then that of each.
    hashes: Vec<Vec<u8>>,
    /// Whom each record is about, with its number.
    about: Vec<(i64, i64)>,
    /// Number of the first record in `audit_recent`.
    recent: Option<i64>,
}

impl<'c> Chained<'c> {
    /// Chains records to the last one.
    pub fn new(
        End { seq: before, hash, recent }: End,
        entries: impl Iterator<Item = &'c AuditEntry>,
        person_of: impl Fn(&PersonKey) -> i64,
    ) -> Self {
        let mut chained = Self { entries: entries.collect(), before, hashes: vec![hash], about: Vec::new(), recent };
        for (seq, entry) in (before + 1..).zip(&chained.entries) {
            let mut about: Vec<i64> = entry.persons.clone();
            about.extend(entry.keys.iter().map(&person_of));
            about.retain(|person| *person > 0);
            about.sort_unstable();
            about.dedup();
            let columns = [seq, entry.at, entry.org, entry.refused.into(), entry.emergency.into()];
            let prev = chained.hashes.last().map(Vec::as_slice).unwrap_or_default();
            chained.hashes.push(chain(prev, columns, &about, &entry.body));
            chained.about.extend(about.into_iter().map(|person| (person, seq)));
        }
        chained
    }

    /// The end of the chain with these records; not where those of `audit_recent` begin.
    pub fn end(&self) -> End {
        let count = i64::try_from(self.entries.len()).unwrap_or_default();
        End { seq: self.before + count, hash: self.hashes.last().cloned().unwrap_or_default(), recent: None }
    }

    /// Adds the rows to what is written.
    pub fn write<'w>(&'w self, steps: &mut Vec<Step<'w>>, dialect: Dialect) {
        let mut fields = Vec::with_capacity(self.entries.len() * AUDIT.len());
        for ((seq, entry), hashes) in (self.before + 1..).zip(&self.entries).zip(self.hashes.windows(2)) {
            fields.extend([
                Field::Int(seq),
                Field::Int(entry.at),
                Field::Int(entry.org),
                Field::Int(entry.refused.into()),
                Field::Int(entry.emergency.into()),
                Field::Text(&entry.body),
            ]);
            fields.extend(hashes.iter().map(|hash| Field::Bytes(hash)));
        }
        insert(steps, "audit", AUDIT, fields);
        let about = self.about.iter().flat_map(|(person, seq)| [Field::Int(*person), Field::Int(*seq)]);
        // A log of SQLite holds whole pages, one for each person; that of PostgreSQL holds what was changed on them.
        let table = if dialect == Dialect::Sqlite { "audit_recent" } else { "audit_person" };
        if self.recent.is_some_and(|first| self.before - first >= RECENT) {
            let all =
                "INSERT INTO audit_person (person, seq) SELECT person, seq FROM audit_recent ORDER BY person, seq";
            steps.push(Step::Run(Statement::new(all, Vec::new())));
            steps.push(Step::Run(Statement::new("DELETE FROM audit_recent", Vec::new())));
        }
        insert(steps, table, AUDIT_PERSON, about.collect());
    }
}

fn record(row: &Row) -> AuditRecord {
    AuditRecord {
        seq: row.int(0),
        at: row.int(1),
        org: row.int(2),
        refused: row.int(3) != 0,
        emergency: row.int(4) != 0,
        body: row.text(5).to_owned(),
    }
}

impl Store {
    /// The records about one person, newest first, at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail(&self, person: i64, filter: &TrailFilter, most: i64) -> Result<Vec<AuditRecord>, StoreError> {
        // First the newest: if they are moved meanwhile, they are still newer than what is asked then.
        let mut found = self.trail_in("audit_recent", person, filter, most).await?;
        let missing = most - i64::try_from(found.len()).unwrap_or(most);
        if missing > 0 {
            let before = found.last().map(|record| record.seq).or(filter.before);
            let filter = TrailFilter { before, ..filter.clone() };
            found.extend(self.trail_in("audit_person", person, &filter, missing).await?);
        }
        Ok(found)
    }

    async fn trail_in(
        &self,
        table: &str,
        person: i64,
        filter: &TrailFilter,
        most: i64,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let sql = format!(
            "SELECT a.seq, a.at, a.org, a.refused, a.emergency, a.body FROM {table} p \
             CROSS JOIN audit a WHERE p.person = $1 AND a.seq = p.seq \
             AND a.at >= $2 AND a.at < $3 AND ($4 = 0 OR a.org = $4) AND a.refused >= $5 \
             AND a.emergency >= $6 AND p.seq < $7 ORDER BY p.seq DESC LIMIT $8"
        );
        let args: Vec<Arg> = vec![
            person.into(),
            filter.from.unwrap_or(i64::MIN).into(),
            filter.to.unwrap_or(i64::MAX).into(),
            filter.org.unwrap_or_default().into(),
            i64::from(filter.refused).into(),
            i64::from(filter.emergency).into(),
            filter.before.unwrap_or(i64::MAX).into(),
            most.into(),
        ];
        Ok(self.rows(&sql, args).await?.iter().map(record).collect())
    }

    /// The records of what the organisation of the filter did, newest first, at most `most`, and the number before which the next
    /// ones are to be looked for. There is no way to them by organisation: not more than some thousand records are looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail_of_organisation(
        &self,
        filter: &TrailFilter,
        most: i64,
    ) -> Result<(Vec<AuditRecord>, Option<i64>), StoreError> {
        let before = match filter.before {
            Some(before) => before,
            None => self.log_end().await? + 1,
        };
        let first = before.saturating_sub(LOOKED_AT).max(1);
        let sql = "SELECT seq, at, org, refused, emergency, body FROM audit WHERE seq < $1 AND seq >= $2 AND org = $3 \
                   AND at >= $4 AND at < $5 AND refused >= $6 AND emergency >= $7 ORDER BY seq DESC LIMIT $8";
        let args: Vec<Arg> = vec![
            before.into(),
            first.into(),
            filter.org.unwrap_or(-1).into(),
            filter.from.unwrap_or(i64::MIN).into(),
            filter.to.unwrap_or(i64::MAX).into(),
            i64::from(filter.refused).into(),
            i64::from(filter.emergency).into(),
            most.into(),
        ];
        let found: Vec<AuditRecord> = self.rows(sql, args).await?.iter().map(record).collect();
        let full = i64::try_from(found.len()).is_ok_and(|found| found == most);
        let next = if full { found.last().map(|record| record.seq) } else { (first > 1).then_some(first) };
        Ok((found, next))
    }

    /// One record of what an organisation did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_of_organisation(&self, org: i64, seq: i64) -> Result<Option<AuditRecord>, StoreError> {
        let sql = "SELECT seq, at, org, refused, emergency, body FROM audit WHERE seq = $1 AND org = $2";
        Ok(self.rows(sql, vec![seq.into(), org.into()]).await?.first().map(record))
    }

    /// The citizen service numbers of persons.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bsns(&self, persons: Vec<i64>) -> Result<HashMap<i64, String>, StoreError> {
        let sql = format!("SELECT person, bsn FROM person WHERE {}", self.dialect().one_of_ints("person", "$1"));
        let rows = self.rows(&sql, vec![Arg::Ints(persons)]).await?;
        Ok(rows.iter().filter_map(|row| Some((row.int(0), row.opt_text(1)?.to_owned()))).collect())
    }

    /// One record about a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail_record(&self, person: i64, seq: i64) -> Result<Option<AuditRecord>, StoreError> {
        let sql = "SELECT seq, at, org, refused, emergency, body FROM audit WHERE seq = $2 \
                   AND (EXISTS (SELECT 1 FROM audit_person p WHERE p.person = $1 AND p.seq = $2) \
                   OR EXISTS (SELECT 1 FROM audit_recent p WHERE p.person = $1 AND p.seq = $2))";
        Ok(self.rows(sql, vec![person.into(), seq.into()]).await?.first().map(record))
    }
}
