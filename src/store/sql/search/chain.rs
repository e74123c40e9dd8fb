//! Chains and `_has`: what a resource refers to, here or inside itself, and what refers to it.

use crate::search::Filter;
use crate::store::sql::contained::ROOM;

use super::builder::{Builder, Mode};
use super::filter::filter;

/// The rows that refer to what passes, collected from the far end. A reference within a resource (`#id`) leads to what
/// that contains (<https://hl7.org/fhir/R4/search.html#contained>).
pub(super) fn rows(builder: &mut Builder, (param, target): (u16, u16), inner: &Filter) -> String {
    let (x, t) = (builder.alias(), builder.alias());
    let passes = filter(builder, &t, target, inner, Mode::Collect);
    let visible = builder.visible(&t);
    let (y, c) = (builder.alias(), builder.contained_alias());
    let inside = filter(builder, &c, target, inner, Mode::Collect);
    let last = ROOM - 1;
    format!(
        "SELECT {x}.rid FROM resource {t} CROSS JOIN ix_reference {x} WHERE {t}.rtype = {target} \
         AND {t}.id = {x}.target_id AND {x}.target_type = {target} AND {x}.param = {param} AND {visible} AND {passes} \
         UNION ALL SELECT {y}.rid FROM contained {c} CROSS JOIN ix_reference {y} WHERE {c}.rtype = {target} \
         AND {y}.rid = {c}.parent AND {y}.param = {param} AND {y}.target_id = {c}.id AND {inside} \
         UNION ALL SELECT {y}.rid FROM contained {c} CROSS JOIN ix_reference {y} WHERE {c}.rtype = {target} \
         AND {y}.rid >= -({c}.parent * {ROOM} + {last}) AND {y}.rid <= -({c}.parent * {ROOM}) AND {y}.param = {param} \
         AND {y}.target_id = {c}.id AND {inside}"
    )
}

/// That the relation `row` refers to what passes, looked up for each row.
pub(super) fn probe(builder: &mut Builder, row: &str, (param, target): (u16, u16), inner: &Filter) -> String {
    let (x, t) = (builder.alias(), builder.alias());
    let passes = filter(builder, &t, target, inner, Mode::Probe);
    let visible = builder.visible(&t);
    let parent = if builder.is_contained(row) { format!("{row}.parent") } else { format!("{row}.rid") };
    let (y, inner_row) = (builder.alias(), builder.contained_alias());
    let inside = filter(builder, &inner_row, target, inner, Mode::Probe);
    format!(
        "(EXISTS (SELECT 1 FROM ix_reference {x} CROSS JOIN resource {t} WHERE {x}.rid = {row}.rid \
         AND {t}.rtype = {target} AND {t}.id = {x}.target_id AND {x}.target_type = {target} AND {x}.param = {param} \
         AND {visible} AND {passes}) \
         OR EXISTS (SELECT 1 FROM ix_reference {y} CROSS JOIN contained {inner_row} WHERE {y}.rid = {row}.rid \
         AND {y}.param = {param} AND {inner_row}.parent = {parent} AND {inner_row}.id = {y}.target_id AND {inner_row}.rtype = {target} \
         AND {inside}))"
    )
}

/// Something that passes refers to the relation `r`; `r` is of type `here`.
pub(super) fn has(
    builder: &mut Builder,
    r: &str,
    (here, source, param): (u16, u16, u16),
    inner: &Filter,
    mode: Mode,
) -> String {
    let (x, s) = (builder.alias(), builder.alias());
    let mode = if mode == Mode::Collect { Mode::Collect } else { Mode::Probe };
    let passes = filter(builder, &s, source, inner, mode);
    let visible = builder.visible(&s);
    let joined = format!(
        "{s}.rtype = {source} AND {x}.rid = {s}.rid AND {x}.param = {param} AND {x}.target_type = {here} \
         AND {visible} AND {passes}"
    );
    if mode == Mode::Probe {
        return format!(
            "EXISTS (SELECT 1 FROM ix_reference {x} CROSS JOIN resource {s} WHERE {x}.target_id = {r}.id AND {joined})"
        );
    }
    format!("{r}.id IN (SELECT {x}.target_id FROM resource {s} CROSS JOIN ix_reference {x} WHERE {joined})")
}
