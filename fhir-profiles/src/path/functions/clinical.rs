//! What FHIR adds (<https://hl7.org/fhir/R4/fhirpath.html#functions>), and the keys of SQL on FHIR
//! (<https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html>).

use std::borrow::Cow;

use serde_json::Value;

use super::{Call, Function, from_node, maybe, row, yes};
use crate::definition::definitions;
use crate::path::datum::{Datum, Node};
use crate::path::navigate;
use crate::path::run::one;
use crate::path::scope::{Answer, Fault};
use crate::path::types::{Target, reference_target, referred_type};
use crate::validate::xhtml;

pub(super) const TABLE: &[Function] = &[
    row("extension", 1, 1, extension),
    row("hasValue", 0, 0, |call| yes(call.input.len() == 1 && primitive(call).is_some())),
    row("getValue", 0, 0, |call| maybe(primitive(call))),
    row("resolve", 0, 0, resolve),
    row("memberOf", 1, 1, member_of),
    row("conformsTo", 1, 1, conforms_to),
    row("subsumes", 1, 1, |call| subsumes(call, false)),
    row("subsumedBy", 1, 1, |call| subsumes(call, true)),
    row("htmlChecks", 0, 0, html_checks),
    row("getResourceKey", 0, 0, resource_key),
    row("getReferenceKey", 0, 1, reference_key),
];

fn extension<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let Some(url) = call.text_arg(0)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for node in call.input.iter().filter_map(Datum::node) {
        navigate::field(node, "extension", &mut |_, child| {
            if child.value.and_then(|value| value.get("url")?.as_str()) == Some(&*url) {
                found.push(Datum::Node(child));
            }
        });
    }
    call.run.spend(found.len())?;
    Ok(found)
}

/// The value of the only item, if it is a primitive and has one.
fn primitive<'a>(call: &Call<'a, '_>) -> Option<Datum<'a>> {
    let [item] = &call.input[..] else { return None };
    match item {
        Datum::Node(node) if node.value.is_some_and(|value| !value.is_object()) => node.system(),
        Datum::Node(_) | Datum::Referred(_) | Datum::Type(..) => None,
        value => Some(value.clone()),
    }
}

fn resolve<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut found = Vec::new();
    for item in &call.input {
        let value = item.node().and_then(|node| node.value);
        let literal = match item {
            Datum::Text(text) => Some(text.as_ref()),
            _ => value.and_then(|value| value.get("reference").and_then(Value::as_str).or(value.as_str())),
        };
        if let Some(text) = literal
            && let Some(node) = target(call, text)?
        {
            found.extend(from_node(node));
        } else if let Some(rtype) = value.and_then(referred_type) {
            found.push(Datum::Referred(rtype));
        }
    }
    Ok(found)
}

/// The resource that a literal reference points at: contained, in the same Bundle, or elsewhere.
fn target<'a>(call: &Call<'a, '_>, text: &str) -> Result<Option<Node<'a>>, Fault> {
    let scope = call.run.scope;
    if let Target::Contained(id) = reference_target(text) {
        if id.is_empty() {
            return Ok(Some(scope.resource));
        }
        for holder in [scope.resource, scope.root] {
            let contained = holder.value.and_then(|value| value.get("contained")?.as_array());
            let found = contained.into_iter().flatten().find(|inner| inner["id"].as_str() == Some(id));
            if let Some(found) = found {
                return Ok(Some(Node::of(found)));
            }
        }
        return Ok(None);
    }
    if let Some(indexed) = scope.hooks.entry(text) {
        return Ok(indexed.or_else(|| scope.hooks.resolve(text)).map(Node::of));
    }
    let relative = reference_target(text);
    let entries = scope
        .document
        .value
        .filter(|_| scope.document.is("Bundle"))
        .and_then(|document| document.get("entry")?.as_array());
    let mut plain = None;
    for entry in entries.into_iter().flatten() {
        call.run.spend(0)?;
        let Some(resource) = entry.get("resource") else { continue };
        if entry["fullUrl"].as_str() == Some(text) {
            return Ok(Some(Node::of(resource)));
        }
        if let Target::Relative(rtype, id) = relative
            && plain.is_none()
            && (resource["resourceType"].as_str(), resource["id"].as_str()) == (Some(rtype), Some(id))
        {
            plain = Some(resource);
        }
    }
    Ok(plain.or_else(|| scope.hooks.resolve(text)).map(Node::of))
}

fn member_of<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(item), Some(set)) = (call.single()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    let answer = item.to_json().and_then(|coded| call.run.scope.hooks.member_of(&coded, &set));
    maybe(answer.map(Datum::Bool))
}

fn conforms_to<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(item), Some(profile)) = (call.single()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    let Some(value) = item.node().and_then(|node| node.value) else { return Ok(Vec::new()) };
    let told = call.run.scope.hooks.conforms_to(value, &profile);
    // That of a core type can be told without its definition.
    let core = profile.strip_prefix("http://hl7.org/fhir/StructureDefinition/");
    let core = core.filter(|name| definitions().type_def(name).is_some());
    maybe(told.or_else(|| Some(item.node()?.is(core?))).map(Datum::Bool))
}

fn subsumes<'a>(call: &Call<'a, '_>, turned: bool) -> Answer<'a> {
    let arg = call.arg(0)?;
    let (Some(left), Some(right)) = (call.single()?, one(&arg, call.name)?) else { return Ok(Vec::new()) };
    let (Some(left), Some(right)) = (left.to_json(), right.to_json()) else { return Ok(Vec::new()) };
    let (wide, narrow) = if turned { (right, left) } else { (left, right) };
    maybe(call.run.scope.hooks.subsumes(&wide, &narrow).map(Datum::Bool))
}

fn html_checks<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    match call.text()? {
        Some(text) => {
            call.run.spend(text.len() / 8)?;
            yes(xhtml::check(&text).is_ok())
        }
        None => Ok(Vec::new()),
    }
}

fn resource_key<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let id = call.single()?.and_then(|item| item.node()?.value?.get("id")?.as_str());
    maybe(id.map(|id| Datum::Text(Cow::Borrowed(id))))
}

/// The id in a reference, if it is one to a resource of the type that is asked for.
fn reference_key<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let wanted = call.text_arg(0)?;
    let mut found = Vec::new();
    for value in call.input.iter().filter_map(|item| item.node()?.value) {
        let Some(text) = value.get("reference").and_then(Value::as_str) else { continue };
        let (rtype, id) = match reference_target(text) {
            Target::Relative(rtype, id) => (rtype, id),
            Target::Absolute(rtype) => {
                let path = text.split_once("/_history/").map_or(text, |(path, _)| path);
                (rtype, path.rsplit('/').next().unwrap_or_default())
            }
            Target::Contained(_) | Target::Other => continue,
        };
        if wanted.as_deref().is_none_or(|wanted| wanted == rtype) {
            found.push(Datum::Text(Cow::Borrowed(id)));
        }
    }
    Ok(found)
}
