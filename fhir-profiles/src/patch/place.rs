//! Where in a resource the elements are that a path finds.

use serde_json::Value;

use crate::definition::{Kind, TypeDef, definitions, type_def};
use crate::path::{Node, Path, Scope};

use super::Fault;

/// One step on the way from the resource to an element of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object.
    Key(String),
    /// An item of a list.
    Index(usize),
}

/// The way to an element.
pub(super) type Place = Vec<Step>;

/// The places of everything that the path finds, in its order.
pub(super) fn find(resource: &Value, path: &str) -> Result<Vec<Place>, Fault> {
    let parsed = Path::parse(path).map_err(|error| Fault::malformed(format!("the path cannot be read: {error}")))?;
    let found = parsed.pointers(resource, &Scope::at(resource, Node::of(resource)));
    let found = found.map_err(|fault| Fault::unfit(format!("the path cannot be evaluated: {fault}")))?;
    let unfit = || Fault::unfit("the path must find elements of the resource itself, not computed values");
    found.into_iter().map(|pointer| pointer.map(|pointer| place(resource, &pointer)).ok_or_else(unfit)).collect()
}

/// The steps of a JSON pointer. A primitive value that has only extensions is where its value would be.
fn place(resource: &Value, pointer: &str) -> Place {
    let mut value = resource;
    let mut place = Place::new();
    for token in pointer.split('/').skip(1) {
        let key = token.replace("~1", "/").replace("~0", "~");
        let (step, next) = match value {
            Value::Array(items) => {
                let index = key.parse().unwrap_or(usize::MAX);
                (Step::Index(index), items.get(index))
            }
            other => (Step::Key(key.clone()), other.get(&key)),
        };
        place.push(step);
        value = next.unwrap_or(&Value::Null);
    }
    let last = place.iter_mut().rev().find(|step| matches!(step, Step::Key(_)));
    if let Some(Step::Key(key)) = last
        && let Some(plain) = key.strip_prefix('_')
    {
        *key = plain.to_owned();
    }
    place
}

/// What is at a place.
pub(super) fn at<'a>(resource: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(resource, |value, step| match step {
        Step::Key(key) => value.get_mut(key.as_str()),
        Step::Index(index) => value.get_mut(*index),
    })
}

/// The type of what is at a place.
pub(super) fn type_at(resource: &Value, place: &[Step]) -> Option<&'static TypeDef> {
    let mut value = resource;
    let mut def = type_def(resource["resourceType"].as_str()?)?;
    for step in place {
        match step {
            Step::Key(key) => {
                value = value.get(key.as_str()).unwrap_or(&Value::Null);
                let property = def.property(key.strip_prefix('_').unwrap_or(key))?;
                def = definitions().of(property.of(def).1);
            }
            Step::Index(index) => value = value.get(*index).unwrap_or(&Value::Null),
        }
        if matches!(def.kind, Kind::Abstract | Kind::Resource)
            && let Some(rtype) = value["resourceType"].as_str()
        {
            def = type_def(rtype)?;
        }
    }
    Some(def)
}

/// The last member on the way, and what is before it; none for the resource itself.
pub(super) fn member(place: &[Step]) -> Option<(&[Step], &str, Option<usize>)> {
    match place {
        [before @ .., Step::Key(key), Step::Index(index)] => Some((before, key, Some(*index))),
        [before @ .., Step::Key(key)] => Some((before, key, None)),
        _ => None,
    }
}
