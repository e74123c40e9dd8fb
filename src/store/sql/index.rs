//! Search values into their tables, one multi-row statement per kind.

use aws_lc_rs::digest::{SHA256, digest};
use spil_fhir_profiles::parameters::ParamKind;

use crate::store::tx::{Bulk, Kind, StoreError, Tx};
use crate::store::value::Cell;

use super::apply::Indexed;

/// The tables of the search index.
pub const TABLES: [&str; 7] =
    ["ix_token", "ix_string", "ix_reference", "ix_date", "ix_number", "ix_quantity", "ix_uri"];

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
];
const URI: &[(&str, Kind)] =
    &[("rid", Kind::Int), ("param", Kind::Int), ("ord", Kind::Int), ("person", Kind::Int), ("uri", Kind::Text)];

/// The table that holds the values of a kind of parameter.
pub fn table(kind: ParamKind) -> Option<&'static str> {
    Some(match kind {
        ParamKind::Token => "ix_token",
        ParamKind::String => "ix_string",
        ParamKind::Reference => "ix_reference",
        ParamKind::Date => "ix_date",
        ParamKind::Number => "ix_number",
        ParamKind::Quantity => "ix_quantity",
        ParamKind::Uri => "ix_uri",
        ParamKind::Composite | ParamKind::Special => return None,
    })
}

/// A system URI as the index keeps it: the first eight bytes of its SHA-256; 0 for none.
pub fn system_key(system: &str) -> i64 {
    if system.is_empty() {
        return 0;
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest(&SHA256, system.as_bytes()).as_ref()[..8]);
    i64::from_be_bytes(bytes)
}

/// Writes search values.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut dyn Tx, placed: &[Indexed<'_>]) -> Result<(), StoreError> {
    let bulks = [
        Bulk { table: "ix_token", columns: TOKEN, rows: tokens(placed) },
        Bulk { table: "ix_string", columns: STRING, rows: strings(placed) },
        Bulk { table: "ix_reference", columns: REFERENCE, rows: references(placed) },
        Bulk { table: "ix_date", columns: DATE, rows: dates(placed) },
        Bulk { table: "ix_number", columns: NUMBER, rows: numbers(placed) },
        Bulk { table: "ix_quantity", columns: QUANTITY, rows: quantities(placed) },
        Bulk { table: "ix_uri", columns: URI, rows: uris(placed) },
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

fn tokens(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
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

fn strings(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.strings {
            let values = [Cell::Text(value.normal.clone()), Cell::Text(value.exact.clone())];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn references(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
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
            ];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn dates(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.dates {
            let values = [Cell::Int(value.low), Cell::Int(value.high)];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn numbers(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.numbers {
            let values = [Cell::Real(value.low), Cell::Real(value.high)];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn quantities(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.quantities {
            let values = [
                Cell::Int(system_key(value.system.as_deref().unwrap_or_default())),
                Cell::Text(value.code.clone().unwrap_or_default()),
                Cell::Text(value.unit.clone().unwrap_or_default()),
                Cell::Real(value.low),
                Cell::Real(value.high),
            ];
            rows.push(row(head(*rid, value.param, value.ord, *person), values));
        }
    }
    rows
}

fn uris(placed: &[Indexed<'_>]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.uris {
            rows.push(row(head(*rid, value.param, value.ord, *person), [Cell::Text(value.uri.clone())]));
        }
    }
    rows
}
