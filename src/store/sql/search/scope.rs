//! A scope of the consent engine as a condition. Every part is true or false, never null, so that *not* is safe.

use std::collections::HashSet;

use spil_consent::{Scope, Test};
use spil_fhir_profiles::definition::type_number;

use crate::store::Dialect;

use super::builder::{ALIAS, Builder, any, every, list};
use super::each;
use super::visibility::Visibility;

/// What persons permit: of one scope, or of scopes of one shape.
pub(super) type Granted<'s> = (Vec<i64>, &'s Scope);

/// Up to so many scopes have a condition each; of more, those of one shape share one.
const APART: usize = 16;

/// Scopes that have one condition. No person is in a group twice.
pub(super) fn groups<'s>(granted: &'s [(Vec<i64>, Scope)]) -> Vec<Vec<Granted<'s>>> {
    let known = |(persons, scope): &'s (Vec<i64>, Scope)| -> Granted<'s> {
        (persons.iter().copied().filter(|person| *person > 0).collect(), scope)
    };
    let granted = granted.iter().map(known).filter(|(persons, scope)| !persons.is_empty() && **scope != Scope::Nothing);
    let granted: Vec<_> = granted.collect();
    let mut groups: Vec<(Vec<Granted<'s>>, HashSet<i64>)> = Vec::new();
    let together = granted.len() > APART;
    for one in granted {
        let fits = |group: &&mut (Vec<Granted<'s>>, HashSet<i64>)| {
            let same = group.0.first().is_some_and(|(_, other)| each::same_shape(other, one.1));
            same && one.0.iter().all(|person| !group.1.contains(person))
        };
        match groups.iter_mut().filter(|_| together).find(fits) {
            Some((members, persons)) => {
                persons.extend(&one.0);
                members.push(one);
            }
            None => groups.push((vec![one.clone()], one.0.into_iter().collect())),
        }
    }
    groups.into_iter().map(|(members, _)| members).collect()
}

/// The condition of a group, with [`ALIAS`] for the relation.
pub(super) fn condition(builder: &mut Builder, visibility: &Visibility, group: &[Granted<'_>]) -> String {
    let Some((_, first)) = group.first() else { return "1 = 0".to_owned() };
    let mut inner = |at: usize| condition(builder, visibility, &each::parts(group, at));
    match first {
        Scope::Everything => "1 = 1".to_owned(),
        Scope::Nothing => "1 = 0".to_owned(),
        Scope::Any(parts) => any(&(0..parts.len()).map(inner).collect::<Vec<_>>()),
        Scope::Every(parts) => every(&(0..parts.len()).map(inner).collect::<Vec<_>>()),
        Scope::Not(_) => format!("NOT ({})", inner(0)),
        Scope::Test(test) if group.iter().all(|(_, other)| other == first) => one(builder, visibility, test),
        Scope::Test(test) => each::condition(builder, test, group),
    }
}

/// The whole clinical time against a period, or some of it.
pub(super) fn compared(whole: bool, start: &str, end: &str) -> String {
    let r = ALIAS;
    if whole {
        format!("{r}.data_from >= {start} AND {r}.data_to <= {end}")
    } else {
        format!("{r}.data_from < {end} AND {r}.data_to > {start}")
    }
}

/// A comparison of the clinical time, also where there is none: that is not known to be within, and may overlap.
pub(super) fn timed(whole: bool, compared: &str) -> String {
    let (from, to) = (format!("{ALIAS}.data_from"), format!("{ALIAS}.data_to"));
    if whole {
        format!("({from} IS NOT NULL AND {to} IS NOT NULL AND {from} < {to} AND {compared})")
    } else {
        format!("({from} IS NULL OR {to} IS NULL OR {from} >= {to} OR ({compared}))")
    }
}

fn one(builder: &mut Builder, visibility: &Visibility, test: &Test) -> String {
    let r = ALIAS;
    let plus = match builder.dialect {
        Dialect::Sqlite => "+",
        Dialect::Postgres => "",
    };
    match test {
        Test::HolderIs(holder) => {
            let holder = builder.arg(*holder);
            format!("{plus}{r}.source = {holder}")
        }
        Test::HolderKindIs(kind) => {
            let orgs = visibility.orgs_by_kind.get(kind).cloned().unwrap_or_default();
            if orgs.is_empty() {
                "1 = 0".to_owned()
            } else {
                builder.one_of_numbers(&format!("{plus}{r}.source"), orgs)
            }
        }
        Test::CategoryIn(set) if set.is_empty() => "1 = 0".to_owned(),
        Test::CategoryIn(set) => {
            format!("{r}.category IN ({})", list(set.iter().map(|category| i64::from(category.number()))))
        }
        Test::LabelsWithin(labels) => format!("({r}.labels & {}) = 0", !labels.0),
        Test::ClassIn(classes) => {
            let types: Vec<i64> = classes.iter().filter_map(|class| type_number(class)).map(i64::from).collect();
            if types.is_empty() { "1 = 0".to_owned() } else { format!("{plus}{r}.rtype IN ({})", list(types)) }
        }
        Test::InstanceIn(instances) => {
            let mut parts = Vec::new();
            for (class, id) in instances {
                if let Some(rtype) = type_number(class) {
                    let id = builder.arg(id.as_str());
                    parts.push(format!("({plus}{r}.rtype = {rtype} AND {r}.id = {id})"));
                }
            }
            any(&parts)
        }
        Test::PeriodWithin(start, end) | Test::PeriodMayOverlap(start, end) => {
            let whole = matches!(test, Test::PeriodWithin(..));
            let (start, end) = (builder.arg(*start), builder.arg(*end));
            timed(whole, &compared(whole, &start, &end))
        }
        Test::InHandoff => in_handoff(builder, visibility),
    }
}

/// A handoff to the caller names the row, and lends it out now.
pub(super) fn in_handoff(builder: &mut Builder, visibility: &Visibility) -> String {
    match visibility.handoff {
        Some(asker) => {
            let (org, now) = (builder.arg(asker.org), builder.arg(asker.now));
            format!(
                "EXISTS (SELECT 1 FROM handoff_item h WHERE h.org = {org} AND h.item = {ALIAS}.rid AND h.until > {now})"
            )
        }
        None => "1 = 0".to_owned(),
    }
}
