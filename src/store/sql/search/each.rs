//! Scopes of one shape as one condition, however many they are: what differs from person to person is in arguments, beside the
//! number of the person.

use std::mem::discriminant;

use serde_json::json;
use spil_consent::{Scope, Test};
use spil_fhir_profiles::definition::type_number;

use crate::store::{Arg, Dialect};

use super::builder::{ALIAS, Builder};
use super::scope::{Granted, compared, timed};

/// Whether two scopes differ only in what can be told by person.
pub(super) fn same_shape(left: &Scope, right: &Scope) -> bool {
    match (left, right) {
        (Scope::Any(left), Scope::Any(right)) | (Scope::Every(left), Scope::Every(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_shape(left, right))
        }
        (Scope::Not(left), Scope::Not(right)) => same_shape(left, right),
        (Scope::Test(left), Scope::Test(right)) => {
            left == right || (is_by_person(left) && discriminant(left) == discriminant(right))
        }
        (left, right) => left == right,
    }
}

fn is_by_person(test: &Test) -> bool {
    match test {
        Test::HolderIs(_)
        | Test::CategoryIn(_)
        | Test::LabelsWithin(_)
        | Test::ClassIn(_)
        | Test::InstanceIn(_)
        | Test::PeriodWithin(..)
        | Test::PeriodMayOverlap(..) => true,
        Test::HolderKindIs(_) | Test::InHandoff => false,
    }
}

/// One part of each scope of a group; all have it, being of one shape.
pub(super) fn parts<'s>(group: &[Granted<'s>], at: usize) -> Vec<Granted<'s>> {
    let part = |scope: &'s Scope| match scope {
        Scope::Any(parts) | Scope::Every(parts) => parts.get(at),
        Scope::Not(inner) => Some(&**inner),
        _ => None,
    };
    group.iter().filter_map(|(persons, scope)| Some((persons.clone(), part(scope)?))).collect()
}

/// A test that is another for each person, with [`ALIAS`] for the relation. Of other persons it says nothing.
pub(super) fn condition(builder: &mut Builder, test: &Test, group: &[Granted<'_>]) -> String {
    let r = ALIAS;
    let column = match test {
        Test::HolderIs(_) => format!("{r}.source"),
        Test::CategoryIn(_) => format!("{r}.category"),
        Test::ClassIn(_) => format!("{r}.rtype"),
        Test::InstanceIn(_) => format!("{r}.rtype || '/' || {r}.id"),
        Test::LabelsWithin(_) => return unlabelled(builder, group),
        _ => return period(builder, test, group),
    };
    let mut keys = Vec::new();
    for (persons, scope) in group {
        let values = values(scope);
        keys.extend(persons.iter().flat_map(|person| values.iter().map(move |value| format!("{person}/{value}"))));
    }
    let keys = builder.arg(Arg::Texts(keys));
    format!("({r}.person || '/' || {column}) IN {}", builder.dialect.texts(&keys))
}

/// The values that a test admits.
fn values(scope: &Scope) -> Vec<String> {
    match scope {
        Scope::Test(Test::HolderIs(holder)) => vec![holder.to_string()],
        Scope::Test(Test::CategoryIn(set)) => set.iter().map(|category| category.number().to_string()).collect(),
        Scope::Test(Test::ClassIn(classes)) => {
            classes.iter().filter_map(|class| type_number(class)).map(|rtype| rtype.to_string()).collect()
        }
        Scope::Test(Test::InstanceIn(instances)) => {
            instances.iter().filter_map(|(class, id)| Some(format!("{}/{id}", type_number(class)?))).collect()
        }
        _ => Vec::new(),
    }
}

/// The labels against those that each person's permission does not open. What has none is open to all.
fn unlabelled(builder: &mut Builder, group: &[Granted<'_>]) -> String {
    let r = ALIAS;
    let mut rows = Vec::new();
    for (persons, scope) in group {
        if let Scope::Test(Test::LabelsWithin(labels)) = scope {
            rows.extend(persons.iter().map(|person| (*person, i64::from(!labels.0))));
        }
    }
    rows.sort_unstable();
    let holds = match builder.dialect {
        Dialect::Sqlite => {
            let rows: Vec<_> = rows.iter().map(|(person, closed)| json!([person, closed])).collect();
            let rows = builder.arg(json!(rows).to_string());
            let column = |at: usize, name: &str| format!("CAST(json_extract(value, '$[{at}]') AS INTEGER) AS {name}");
            let columns = [column(0, "person"), column(1, "closed")].join(", ");
            format!(
                "EXISTS (WITH n AS MATERIALIZED (SELECT {columns} FROM json_each({rows})) \
                 SELECT 1 FROM n WHERE n.person = {r}.person AND ({r}.labels & n.closed) = 0)"
            )
        }
        Dialect::Postgres => {
            let persons = builder.arg(Arg::Ints(rows.iter().map(|row| row.0).collect()));
            let closed = builder.arg(Arg::Ints(rows.iter().map(|row| row.1).collect()));
            let place = format!("width_bucket({r}.person, {persons}::bigint[])");
            format!("COALESCE({r}.labels & ({closed}::bigint[])[{place}], 1) = 0")
        }
    };
    format!("({r}.labels = 0 OR {holds})")
}

/// The clinical time against the period of each person.
fn period(builder: &mut Builder, test: &Test, group: &[Granted<'_>]) -> String {
    let r = ALIAS;
    let whole = matches!(test, Test::PeriodWithin(..));
    let mut rows = Vec::new();
    for (persons, scope) in group {
        if let Scope::Test(Test::PeriodWithin(low, high) | Test::PeriodMayOverlap(low, high)) = scope {
            rows.extend(persons.iter().map(|person| (*person, *low, *high)));
        }
    }
    rows.sort_unstable();
    let holds = match builder.dialect {
        // Read once, and with a person of a type: so it gets an index.
        Dialect::Sqlite => {
            let rows: Vec<_> = rows.iter().map(|(person, low, high)| json!([person, low, high])).collect();
            let rows = builder.arg(json!(rows).to_string());
            let column = |at: usize, name: &str| format!("CAST(json_extract(value, '$[{at}]') AS INTEGER) AS {name}");
            let columns = [column(0, "person"), column(1, "low"), column(2, "high")].join(", ");
            let compared = compared(whole, "n.low", "n.high");
            format!(
                "EXISTS (WITH n AS MATERIALIZED (SELECT {columns} FROM json_each({rows})) \
                 SELECT 1 FROM n WHERE n.person = {r}.person AND {compared})"
            )
        }
        // The place of the person among the persons, which are in order.
        Dialect::Postgres => {
            let mut list = |of: fn(&(i64, i64, i64)) -> i64| {
                let list = builder.arg(Arg::Ints(rows.iter().map(of).collect()));
                format!("{list}::bigint[]")
            };
            let (persons, low, high) = (list(|row| row.0), list(|row| row.1), list(|row| row.2));
            let place = format!("width_bucket({r}.person, {persons})");
            compared(whole, &format!("({low})[{place}]"), &format!("({high})[{place}]"))
        }
    };
    timed(whole, &holds)
}
