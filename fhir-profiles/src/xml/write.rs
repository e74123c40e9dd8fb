//! From JSON to XML.

use super::NAMESPACE;
use crate::definition::{Definitions, Element, ElementType, Kind, Primitive, TypeDef, definitions};
use crate::validate::{Issue, xhtml};
use serde_json::{Map, Value};

type Members = Map<String, Value>;

/// Writes the XML form of a resource. What is not a resource of R4 is refused; to know all that is wrong, validate first.
pub fn from_json(resource: &Value) -> Result<Vec<u8>, Issue> {
    let mut writing = Writing { facts: definitions(), out: String::new(), path: Vec::new() };
    writing.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writing.resource(resource)?;
    Ok(writing.out.into_bytes())
}

struct Writing {
    facts: &'static Definitions,
    out: String,
    path: Vec<&'static str>,
}

impl Writing {
    fn fail<T>(&self, code: &'static str, what: &str) -> Result<T, Issue> {
        Err(Issue::error(code, self.path.join("."), what))
    }

    fn resource(&mut self, value: &Value) -> Result<(), Issue> {
        let name = value.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        let def = self.facts.type_def(name).filter(|def| def.kind == Kind::Resource);
        let (Some(def), Some(map)) = (def, value.as_object()) else {
            return self.fail("not-supported", "the resourceType is not one of FHIR R4");
        };
        let root = self.path.is_empty();
        self.out.push('<');
        self.out.push_str(def.name);
        if root {
            self.path.push(def.name);
            self.attribute("xmlns", NAMESPACE)?;
        }
        self.out.push('>');
        self.children(map, def)?;
        self.close(def.name);
        Ok(())
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An attribute, with everything escaped that a reader would change.
    fn attribute(&mut self, name: &str, value: &str) -> Result<(), Issue> {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for letter in value.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#9;"),
                '\n' => self.out.push_str("&#10;"),
                '\r' => self.out.push_str("&#13;"),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    return self.fail("value", "XML cannot hold this character");
                }
                _ => self.out.push(letter),
            }
        }
        self.out.push('"');
        Ok(())
    }

    /// The children in the order of the definition.
    fn children(&mut self, map: &Members, def: &'static TypeDef) -> Result<(), Issue> {
        let mut found = Vec::with_capacity(map.len());
        for name in map.keys() {
            if name == "resourceType" && def.kind == Kind::Resource {
                continue;
            }
            let plain = name.strip_prefix('_').unwrap_or(name);
            let Some(property) = def.property(plain) else {
                return self.fail("structure", "there is an unknown element here");
            };
            if plain.len() == name.len() || !map.contains_key(plain) {
                found.push((property.element, plain, property));
            }
        }
        found.sort_unstable_by_key(|(place, ..)| *place);
        for (_, name, property) in found {
            let (element, kind) = property.of(def);
            if element.attribute {
                continue;
            }
            self.path.push(element.name);
            self.member(name, map.get(name), map.get(&*property.sibling), element, kind)?;
            self.path.pop();
        }
        Ok(())
    }

    fn member(
        &mut self,
        name: &str,
        value: Option<&Value>,
        sibling: Option<&Value>,
        element: &Element,
        kind: &'static ElementType,
    ) -> Result<(), Issue> {
        let primitive = self.facts.of(kind).primitive();
        if primitive.is_none() && sibling.is_some() {
            return self.fail("structure", "only a primitive value has a companion");
        }
        if !element.many {
            return self.one(name, value, sibling, primitive, kind);
        }
        let (values, siblings) = (value.map(Value::as_array), sibling.map(Value::as_array));
        if values == Some(None) || siblings == Some(None) {
            return self.fail("structure", "the element repeats and must be an array");
        }
        let (values, siblings) = (values.flatten(), siblings.flatten());
        let length = values.map_or(0, Vec::len).max(siblings.map_or(0, Vec::len));
        for index in 0..length {
            let value = values.and_then(|values| values.get(index));
            let sibling = siblings.and_then(|siblings| siblings.get(index));
            self.one(name, value, sibling, primitive, kind)?;
        }
        Ok(())
    }

    fn one(
        &mut self,
        name: &str,
        value: Option<&Value>,
        sibling: Option<&Value>,
        primitive: Option<Primitive>,
        kind: &'static ElementType,
    ) -> Result<(), Issue> {
        let def = self.facts.of(kind);
        if primitive == Some(Primitive::Xhtml) {
            return self.narrative(value);
        }
        self.out.push('<');
        self.out.push_str(name);
        if primitive.is_some() {
            return self.primitive(
                name,
                value.filter(|value| !value.is_null()),
                sibling.filter(|sibling| !sibling.is_null()),
                def,
            );
        }
        let Some(value) = value else { return Ok(()) };
        if matches!(def.kind, Kind::Abstract | Kind::Resource) {
            self.out.push('>');
            self.resource(value)?;
            self.close(name);
            return Ok(());
        }
        let Some(map) = value.as_object() else {
            return self.fail("structure", "an object is expected");
        };
        self.structure(name, map, def)
    }

    /// Attributes, children and end tag of an element whose start tag is open.
    fn structure(&mut self, name: &str, map: &Members, def: &'static TypeDef) -> Result<(), Issue> {
        for element in def.elements.iter().filter(|element| element.attribute) {
            match map.get(element.name) {
                Some(Value::String(text)) => self.attribute(element.name, text)?,
                Some(_) => return self.fail("structure", "a string is expected"),
                None => {}
            }
        }
        self.out.push('>');
        let inside = self.out.len();
        self.children(map, def)?;
        if self.out.len() == inside {
            self.out.pop();
            self.out.push_str("/>");
        } else {
            self.close(name);
        }
        Ok(())
    }

    fn primitive(
        &mut self,
        name: &str,
        value: Option<&Value>,
        sibling: Option<&Value>,
        def: &'static TypeDef,
    ) -> Result<(), Issue> {
        match value {
            Some(Value::String(text)) => self.attribute("value", text)?,
            Some(Value::Bool(truth)) => self.attribute("value", if *truth { "true" } else { "false" })?,
            Some(Value::Number(number)) => self.attribute("value", number.as_str())?,
            Some(_) => return self.fail("structure", "a value is expected"),
            None => {}
        }
        match sibling {
            Some(Value::Object(map)) => self.structure(name, map, def),
            Some(_) => self.fail("structure", "the companion of a primitive value must be an object"),
            None => {
                self.out.push_str("/>");
                Ok(())
            }
        }
    }

    /// Narrative is XML already; it is checked first, so that it cannot reach outside its place.
    fn narrative(&mut self, value: Option<&Value>) -> Result<(), Issue> {
        let Some(text) = value.and_then(Value::as_str) else {
            return self.fail("structure", "narrative is expected");
        };
        // That it says nothing is against a rule of FHIR, and harms no XML.
        if let Err(what) = xhtml::check(text)
            && what != xhtml::EMPTY
        {
            return self.fail("value", what);
        }
        self.out.push_str(text);
        Ok(())
    }
}
