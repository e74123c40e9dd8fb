//! Search values into their tables, one multi-row statement per kind.

use aws_lc_rs::digest::{SHA256, digest};
use spil_fhir_profiles::parameters::ParamKind;

use crate::store::tx::{Field, Kind, Step};

use super::apply::{Indexed, insert};

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
        ParamKind::Special => "ix_position",
        ParamKind::Composite => return None,
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

/// Adds search values to what is written.
pub fn write<'w>(steps: &mut Vec<Step<'w>>, placed: &[Indexed<'w>]) {
    insert(steps, "ix_token", TOKEN, tokens(placed));
    insert(steps, "ix_string", STRING, strings(placed));
    insert(steps, "ix_reference", REFERENCE, references(placed));
    insert(steps, "ix_date", DATE, dates(placed));
    insert(steps, "ix_number", NUMBER, numbers(placed));
    insert(steps, "ix_quantity", QUANTITY, quantities(placed));
    insert(steps, "ix_uri", URI, uris(placed));
    insert(steps, "ix_position", POSITION, positions(placed));
}

/// The first columns of every table.
fn head(rid: i64, param: u16, ord: u16, person: i64) -> [Field<'static>; 4] {
    [Field::Int(rid), Field::Int(param.into()), Field::Int(ord.into()), Field::Int(person)]
}

fn tokens<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.tokens {
            let id_type =
                value.identifier_type.as_ref().map_or(0, |(system, code)| system_key(&format!("{system}|{code}")));
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([
                Field::Int(system_key(value.system.as_deref().unwrap_or_default())),
                Field::Text(&value.code),
                Field::opt_text(value.text.as_deref()),
                Field::Int(id_type),
            ]);
        }
    }
    fields
}

fn strings<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.strings {
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([Field::Text(&value.normal), Field::Text(&value.exact)]);
        }
    }
    fields
}

fn references<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.references {
            let (system, logical) = match &value.identifier {
                Some((system, logical)) => {
                    (system_key(system.as_deref().unwrap_or_default()), Field::Text(logical.as_str()))
                }
                None => (0, Field::Null),
            };
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([
                Field::Int(value.target_type.map_or(-1, i64::from)),
                Field::Text(&value.target_id),
                Field::Int(system),
                logical,
                Field::opt_text(value.text.as_deref()),
            ]);
        }
    }
    fields
}

fn dates<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.dates {
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([Field::Int(value.low), Field::Int(value.high)]);
        }
    }
    fields
}

fn numbers<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.numbers {
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([Field::Real(value.low), Field::Real(value.high)]);
        }
    }
    fields
}

fn quantities<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.quantities {
            let base = value.canonical.as_ref();
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.extend([
                Field::Int(system_key(value.system.as_deref().unwrap_or_default())),
                Field::Text(value.code.as_deref().unwrap_or_default()),
                Field::Text(value.unit.as_deref().unwrap_or_default()),
                Field::Real(value.low),
                Field::Real(value.high),
                Field::Text(base.map_or("", |base| &base.unit)),
                Field::Real(base.map_or(0.0, |base| base.low)),
                Field::Real(base.map_or(0.0, |base| base.high)),
            ]);
        }
    }
    fields
}

fn uris<'w>(placed: &[Indexed<'w>]) -> Vec<Field<'w>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.uris {
            fields.extend(head(*rid, value.param, value.ord, *person));
            fields.push(Field::Text(&value.uri));
        }
    }
    fields
}

fn positions(placed: &[Indexed<'_>]) -> Vec<Field<'static>> {
    let mut fields = Vec::new();
    for (rid, person, index) in placed {
        for value in &index.positions {
            fields.extend([Field::Int(*rid), Field::Int(value.param.into()), Field::Int(*person)]);
            fields.push(Field::Real(value.latitude));
            fields.extend(value.point.map(Field::Real));
        }
    }
    fields
}
