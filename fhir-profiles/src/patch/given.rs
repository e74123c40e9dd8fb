//! The value of an operation as JSON of the resource.

use serde_json::{Map, Value};

use crate::definition::{Element, ElementType, TypeDef, definitions};

use super::Fault;

/// A value, with the id and extensions beside it when it is primitive.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The name of the JSON property.
    pub(super) key: String,
    /// The value; none for a primitive that has only extensions.
    pub(super) value: Option<Value>,
    /// `_name`.
    pub(super) sibling: Option<Value>,
    /// Whether the element repeats.
    pub(super) many: bool,
    /// The element without the type in its name.
    pub(super) element: &'static str,
}

/// Reads the part that holds the value of element `name` of type `def`.
pub(super) fn read(part: &Value, name: &str, def: &'static TypeDef) -> Result<Given, Fault> {
    let Some(map) = part.as_object() else { return Err(Fault::malformed("a part must be an object")) };
    let typed = map.keys().filter_map(|key| key.trim_start_matches('_').strip_prefix("value"));
    let mut endings: Vec<&str> = typed.filter(|ending| !ending.is_empty()).collect();
    endings.dedup();
    let (parts, resource) = (map.get("part"), map.get("resource"));
    let ways = endings.len() + usize::from(parts.is_some()) + usize::from(resource.is_some());
    if ways != 1 {
        return Err(Fault::malformed(format!("`{name}` needs one value: a value[x], a part or a resource")));
    }
    let ending = endings.first().copied().unwrap_or_default();
    let (element, kind) = element(def, name, ending)?;
    let mut given = Given {
        key: element.json_name(kind).into_owned(),
        value: None,
        sibling: None,
        many: element.many,
        element: element.name,
    };
    if let Some(parts) = parts {
        given.value = Some(structure(parts, definitions().of(kind))?);
    } else if let Some(resource) = resource {
        given.value = Some(resource.clone());
    } else {
        given.value = map.get(&format!("value{ending}")).cloned();
        given.sibling = map.get(&format!("_value{ending}")).cloned();
    }
    Ok(given)
}

/// The element of that name, and the type that the value gives it.
fn element(def: &'static TypeDef, name: &str, ending: &str) -> Result<(&'static Element, &'static ElementType), Fault> {
    let name = name.trim_end_matches("[x]");
    if let Some(element) = def.element(name) {
        if !element.choice {
            let kind = element.types.first().ok_or_else(|| Fault::unfit(format!("`{name}` has no type")))?;
            return Ok((element, kind));
        }
        let wanted = format!("{name}{ending}");
        let kind = element.types.iter().find(|kind| element.json_name(kind) == wanted);
        return kind
            .map(|kind| (element, kind))
            .ok_or_else(|| Fault::unfit(format!("`{name}` of {} cannot be a {ending}", def.name)));
    }
    match def.property(name) {
        Some(property) => Ok(property.of(def)),
        None => Err(Fault::unfit(format!("{} has no element `{name}`", def.name))),
    }
}

/// A structure without a type of its own, from its parts.
fn structure(parts: &Value, def: &'static TypeDef) -> Result<Value, Fault> {
    let Some(parts) = parts.as_array() else { return Err(Fault::malformed("`part` must be a list")) };
    let mut map = Map::new();
    for part in parts {
        let name = part["name"].as_str().unwrap_or_default();
        let given = read(part, name, def)?;
        add(&mut map, given)?;
    }
    Ok(Value::Object(map))
}

/// Adds a value to the element that holds it: at the end of a list, or where nothing is yet.
pub(super) fn add(map: &mut Map<String, Value>, given: Given) -> Result<(), Fault> {
    let companion = format!("_{}", given.key);
    if given.many {
        let place = map.get(&given.key).and_then(Value::as_array).map_or(0, Vec::len);
        let beside = map.get(&companion).and_then(Value::as_array).map_or(0, Vec::len);
        return insert(map, given, place.max(beside));
    }
    if map.contains_key(&given.key) || map.contains_key(&companion) {
        return Err(Fault::unfit(format!("`{}` is there already and does not repeat", given.element)));
    }
    put(map, given);
    Ok(())
}

/// Sets a value that does not repeat.
pub(super) fn put(map: &mut Map<String, Value>, given: Given) {
    if let Some(sibling) = given.sibling {
        map.insert(format!("_{}", given.key), sibling);
    }
    if let Some(value) = given.value {
        map.insert(given.key, value);
    }
}

/// Puts a value into a list, at a place of it.
pub(super) fn insert(map: &mut Map<String, Value>, given: Given, at: usize) -> Result<(), Fault> {
    let companion = format!("_{}", given.key);
    let lists = [(&given.key, given.value), (&companion, given.sibling)];
    for (key, item) in lists {
        let needed = item.is_some() || map.contains_key(key.as_str());
        if !needed {
            continue;
        }
        let list = map.entry(key.as_str()).or_insert_with(|| Value::Array(Vec::new()));
        let Some(list) = list.as_array_mut() else {
            return Err(Fault::unfit(format!("`{key}` is not a list")));
        };
        while list.len() < at {
            list.push(Value::Null);
        }
        list.insert(at, item.unwrap_or(Value::Null));
    }
    Ok(())
}
