//! The walk through a resource. It keeps where it is as a stack of borrowed names, and makes text of it for an issue only.

use super::{Issue, MAX_ISSUES};
use crate::definition::{Definitions, Kind, definitions};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// A walk this deep is not a resource any more.
const MAX_STEPS: usize = 256;

#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// Where a resource stands; that decides what it must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// By itself, or in an entry or parameter.
    Own,
    /// Inside another resource.
    Contained,
}

pub(super) struct Walk<'a> {
    pub(super) facts: &'static Definitions,
    pub(super) path: Vec<Step<'a>>,
    /// The contained resources of the nearest resource that stands by itself.
    pub(super) contained: &'a [Value],
    issues: Vec<Issue>,
}

impl<'a> Walk<'a> {
    pub(super) fn new() -> Self {
        Self { facts: definitions(), path: Vec::with_capacity(32), contained: &[], issues: Vec::new() }
    }

    pub(super) fn run(mut self, resource: &'a Value) -> Vec<Issue> {
        self.resource(resource, Place::Own);
        self.issues
    }

    /// Tells an issue at the place where the walk is.
    pub(super) fn tell(&mut self, code: &'static str, what: &str) {
        if self.issues.len() < MAX_ISSUES {
            let expression = self.expression();
            self.issues.push(Issue::error(code, expression, what));
        }
    }

    /// Tells an issue at a child of the place where the walk is.
    pub(super) fn tell_at(&mut self, child: &'a str, code: &'static str, what: &str) {
        self.path.push(Step::Name(child));
        self.tell(code, what);
        self.path.pop();
    }

    fn expression(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) if text.is_empty() => text.push_str(name),
                Step::Name(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Step::Index(index) => write!(text, "[{index}]").unwrap_or_default(),
            }
        }
        text
    }

    /// A resource, which says its own type.
    pub(super) fn resource(&mut self, value: &'a Value, place: Place) {
        let Some(map) = value.as_object() else {
            return self.tell("structure", "a resource must be an object");
        };
        let Some(name) = map.get("resourceType") else {
            return self.tell("required", "a resource must have a resourceType");
        };
        let found = name.as_str().and_then(|name| self.facts.type_def(name)).filter(|def| def.kind == Kind::Resource);
        let Some(def) = found else {
            return self.tell("not-supported", "the resourceType is not one of FHIR R4");
        };
        let root = self.path.is_empty();
        if root {
            self.path.push(Step::Name(def.name));
        }
        if place == Place::Contained {
            self.contained_rules(map);
            self.object(map, def);
        } else {
            let inside = map.get("contained").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let before = std::mem::replace(&mut self.contained, inside);
            self.object(map, def);
            self.contained = before;
        }
        if root {
            self.path.pop();
        }
    }

    fn contained_rules(&mut self, map: &'a Map<String, Value>) {
        if map.contains_key("contained") {
            self.tell_at("contained", "invariant", "dom-2: a contained resource must not contain resources");
        }
        let Some(id) = map.get("id") else {
            return self.tell_at("id", "required", "a contained resource must have an id");
        };
        if self.contained.iter().filter(|other| other.get("id") == Some(id)).count() > 1 {
            self.tell_at("id", "duplicate", "two contained resources have the same id");
        }
    }

    /// Too deep to go on?
    pub(super) fn too_deep(&mut self) -> bool {
        let deep = self.path.len() > MAX_STEPS;
        if deep {
            self.tell("too-long", "nested too deep");
        }
        deep
    }
}
