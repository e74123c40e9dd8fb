//! Elements: known, of the right JSON type, as often as allowed, with a value of the right form.

use super::primitive;
use super::walk::{Place, Step, Walk};
use crate::definition::{Element, ElementType, Kind, Primitive, Property, TypeDef};
use serde_json::{Map, Value};

type Members = Map<String, Value>;

impl<'a> Walk<'a> {
    /// All members of an object, and the members that it lacks.
    pub(super) fn object(&mut self, map: &'a Members, def: &'static TypeDef) {
        let mut seen = 0u128;
        for (name, value) in map {
            if name == "resourceType" && def.kind == Kind::Resource {
                continue;
            }
            let plain = name.strip_prefix('_').unwrap_or(name);
            let Some(property) = def.property(plain) else {
                self.unknown(name);
                continue;
            };
            let bit = 1u128 << property.element;
            if plain.len() == name.len() {
                self.choice(seen & bit != 0, property, def);
                self.member(map, value, property, def);
            } else if !map.contains_key(plain) {
                self.choice(seen & bit != 0, property, def);
                self.lone_sibling(name, value, property, def);
            } else if self.facts.of(property.of(def).1).primitive().is_none() {
                self.unknown(name);
            }
            seen |= bit;
        }
        for place in &def.required {
            if seen & (1u128 << place) == 0 {
                let element = &def.elements[usize::from(*place)];
                self.tell_at(element.name, "required", "a required element is missing");
            }
        }
        self.has_content(map, def.kind == Kind::Resource);
        self.invariants(map, def);
    }

    /// Rule ele-1, for everything that is an object.
    fn has_content(&mut self, map: &'a Members, resource: bool) {
        if map.is_empty() {
            self.tell("structure", "an object must not be empty");
        } else if map.len() == 1 && !resource && map.contains_key("id") {
            self.tell("invariant", "ele-1: an element must have a value or children");
        }
    }

    /// The name of an unknown element is told only if it looks like one.
    fn unknown(&mut self, name: &'a str) {
        let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain && !name.is_empty() {
            self.tell_at(name, "structure", "the element is unknown here");
        } else {
            self.tell("structure", "there is an unknown element here");
        }
    }

    fn choice(&mut self, again: bool, property: &Property, def: &'static TypeDef) {
        if again {
            self.tell_at(property.of(def).0.name, "structure", "only one type of this element may be present");
        }
    }

    fn member(&mut self, map: &'a Members, value: &'a Value, property: &Property, def: &'static TypeDef) {
        let (element, kind) = property.of(def);
        self.path.push(Step::Name(element.name));
        if let Some(primitive) = self.facts.of(kind).primitive() {
            let sibling = map.get(&*property.sibling);
            if element.many {
                self.primitives(Some(value), sibling, element, kind, primitive);
            } else {
                self.primitive(value, element, primitive);
                if let Some(sibling) = sibling {
                    self.sibling(sibling, kind, true);
                }
            }
        } else if element.many {
            match value.as_array() {
                Some(items) if items.is_empty() => self.tell("structure", "an array must not be empty"),
                Some(items) => self.each(items, |walk, item| walk.complex(item, element, kind)),
                None => self.tell("structure", "the element repeats and must be an array"),
            }
        } else if value.is_array() {
            self.tell("structure", "the element occurs once and must not be an array");
        } else {
            self.complex(value, element, kind);
        }
        self.path.pop();
    }

    /// `_name` without `name`: only the id and extensions of a value that is not there.
    fn lone_sibling(&mut self, name: &'a str, value: &'a Value, property: &Property, def: &'static TypeDef) {
        let (element, kind) = property.of(def);
        let Some(primitive) = self.facts.of(kind).primitive() else {
            return self.unknown(name);
        };
        self.path.push(Step::Name(element.name));
        if element.many {
            self.primitives(None, Some(value), element, kind, primitive);
        } else {
            self.sibling(value, kind, false);
        }
        self.path.pop();
    }

