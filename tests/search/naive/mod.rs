//! The standard's search, read naively: what a query means for one resource, worked out from its JSON alone. Nothing here
//! is shared with the server but the table of search parameters: no index, no SQL, not its FHIRPath, not its dates.

mod moment;
mod number;
mod path;
mod text;
mod used;
mod value;

use std::collections::HashMap;

use serde_json::Value;
use spil_fhir_profiles::parameters::{Param, ParamKind, parameters};

pub use moment::is_certain as certain;
pub use path::{Node, eval};
pub use text::escape;
pub use used::{is_used, period as used};
pub use value::{Key, counts, local, sort_key};

/// The resources that are searched, by type and id.
pub struct World<'r> {
    resources: HashMap<(&'r str, &'r str), &'r Value>,
}

impl<'r> World<'r> {
    pub fn new(resources: impl IntoIterator<Item = &'r Value>) -> Self {
        let place = |resource: &'r Value| {
            let text = |name: &str| resource[name].as_str().expect("type and id");
            ((text("resourceType"), text("id")), resource)
        };
        Self { resources: resources.into_iter().map(place).collect() }
    }

    pub fn of<'s>(&'s self, rtype: &'s str) -> impl Iterator<Item = &'r Value> + 's {
        self.resources.iter().filter(move |((other, _), _)| *other == rtype).map(|(_, resource)| *resource)
    }

    /// Whether a resource passes `name=value`; chains and `_has` look at the other resources.
    pub fn passes(&self, resource: &'r Value, name: &str, raw: &str) -> bool {
        let rtype = resource["resourceType"].as_str().expect("a type");
        if let Some(rest) = name.strip_prefix("_has:") {
            let mut parts = rest.splitn(3, ':');
            let (other, code, inner) = (parts.next(), parts.next(), parts.next());
            let (other, code, inner) = (other.expect("a type"), code.expect("a code"), inner.expect("a name"));
            let param = param(other, code);
            let points = |from: &Value| self.targets(from, param).any(|to| std::ptr::eq(to, resource));
            return self.of(other).any(|from| points(from) && self.passes(from, inner, raw));
        }
        if let Some((head, inner)) = name.split_once('.') {
            let (code, only) = head.split_once(':').map_or((head, None), |(code, only)| (code, Some(only)));
            let of_type = |to: &Value| only.is_none_or(|only| to["resourceType"] == only);
            let param = param(rtype, code);
            return self
                .targets(resource, param)
                .any(|to| of_type(to) && has(to, inner) && self.passes(to, inner, raw));
        }
        let (code, modifier) = name.split_once(':').map_or((name, ""), |(code, modifier)| (code, modifier));
        if code == "_id" {
            return text::alternatives(raw).iter().any(|id| resource["id"] == id.as_str());
        }
        one(resource, param(rtype, code), modifier, raw)
    }

    /// The resources that a reference parameter of a resource points at.
    fn targets<'s>(&'s self, from: &'s Value, param: &'s Param) -> impl Iterator<Item = &'r Value> + 's {
        let nodes = eval(&param.expression, from, &Node::of(from));
        let places: Vec<(String, String)> =
            nodes.iter().filter_map(|node| local(node.value()?)).map(|(t, i)| (t.to_owned(), i.to_owned())).collect();
        places.into_iter().filter_map(|(rtype, id)| self.resources.get(&(rtype.as_str(), id.as_str())).copied())
    }
}

/// Whether the type of a resource has what a chain asks next.
fn has(resource: &Value, name: &str) -> bool {
    let rtype = resource["resourceType"].as_str().unwrap_or_default();
    let code = name.split(['.', ':']).next().unwrap_or_default();
    name.starts_with('_') || parameters().get(rtype, code).is_some()
}

fn param(rtype: &str, code: &str) -> &'static Param {
    parameters().get(rtype, code).unwrap_or_else(|| panic!("no parameter {rtype} {code}"))
}

/// A plain parameter with its modifier.
fn one(resource: &Value, param: &Param, modifier: &str, raw: &str) -> bool {
    let nodes = eval(&param.expression, resource, &Node::of(resource));
    match modifier {
        "missing" => {
            let present = match param.kind {
                ParamKind::Composite => nodes.iter().any(|node| whole(resource, node, param)),
                kind => nodes.iter().any(|node| counts(kind, node)),
            };
            (raw == "true") != present
        }
        "not" => !any(resource, param, "", raw, &nodes),
        _ => any(resource, param, modifier, raw, &nodes),
    }
}

fn any(resource: &Value, param: &Param, modifier: &str, raw: &str, nodes: &[Node<'_>]) -> bool {
    let wanted = text::split(raw, ',');
    wanted.iter().any(|wanted| {
        nodes.iter().any(|node| match param.kind {
            ParamKind::Composite => {
                let parts = text::split(wanted, '$');
                param.components.iter().zip(parts).all(|(component, part)| {
                    let found = eval(&component.expression, resource, node);
                    found.iter().any(|found| value::passes(component.kind, "", part, found))
                })
            }
            _ if is_used(param) => used(node).is_some_and(|stored| value::date(wanted, stored)),
            kind => value::passes(kind, modifier, wanted, node),
        })
    })
}

/// Whether an element has a value for every part of a composite.
fn whole(resource: &Value, node: &Node<'_>, param: &Param) -> bool {
    let has = |expression: &str, kind| eval(expression, resource, node).iter().any(|found| counts(kind, found));
    param.components.iter().all(|component| has(&component.expression, component.kind))
}
