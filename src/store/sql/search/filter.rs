//! One filter as a condition on a relation.

use spil_fhir_profiles::parameters::ParamKind;

use crate::search::{Filter, Test};

use super::builder::{Builder, Mode, any};
use super::{composite, date, number, quantity, reference, string, token, uri};

/// The condition on the relation `r`, whose rows are of type `rtype`.
pub(super) fn filter(builder: &mut Builder, r: &str, rtype: u16, filter: &Filter, mode: Mode) -> String {
    match filter {
        Filter::Nothing | Filter::Terms { .. } => "1 = 0".to_owned(),
        Filter::Id(ids) => builder.one_of(&format!("{r}.id"), ids.clone()),
        Filter::Updated(tests) => date::updated(builder, r, tests),
        Filter::Value { test: Test::Composite(tuples), .. } => composite::filter(builder, r, tuples, mode),
        Filter::Value { param, test } => value(builder, r, *param, test, mode),
        Filter::Not { param, test } => format!("NOT {}", value(builder, r, *param, test, Mode::Probe)),
        Filter::Missing { param, kind, missing } => missing_filter(builder, r, *param, *kind, *missing),
        Filter::Chain { param, target, filter } => chain(builder, r, (*param, *target), filter, mode),
        Filter::Has { rtype: source, param, filter } => has(builder, r, (rtype, *source, *param), filter, mode),
        Filter::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| self::filter(builder, r, rtype, part, mode)).collect();
            any(&parts)
        }
    }
}

/// The index table that holds what the test looks at.
pub(super) fn table(test: &Test) -> &'static str {
    match test {
        Test::String(..) => "ix_string",
        Test::Token(_) | Test::TokenText(_) | Test::OfType(_) | Test::Composite(_) => "ix_token",
        Test::Reference(_) => "ix_reference",
        Test::Date(_) => "ix_date",
        Test::Number(_) => "ix_number",
        Test::Quantity(_) => "ix_quantity",
        Test::Uri(..) => "ix_uri",
    }
}

/// The test as a condition on the index relation `x`.
pub(super) fn condition(builder: &mut Builder, x: &str, test: &Test) -> String {
    match test {
        Test::String(how, texts) => string::condition(builder, x, *how, texts),
        Test::Token(tests) => token::condition(builder, x, tests),
        Test::TokenText(texts) => token::text_condition(builder, x, texts),
        Test::OfType(tests) => token::of_type_condition(builder, x, tests),
        Test::Reference(tests) => reference::condition(builder, x, tests),
        Test::Date(tests) => date::condition(builder, x, tests),
        Test::Number(tests) => number::condition(builder, x, tests),
        Test::Quantity(tests) => quantity::condition(builder, x, tests),
        Test::Uri(how, uris) => uri::condition(builder, x, *how, uris),
        Test::Composite(_) => "1 = 0".to_owned(),
    }
}

/// True if the index can find the rows of one person that pass.
fn knows_person(test: &Test) -> bool {
    match test {
        Test::Token(tests) => tests.iter().all(|test| test.code.is_some()),
        Test::OfType(_) | Test::Date(_) => true,
        _ => false,
    }
}

fn value(builder: &mut Builder, r: &str, param: u16, test: &Test, mode: Mode) -> String {
    let x = builder.alias();
    let passes = condition(builder, &x, test);
    let from = format!("FROM {} {x} WHERE {x}.param = {param} AND {passes}", table(test));
    match (mode, &builder.person) {
        (Mode::Collect, _) => format!("{r}.rid IN (SELECT {x}.rid {from})"),
        (Mode::Bound, Some(person)) if knows_person(test) => {
            format!("{r}.rid IN (SELECT {x}.rid {from} AND {x}.person = {person})")
        }
        _ => format!("EXISTS (SELECT 1 {from} AND {x}.rid = {r}.rid)"),
    }
}

fn missing_filter(builder: &mut Builder, r: &str, param: u16, kind: ParamKind, missing: bool) -> String {
    let x = builder.alias();
    let table = match kind {
        ParamKind::String => "ix_string",
        ParamKind::Reference => "ix_reference",
        ParamKind::Date => "ix_date",
        ParamKind::Number => "ix_number",
        ParamKind::Quantity => "ix_quantity",
        ParamKind::Uri => "ix_uri",
        ParamKind::Token | ParamKind::Composite | ParamKind::Special => "ix_token",
    };
    let not = if missing { "NOT " } else { "" };
    format!("{not}EXISTS (SELECT 1 FROM {table} {x} WHERE {x}.rid = {r}.rid AND {x}.param = {param})")
}

/// Deeper relations are probed where the search is bound, else collected from the far end.
fn deeper(mode: Mode) -> Mode {
    if mode == Mode::Collect { Mode::Collect } else { Mode::Probe }
}

fn chain(builder: &mut Builder, r: &str, (param, target): (u16, u16), inner: &Filter, mode: Mode) -> String {
    let (x, t) = (builder.alias(), builder.alias());
    let mode = deeper(mode);
    let passes = filter(builder, &t, target, inner, mode);
    let visible = builder.visible(&t);
    let joined = format!(
        "{t}.rtype = {target} AND {t}.id = {x}.target_id AND {x}.target_type = {target} AND {x}.param = {param} \
         AND {visible} AND {passes}"
    );
    if mode == Mode::Probe {
        return format!(
            "EXISTS (SELECT 1 FROM ix_reference {x} CROSS JOIN resource {t} WHERE {x}.rid = {r}.rid AND {joined})"
        );
    }
    format!("{r}.rid IN (SELECT {x}.rid FROM resource {t} CROSS JOIN ix_reference {x} WHERE {joined})")
}

fn has(builder: &mut Builder, r: &str, (here, source, param): (u16, u16, u16), inner: &Filter, mode: Mode) -> String {
    let (x, s) = (builder.alias(), builder.alias());
    let mode = deeper(mode);
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