    fn each(&mut self, items: &'a [Value], mut check: impl FnMut(&mut Self, &'a Value)) {
        for (index, item) in items.iter().enumerate() {
            self.path.push(Step::Index(index));
            check(self, item);
            self.path.pop();
        }
    }

    fn complex(&mut self, value: &'a Value, element: &'static Element, kind: &'static ElementType) {
        let def = self.facts.of(kind);
        if self.too_deep() {
            return;
        }
        if def.kind == Kind::Abstract {
            let place = if element.name == "contained" { Place::Contained } else { Place::Own };
            return self.resource(value, place);
        }
        if def.kind == Kind::Resource && value.get("resourceType").and_then(Value::as_str) != Some(def.name) {
            return self.tell("structure", "a resource of another type is expected here");
        }
        let Some(map) = value.as_object() else {
            return self.tell("structure", "an object is expected");
        };
        self.object(map, def);
        if kind.name == "Reference" {
            self.reference(map, &kind.targets);
        }
        if def.name == "CodeableConcept"
            && let Some(set) = self.facts.codes(element)
        {
            let codings = map.get("coding").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let text = |coding: &'a Value, name: &str| coding.get(name).and_then(Value::as_str).unwrap_or_default();
            let bound = codings.iter().any(|coding| set.has_coding(text(coding, "system"), text(coding, "code")));
            let absent = codings.is_empty() && map.contains_key("extension");
            if !bound && !absent {
                self.tell("code-invalid", "no coding is from the required value set");
            }
        }
    }

    fn primitive(&mut self, value: &Value, element: &'static Element, primitive: Primitive) {
        if let Err((code, what)) = primitive::check(primitive, value) {
            return self.tell(code, what);
        }
        if let (Some(set), Some(code)) = (self.facts.codes(element), value.as_str())
            && !set.has_code(code)
        {
            self.tell("code-invalid", "the code is not in the required value set");
        }
    }

    /// The id and extensions of one primitive value.
    fn sibling(&mut self, value: &'a Value, kind: &'static ElementType, has_value: bool) {
        let Some(map) = value.as_object() else {
            return self.tell("structure", "the companion of a primitive value must be an object");
        };
        if has_value
            && map.len() == 1
            && map.get("id").is_some_and(|id| primitive::check(Primitive::String, id).is_ok())
        {
            return;
        }
        if !self.too_deep() {
            self.object(map, self.facts.of(kind));
        }
    }

    /// A repeating primitive: two arrays side by side, with null where one of them has nothing to say.
    fn primitives(
        &mut self,
        values: Option<&'a Value>,
        siblings: Option<&'a Value>,
        element: &'static Element,
        kind: &'static ElementType,
        primitive: Primitive,
    ) {
        let (values, siblings) = (values.map(Value::as_array), siblings.map(Value::as_array));
        if values == Some(None) || siblings == Some(None) {
            return self.tell("structure", "the element repeats and must be an array");
        }
        let (values, siblings) = (values.flatten(), siblings.flatten());
        let length = values.or(siblings).map_or(0, Vec::len);
        if length == 0 {
            return self.tell("structure", "an array must not be empty");
        }
        if siblings.is_some_and(|siblings| siblings.len() != length) {
            return self.tell("structure", "the values and their companions are not equally many");
        }
        for index in 0..length {
            self.path.push(Step::Index(index));
            let value = values.map(|values| &values[index]).filter(|value| !value.is_null());
            let sibling = siblings.map(|siblings| &siblings[index]).filter(|sibling| !sibling.is_null());
            if let Some(value) = value {
                self.primitive(value, element, primitive);
            }
            if let Some(sibling) = sibling {
                self.sibling(sibling, kind, value.is_some());
            }
            if value.is_none() && sibling.is_none() {
                self.tell("structure", "null without an extension in its place");
            }
            self.path.pop();
        }
    }
}
