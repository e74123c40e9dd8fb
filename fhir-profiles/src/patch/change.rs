//! The five operations.

use serde_json::{Map, Value};

use crate::definition::TypeDef;

use super::given::{self, Given};
use super::place::{self, Place, Step};
use super::{Fault, Operation};

/// Does one operation.
pub(super) fn change(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    match operation.kind {
        "add" => add(resource, operation),
        "insert" => insert(resource, operation),
        "delete" => delete(resource, operation),
        "replace" => replace(resource, operation),
        "move" => shift(resource, operation),
        _ => Err(Fault::malformed("the type of an operation is add, insert, delete, replace or move")),
    }
}

/// The one place that a path finds.
fn one(resource: &Value, path: &str) -> Result<Option<Place>, Fault> {
    let mut places = place::find(resource, path)?;
    if places.len() > 1 {
        return Err(Fault::unfit("the path finds more than one element"));
    }
    Ok(places.pop())
}

fn needed(resource: &Value, path: &str) -> Result<Place, Fault> {
    one(resource, path)?.ok_or_else(|| Fault::unfit("the path finds no element"))
}

fn value<'a>(operation: &Operation<'a>) -> Result<&'a Value, Fault> {
    operation.value.ok_or_else(|| Fault::malformed(format!("`{}` needs the part `value`", operation.kind)))
}

fn type_at(resource: &Value, place: &[Step]) -> Result<&'static TypeDef, Fault> {
    place::type_at(resource, place).ok_or_else(|| Fault::unfit("the path finds something that FHIR R4 does not know"))
}

fn map_at<'a>(resource: &'a mut Value, place: &[Step]) -> Result<&'a mut Map<String, Value>, Fault> {
    place::at(resource, place)
        .and_then(Value::as_object_mut)
        .ok_or_else(|| Fault::unfit("the path finds something that has no elements"))
}

/// Appends to the element at the path.
fn add(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    let name = operation.name.ok_or_else(|| Fault::malformed("`add` needs the part `name`"))?;
    let place = needed(resource, operation.path)?;
    let def = type_at(resource, &place)?;
    let given = given::read(value(operation)?, name, def)?;
    if place::at(resource, &place).is_some_and(|value| value.is_object()) {
        let map = map_at(resource, &place)?;
        let occupied = !given.many && present(map, def, given.element);
        if occupied {
            return Err(Fault::unfit(format!("`{}` is there already and does not repeat", given.element)));
        }
        return given::add(map, given);
    }
    add_beside(resource, &place, given)
}

/// Whether the element has a value of any of its types.
fn present(map: &Map<String, Value>, def: &TypeDef, element: &str) -> bool {
    map.keys().any(|key| {
        let property = def.property(key.trim_start_matches('_'));
        property.is_some_and(|property| property.of(def).0.name == element)
    })
}

/// The id and extensions of a primitive value stand beside it.
fn add_beside(resource: &mut Value, place: &[Step], given: Given) -> Result<(), Fault> {
    let (before, key, index) = place::member(place).ok_or_else(|| Fault::unfit("the path finds no element"))?;
    let holder = map_at(resource, before)?;
    let companion = format!("_{key}");
    let object = || Value::Object(Map::new());
    let beside = match index {
        None => holder.entry(companion).or_insert_with(object),
        Some(index) => {
            let list = holder.entry(companion).or_insert_with(|| Value::Array(Vec::new()));
            let list = list.as_array_mut().ok_or_else(|| Fault::unfit(format!("`_{key}` is not a list")))?;
            while list.len() <= index {
                list.push(Value::Null);
            }
            if list[index].is_null() {
                list[index] = object();
            }
            &mut list[index]
        }
    };
    let beside = beside.as_object_mut().ok_or_else(|| Fault::unfit(format!("`_{key}` is not an object")))?;
    given::add(beside, given)
}

/// The list that a path finds the items of: what holds it, and its name.
fn list(resource: &Value, path: &str) -> Result<(Place, String, usize), Fault> {
    let places = place::find(resource, path)?;
    let mut found: Option<(&[Step], &str)> = None;
    for place in &places {
        let Some((before, key, Some(_))) = place::member(place) else {
            return Err(Fault::unfit("the path must find the items of a list"));
        };
        if found.is_some_and(|other| other != (before, key)) {
            return Err(Fault::unfit("the path finds items of more than one list"));
        }
        found = Some((before, key));
    }
    let (before, key) = found.ok_or_else(|| Fault::unfit("the path finds no list"))?;
    Ok((before.to_vec(), key.to_owned(), places.len()))
}

