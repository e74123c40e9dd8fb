//! Evaluates an expression. Nothing of the resource is copied.

use serde_json::Value;

use super::ast::{Expr, Start, Step};
use crate::path::Item;
use crate::path::types::{Target, choice, has_type, reference_target, referred_type};

/// Appends to `out` what `expr` finds in `this`.
pub(in crate::path) fn eval<'a>(expr: &'a Expr, resource: &'a Value, this: Item<'a>, out: &mut Vec<Item<'a>>) {
    match expr {
        Expr::Path(start, steps) => path(start, steps, resource, this, out),
        Expr::Union(all) => {
            for part in all {
                eval(part, resource, this, out);
            }
        }
        Expr::Equal(left, right, equal) => {
            let (left, right) = (collect(left, resource, this), collect(right, resource, this));
            if let (Some(left), Some(right)) = (left.first(), right.first()) {
                out.push(Item::Bool(same(*left, *right) == *equal));
            }
        }
        Expr::And(left, right) => {
            let (left, right) = (truth(left, resource, this), truth(right, resource, this));
            out.extend(three_valued_and(left, right).map(Item::Bool));
        }
        Expr::Or(left, right) => {
            let (left, right) = (truth(left, resource, this), truth(right, resource, this));
            let neither = three_valued_and(left.map(|b| !b), right.map(|b| !b));
            out.extend(neither.map(|b| Item::Bool(!b)));
        }
        Expr::Text(text) => out.push(Item::Text(text)),
        Expr::Bool(answer) => out.push(Item::Bool(*answer)),
    }
}

fn collect<'a>(expr: &'a Expr, resource: &'a Value, this: Item<'a>) -> Vec<Item<'a>> {
    let mut found = Vec::new();
    eval(expr, resource, this, &mut found);
    found
}

/// Whether the expression holds; `None` if it finds nothing.
fn truth<'a>(expr: &'a Expr, resource: &'a Value, this: Item<'a>) -> Option<bool> {
    collect(expr, resource, this).first().map(|item| is_true(*item))
}

fn three_valued_and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn is_true(item: Item<'_>) -> bool {
    match item {
        Item::Bool(answer) => answer,
        Item::Node(value, _) => value.as_bool().unwrap_or(true),
        Item::Text(_) | Item::Resource(_) => true,
    }
}

fn is(item: Item<'_>, wanted: &str) -> bool {
    match item {
        Item::Node(value, choice) => has_type(value, choice, wanted),
        Item::Resource(rtype) => rtype == wanted,
        Item::Bool(_) => wanted.eq_ignore_ascii_case("boolean"),
        Item::Text(_) => wanted.eq_ignore_ascii_case("string"),
    }
}

