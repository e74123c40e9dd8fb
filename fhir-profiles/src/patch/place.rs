//! Where in a resource the elements are that a path finds.

use serde_json::Value;

use crate::definition::{Kind, TypeDef, definitions, type_def};
use crate::path::{Item, Path};

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
    let mut places = Vec::new();
    for item in parsed.evaluate(resource, resource) {
        let Item::Node(element, _) = item else {
            return Err(Fault::unfit("the path must find elements of the resource, not computed values"));
        };
        let mut place = Vec::new();
        if !way_to(resource, element, &mut place) {
            return Err(Fault::unfit("the path must find elements of the resource itself"));
        }
        places.push(place);
    }
    Ok(places)
}

/// Appends the way from `from` to the very element `wanted`.
fn way_to(from: &Value, wanted: &Value, way: &mut Place) -> bool {
    if std::ptr::eq(from, wanted) {
        return true;
    }
    match from {
        Value::Object(map) => map.iter().any(|(key, value)| {
            way.push(Step::Key(key.clone()));
            way_to(value, wanted, way) || way.pop().is_none()
        }),
        Value::Array(items) => items.iter().enumerate().any(|(at, value)| {
            way.push(Step::Index(at));
            way_to(value, wanted, way) || way.pop().is_none()
        }),
        _ => false,
    }
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
                value = value.get(key.as_str())?;
                let property = def.property(key.strip_prefix('_').unwrap_or(key))?;
                def = definitions().of(property.of(def).1);
            }
            Step::Index(index) => value = value.get(*index)?,
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
