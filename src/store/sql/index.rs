//! Search values into their tables, one multi-row statement per kind.

use aws_lc_rs::digest::{SHA256, digest};
use spil_fhir_profiles::index::IndexRows;

use crate::store::tx::{Bulk, Kind, StoreError, Tx};
use crate::store::value::Cell;

use super::apply::Placed;
use super::{contained, full_text};

/// The tables of the search index.
pub const TABLES: [&str; 8] =
    ["ix_token", "ix_string", "ix_reference", "ix_date", "ix_number", "ix_quantity", "ix_uri", "ix_position"];

const TOKEN: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("system", Kind::Int),
    ("code", Kind::Text),
    ("label", Kind::Text),
    ("id_type", Kind::Int),
];
const STRING: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("normal", Kind::Text),
    ("exact", Kind::Text),
];
const REFERENCE: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("target_type", Kind::Int),
    ("target_id", Kind::Text),
    ("system", Kind::Int),
    ("value", Kind::Text),
    ("label", Kind::Text),
];
const DATE: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("low", Kind::Int),
    ("high", Kind::Int),
];
const NUMBER: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("low", Kind::Real),
    ("high", Kind::Real),
];
const QUANTITY: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("ord", Kind::Int),
    ("person", Kind::Int),
    ("system", Kind::Int),
    ("code", Kind::Text),
    ("unit", Kind::Text),
    ("low", Kind::Real),
    ("high", Kind::Real),
    ("base", Kind::Text),
    ("base_low", Kind::Real),
    ("base_high", Kind::Real),
];
const URI: &[(&str, Kind)] =
    &[("rid", Kind::Int), ("param", Kind::Int), ("ord", Kind::Int), ("person", Kind::Int), ("uri", Kind::Text)];

const POSITION: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("param", Kind::Int),
    ("person", Kind::Int),
    ("latitude", Kind::Real),
    ("x", Kind::Real),
    ("y", Kind::Real),
    ("z", Kind::Real),
];

/// A system URI as the index keeps it: the first eight bytes of its SHA-256; 0 for none.
pub fn system_key(system: &str) -> i64 {
    if system.is_empty() {
        return 0;
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest(&SHA256, system.as_bytes()).as_ref()[..8]);
    i64::from_be_bytes(bytes)
}

/// Row number, person and search values of a resource or a contained one.
pub(super) type Indexed<'c> = (i64, i64, &'c IndexRows);

/// Writes the search values of all changes.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut dyn Tx, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let mut all: Vec<Indexed<'_>> = Vec::with_capacity(placed.len());
    for (rid, person, change) in placed {
        all.push((*rid, *person, &change.index));
        all.extend(contained::numbered(*rid, &change.index).map(|(inner, one)| (inner, *person, &one.rows)));
    }
    let dialect = tx.dialect();
    let bulks = [
        Bulk { table: "ix_token", columns: TOKEN, rows: tokens(&all) },
        Bulk { table: "ix_string", columns: STRING, rows: strings(&all) },
        Bulk { table: "ix_reference", columns: REFERENCE, rows: references(&all) },
        Bulk { table: "ix_date", columns: DATE, rows: dates(&all) },
        Bulk { table: "ix_number", columns: NUMBER, rows: numbers(&all) },
        Bulk { table: "ix_quantity", columns: QUANTITY, rows: quantities(&all) },
        Bulk { table: "ix_uri", columns: URI, rows: uris(&all) },
        Bulk { table: "ix_position", columns: POSITION, rows: positions(&all) },
        contained::rows(placed),
        full_text::rows(dialect, placed),
    ];
    for bulk in bulks {
        if !bulk.rows.is_empty() {
            tx.insert(bulk).await?;
        }
    }
    Ok(())
}

/// The first four columns of every index row.
fn head(rid: i64, param: u16, ord: u16, person: i64) -> [Cell; 4] {
    [Cell::Int(rid), Cell::Int(param.into()), Cell::Int(ord.into()), Cell::Int(person)]
}

/// Head and values as one row.
fn row<const N: usize>(head: [Cell; 4], values: [Cell; N]) -> Vec<Cell> {
    head.into_iter().chain(values).collect()
}

fn text(value: Option<&String>) -> Cell {
    value.map_or(Cell::Null, |value| Cell::Text(value.clone()))
}

fn tokens(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.tokens {
            let id_type =
                value.identifier_type.as_ref().map_or(0, |(system, code)| system_key(&format!("{system}|{code}")));
            let values = [
                Cell::Int(system_key(value.system.as_deref().unwrap_or_default())),
                Cell::Text(value.code.clone()),
                text(value.text.as_ref()),
                Cell::Int(id_type),
            ];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn strings(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.strings {
            let values = [Cell::Text(value.normal.clone()), Cell::Text(value.exact.clone())];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn references(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.references {
            let (system, logical) = match &value.identifier {
                Some((system, logical)) => {
                    (system_key(system.as_deref().unwrap_or_default()), Cell::Text(logical.clone()))
                }
                None => (0, Cell::Null),
            };
            let values = [
                Cell::Int(value.target_type.map_or(-1, i64::from)),
                Cell::Text(value.target_id.clone()),
                Cell::Int(system),
                logical,
                text(value.text.as_ref()),
            ];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn dates(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.dates {
            let values = [Cell::Int(value.low), Cell::Int(value.high)];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn numbers(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.numbers {
            let values = [Cell::Real(value.low), Cell::Real(value.high)];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn quantities(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.quantities {
            let base = value.canonical.as_ref();
            let values = [
                Cell::Int(system_key(value.system.as_deref().unwrap_or_default())),
                Cell::Text(value.code.clone().unwrap_or_default()),
                Cell::Text(value.unit.clone().unwrap_or_default()),
                Cell::Real(value.low),
                Cell::Real(value.high),
                Cell::Text(base.map_or_else(String::new, |base| base.unit.clone())),
                Cell::Real(base.map_or(0.0, |base| base.low)),
                Cell::Real(base.map_or(0.0, |base| base.high)),
            ];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn uris(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.uris {
            rows.push(row(head(*rid, value.param, value.ord, *person), [Cell::Text(value.uri.clone())]));
        }
    }
    rows
}

fn positions(all: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in all {
        for value in &index.positions {
            let [x, y, z] = value.point.map(Cell::Real);
            let (param, latitude) = (Cell::Int(value.param.into()), Cell::Real(value.latitude));
            rows.push(vec![Cell::Int(*rid), param, Cell::Int(*person), latitude, x, y, z]);
        }
    }
    rows
}
