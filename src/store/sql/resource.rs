//! Reading resources by their place.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::store::Store;
use crate::store::tx::StoreError;
use crate::store::value::{Arg, Row};

use super::versions;

/// A stored version with what the door needs to judge it. Not released: only `access` may look at `body`.
#[derive(Debug, Clone)]
pub struct Record {
    /// Row number.
    pub rid: i64,
    /// Number of the resource type.
    pub rtype: u16,
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// `meta.lastUpdated`, ms.
    pub updated: i64,
    /// Whether this version says that the resource is gone.
    pub deleted: bool,
    /// Whose data: a person, 0 nobody, -1 unclear.
    pub person: i64,
    /// Number of the data category.
    pub category: u8,
    /// Labels of the consent engine: sensitive ones, and the categories of what is carried inside.
    pub labels: u32,
    /// Organisation whose system wrote it.
    pub source: i64,
    /// Clinical time, ms, half open.
    pub period: Option<(i64, i64)>,
    /// The JSON as it is sent.
    pub body: Vec<u8>,
    /// Whether a running handoff to the asking organisation names it.
    pub in_handoff: bool,
    /// The state of the person's permissions when this was read.
    pub policy: i64,
}

/// Who looks, and when: what a handoff lends out depends on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// The organisation that asks; 0 none.
    pub org: i64,
    /// The moment, ms.
    pub now: i64,
}

/// The columns of a [`Record`] of alias `r` with person alias `p`, except `deleted`; `$1` and `$2` are the [`Asker`].
pub const COLUMNS: &str = "r.rid, r.rtype, r.id, r.version, r.updated, r.person, r.category, r.labels, r.source, \
                           r.data_from, r.data_to, r.body, \
                           CASE WHEN EXISTS (SELECT 1 FROM handoff_item h WHERE h.org = $1 AND h.item = r.rid \
                           AND h.until > $2) \
                           THEN 1 ELSE 0 END, COALESCE(p.policy, 0)";

impl Record {
    /// Reads the columns that [`COLUMNS`] and every search name.
    pub fn from_row(row: &mut Row) -> Self {
        let (id, body) = (row.take_text(2), row.take_bytes(11));
        let small = |at: usize| u8::try_from(row.int(at)).unwrap_or(u8::MAX);
        let period = match (row.opt_int(9), row.opt_int(10)) {
            (Some(from), Some(to)) => Some((from, to)),
            _ => None,
        };
        Self {
            rid: row.int(0),
            rtype: u16::try_from(row.int(1)).unwrap_or(u16::MAX),
            id,
            version: row.int(3),
            updated: row.int(4),
            deleted: false,
            person: row.int(5),
            category: small(6),
            labels: labels(row, 7),
            source: row.int(8),
            period,
            in_handoff: row.int(12) != 0,
            policy: row.int(13),
            body,
        }
    }
}

/// The labels in a column; what cannot be is all of them, which closes.
pub fn labels(row: &Row, at: usize) -> u32 {
    u32::try_from(row.int(at)).unwrap_or(u32::MAX)
}

impl Store {
    /// The current version, deleted or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, rtype: u16, id: &str, asker: Asker) -> Result<Option<Record>, StoreError> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {COLUMNS}, r.deleted FROM resource r LEFT JOIN person p ON p.person = r.person \
                 WHERE r.rtype = $3 AND r.id = $4"
            )
        });
        let mut rows =
            self.rows(&SQL, vec![asker.org.into(), asker.now.into(), i64::from(rtype).into(), id.into()]).await?;
        Ok(rows.first_mut().map(|row| {
            let deleted = row.int(14) != 0;
            Record { deleted, ..Record::from_row(row) }
        }))
    }

    /// All versions of a row, newest first; `version` asks for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn versions(&self, rid: i64, version: Option<i64>) -> Result<Vec<(Record, i64)>, StoreError> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            let body = versions::body("r", "c");
            format!(
                "SELECT r.rid, c.rtype, c.id, r.version, r.updated, r.person, r.category, r.labels, r.source, \
                 r.data_from, r.data_to, {body}, 0, COALESCE(p.policy, 0), r.method \
                 FROM history r JOIN resource c ON c.rid = r.rid LEFT JOIN person p ON p.person = r.person \
                 WHERE r.rid = $1 AND ($2 = 0 OR r.version = $2) ORDER BY r.version DESC"
            )
        });
        let mut rows = self.rows(&SQL, vec![rid.into(), version.unwrap_or_default().into()]).await?;
        Ok(rows
            .iter_mut()
            .map(|row| {
                let method = row.int(14);
                (Record { deleted: method == 2, ..Record::from_row(row) }, method)
            })
            .collect())
    }

    /// Whether there are at most `most` resources of a type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_rare(&self, rtype: u16, most: i64) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM resource WHERE rtype = $1 LIMIT $2) few";
        let rows = self.rows(sql, vec![i64::from(rtype).into(), (most + 1).into()]).await?;
        Ok(rows.first().is_some_and(|row| row.int(0) <= most))
    }

    /// Many current resources by type and id; absent and deleted ones are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn several(
        &self,
        wanted: &[(u16, String)],
        asker: Asker,
    ) -> Result<HashMap<(u16, String), Record>, StoreError> {
        let mut found = self.currents(wanted, asker).await?;
        found.retain(|_, record| !record.deleted);
        Ok(found)
    }

    /// Many current versions by type and id, deleted or not; absent ones are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn currents(
        &self,
        wanted: &[(u16, String)],
        asker: Asker,
    ) -> Result<HashMap<(u16, String), Record>, StoreError> {
        let mut types: Vec<i64> = wanted.iter().map(|(rtype, _)| i64::from(*rtype)).collect();
        types.sort_unstable();
        types.dedup();
        let mut found = HashMap::new();
        for rtype in types {
            let ids = wanted.iter().filter(|(other, _)| i64::from(*other) == rtype).map(|(_, id)| id.clone()).collect();
            let sql = format!(
                "SELECT {COLUMNS}, r.deleted FROM resource r LEFT JOIN person p ON p.person = r.person \
                 WHERE r.rtype = $3 AND {}",
                self.dialect().one_of_texts("r.id", "$4")
            );
            let args = vec![asker.org.into(), asker.now.into(), rtype.into(), Arg::Texts(ids)];
            for row in &mut self.rows(&sql, args).await? {
                let deleted = row.int(14) != 0;
                let record = Record { deleted, ..Record::from_row(row) };
                found.insert((record.rtype, record.id.clone()), record);
            }
        }
        Ok(found)
    }

    /// The persons of `Patient` resources, by id; absent and deleted ones are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn persons_of_patients(
        &self,
        patient_type: u16,
        ids: Vec<String>,
    ) -> Result<HashMap<String, i64>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT id, person FROM resource WHERE rtype = $1 AND deleted = 0 AND {}",
            self.dialect().one_of_texts("id", "$2")
        );
        let rows = self.rows(&sql, vec![i64::from(patient_type).into(), Arg::Texts(ids)]).await?;
        Ok(rows.iter().map(|row| (row.text(0).to_owned(), row.int(1))).collect())
    }

    /// The person with a BSN.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_bsn(&self, bsn: &str) -> Result<Option<i64>, StoreError> {
        let rows = self.rows("SELECT person FROM person WHERE bsn = $1", vec![bsn.into()]).await?;
        Ok(rows.first().map(|row| row.int(0)))
    }
}
