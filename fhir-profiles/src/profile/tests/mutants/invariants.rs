//! The rules that profiles write as expressions: for each there is a small change of an example that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::walk::Walk;
use crate::profile::tests::nictiz::{examples, library};
use crate::profile::tests::validate;
use crate::validate::Severity;

type Change = fn(&mut Value);

/// Rules that no single small change of an example breaks: an example, and what it takes.
const BY_HAND: &[(&str, &str, Change)] = &[
    ("zib-Alert-1", "nl-core-Alert-01", |flag| {
        let system = "http://snomed.info/sct";
        flag["code"] = json!({"coding": [{"system": system, "code": "66598005"}]});
        let url = "http://hl7.org/fhir/StructureDefinition/flag-detail";
        flag["extension"] = json!([{"url": url, "valueReference": {"reference": "Condition/1"}}]);
    }),
    ("zib-MUSTScore-2", "nl-core-MUSTScore-01", no_score),
    ("zib-SNAQ65PlusScore-2", "nl-core-SNAQ65plusScore-01", no_score),
    ("zib-SNAQScore-2", "nl-core-SNAQScore-01", no_score),
    ("zib-SNAQrcScore-2", "nl-core-SNAQrcScore-01", no_score),
    ("zib-StrongKidsScore-2", "nl-core-StrongKidsScore-01", no_score),
    ("zib-TreatmentDirective2-1", "nl-core-TreatmentDirective2-01", |consent| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TreatmentDirective2.AdvanceDirective";
        consent["extension"] = json!([{"url": url, "valueReference": {"reference": "Consent/1"}}]);
        let sources = ["sourceReference", "sourceAttachment"];
        let members = consent.as_object_mut().expect("an object");
        members.retain(|name, _| !sources.contains(&name.as_str()));
    }),
    // The rule asks for an extension whose address is misspelt in the profile.
    ("zib-TreatmentDirective2-2", "nl-core-TreatmentDirective2-01", |consent| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TreatmentDirective2.SpecificitionOther";
        consent["extension"] = json!([{"url": url, "valueString": "x"}]);
        consent["provision"]["type"] = json!("deny");
    }),
];

/// Neither a total nor all of its parts.
fn no_score(observation: &mut Value) {
    let members = observation.as_object_mut().expect("an object");
    members.retain(|name, _| !name.starts_with("value"));
    members["component"].as_array_mut().expect("a list").pop();
}

/// Every copy with one member or item taken away, or one value changed.
fn trials(example: &Value) -> Vec<Value> {
    let mut pointers = vec![String::new()];
    let mut at = 0;
    while at < pointers.len() {
        let pointer = pointers[at].clone();
        at += 1;
        match example.pointer(&pointer) {
            Some(Value::Object(members)) => pointers.extend(members.keys().map(|key| format!("{pointer}/{key}"))),
            Some(Value::Array(items)) => pointers.extend((0..items.len()).map(|index| format!("{pointer}/{index}"))),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for pointer in &pointers[1..] {
        let (holder, name) = pointer.rsplit_once('/').expect("a pointer");
        let mut less = example.clone();
        match less.pointer_mut(holder) {
            Some(Value::Object(members)) => drop(members.shift_remove(name)),
            Some(Value::Array(items)) => drop(items.remove(name.parse().expect("an index"))),
            _ => {}
        }
        all.push(less);
        let others: &[Value] = match example.pointer(pointer) {
            Some(Value::Number(_)) => &[json!(-1), json!(1000)],
            Some(Value::String(_)) => &[json!("x"), json!("2020"), json!("not-applicable")],
            _ => &[],
        };
        for other in others {
            let mut copy = example.clone();
            *copy.pointer_mut(pointer).expect("it is there") = other.clone();
            all.push(copy);
        }
    }
    all
}

#[test]
#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn every_rule_of_the_dutch_profiles_is_broken_by_some_change_and_told_where_it_holds_if_present() {
    let Some(library) = library() else { return };
    let mut broken: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    for (_, example) in &examples() {
        let mut walk = Walk::new(example, &library);
        walk.run();
        let wanted: Vec<_> = walk.constraints.iter().filter(|(key, _)| !broken.contains_key(key)).cloned().collect();
        if wanted.is_empty() {
            continue;
        }
        open.extend(wanted.iter().map(|(key, _)| key.clone()));
        for trial in trials(example) {
            for issue in validate(&trial, &[], &library).iter().filter(|issue| issue.severity == Severity::Error) {
                let rule = wanted.iter().find(|(key, place)| {
                    *place == issue.expression && issue.diagnostics.starts_with(&format!("{key}: "))
                });
                if let Some((key, _)) = rule {
                    *broken.entry(key.clone()).or_default() += 1;
                }
            }
        }
    }
    let left: Vec<&str> = open.iter().filter(|key| !broken.contains_key(*key)).map(String::as_str).collect();
    eprintln!("broken: {broken:?}, not broken: {left:?}");
    let by_hand: Vec<&str> = BY_HAND.iter().map(|(key, ..)| *key).collect();
    assert_eq!(left, by_hand);
    for (key, name, change) in BY_HAND {
        let mut example = examples().into_iter().find(|(own, _)| own == name).expect(name).1;
        change(&mut example);
        let place = example["resourceType"].as_str().expect("a type");
        let issues = validate(&example, &[], &library);
        let told = issues.iter().any(|issue| {
            issue.severity == Severity::Error
                && issue.expression == place
                && issue.diagnostics.starts_with(&format!("{key}: "))
        });
        assert!(told, "{key}: {issues:?}");
    }
}