/// Puts a value into a list.
fn insert(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    let index = operation.index.ok_or_else(|| Fault::malformed("`insert` needs the part `index`"))?;
    let (before, key, length) = list(resource, operation.path)?;
    if index > length {
        return Err(Fault::unfit(format!("the list has {length} items: the index is too large")));
    }
    let def = type_at(resource, &before)?;
    let given = given::read(value(operation)?, &key, def)?;
    given::insert(map_at(resource, &before)?, given, index)
}

/// Takes an element away; that it is not there is no fault.
fn delete(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    let Some(place) = one(resource, operation.path)? else { return Ok(()) };
    if place.is_empty() {
        return Err(Fault::unfit("a patch cannot delete the whole resource"));
    }
    remove(resource, &place)?;
    prune(resource, &place);
    Ok(())
}

/// Removes a value and what stands beside it.
fn remove(resource: &mut Value, place: &[Step]) -> Result<(), Fault> {
    let (before, key, index) = place::member(place).ok_or_else(|| Fault::unfit("the path finds no element"))?;
    let holder = map_at(resource, before)?;
    for name in [key.to_owned(), format!("_{key}")] {
        match index {
            None => drop(holder.shift_remove(&name)),
            Some(index) => {
                if let Some(list) = holder.get_mut(&name).and_then(Value::as_array_mut)
                    && index < list.len()
                {
                    list.remove(index);
                }
                if holder.get(&name).and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_null)) {
                    holder.shift_remove(&name);
                }
            }
        }
    }
    Ok(())
}

/// Takes away the structures above a place that became empty: FHIR does not know empty ones.
fn prune(resource: &mut Value, place: &[Step]) {
    let mut above = place;
    while let Some((before, _, _)) = place::member(above) {
        let empty = place::at(resource, before).and_then(|value| value.as_object()).is_some_and(Map::is_empty);
        if before.is_empty() || !empty || remove(resource, before).is_err() {
            return;
        }
        above = before;
    }
}

/// Puts another value in the place of an element.
fn replace(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    let place = needed(resource, operation.path)?;
    let (before, key, index) =
        place::member(&place).ok_or_else(|| Fault::unfit("a patch cannot replace the whole resource"))?;
    let def = type_at(resource, before)?;
    let element = def.property(key).map_or(key, |property| property.of(def).0.name);
    let given = given::read(value(operation)?, element, def)?;
    let Some(index) = index else {
        remove(resource, &place)?;
        given::put(map_at(resource, before)?, given);
        return Ok(());
    };
    let map = map_at(resource, before)?;
    for (name, item) in [(key.to_owned(), given.value), (format!("_{key}"), given.sibling)] {
        match map.get_mut(&name).and_then(Value::as_array_mut) {
            Some(list) if index < list.len() => list[index] = item.unwrap_or(Value::Null),
            Some(list) => {
                if let Some(item) = item {
                    list.resize(index, Value::Null);
                    list.push(item);
                }
            }
            None => {
                if let Some(item) = item {
                    let mut list = vec![Value::Null; index];
                    list.push(item);
                    map.insert(name, Value::Array(list));
                }
            }
        }
    }
    Ok(())
}

/// Moves an item within its list.
fn shift(resource: &mut Value, operation: &Operation<'_>) -> Result<(), Fault> {
    let source = operation.source.ok_or_else(|| Fault::malformed("`move` needs the part `source`"))?;
    let destination = operation.destination.ok_or_else(|| Fault::malformed("`move` needs the part `destination`"))?;
    let (before, key, length) = list(resource, operation.path)?;
    if source >= length || destination >= length {
        return Err(Fault::unfit(format!("the list has {length} items: source or destination is too large")));
    }
    let map = map_at(resource, &before)?;
    for name in [key.clone(), format!("_{key}")] {
        if let Some(list) = map.get_mut(&name).and_then(Value::as_array_mut) {
            list.resize(list.len().max(length), Value::Null);
            let item = list.remove(source);
            list.insert(destination, item);
        }
    }
    Ok(())
}