fn same(left: Item<'_>, right: Item<'_>) -> bool {
    match (plain(left), plain(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

/// A primitive as text, with a mark that keeps `true` and `'true'` apart.
fn plain(item: Item<'_>) -> Option<(bool, String)> {
    match item {
        Item::Bool(answer) => Some((true, answer.to_string())),
        Item::Node(Value::Bool(answer), _) => Some((true, answer.to_string())),
        Item::Text(text) => Some((false, text.to_owned())),
        Item::Node(Value::String(text), _) => Some((false, text.clone())),
        Item::Node(Value::Number(number), _) => Some((false, number.to_string())),
        Item::Node(..) | Item::Resource(_) => None,
    }
}

fn path<'a>(start: &'a Start, steps: &'a [Step], resource: &'a Value, this: Item<'a>, out: &mut Vec<Item<'a>>) {
    match start {
        Start::This => walk_all(&[this], steps, resource, out),
        Start::Resource => walk_all(&[Item::Node(resource, None)], steps, resource, out),
        Start::Type(name) => {
            let root = Item::Node(resource, None);
            let start: &[Item<'a>] = if is(root, name) { &[root] } else { &[] };
            walk_all(start, steps, resource, out);
        }
        Start::Group(inner) => walk_all(&collect(inner, resource, this), steps, resource, out),
    }
}

/// Takes all steps from all items. A step that looks at everything found so far needs a list in between; the others
/// go straight down.
fn walk_all<'a>(items: &[Item<'a>], steps: &'a [Step], resource: &'a Value, out: &mut Vec<Item<'a>>) {
    let Some(at) = steps.iter().position(Step::is_collective) else {
        for item in items {
            walk(*item, steps, resource, out);
        }
        return;
    };
    let mut found = Vec::new();
    for item in items {
        walk(*item, &steps[..at], resource, &mut found);
    }
    let result = collective(&steps[at], &found, resource);
    walk_all(result.as_slice(), &steps[at + 1..], resource, out);
}

fn collective<'a>(step: &'a Step, found: &[Item<'a>], resource: &'a Value) -> Option<Item<'a>> {
    match step {
        Step::Index(at) => found.get(*at).copied(),
        Step::Exists(None) => Some(Item::Bool(!found.is_empty())),
        Step::Exists(Some(criterion)) => {
            Some(Item::Bool(found.iter().any(|item| truth(criterion, resource, *item) == Some(true))))
        }
        Step::Empty => Some(Item::Bool(found.is_empty())),
        Step::Not => found.first().map(|item| Item::Bool(!is_true(*item))),
        _ => None,
    }
}

fn walk<'a>(item: Item<'a>, steps: &'a [Step], resource: &'a Value, out: &mut Vec<Item<'a>>) {
    let Some((step, rest)) = steps.split_first() else {
        out.push(item);
        return;
    };
    match step {
        Step::Field(name) => field(item, name, &mut |next| walk(next, rest, resource, out)),
        Step::Extension(url) => field(item, "extension", &mut |next| {
            if matches!(next, Item::Node(extension, _) if extension["url"].as_str() == Some(url)) {
                walk(next, rest, resource, out);
            }
        }),
        Step::Where(criterion) if truth(criterion, resource, item) == Some(true) => walk(item, rest, resource, out),
        Step::OfType(wanted) if is(item, wanted) => walk(item, rest, resource, out),
        Step::Is(wanted) => walk(Item::Bool(is(item, wanted)), rest, resource, out),
        Step::Resolve => {
            if let Some(target) = resolve(item, resource) {
                walk(target, rest, resource, out);
            }
        }
        _ => {}
    }
}

/// Calls `visit` for each element with the name, or with the name and a type behind it.
fn field<'a>(item: Item<'a>, name: &str, visit: &mut dyn FnMut(Item<'a>)) {
    let Item::Node(Value::Object(members), _) = item else { return };
    if let Some(value) = members.get(name) {
        each(value, None, visit);
        return;
    }
    for (key, value) in members {
        if let Some(ending) = choice(key, name) {
            each(value, Some(ending), visit);
        }
    }
}

fn each<'a>(value: &'a Value, choice: Option<&'a str>, visit: &mut dyn FnMut(Item<'a>)) {
    match value {
        Value::Array(items) => items.iter().filter(|one| !one.is_null()).for_each(|one| visit(Item::Node(one, choice))),
        Value::Null => {}
        one => visit(Item::Node(one, choice)),
    }
}

/// What a reference or canonical points at: a contained resource itself, of others the type.
fn resolve<'a>(item: Item<'a>, resource: &'a Value) -> Option<Item<'a>> {
    let Item::Node(reference, _) = item else { return None };
    let text = reference["reference"].as_str().or(reference.as_str()).unwrap_or_default();
    if let Target::Contained(id) = reference_target(text) {
        let contained = resource["contained"].as_array()?.iter();
        return contained
            .into_iter()
            .find(|inner| inner["id"].as_str() == Some(id))
            .map(|inner| Item::Node(inner, None));
    }
    referred_type(reference).map(Item::Resource)
}
