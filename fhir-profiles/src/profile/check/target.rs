//! What the slices of a rule are told apart by (<https://hl7.org/fhir/R4/profiling.html#discriminator>): what the rules of a
//! slice say about the place that a discriminator names.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Check;
use crate::canonical;
use crate::profile::CORE;
use crate::profile::structure::{Rule, Structure};

/// What a slice says about the place of its discriminator.
#[derive(Debug, Default)]
pub(super) struct Target {
    /// The value, and whether it must be exactly that.
    pub(super) value: Option<(Value, bool)>,
    pub(super) value_set: Option<String>,
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    pub(super) types: Vec<String>,
    pub(super) profiles: Vec<String>,
}

/// One step of a discriminator's path.
enum Step<'p> {
    Field(&'p str),
    Extension(&'p str),
    OfType,
    Resolve,
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        // A point between parentheses, as in the address of an extension, parts nothing.
        let mut depth = 0;
        let end = rest.find(|sign| {
            depth += i32::from(sign == '(') - i32::from(sign == ')');
            sign == '.' && depth == 0
        });
        let step = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or("", |end| &rest[end + 1..]);
        let argument = |name: &str| {
            let inner = step.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            let inner = inner.split_once('=').map_or(inner, |(_, value)| value);
            Some(inner.trim().trim_matches(['\'', '"']))
        };
        match (step, argument("extension")) {
            ("$this", _) => {}
            ("resolve()", _) => steps.push(Step::Resolve),
            (_, Some(url)) => steps.push(Step::Extension(url)),
            (name, _) if name.starts_with("ofType(") => steps.push(Step::OfType),
            (name, _) => steps.push(Step::Field(name)),
        }
    }
    steps
}

/// What the slice says about the place that the path names.
pub(super) fn find(check: &mut Check<'_>, structure: &Arc<Structure>, slice: &Rule, path: &str) -> Target {
    seek(check, structure, slice, &steps(path), None).unwrap_or_default()
}

fn seek(
    check: &mut Check<'_>,
    structure: &Arc<Structure>,
    rule: &Rule,
    path: &[Step<'_>],
    inherited: Option<&Value>,
) -> Option<Target> {
    let own = rule.fixed.as_ref().or(rule.pattern.as_ref()).or(inherited);
    let Some((step, rest)) = path.split_first() else { return Some(here(check, rule, own)) };
    match step {
        Step::OfType => seek(check, structure, rule, rest, own),
        Step::Field(name) => {
            let inner = own.and_then(|value| part(value, name));
            if let Some(child) = rule.child(name) {
                return seek(check, structure, child, rest, inner);
            }
            if let Some(path) = &rule.content
                && let Some(child) = structure.root.at(path).and_then(|other| other.child(name))
            {
                return seek(check, structure, child, rest, inner);
            }
            // What the rule leaves open its type says.
            for url in urls(rule) {
                let Some(found) = check.known_or_core(&url) else { continue };
                if let Some(child) = found.root.child(name) {
                    return seek(check, &found, child, rest, inner);
                }
            }
            inner.map(|value| Target { value: Some((value.clone(), false)), ..Target::default() })
        }
        Step::Extension(url) => {
            let extensions = rule.child("extension")?;
            let of_url = |slice: &&Rule| {
                slice.types.iter().any(|kind| kind.profiles.iter().any(|profile| canonical::same(profile, url)))
                    || slice.slice_name.as_deref() == Some(url)
            };
            seek(check, structure, extensions.slices.iter().find(of_url)?, rest, None)
        }
        Step::Resolve => {
            let targets: Vec<String> = rule.types.iter().flat_map(|kind| kind.targets.iter().cloned()).collect();
            if rest.is_empty() {
                return Some(Target { profiles: targets, min: rule.min, max: rule.max, ..Target::default() });
            }
            let found = check.known_or_core(targets.first()?)?;
            seek(check, &found, &found.root, rest, None)
        }
    }
}

/// The definitions of what a rule may be, the narrowest first.
fn urls(rule: &Rule) -> Vec<String> {
    let profiles = rule.types.iter().flat_map(|kind| kind.profiles.iter().cloned());
    profiles.chain(rule.types.iter().map(|kind| format!("{CORE}{}", kind.code))).collect()
}

/// What the rule at the end of the path says.
fn here(check: &mut Check<'_>, rule: &Rule, own: Option<&Value>) -> Target {
    let mut target = Target {
        value: own.map(|value| (value.clone(), rule.fixed.is_some())),
        value_set: rule.binding.as_ref().map(|binding| binding.value_set.clone()),
        min: rule.min,
        max: rule.max,
        types: rule.types.iter().map(|kind| kind.code.clone()).collect(),
        profiles: rule.types.iter().flat_map(|kind| kind.profiles.iter().cloned()).collect(),
    };
    if target.value.is_none() {
        target.value = assembled(rule, 0).map(|value| (value, false));
    }
    if target.value.is_none()
        && let [profile] = &target.profiles[..]
        && let Some(found) = check.known(profile)
    {
        let value = found.root.fixed.clone().or_else(|| found.root.pattern.clone());
        target.value = value.or_else(|| assembled(&found.root, 0)).map(|value| (value, false));
        target.value_set = target.value_set.or_else(|| found.root.binding.as_ref().map(|one| one.value_set.clone()));
    }
    target
}

/// The member of a value; of a list that of its first item.
fn part<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.first().and_then(|first| part(first, name)),
        other => other.get(name),
    }
}

/// The fixed values of the elements inside, put together.
fn assembled(rule: &Rule, depth: usize) -> Option<Value> {
    if depth > 6 {
        return None;
    }
    let members: Map<String, Value> = rule
        .children
        .iter()
        .filter(|child| child.min > 0)
        .filter_map(|child| {
            let value = child.fixed.clone().or_else(|| child.pattern.clone());
            Some((child.name.clone(), value.or_else(|| assembled(child, depth + 1))?))
        })
        .collect();
    (!members.is_empty()).then_some(Value::Object(members))
}
