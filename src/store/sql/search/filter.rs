//! One filter as a condition on a relation.

use spil_fhir_profiles::parameters::ParamKind;

use crate::search::{Filter, Test};

use super::super::index;
use super::builder::{Builder, Mode, any, every};
use super::{chain, composite, date, full_text, latest_stop, near, number, quantity, reference, string, token, uri};

/// The condition on the relation `r`, whose rows are of type `rtype`.
pub(super) fn filter(builder: &mut Builder, r: &str, rtype: u16, filter: &Filter, mode: Mode) -> String {
    if mode == Mode::Collect
        && let Some(rows) = collected(builder, filter)
    {
        return format!("{r}.rid IN ({rows})");
    }
    let inside = builder.is_contained(r);
    match filter {
        Filter::Nothing | Filter::Terms { .. } => "1 = 0".to_owned(),
        Filter::Id(ids) if inside => {
            builder.one_of(&format!("{r}.id"), ids.iter().map(|id| format!("#{id}")).collect())
        }
        Filter::Id(ids) => builder.one_of(&format!("{r}.id"), ids.clone()),
        Filter::Updated(tests) if inside => {
            let k = builder.alias();
            let passes = date::updated(builder, &k, tests);
            format!("EXISTS (SELECT 1 FROM resource {k} WHERE {k}.rid = {r}.parent AND {passes})")
        }
        Filter::Updated(tests) => date::updated(builder, r, tests),
        Filter::Value { test: Test::Composite(tuples), .. } => composite::filter(builder, r, tuples, mode),
        Filter::Value { param, test } => value(builder, r, *param, test, mode),
        Filter::Not { param, test } => format!("NOT {}", value(builder, r, *param, test, Mode::Probe)),
        Filter::Negate(inner) => format!("NOT ({})", self::filter(builder, r, rtype, inner, Mode::Probe)),
        Filter::Missing { param, kind, missing } => missing_filter(builder, r, *param, *kind, *missing),
        Filter::Chain { param, target, filter } => chain::probe(builder, r, (*param, *target), filter),
        // Nothing refers to a contained resource from outside, and its words are those of its container.
        Filter::Has { .. } | Filter::FullText { .. } if inside => "1 = 0".to_owned(),
        Filter::Has { rtype: source, param, filter } => chain::has(builder, r, (rtype, *source, *param), filter, mode),
        Filter::FullText { narrative, words } => {
            let owner = builder.owner.filter(|_| mode == Mode::Bound);
            let rows = full_text::rows(builder, *narrative, words, owner);
            format!("{r}.rid IN ({rows})")
        }
        Filter::LatestStop { treatment, agreed } => latest_stop::filter(builder, r, (*treatment, *agreed)),
        Filter::Near { param, circles } => {
            let x = builder.alias();
            let rows = near::rows(builder, &x, *param, circles);
            format!("EXISTS ({rows} AND {x}.rid = {r}.rid)")
        }
        Filter::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| self::filter(builder, r, rtype, part, mode)).collect();
            every(&parts)
        }
        Filter::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| self::filter(builder, r, rtype, part, mode)).collect();
            any(&parts)
        }
    }
}

/// The rows that pass as a statement, where the index gives them without looking at each candidate.
fn collected(builder: &mut Builder, filter: &Filter) -> Option<String> {
    match filter {
        Filter::Value { test: Test::Composite(tuples), .. } => Some(composite::rows(builder, tuples)),
        Filter::Value { param, test } => {
            let x = builder.alias();
            let passes = condition(builder, &x, test);
            Some(format!("SELECT {x}.rid FROM {} {x} WHERE {x}.param = {param} AND {passes}", table(test)))
        }
        Filter::Chain { param, target, filter } => Some(chain::rows(builder, (*param, *target), filter)),
        Filter::Near { param, circles } => {
            let x = builder.alias();
            Some(near::rows(builder, &x, *param, circles))
        }
        Filter::Any(parts) if can_be_collected(filter) => {
            let parts: Vec<_> = parts.iter().filter_map(|part| collected(builder, part)).collect();
            Some(parts.join(" UNION ALL "))
        }
        _ => None,
    }
}

fn can_be_collected(filter: &Filter) -> bool {
    match filter {
        Filter::Value { .. } | Filter::Chain { .. } | Filter::Near { .. } => true,
        Filter::Any(parts) => !parts.is_empty() && parts.iter().all(can_be_collected),
        _ => false,
    }
}

/// The index table that holds what the test looks at.
pub(super) fn table(test: &Test) -> &'static str {
    match test {
        Test::String(..) => "ix_string",
        Test::Token(_) | Test::TokenText(_) | Test::OfType(_) | Test::Composite(_) => "ix_token",
        Test::Reference(_) | Test::DisplayText(_) => "ix_reference",
        Test::Unequal(test) => table(test),
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
        Test::TokenText(texts) | Test::DisplayText(texts) => token::text_condition(builder, x, texts),
        Test::Unequal(test) => format!("NOT ({})", condition(builder, x, test)),
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
    let table = table(test);
    match (mode, &builder.person) {
        (Mode::Bound, Some(person)) if knows_person(test) => {
            let of_one = format!("{x}.param = {param} AND {passes} AND {x}.person = {person}");
            builder.within(r, &format!("SELECT {x}.rid FROM {table} {x} WHERE {of_one}"))
        }
        _ => builder.has_row(r, table, &x, &format!("{x}.param = {param} AND {passes}")),
    }
}

fn missing_filter(builder: &mut Builder, r: &str, param: u16, kind: ParamKind, missing: bool) -> String {
    let x = builder.alias();
    // A composite is missing when its first component is, which has a kind of its own.
    let table = index::table(kind).unwrap_or("ix_token");
    let row = builder.has_row(r, table, &x, &format!("{x}.param = {param}"));
    if missing { format!("NOT {row}") } else { row }
}

/// Which of the filters of a search that is bound to one person narrows it: its rows are collected from the index, and the
/// others are looked up for each of them.
pub(super) fn narrowest(filters: &[Filter]) -> Option<usize> {
    let rank = |filter: &Filter| match filter {
        Filter::Value { test: Test::Composite(_), .. } => Some(0),
        Filter::Value { test: test @ Test::Date(_), .. } if knows_person(test) => Some(2),
        Filter::Value { test, .. } if knows_person(test) => Some(1),
        _ => None,
    };
    let ranked = filters.iter().enumerate().filter_map(|(at, filter)| rank(filter).map(|rank| (rank, at)));
    ranked.min().map(|(_, at)| at)
}
