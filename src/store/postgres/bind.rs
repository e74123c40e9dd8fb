//! Values to and from the wire, in binary.

use tokio_postgres::types::{ToSql, Type};

use crate::store::tx::{Bulk, Field, Kind, StoreError};
use crate::store::value::{Arg, Cell, Row};

/// The type that an argument has in a statement.
pub fn arg_type(arg: &Arg) -> Type {
    match arg {
        Arg::Int(_) => Type::INT8,
        Arg::Real(_) => Type::FLOAT8,
        Arg::Text(_) => Type::TEXT,
        Arg::Bytes(_) => Type::BYTEA,
        Arg::Ints(_) => Type::INT8_ARRAY,
        Arg::Texts(_) => Type::TEXT_ARRAY,
    }
}

/// An argument as the driver takes it.
pub fn arg_value(arg: &Arg) -> &(dyn ToSql + Sync) {
    match arg {
        Arg::Int(value) => value,
        Arg::Real(value) => value,
        Arg::Text(value) => value,
        Arg::Bytes(value) => value,
        Arg::Ints(values) => values,
        Arg::Texts(values) => values,
    }
}

/// A row as everybody takes it.
///
/// # Errors
/// When a column has a type that no statement of ours asks for.
pub fn decode(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for (at, column) in row.columns().iter().enumerate() {
        let kind = column.type_();
        let cell = if *kind == Type::INT8 {
            row.try_get::<_, Option<i64>>(at)?.map(Cell::Int)
        } else if *kind == Type::BYTEA {
            row.try_get::<_, Option<Vec<u8>>>(at)?.map(Cell::Bytes)
        } else if *kind == Type::INT4 {
            row.try_get::<_, Option<i32>>(at)?.map(|value| Cell::Int(value.into()))
        } else if *kind == Type::BOOL {
            row.try_get::<_, Option<bool>>(at)?.map(|value| Cell::Int(value.into()))
        } else if *kind == Type::FLOAT8 {
            row.try_get::<_, Option<f64>>(at)?.map(Cell::Real)
        } else {
            row.try_get::<_, Option<String>>(at)?.map(Cell::Text)
        };
        cells.push(cell.unwrap_or(Cell::Null));
    }
    Ok(Row(cells))
}

/// One column of many rows, as an array.
pub enum Column<'a> {
    /// `bigint[]`.
    Ints(Vec<Option<i64>>),
    /// `double precision[]`.
    Reals(Vec<Option<f64>>),
    /// `text[]`.
    Texts(Vec<Option<&'a str>>),
    /// `bytea[]`.
    Bytes(Vec<Option<&'a [u8]>>),
}

impl Column<'_> {
    /// The array as the driver takes it.
    pub fn value(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(values) => values,
            Self::Reals(values) => values,
            Self::Texts(values) => values,
            Self::Bytes(values) => values,
        }
    }
}

/// The rows column by column.
pub fn columns<'a>(bulk: &Bulk<'a>) -> Vec<Column<'a>> {
    let width = bulk.columns.len();
    let column = |(at, (_, kind)): (usize, &(&str, Kind))| {
        let fields = bulk.fields.iter().skip(at).step_by(width);
        match kind {
            Kind::Int => Column::Ints(
                fields.map(|field| if let Field::Int(value) = field { Some(*value) } else { None }).collect(),
            ),
            Kind::Real => Column::Reals(
                fields.map(|field| if let Field::Real(value) = field { Some(*value) } else { None }).collect(),
            ),
            Kind::Text => Column::Texts(
                fields.map(|field| if let Field::Text(value) = field { Some(*value) } else { None }).collect(),
            ),
            Kind::Bytes => Column::Bytes(
                fields.map(|field| if let Field::Bytes(value) = field { Some(*value) } else { None }).collect(),
            ),
        }
    };
    bulk.columns.iter().enumerate().map(column).collect()
}

/// The statement that inserts arrays as rows, and the types of the arrays.
pub fn unnest_statement(table: &str, columns: &[(&str, Kind)]) -> (String, Vec<Type>) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
    let types = columns.iter().map(|(_, kind)| match kind {
        Kind::Int => Type::INT8_ARRAY,
        Kind::Real => Type::FLOAT8_ARRAY,
        Kind::Text => Type::TEXT_ARRAY,
        Kind::Bytes => Type::BYTEA_ARRAY,
    });
    let text = format!("INSERT INTO {table} ({}) SELECT * FROM UNNEST({})", names.join(","), arrays.join(","));
    (text, types.collect())
}
