//! What one `ElementDefinition` (<https://hl7.org/fhir/R4/elementdefinition.html>) says, laid over what was known.

use std::sync::Arc;

use serde_json::Value;

use crate::path::Path;
use crate::profile::facts::corrected;
use crate::profile::structure::{
    Binding, Constraint, Discriminator, Kind, Openness, Rule, Slicing, Strength, TypeRule,
};

/// The extension of a binding that names the value set around it.
const WIDEST: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    list(value, name).filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// The value of a choice, whatever its type: `fixedCode`, `patternCodeableConcept`.
fn choice<'v>(element: &'v Value, name: &str) -> Option<&'v Value> {
    let typed = |key: &str| {
        key.strip_prefix(name).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    element.as_object()?.iter().find(|(key, _)| typed(key)).map(|(_, value)| value)
}

pub(super) fn overlay(rule: &mut Rule, element: &Value) -> Result<(), String> {
    if let Some(min) = element.get("min").and_then(Value::as_u64) {
        rule.min = u32::try_from(min).unwrap_or(u32::MAX);
    }
    if let Some(max) = text(element, "max") {
        rule.max = if max == "*" { None } else { Some(max.parse().map_err(|_| format!("`{max}` is no maximum"))?) };
    }
    if list(element, "type").next().is_some() {
        types(rule, element);
    }
    if let Some(content) = text(element, "contentReference") {
        rule.content = content.rsplit('#').next().map(ToOwned::to_owned);
    }
    for (kept, name) in [
        (&mut rule.fixed, "fixed"),
        (&mut rule.pattern, "pattern"),
        (&mut rule.min_value, "minValue"),
        (&mut rule.max_value, "maxValue"),
    ] {
        if let Some(value) = choice(element, name) {
            *kept = Some(value.clone());
        }
    }
    if let Some(longest) = element.get("maxLength").and_then(Value::as_u64) {
        rule.max_length = usize::try_from(longest).ok();
    }
    if let Some(found) = element.get("binding") {
        let strength = match text(found, "strength") {
            Some("required") => Strength::Required,
            Some("extensible") => Strength::Extensible,
            _ => Strength::Loose,
        };
        let known = rule.binding.as_ref().map(|binding| binding.value_set.clone());
        let value_set = text(found, "valueSet").map(ToOwned::to_owned).or(known);
        let kept = rule.binding.as_mut().and_then(|binding| binding.widest.take());
        let widest = list(found, "extension").find(|one| text(one, "url") == Some(WIDEST));
        let widest = widest.and_then(|one| text(one, "valueCanonical")).map(ToOwned::to_owned).or(kept);
        rule.binding = value_set.map(|value_set| Binding { strength, value_set, widest });
    }
    for found in list(element, "constraint") {
        constraint(rule, found);
    }
    if let Some(found) = element.get("slicing") {
        slicing(rule, found)?;
    }
    Ok(())
}

/// A differential may name a type only to add profiles to it; the targets that it does not name are then kept.
fn types(rule: &mut Rule, element: &Value) {
    let old = std::mem::take(&mut rule.types);
    let named = |one: &Value| text(one, "code").map(|code| code.rsplit('/').next().unwrap_or(code).to_owned());
    rule.types = list(element, "type")
        .map(|one| {
            let code = named(one).unwrap_or_default();
            let known = old.iter().find(|kind| kind.code == code);
            let (profiles, targets) = (texts(one, "profile"), texts(one, "targetProfile"));
            let kept = |new: Vec<String>, old: Option<&Vec<String>>| match old {
                Some(old) if new.is_empty() => old.clone(),
                _ => new,
            };
            TypeRule {
                profiles: kept(profiles, known.map(|kind| &kind.profiles)),
                targets: kept(targets, known.map(|kind| &kind.targets)),
                aggregation: kept(texts(one, "aggregation"), known.map(|kind| &kind.aggregation)),
                code,
            }
        })
        .collect();
    // Children that belong to a profile or type which is none any more say nothing.
    if old.iter().map(|kind| &kind.code).ne(rule.types.iter().map(|kind| &kind.code)) && old.len() == 1 {
        rule.children.clear();
    }
}

fn constraint(rule: &mut Rule, found: &Value) {
    let Some(source) = text(found, "expression").filter(|source| !source.is_empty()) else { return };
    let key = text(found, "key").unwrap_or_default().to_owned();
    if rule.constraints.iter().any(|known| known.key == key) {
        return;
    }
    let source = corrected(&key, source);
    rule.constraints.push(Arc::new(Constraint {
        key,
        error: text(found, "severity") != Some("warning"),
        human: text(found, "human").unwrap_or_default().to_owned(),
        path: Path::parse(&source).map_err(|error| error.to_string()),
    }));
}

fn slicing(rule: &mut Rule, found: &Value) -> Result<(), String> {
    let mut discriminators = Vec::new();
    for one in list(found, "discriminator") {
        let kind = match text(one, "type") {
            Some("value" | "pattern") => Kind::Value,
            Some("exists") => Kind::Exists,
            Some("type") => Kind::Type,
            Some("profile") => Kind::Profile,
            other => return Err(format!("`{}` is no discriminator", other.unwrap_or_default())),
        };
        let text = text(one, "path").unwrap_or("$this").to_owned();
        let path = Path::parse(&text).map_err(|error| format!("a discriminator cannot be read: {error}"))?;
        discriminators.push(Discriminator { kind, text, path: Arc::new(path) });
    }
    if discriminators.is_empty()
        && let Some(known) = &rule.slicing
    {
        discriminators.clone_from(&known.discriminators);
    }
    rule.slicing = Some(Slicing {
        discriminators,
        rules: match text(found, "rules") {
            Some("closed") => Openness::Closed,
            Some("openAtEnd") => Openness::OpenAtEnd,
            _ => Openness::Open,
        },
        ordered: found.get("ordered").and_then(Value::as_bool).unwrap_or(false),
    });
    Ok(())
}
