//! Every search parameter of FHIR R4: queries drawn from HL7's examples (and, where those have no value, from a made one)
//! find on both engines what the naive reading finds; one of them finds the example, one does not.

use std::collections::HashSet;

use serde_json::Value;
use spil_fhir_profiles::definition::resource_types;
use spil_fhir_profiles::parameters::{BASE, Param, ParamKind, parameters};
use spil_fhir_profiles::validate::{Severity, validate};

use super::ask::{asks, never};
use super::kept::{Kept, Query};
use super::made;
use super::naive::{Node, World, eval};
use crate::support::Engine;

/// How many queries that find the example are asked for each parameter.
const FINDING: usize = 4;

/// Parameters that can never find anything, by the definitions of R4 themselves.
const WITHOUT: [&str; 1] = [
    // Its parts stand crosswise: `relatesto` (a reference) is taken from `code`, `relation` (a code) from `target`.
    "DocumentReference.relationship",
];

/// Type, parameter and the queries: what it asks, and whether the example must be among the answer.
struct Case {
    query: Query,
    holder: String,
    found: bool,
}

/// The examples, one for each place, and made resources for the parameters that none has a value for.
fn resources() -> (Vec<Value>, usize) {
    let mut places = HashSet::new();
    let place = |resource: &Value| format!("{}/{}", resource["resourceType"], resource["id"]);
    let examples = crate::examples::part().into_iter().map(|(_, resource)| resource);
    let mut all: Vec<Value> = examples.filter(|resource| places.insert(place(resource))).collect();
    all.retain(|resource| resource["id"].is_string());
    // What would be carried out must be what the hub can carry out: these are kept, and off.
    all.iter_mut().filter(|one| one["resourceType"] == "Subscription").for_each(|one| one["status"] = "off".into());
    let asked = |param: &Param, one: &Value| {
        eval(&param.expression, one, &Node::of(one)).iter().any(|node| !asks(param, one, node).is_empty())
    };
    let lacks = |param: &&Param| {
        let mut of_type = all.iter().filter(|one| param.rtype == BASE || one["resourceType"] == *param.rtype);
        param.kind != ParamKind::Special && !of_type.any(|one| asked(param, one))
    };
    let make = |param: &Param| {
        let rtype = if param.rtype == BASE { "Basic" } else { param.rtype };
        // What refers to its own contained resources cannot do without them, and the made one has none.
        let whole = |example: &&Value| example["resourceType"] == rtype && example["contained"].is_null();
        let base = all.iter().find(whole);
        // Some elements may not stand beside each other: then on what must be there alone.
        let tries = [base, None].into_iter().filter_map(|base| made::resource(param, rtype, base));
        let sound = |one: &Value| validate(one).iter().all(|issue| issue.severity != Severity::Error);
        let tries: Vec<Value> = tries.collect();
        tries.iter().find(|one| sound(one)).or(tries.first()).cloned()
    };
    let further: Vec<Value> = parameters().all().filter(lacks).filter_map(make).collect();
    let count = further.len();
    all.extend(further);
    (all, count)
}

fn cases(world: &World<'_>, param: &Param, rtype: &str) -> Vec<Case> {
    let mut holders: Vec<&Value> = world.of(rtype).collect();
    holders.sort_by_key(|holder| holder["id"].as_str().unwrap_or_default().to_owned());
    let mut cases = Vec::new();
    for holder in holders {
        let nodes = eval(&param.expression, holder, &Node::of(holder));
        let Some(drawn) = nodes.iter().map(|node| asks(param, holder, node)).find(|asks| !asks.is_empty()) else {
            continue;
        };
        let id = holder["id"].as_str().expect("an id").to_owned();
        let mut finding = 0;
        for (modifier, raw) in drawn {
            let name = if modifier.is_empty() { param.code.to_string() } else { format!("{}:{modifier}", param.code) };
            let found = world.passes(holder, &name, &raw);
            finding += usize::from(found);
            if finding <= FINDING || !found {
                cases.push(Case { query: Query::new(rtype, &name, &raw), holder: id.clone(), found });
            }
        }
        let mut more =
            vec![(param.code.to_string(), never(param)), (format!("{}:missing", param.code), "true".to_owned())];
        if param.kind == ParamKind::Token {
            let first = cases.iter().find(|case| case.found).map(|case| case.query.pairs[0].1.clone());
            more.extend(first.map(|raw| (format!("{}:not", param.code), raw)));
        }
        for (name, raw) in more {
            let found = world.passes(holder, &name, &raw);
            cases.push(Case { query: Query::new(rtype, &name, &raw), holder: id.clone(), found });
        }
        break;
    }
    cases
}

#[tokio::test]
async fn every_parameter_finds_what_a_naive_reading_finds() {
    let (resources, made) = resources();
    let all: Vec<&Value> = resources.iter().collect();
    let mut kept = Vec::new();
    let mut left_out = HashSet::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (one, refused) = Kept::of(engine, &all).await;
        left_out.extend(refused.iter().map(|text| text.split(": ").next().unwrap_or_default().to_owned()));
        kept.push(one);
    }
    let name = |resource: &Value| {
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        format!("{}/{}", text("resourceType"), text("id"))
    };
    let world = World::new(all.iter().copied().filter(|resource| !left_out.contains(&name(resource))));
    let mut cases_of = Vec::new();
    let mut uncovered = Vec::new();
    for rtype in resource_types() {
        for param in parameters().of(rtype).filter(|param| param.kind != ParamKind::Special) {
            let cases = cases(&world, param, rtype);
            let positive = cases.iter().any(|case| case.found);
            let negative = cases.iter().any(|case| !case.found);
            if !(positive && negative) && param.rtype == *rtype {
                uncovered.push(format!("{rtype}.{}", param.code));
            }
            cases_of.extend(cases);
        }
    }
    let queries: Vec<Query> = cases_of.iter().map(|case| case.query.clone()).collect();
    println!("{} queries, {} resources, {made} of them made, left out {left_out:?}", queries.len(), all.len());
    let mut faults = Vec::new();
    for one in &kept {
        for (case, found) in cases_of.iter().zip(one.ask(&queries).await) {
            let (pair, rtype) = (&case.query.pairs[0], &case.query.rtype);
            let passing = world.of(rtype).filter(|resource| world.passes(resource, &pair.0, &pair.1));
            let mut expected: Vec<String> = passing.map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
            expected.sort();
            if found.as_ref() != Ok(&expected) {
                let text = case.query.text();
                faults.push(format!(
                    "{:?} {text}\n  found    {found:?}\n  expected {expected:?} (drawn from {})",
                    one.engine(),
                    case.holder
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n").chars().take(20_000).collect::<String>()
    );
    assert_eq!(uncovered, WITHOUT, "parameters without a case that finds and one that does not");
}
