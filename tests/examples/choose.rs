//! Which of the examples lie here: for each type of resource one, and for each search parameter two with a value and
//! different ones if there are such, the shortest first. `SPIL_UPDATE=1` chooses anew from what was fetched.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use spil_fhir_profiles::parameters::{BASE, ParamKind, parameters};
use spil_fhir_profiles::validate::{Severity, validate};

use super::Example;
use crate::search::naive::{Node, counts, eval};

/// Most bytes of one example.
const LONGEST: usize = 60_000;
/// How many for each type and parameter.
const EACH: usize = 2;

/// The types of which an example has a value for each parameter, as `Type.code`.
fn covered(examples: &[Example]) -> BTreeSet<String> {
    let mut covered = BTreeSet::new();
    for (_, resource) in examples {
        covered.extend(codes(resource).into_iter().map(|(name, _)| name));
    }
    covered
}

/// The parameters that find something in a resource, with what they find.
fn codes(resource: &Value) -> Vec<(String, String)> {
    let rtype = resource["resourceType"].as_str().unwrap_or_default();
    let mut codes = Vec::new();
    for param in parameters().of(rtype).filter(|param| param.kind != ParamKind::Special) {
        let nodes = eval(&param.expression, resource, &Node::of(resource));
        let found = if param.kind == ParamKind::Composite {
            nodes.into_iter().find(|node| {
                let has = |expression: &str, kind| eval(expression, resource, node).iter().any(|it| counts(kind, it));
                param.components.iter().all(|part| has(&part.expression, part.kind))
            })
        } else {
            nodes.into_iter().find(|node| counts(param.kind, node))
        };
        let scope = if param.rtype == BASE { BASE } else { rtype };
        codes.extend(found.map(|node| (format!("{scope}.{}", param.code), format!("{:?}", node.value()))));
    }
    codes
}

fn choose(mut all: Vec<Example>) -> Vec<Example> {
    all.sort_by_key(|(_, resource)| resource.to_string().len());
    let mut held: HashMap<String, HashSet<String>> = HashMap::new();
    let mut ids = HashSet::new();
    let mut chosen = Vec::new();
    for (name, resource) in all {
        let sound = validate(&resource).iter().all(|issue| issue.severity != Severity::Error);
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        let place = (text("resourceType"), text("id"));
        if !sound || place.1.is_empty() || ids.contains(&place) || resource.to_string().len() > LONGEST {
            continue;
        }
        let mut news = codes(&resource);
        news.push((place.0.clone(), place.1.clone()));
        let wanted = |(code, value): &(String, String)| {
            held.get(code).is_none_or(|values| values.len() < EACH && !values.contains(value))
        };
        if news.iter().any(wanted) {
            for (code, value) in news {
                held.entry(code).or_default().insert(value);
            }
            ids.insert(place);
            chosen.push((name, resource));
        }
    }
    chosen.sort_by(|left, right| left.0.cmp(&right.0));
    chosen
}

#[test]
fn the_part_here_covers_every_parameter_that_the_examples_cover() {
    let Some(all) = super::all() else {
        println!("the examples were not fetched: nothing to compare with");
        return;
    };
    if std::env::var_os("SPIL_UPDATE").is_some() {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        for (name, resource) in choose(all.clone()) {
            writeln!(out, "{}", json!({"name": name, "resource": resource})).expect("written");
        }
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/r4.jsonl.gz");
        std::fs::write(file, out.finish().expect("compressed")).expect("written");
        return;
    }
    let sound = |example: &&Example| {
        let fits = example.1.to_string().len() <= LONGEST && example.1["id"].is_string();
        fits && validate(&example.1).iter().all(|issue| issue.severity != Severity::Error)
    };
    let (all, here) = (covered(&all.iter().filter(sound).cloned().collect::<Vec<_>>()), covered(&super::part()));
    let missing: Vec<_> = all.difference(&here).collect();
    println!("{} parameters have an example of {}", here.len(), parameters().all().count());
    assert!(missing.is_empty(), "{missing:?}");
}
