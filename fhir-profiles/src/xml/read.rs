//! From XML to JSON.

use super::NAMESPACE;
use crate::definition::{Definitions, ElementType, Kind, Primitive, Property, TypeDef, definitions};
use crate::json::{self, MAX_DEPTH};
use crate::validate::{Issue, xhtml};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};
use serde_json::{Map, Value};
use std::fmt::Write as _;

type Members = Map<String, Value>;

/// Reads a resource in its XML form and gives its JSON form.
pub fn to_json(bytes: &[u8]) -> Result<Value, Issue> {
    let fail = |what: &str| Issue::error("structure", String::new(), format!("invalid XML: {what}"));
    let text = std::str::from_utf8(bytes).map_err(|_| fail("the text is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut reading = Reading { facts: definitions(), reader, text, path: Vec::new(), depth: 0, start: 0 };
    let Tag::Start(tag) = reading.next()? else {
        return Err(fail("there is no element"));
    };
    let resource = reading.resource(&tag)?;
    match reading.next()? {
        Tag::Eof => Ok(resource),
        _ => Err(fail("there is more than one root element")),
    }
}

/// What the reading is about: white space, comments and instructions are skipped.
enum Tag<'a> {
    Start(BytesStart<'a>),
    End,
    Eof,
}

struct Reading<'a> {
    facts: &'static Definitions,
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    path: Vec<(&'static str, Option<usize>)>,
    depth: usize,
    /// Where the last tag began.
    start: usize,
}

impl<'a> Reading<'a> {
    fn fail<T>(&self, code: &'static str, what: &str) -> Result<T, Issue> {
        let mut expression = String::new();
        for (name, index) in &self.path {
            if !expression.is_empty() {
                expression.push('.');
            }
            expression.push_str(name);
            if let Some(index) = index {
                write!(expression, "[{index}]").unwrap_or_default();
            }
        }
        Err(Issue::error(code, expression, format!("invalid XML: {what}")))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn next(&mut self) -> Result<Tag<'a>, Issue> {
        loop {
            self.start = self.position();
            let Ok((namespace, event)) = self.reader.read_resolved_event() else {
                return self.fail("structure", "it is not well-formed");
            };
            let known =
                matches!(&namespace, ResolveResult::Bound(name) if name.0 == NAMESPACE || name.0 == xhtml::NAMESPACE);
            match event {
                Event::Start(_) if !known => {
                    return self.fail("structure", "an element is not in the namespace of FHIR");
                }
                Event::Start(tag) => return Ok(Tag::Start(tag)),
                Event::End(_) => return Ok(Tag::End),
                Event::Eof => return Ok(Tag::Eof),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Decl(decl) => {
                    let other = decl
                        .encoding()
                        .is_some_and(|name| name.map_or(true, |name| !name.eq_ignore_ascii_case("utf-8")));
                    if other {
                        return self.fail("structure", "the encoding must be UTF-8");
                    }
                }
                Event::Text(text) if text.trim().is_empty() => {}
                Event::DocType(_) => return self.fail("structure", "a document type declaration is not allowed"),
                _ => return self.fail("structure", "there is text between the elements"),
            }
        }
    }

    /// A resource, whose start tag was read already.
    fn resource(&mut self, tag: &BytesStart<'a>) -> Result<Value, Issue> {
        let name = tag.local_name();
        let Some(def) = self.facts.type_def(name.as_ref()).filter(|def| def.kind == Kind::Resource) else {
            return self.fail("not-supported", "the element is not a resource type of FHIR R4");
        };
        let root = self.path.is_empty();
        if root {
            self.path.push((def.name, None));
        }
        let mut map = Map::new();
        map.insert("resourceType".to_owned(), Value::String(def.name.to_owned()));
        self.attributes(tag, &[], &mut map)?;
        self.children(def, &mut map)?;
        if root {
            self.path.pop();
        }
        Ok(Value::Object(map))
    }

    /// The named attributes as members; declarations of namespaces and schemas mean nothing here.
    fn attributes(&self, tag: &BytesStart<'a>, names: &[&str], map: &mut Members) -> Result<(), Issue> {
        for attribute in tag.attributes() {
            let Ok(attribute) = attribute else {
                return self.fail("structure", "it is not well-formed");
            };
            let name = attribute.key.as_ref();
            if attribute.key.as_namespace_binding().is_some() || name.starts_with("xsi:") {
                continue;
            }
            if !names.contains(&name) {
                return self.fail("structure", "there is an unknown attribute");
            }
            match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => map.insert(name.to_owned(), Value::String(value.into_owned())),
                Err(_) => return self.fail("structure", "there is an unknown entity"),
            };
        }
        Ok(())
    }

    /// The children of an element up to its end tag.
    fn children(&mut self, def: &'static TypeDef, map: &mut Members) -> Result<(), Issue> {
        if self.depth == MAX_DEPTH {
            return self.fail("structure", "nested deeper than 64 levels");
        }
        self.depth += 1;
        loop {
            match self.next()? {
                Tag::Start(tag) => self.child(&tag, def, map)?,
                Tag::End => break,
                Tag::Eof => return self.fail("structure", "the text ends too soon"),
            }
        }
        self.depth -= 1;
        level(map);
        Ok(())
    }

    fn child(&mut self, tag: &BytesStart<'a>, def: &'static TypeDef, map: &mut Members) -> Result<(), Issue> {
        let local = tag.local_name();
        let name = local.as_ref();
        let found = def.property(name).filter(|property| !property.of(def).0.attribute);
        let Some(property) = found else {
            return self.fail("structure", "there is an unknown element");
        };
        let (element, kind) = property.of(def);
        let before = map.get(name).or_else(|| map.get(&*property.sibling));
        let index = element.many.then(|| before.and_then(Value::as_array).map_or(0, Vec::len));
        self.path.push((element.name, index));
        if before.is_some() && !element.many {
            return self.fail("structure", "the element may occur once only");
        }
        if let Some(primitive) = self.facts.of(kind).primitive() {
            let (value, sibling) = self.primitive(tag, primitive, kind)?;
            store(map, name, property, element.many, value, sibling);
        } else {
            let value = self.complex(tag, kind, element.many)?;
            if element.many {
                push(map, name, value);
            } else {
                map.insert(name.to_owned(), value);
            }
        }
        self.path.pop();
        Ok(())
    }

    fn complex(&mut self, tag: &BytesStart<'a>, kind: &'static ElementType, many: bool) -> Result<Value, Issue> {
        let def = self.facts.of(kind);
        self.depth += usize::from(many);
        let value = if matches!(def.kind, Kind::Abstract | Kind::Resource) {
            self.attributes(tag, &[], &mut Map::new())?;
            let Tag::Start(inner) = self.next()? else {
                return self.fail("structure", "a resource is expected");
            };
            let resource = self.resource(&inner)?;
            let Tag::End = self.next()? else {
                return self.fail("structure", "one resource is expected");
            };
            resource
        } else {
            let mut map = Map::new();
            let names: &[&str] = if def.name == "Extension" { &["id", "url"] } else { &["id"] };
            self.attributes(tag, names, &mut map)?;
            self.children(def, &mut map)?;
            Value::Object(map)
        };
        self.depth -= usize::from(many);
        Ok(value)
    }

    /// The value, and the id and extensions beside it.
    fn primitive(
        &mut self,
        tag: &BytesStart<'a>,
        primitive: Primitive,
        kind: &'static ElementType,
    ) -> Result<(Value, Value), Issue> {
        if primitive == Primitive::Xhtml {
            let start = self.start;
            if self.reader.read_to_end(tag.name()).is_err() {
                return self.fail("structure", "it is not well-formed");
            }
            let text = self.text.get(start..self.position()).unwrap_or_default();
            return Ok((Value::String(text.to_owned()), Value::Null));
        }
        let mut map = Map::new();
        self.attributes(tag, &["id", "value"], &mut map)?;
        let value = match map.shift_remove("value") {
            Some(Value::String(text)) => self.value(primitive, text)?,
            _ => Value::Null,
        };
        self.children(self.facts.of(kind), &mut map)?;
        if value.is_null() && map.is_empty() {
            return self.fail("structure", "an element must have a value or children");
        }
        Ok((value, if map.is_empty() { Value::Null } else { Value::Object(map) }))
    }

    /// The JSON value that an attribute stands for.
    fn value(&self, primitive: Primitive, text: String) -> Result<Value, Issue> {
        match primitive {
            Primitive::Boolean => match text.as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => self.fail("value", "true or false is expected"),
            },
            Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
                match json::parse(text.as_bytes()) {
                    Ok(number @ Value::Number(_))
                        if !text.contains(|letter: char| letter.is_whitespace() || letter == '\u{feff}') =>
                    {
                        Ok(number)
                    }
                    _ => self.fail("value", "a number is expected"),
                }
            }
            _ => Ok(Value::String(text)),
        }
    }
}

fn push(map: &mut Members, name: &str, value: Value) {
    match map.get_mut(name) {
        Some(Value::Array(items)) => items.push(value),
        _ => {
            map.insert(name.to_owned(), Value::Array(vec![value]));
        }
    }
}

/// Puts a primitive value and its companion where JSON wants them; a repeating one always in both arrays for now.
fn store(map: &mut Members, name: &str, property: &Property, many: bool, value: Value, sibling: Value) {
    if many {
        push(map, name, value);
        push(map, &property.sibling, sibling);
        return;
    }
    if !value.is_null() {
        map.insert(name.to_owned(), value);
    }
    if !sibling.is_null() {
        map.insert(property.sibling.to_string(), sibling);
    }
}

/// Takes away the arrays that say nothing.
fn level(map: &mut Members) {
    map.retain(
        |_, value| !matches!(value, Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_null)),
    );
}
