//! One element and one rule (<https://hl7.org/fhir/R4/elementdefinition.html>).

use std::sync::Arc;

use super::Check;
use crate::definition::{Kind, definitions};
use crate::path::navigate::field;
use crate::path::{Fault, Node};
use crate::profile::structure::{Constraint, Rule, Structure, TypeRule};
use crate::validate::Severity;

/// The rules that [`crate::validate`] and the check of Bundles know by heart, and dom-6, which only recommends narrative.
const BUILT_IN: [&str; 23] = [
    "ele-1", "ext-1", "dom-2", "per-1", "qty-3", "cpt-2", "att-1", "ref-1", "obs-6", "txt-1", "txt-2", "bdl-1",
    "bdl-2", "bdl-3", "bdl-4", "bdl-5", "bdl-7", "bdl-8", "bdl-9", "bdl-10", "bdl-11", "bdl-12", "dom-6",
];

impl<'a> Check<'a> {
    /// Everything that a rule says about an element.
    pub(super) fn rule(&mut self, structure: &Arc<Structure>, rule: &Rule, node: Node<'a>) {
        self.values(rule, node);
        for constraint in &rule.constraints {
            self.constraint(constraint, node);
        }
        self.targets(rule, node);
        if node.primitive().is_some() && node.sibling.is_none() {
            return;
        }
        let rules = match &rule.content {
            Some(path) if rule.children.is_empty() => structure.root.at(path).map_or(&[][..], |other| &other.children),
            _ => &rule.children,
        };
        for child in rules {
            self.children(structure, child, node);
        }
    }

    pub(super) fn constraint(&mut self, constraint: &Constraint, node: Node<'a>) {
        if BUILT_IN.contains(&&*constraint.key) {
            return;
        }
        let path = match &constraint.path {
            Ok(path) => path,
            Err(error) => return self.unsure(format!("the rule {} cannot be read: {error}", constraint.key)),
        };
        match self.holds(path, node) {
            Ok(Some(true)) => {}
            Ok(_) if self.asked.unanswered.get() => {
                self.unsure(format!("whether the rule {} holds depends on what is not known here", constraint.key));
            }
            // What finds nothing says nothing: rules are written so for elements that are not there.
            Ok(None) => {}
            Ok(Some(false)) => {
                let severity = if constraint.error { Severity::Error } else { Severity::Warning };
                self.tell(severity, "invariant", format!("{}: {}", constraint.key, constraint.human));
            }
            // What cannot be checked in time is not taken for good.
            Err(Fault::Budget) => {
                self.error("too-costly", format!("the rule {} takes too long to check here", constraint.key));
            }
            Err(fault) => self.unsure(format!("the rule {} was not checked: {fault}", constraint.key)),
        }
    }

    /// The children with one name: how many, each by itself, and their slices.
    fn children(&mut self, structure: &Arc<Structure>, rule: &Rule, node: Node<'a>) {
        let mut found = Vec::new();
        field(node, &rule.name, &mut |index, child| found.push((index, child)));
        self.count(rule, found.len(), None);
        if found.is_empty() && rule.slices.iter().all(|slice| slice.min == 0) {
            return;
        }
        for (index, child) in &found {
            self.at(&rule.name, *index, |check| check.item(structure, rule, *child));
        }
        self.slices(structure, rule, &found);
    }

    /// How often an element, or a slice of it, may be there.
    pub(super) fn count(&mut self, rule: &Rule, count: usize, slice: Option<&str>) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let what = slice.map(|slice| format!(" of the slice `{slice}`")).unwrap_or_default();
        if count < rule.min {
            let text = match (slice, rule.min) {
                (None, 1) => "a required element is missing".to_owned(),
                (Some(slice), 1) => format!("the slice `{slice}` is required and missing"),
                (_, min) => format!("at least {min}{what} are required, there are {count}"),
            };
            self.at(&rule.name, None, |check| check.error("required", text));
        }
        if let Some(max) = rule.max.filter(|max| count > *max) {
            let text = match max {
                0 => format!("the profile does not allow this element{what}"),
                max => format!("at most {max}{what} may be there, there are {count}"),
            };
            self.at(&rule.name, None, |check| check.error("structure", text));
        }
    }

    /// One item: its type, the profiles of its type, and the rule.
    pub(super) fn item(&mut self, structure: &Arc<Structure>, rule: &Rule, node: Node<'a>) {
        if !rule.types.is_empty()
            && let Some(kind) = node.kind
        {
            match rule.types.iter().find(|allowed| fits(allowed, node)) {
                None => {
                    let names: Vec<_> = rule.types.iter().map(|kind| &*kind.code).collect();
                    let text = format!("the type is `{}`, the profile allows {}", kind.name, names.join(", "));
                    self.error("structure", text);
                }
                // What an extension must look like is looked up by its address.
                Some(allowed) if !allowed.profiles.is_empty() && kind.name != "Extension" => {
                    self.one_of(&allowed.profiles, node);
                }
                Some(_) => {}
            }
        }
        self.rule(structure, rule, node);
    }
}

/// Is an element of a type that the rule allows?
pub(super) fn fits(allowed: &TypeRule, node: Node<'_>) -> bool {
    let Some(kind) = node.kind else { return true };
    match definitions().type_def(&allowed.code) {
        None => allowed.code.starts_with("System.") || allowed.code.is_empty(),
        Some(def) if def.kind == Kind::Abstract => node.is(def.name),
        Some(def) => kind.name == def.name || kind.kind == Kind::Backbone && node.is(def.name),
    }
}
