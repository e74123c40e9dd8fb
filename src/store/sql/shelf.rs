//! The record of one person by kind of data: what there is, and page by page.

use crate::store::Store;
use crate::store::tx::StoreError;

use super::resource::{COLUMNS, Record};

/// When a row was: its clinical time, or else when it was written. What has no beginning counts as written.
const MOMENT: &str =
    "CASE WHEN r.data_from IS NULL OR r.data_from < -62135596800000 THEN r.updated ELSE r.data_from END";

/// How much of one category one source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Number of the category.
    pub category: u8,
    /// The organisation that wrote it.
    pub source: i64,
    /// How many.
    pub count: i64,
    /// The newest moment, ms.
    pub newest: i64,
}

impl Store {
    /// What there is of a person, by category and source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn holdings(&self, person: i64) -> Result<Vec<Holding>, StoreError> {
        let sql = format!(
            "SELECT r.category, r.source, COUNT(*), MAX({MOMENT}) FROM resource r \
             WHERE r.person = $1 AND r.deleted = 0 GROUP BY r.category, r.source ORDER BY r.category, r.source"
        );
        let rows = self.rows(&sql, vec![person.into()]).await?;
        let one = |row: &crate::store::Row| Holding {
            category: u8::try_from(row.int(0)).unwrap_or(u8::MAX),
            source: row.int(1),
            count: row.int(2),
            newest: row.int(3),
        };
        Ok(rows.iter().map(one).collect())
    }

    /// One category of a person, newest first, with the moment of each row; `after` is the last row of the page before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shelf(
        &self,
        person: i64,
        category: u8,
        after: Option<(i64, i64)>,
        most: i64,
    ) -> Result<Vec<(i64, Record)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, {MOMENT} FROM resource r LEFT JOIN person p ON p.person = r.person \
             WHERE r.person = $3 AND r.category = $4 AND r.deleted = 0 \
             AND ({MOMENT} < $5 OR ({MOMENT} = $5 AND r.rid < $6)) ORDER BY {MOMENT} DESC, r.rid DESC LIMIT $7"
        );
        let (moment, rid) = after.unwrap_or((i64::MAX, i64::MAX));
        let args =
            vec![0.into(), 0.into(), person.into(), i64::from(category).into(), moment.into(), rid.into(), most.into()];
        let mut rows = self.rows(&sql, args).await?;
        Ok(rows.iter_mut().map(|row| (row.int(14), Record::from_row(row))).collect())
    }
}
