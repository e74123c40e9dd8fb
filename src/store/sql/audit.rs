//! The audit log: appended by the writer, each record bound to the one before it.

use aws_lc_rs::digest::{SHA256, digest};

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

/// What binds a record to the one before it: SHA-256 over the former hash, the columns (number, moment, organisation,
/// refused, emergency) and the text.
pub fn chain(prev: &[u8], columns: [i64; 5], body: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(prev.len() + 40 + body.len());
    bytes.extend_from_slice(prev);
    for column in columns {
        bytes.extend_from_slice(&column.to_be_bytes());
    }
    bytes.extend_from_slice(body.as_bytes());
    digest(&SHA256, &bytes).as_ref().to_vec()
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
            let columns = [seq, entry.at, entry.org, entry.refused.into(), entry.emergency.into()];
            let prev = chained.hashes.last().map(Vec::as_slice).unwrap_or_default();
            chained.hashes.push(chain(prev, columns, &entry.body));
            let mut about: Vec<i64> = entry.persons.clone();
            about.extend(entry.keys.iter().map(&person_of));
            about.sort_unstable();
            about.dedup();
            chained.about.extend(about.into_iter().filter(|person| *person > 0).map(|person| (person, seq)));
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

    /// Checks the chain: the number of sound records, or the first that does not fit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(&self) -> Result<Result<i64, i64>, StoreError> {
        let mut last = 0;
        let mut hash: Vec<u8> = Vec::new();
        loop {
            let sql = "SELECT seq, at, org, refused, emergency, body, prev, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1000";
            let rows = self.rows(sql, vec![last.into()]).await?;
            if rows.is_empty() {
                return Ok(Ok(last));
            }
            for row in rows {
                let seq = row.int(0);
                let columns = [seq, row.int(1), row.int(2), row.int(3), row.int(4)];
                let expected = chain(&hash, columns, row.text(5));
                if seq != last + 1 || row.bytes(6) != hash || row.bytes(7) != expected {
                    return Ok(Err(last + 1));
                }
                last = seq;
                hash = expected;
            }
        }
    }
}
