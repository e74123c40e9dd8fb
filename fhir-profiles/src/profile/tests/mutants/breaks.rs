//! The single changes.

use serde_json::{Value, json};

use super::sample::sample;
use super::walk::{Site, Walk, Within, key};
use super::{Fault, Reason};
use crate::definition::type_def;
use crate::profile::Profiles;
use crate::profile::structure::{Rule, Strength};

/// Types that a reference could point at instead.
const OTHERS: [&str; 4] = ["Substance", "Basic", "Linkage", "Patient"];

/// The example with one place changed; none when it cannot be.
fn changed(example: &Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Option<Value> {
    let mut copy = example.clone();
    change(copy.pointer_mut(pointer)?);
    Some(copy)
}

/// Takes an element away, with the id and extensions of a primitive.
fn without(example: &Value, holder: &str, key: &str) -> Option<Value> {
    changed(example, holder, |value| {
        if let Some(members) = value.as_object_mut() {
            members.shift_remove(key);
            members.shift_remove(&format!("_{key}"));
        }
    })
}

impl<'a> Walk<'a> {
    /// Where the fault may be told: at its place, or by the slice that the element has left by it.
    fn or_left(place: &str, within: &[Within]) -> (Vec<String>, Option<Reason>) {
        let mut places = vec![place.to_owned()];
        for slice in within {
            places.extend([slice.list.clone(), slice.item.clone()]);
        }
        let free = within.iter().any(|slice| slice.free);
        (places, free.then_some(Reason::SliceIsOpen))
    }

    /// A list that is too short or too long.
    pub(super) fn count(&mut self, rule: &Rule, parent: &Site<'a>, sites: &[Site<'a>], within: &[Within]) {
        let place = format!("{}.{}", parent.place, rule.name);
        let holder = self.at(&parent.pointer);
        if rule.min > 0
            && let Some(key) = key(holder, &rule.name)
            && let Some(copy) = without(self.example, &parent.pointer, &key)
        {
            let (places, reason) = Self::or_left(&place, within);
            self.push(Fault::Required, places, copy, reason);
        }
        match rule.max {
            Some(0) if sites.is_empty() => self.prohibited(rule, parent, &place, within),
            Some(max) if max > 0 && sites.first().is_some_and(|site| site.index.is_some()) => {
                self.crowd(parent, &sites[0], max, (&rule.name, &place), within);
            }
            _ => {}
        }
    }

    /// The same item until there are too many of them.
    fn crowd(&mut self, parent: &Site<'a>, item: &Site<'a>, max: u32, (name, place): (&str, &str), within: &[Within]) {
        let Some(key) = key(self.at(&parent.pointer), name) else { return };
        let item = self.at(&item.pointer).clone();
        let copy = changed(self.example, &format!("{}/{key}", parent.pointer), |list| {
            for _ in 0..=max {
                list.as_array_mut().into_iter().for_each(|list| list.push(item.clone()));
            }
        });
        if let Some(copy) = copy {
            let (places, reason) = Self::or_left(place, within);
            self.push(Fault::TooMany, places, copy, reason);
        }
    }

    /// Something that the profile does not allow at all.
    fn prohibited(&mut self, rule: &Rule, parent: &Site<'a>, place: &str, within: &[Within]) {
        let Some(element) = parent.node.kind.and_then(|kind| kind.element(&rule.name)) else { return };
        let Some(kind) = element.types.first() else { return };
        let backbone = type_def(kind.name).is_some_and(|def| def.name.contains('.'));
        let Some(value) = sample(if backbone { "BackboneElement" } else { kind.name }) else {
            return self.cannot(Fault::Prohibited, Reason::NoSample, place);
        };
        let value = if element.many { json!([value]) } else { value };
        let copy = changed(self.example, &parent.pointer, |holder| holder[&*element.json_name(kind)] = value);
        if let Some(copy) = copy {
            let (places, reason) = Self::or_left(place, within);
            self.push(Fault::Prohibited, places, copy, reason);
        }
    }

    /// A slice that is missing or too full.
    pub(super) fn count_slice(
        &mut self,
        slice: &Rule,
        parent: &Site<'a>,
        (list, members): (&str, &[Site<'a>]),
        within: &[Within],
    ) {
        let Some(first) = members.first() else { return };
        let Some(key) = key(self.at(&parent.pointer), &slice.name) else { return };
        if slice.min > 0 {
            let gone: Vec<usize> = members.iter().filter_map(|site| site.index).collect();
            let copy = match self.at(&format!("{}/{key}", parent.pointer)).as_array() {
                Some(all) if gone.len() < all.len() => {
                    changed(self.example, &format!("{}/{key}", parent.pointer), |value| {
                        let kept = all.iter().enumerate().filter(|(index, _)| !gone.contains(index));
                        *value = kept.map(|(_, item)| item.clone()).collect();
                    })
                }
                _ => without(self.example, &parent.pointer, &key),
            };
            if let Some(copy) = copy {
                let (places, reason) = Self::or_left(list, within);
                self.push(Fault::Slice, places, copy, reason);
            }
        }
        if let Some(max) = slice.max.filter(|max| *max > 0 && first.index.is_some()) {
            self.crowd(parent, first, max, (&slice.name, list), within);
        }
    }

    /// What a rule says about the element itself.
    pub(super) fn value(&mut self, rule: &Rule, site: &Site<'a>, within: &[Within]) {
        let value = self.at(&site.pointer).clone();
        if rule.fixed.is_some() || rule.pattern.is_some() {
            self.other_value(rule, site, within, &value);
        }
        self.other_code(rule, site, within, &value);
        self.other_target(rule, site, within, &value);
        self.other_type(rule, site, within);
        if let (Some(longest), Some(text)) = (rule.max_length, value.as_str()) {
            let long = format!("{text}{}", "x".repeat(longest));
            if let Some(copy) = changed(self.example, &site.pointer, |value| *value = json!(long)) {
                let (places, reason) = Self::or_left(&site.place, within);
                self.push(Fault::Length, places, copy, reason);
            }
        }
    }

    fn other_value(&mut self, rule: &Rule, site: &Site<'a>, within: &[Within], value: &Value) {
        let wanted = rule.fixed.as_ref().or(rule.pattern.as_ref());
        let Some(wanted) = wanted else { return };
        let mut other = value.clone();
        spoil(&mut other, wanted);
        if let Some(copy) = changed(self.example, &site.pointer, |value| *value = other) {
            let (places, reason) = Self::or_left(&site.place, within);
            self.push(Fault::Fixed, places, copy, reason);
        }
    }

    fn other_code(&mut self, rule: &Rule, site: &Site<'a>, within: &[Within], value: &Value) {
        let Some(binding) = &rule.binding else { return };
        let mut other = value.clone();
        if other.is_string() {
            other = json!("no-such-code");
        } else if other.get("coding").is_some() {
            let codings = other["coding"].as_array_mut().into_iter().flatten();
            codings.for_each(|coding| coding["code"] = json!("no-such-code"));
        } else if other.get("code").is_some() {
            other["code"] = json!("no-such-code");
        } else {
            return;
        }
        let known = crate::index::coded(&other)
            .iter()
            .all(|(system, code)| self.library.code_in_value_set(&binding.value_set, *system, code).is_some());
        let why = match binding.strength {
            _ if binding.widest.is_some() => None,
            Strength::Required if known => None,
            Strength::Required => Some(Reason::ValueSetNotHere),
            _ => Some(Reason::BindingIsLoose),
        };
        if let Some(copy) = changed(self.example, &site.pointer, |value| *value = other) {
            let (places, reason) = Self::or_left(&site.place, within);
            self.push(Fault::Binding, places, copy, why.or(reason));
        }
    }

    fn other_target(&mut self, rule: &Rule, site: &Site<'a>, within: &[Within], value: &Value) {
        let targets: Vec<&String> = rule.types.iter().flat_map(|kind| &kind.targets).collect();
        if targets.is_empty() || value.get("reference").is_none() {
            return;
        }
        let allows = |name: &str| {
            targets.iter().any(|target| {
                let plain = target.rsplit('/').next() == Some(name);
                let any = matches!(target.rsplit('/').next(), Some("Resource" | "DomainResource"));
                let found = self.library.structure(target);
                plain || any || found.map_or(!target.starts_with(crate::profile::CORE), |one| one.type_name == name)
            })
        };
        let Some(other) = OTHERS.iter().find(|name| !allows(name)) else {
            return self.cannot(Fault::Target, Reason::AnyTarget, &site.place);
        };
        let copy = changed(self.example, &site.pointer, |value| *value = json!({"reference": format!("{other}/1")}));
        if let Some(copy) = copy {
            let (places, reason) = Self::or_left(&format!("{}.reference", site.place), within);
            self.push(Fault::Target, places, copy, reason);
        }
    }

    /// Another type of a choice.
    fn other_type(&mut self, rule: &Rule, site: &Site<'a>, within: &[Within]) {
        let (Some((holder, own)), false) = (site.pointer.rsplit_once('/'), rule.types.is_empty()) else { return };
        if own == rule.name || own.parse::<usize>().is_ok() {
            return;
        }
        let parts: Vec<&str> = holder.split('/').filter(|part| !part.is_empty()).collect();
        let Some(element) = self.element(&parts, &rule.name) else { return };
        let allowed = |name: &str| rule.types.iter().any(|kind| kind.code == name);
        let other =
            element.types.iter().filter(|kind| !allowed(kind.name)).find_map(|kind| Some((kind, sample(kind.name)?)));
        let Some((kind, value)) = other else {
            return self.cannot(Fault::Type, Reason::AnyType, &site.place);
        };
        let copy = without(self.example, holder, own);
        let copy = copy.and_then(|copy| changed(&copy, holder, |at| at[&*element.json_name(kind)] = value));
        if let Some(copy) = copy {
            let (places, reason) = Self::or_left(&site.place, within);
            self.push(Fault::Type, places, copy, reason);
        }
    }

    /// The definition of an element of the holder at a path.
    fn element(&self, path: &[&str], name: &str) -> Option<&'static crate::definition::Element> {
        let mut def = type_def(self.example["resourceType"].as_str()?)?;
        for (depth, step) in path.iter().enumerate().filter(|(_, step)| step.parse::<usize>().is_err()) {
            let kind = def.property(step.trim_start_matches('_'))?.of(def).1;
            def = crate::definition::definitions().of(kind);
            if def.kind == crate::definition::Kind::Abstract {
                let pointer = format!("/{}", path[..depth + 2].join("/"));
                def = type_def(self.at(&pointer)["resourceType"].as_str()?)?;
            }
        }
        def.element(name)
    }

    /// An element that R4 does not know.
    pub(super) fn unknown_element(&mut self, site: &Site<'a>) {
        if !self.at(&site.pointer).is_object() {
            return;
        }
        if let Some(copy) = changed(self.example, &site.pointer, |value| value["nonsense"] = json!("x")) {
            self.push(Fault::Unknown, vec![format!("{}.nonsense", site.place)], copy, None);
        }
    }

    /// A value of the wrong form.
    pub(super) fn wrong_json(&mut self, site: &Site<'a>) {
        let value = self.at(&site.pointer);
        let wrong = if value.is_object() { json!("x") } else { json!({"x": 1}) };
        let name = site.pointer.rsplit('/').next().unwrap_or_default();
        if value.is_null() || name == "resourceType" || name.starts_with('_') {
            return;
        }
        if let Some(copy) = changed(self.example, &site.pointer, |value| *value = wrong) {
            // What is no resource is told of where it stands.
            self.push(Fault::Json, vec![site.place.clone()], copy, None);
        }
    }

    /// An extension that may not stand on this resource.
    pub(super) fn misplaced_extension(&mut self, site: &Site<'a>) {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification";
        let misplaced = json!({"url": url, "valueCodeableConcept": {"text": "x"}});
        let before = self.example["extension"].as_array().map_or(0, Vec::len);
        let copy = changed(self.example, "", |value| {
            if value["extension"].is_null() {
                value["extension"] = json!([]);
            }
            value["extension"].as_array_mut().into_iter().for_each(|list| list.push(misplaced.clone()));
        });
        if let Some(copy) = copy {
            let reason = self.library.structure(url).is_none_or(|one| one.contexts.is_empty());
            let reason = reason.then_some(Reason::AnyPlace);
            self.push(Fault::Extension, vec![format!("{}.extension[{before}]", site.place)], copy, reason);
        }
    }
}

/// Makes a value differ from what it must have or be.
fn spoil(value: &mut Value, wanted: &Value) {
    match (value, wanted) {
        (Value::Object(members), Value::Object(wanted)) => {
            for (key, wanted) in wanted {
                if let Some(member) = members.get_mut(key) {
                    spoil(member, wanted);
                }
            }
        }
        (Value::Array(items), wanted) => {
            let wanted = wanted.as_array().and_then(|list| list.first()).unwrap_or(wanted);
            for item in items {
                spoil(item, wanted);
            }
        }
        (value @ Value::String(_), _) => *value = json!("no-such-value"),
        (value @ Value::Bool(_), _) => *value = json!(!value.as_bool().unwrap_or_default()),
        (value @ Value::Number(_), _) => *value = json!(987_654),
        _ => {}
    }
}
