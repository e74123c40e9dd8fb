//! Contained resources (<https://hl7.org/fhir/R4/search.html#contained>): a row of their own, below zero.

use spil_fhir_profiles::index::{Contained, IndexRows};

use crate::store::tx::{Bulk, Kind, StoreError, Tx};
use crate::store::value::{Arg, Cell};

use super::apply::Placed;

/// What a container's row number is multiplied by, to leave room for what it contains.
pub const ROOM: i64 = 1024;

const CONTAINED: &[(&str, Kind)] =
    &[("rid", Kind::Int), ("parent", Kind::Int), ("rtype", Kind::Int), ("id", Kind::Text)];

/// The contained resources of a resource with their row numbers.
pub fn numbered(parent: i64, index: &IndexRows) -> impl Iterator<Item = (i64, &Contained)> {
    (0..ROOM).zip(&index.contained).map(move |(at, one)| (-(parent * ROOM + at), one))
}

/// The rows of `contained`.
pub(super) fn rows(placed: &[Placed<'_>]) -> Bulk {
    let mut rows = Vec::new();
    for (parent, _, change) in placed {
        for (rid, one) in numbered(*parent, &change.index) {
            let id = Cell::Text(one.id.clone());
            rows.push(vec![Cell::Int(rid), Cell::Int(*parent), Cell::Int(one.rtype.into()), id]);
        }
    }
    Bulk { table: "contained", columns: CONTAINED, rows }
}

/// The row numbers of what these resources contain.
///
/// # Errors
/// When the database fails.
pub(super) async fn of(tx: &mut dyn Tx, parents: &[i64]) -> Result<Vec<i64>, StoreError> {
    let sql = format!("SELECT rid FROM contained WHERE parent IN {}", tx.dialect().ints("$1"));
    let rows = tx.rows(&sql, vec![Arg::Ints(parents.to_vec())]).await?;
    Ok(rows.iter().map(|row| row.int(0)).collect())
}
