//! From an element to its children, with their types (<https://hl7.org/fhir/R4/fhirpath.html#polymorphism>).

use serde_json::{Map, Value};

use super::datum::Node;
use super::types::choice;
use crate::definition::{Kind, TypeDef, definitions};

/// Calls `visit` for each element of that name; of a choice, whatever type it has.
pub(crate) fn field<'a>(node: Node<'a>, name: &str, visit: &mut dyn FnMut(Option<usize>, Node<'a>)) {
    let Some(members) = members(node) else { return };
    let Some(def) = node.kind else { return untyped(members, name, visit) };
    if let Some(property) = def.property(name) {
        let (element, kind) = property.of(def);
        if !element.choice {
            let sibling = if property.sibling.is_empty() { None } else { members.get(&*property.sibling) };
            each(members.get(name), sibling, Some(definitions().of(kind)), visit);
            return;
        }
    }
    if def.element(name).is_some_and(|element| element.choice) {
        for (key, value) in members {
            of_choice(members, key, value, name, def, visit);
        }
    }
}

fn of_choice<'a>(
    members: &'a Map<String, Value>,
    key: &'a str,
    value: &'a Value,
    name: &str,
    def: &'static TypeDef,
    visit: &mut dyn FnMut(Option<usize>, Node<'a>),
) {
    let plain = key.strip_prefix('_');
    let typed = plain.unwrap_or(key);
    if !typed.starts_with(name) || plain.is_some() && members.contains_key(typed) {
        return;
    }
    let Some(property) = def.property(typed) else { return };
    let (element, kind) = property.of(def);
    if element.name != name || !element.choice {
        return;
    }
    let kind = Some(definitions().of(kind));
    if plain.is_some() {
        each(None, Some(value), kind, visit);
    } else {
        each(Some(value), members.get(&*property.sibling), kind, visit);
    }
}

/// Calls `visit` for each child, in the order in which they stand.
pub(super) fn children<'a>(node: Node<'a>, visit: &mut dyn FnMut(Node<'a>)) {
    named_children(node, &mut |_, _, child| visit(child));
}

/// Calls `visit` for each child with the name of its element and, in a list, its place.
pub(crate) fn named_children<'a>(node: Node<'a>, visit: &mut dyn FnMut(&'a str, Option<usize>, Node<'a>)) {
    let Some(members) = members(node) else { return };
    for (key, value) in members {
        let plain = key.strip_prefix('_');
        let name = plain.unwrap_or(key);
        if key == "resourceType" || plain.is_some() && members.contains_key(name) {
            continue;
        }
        let found = node.kind.and_then(|def| Some(def.property(name)?.of(def)));
        let kind = found.map(|(_, kind)| definitions().of(kind));
        let name = found.map_or(name, |(element, _)| element.name);
        let mut visit = |place: Option<usize>, child: Node<'a>| visit(name, place, child);
        if plain.is_some() {
            each(None, Some(value), kind, &mut visit);
        } else {
            let sibling = match kind.map(|def| def.kind) {
                Some(Kind::Primitive(_)) | None => members.get(&format!("_{key}")),
                _ => None,
            };
            each(Some(value), sibling, kind, &mut visit);
        }
    }
}

/// The members of an object; of a primitive those of its companion.
fn members(node: Node<'_>) -> Option<&Map<String, Value>> {
    match node.value {
        Some(Value::Object(members)) => Some(members),
        _ => node.sibling?.as_object(),
    }
}

/// The elements with the name, or with the name and a type behind it, of what has no known type.
fn untyped<'a>(members: &'a Map<String, Value>, name: &str, visit: &mut dyn FnMut(Option<usize>, Node<'a>)) {
    let sibling = members.get(&format!("_{name}"));
    if members.contains_key(name) || sibling.is_some() {
        return each(members.get(name), sibling, None, visit);
    }
    for (key, value) in members {
        let Some(ending) = choice(key, name) else { continue };
        let facts = definitions();
        let lower = || [&ending[..1].to_ascii_lowercase(), &ending[1..]].concat();
        let kind = facts.type_def(ending).or_else(|| facts.type_def(&lower()));
        each(Some(value), members.get(&format!("_{key}")), kind, visit);
    }
}

fn each<'a>(
    value: Option<&'a Value>,
    sibling: Option<&'a Value>,
    kind: Option<&'static TypeDef>,
    visit: &mut dyn FnMut(Option<usize>, Node<'a>),
) {
    let list = |value: Option<&'a Value>| value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if value.is_some_and(Value::is_array) || sibling.is_some_and(Value::is_array) {
        let (values, siblings) = (list(value), list(sibling));
        for place in 0..values.len().max(siblings.len()) {
            one(Some(place), values.get(place), siblings.get(place), kind, visit);
        }
    } else {
        one(None, value, sibling, kind, visit);
    }
}

fn one<'a>(
    place: Option<usize>,
    value: Option<&'a Value>,
    sibling: Option<&'a Value>,
    kind: Option<&'static TypeDef>,
    visit: &mut dyn FnMut(Option<usize>, Node<'a>),
) {
    let (value, sibling) = (value.filter(|value| !value.is_null()), sibling.filter(|sibling| !sibling.is_null()));
    if value.is_none() && sibling.is_none() {
        return;
    }
    let kind = match (kind, value) {
        (Some(def), Some(value)) if def.kind == Kind::Abstract => Node::of(value).kind,
        (None, Some(value)) => Node::of(value).kind,
        (kind, _) => kind,
    };
    visit(place, Node { value, sibling, kind });
}
