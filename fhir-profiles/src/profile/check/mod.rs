//! The walk through a resource with the rules of profiles.

mod bundle;
mod document;
mod element;
mod extension;
mod reference;
mod slice;
mod target;
mod value;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::compile::find;
use super::structure::Structure;
use super::{CORE, Profiles, UNKNOWN_CLAIM, facts};
use crate::definition::{Kind, TypeDef, definitions};
use crate::path::navigate::named_children;
use crate::path::{Fault, Hooks, Node, Path, Scope, Target, reference_target};
use crate::validate::{Issue, MAX_ISSUES, Severity};

/// What one rule of a profile may cost.
const BUDGET: u64 = 400_000;
/// What the rules of all profiles together may cost for one resource or Bundle.
const TOTAL: u64 = 60_000_000;

/// Everything that the profiles find.
pub(super) fn check(resource: &Value, profiles: &[&str], context: &dyn Profiles) -> Vec<Issue> {
    let root = Node::of(resource);
    let asked = Asked { index: root.is("Bundle").then(|| Index::of(resource)), ..Asked::new(context) };
    let mut check = Check::new(root, &asked);
    check.place.push_str(root.kind.map_or("Resource", |kind| kind.name));
    check.resource_in(root, None, profiles);
    check.issues
}

/// Does an element of a resource belong to a slice? `None` if that cannot be told.
#[cfg(test)]
pub(super) fn belongs(
    resource: &Value,
    structure: &Arc<Structure>,
    (rule, slice): (&super::structure::Rule, &super::structure::Rule),
    item: Node<'_>,
    context: &dyn Profiles,
) -> Option<bool> {
    let asked = Asked::new(context);
    let mut check = Check::new(Node::of(resource), &asked);
    check.belongs(structure, slice, slice::slicing(rule)?, item)
}

/// One walk.
struct Check<'a> {
    context: &'a dyn Profiles,
    asked: &'a Asked<'a>,
    document: Node<'a>,
    root: Node<'a>,
    resource: Node<'a>,
    /// Where the walk is, as FHIRPath.
    place: String,
    issues: Vec<Issue>,
    structures: HashMap<String, Option<Arc<Structure>>>,
    cores: HashMap<&'static str, Option<Arc<Structure>>>,
    /// What the slices of a rule are told apart by, once found out.
    targets: HashMap<(usize, usize), Rc<target::Target>>,
    /// What was told once and need not be told again, also in order.
    told: HashSet<Rc<str>>,
    tellings: Vec<Rc<str>>,
    /// The elements that are being held against a profile, so that no circle is walked for ever.
    active: Vec<(usize, String)>,
}

/// Lets an expression ask for what only the caller knows.
struct Asked<'a> {
    context: &'a dyn Profiles,
    /// Was there a question without an answer?
    unanswered: Cell<bool>,
    /// What the rules of all profiles together may still cost.
    left: Cell<u64>,
    /// The entries of the Bundle that is checked.
    index: Option<Index<'a>>,
}

/// The resources of a Bundle by what a reference can name them.
struct Index<'a> {
    by_address: HashMap<&'a str, &'a Value>,
    by_id: HashMap<(&'a str, &'a str), &'a Value>,
}

impl<'a> Index<'a> {
    fn of(bundle: &'a Value) -> Self {
        let mut index = Self { by_address: HashMap::new(), by_id: HashMap::new() };
        for entry in bundle.get("entry").and_then(Value::as_array).into_iter().flatten() {
            let Some(resource) = entry.get("resource") else { continue };
            let text = |value: &'a Value, name: &str| value.get(name).and_then(Value::as_str);
            if let Some(url) = text(entry, "fullUrl") {
                index.by_address.entry(url).or_insert(resource);
            }
            if let (Some(kind), Some(id)) = (text(resource, "resourceType"), text(resource, "id")) {
                index.by_id.entry((kind, id)).or_insert(resource);
            }
        }
        index
    }

    fn find(&self, reference: &str) -> Option<&'a Value> {
        let by_id = || match reference_target(reference) {
            Target::Relative(kind, id) => self.by_id.get(&(kind, id)),
            _ => None,
        };
        self.by_address.get(reference).or_else(by_id).copied()
    }
}

impl<'a> Asked<'a> {
    fn new(context: &'a dyn Profiles) -> Self {
        Self { context, unanswered: Cell::new(false), left: Cell::new(TOTAL), index: None }
    }

    fn note<T>(&self, answer: Option<T>) -> Option<T> {
        if answer.is_none() {
            self.unanswered.set(true);
        }
        answer
    }
}

impl<'a> Hooks<'a> for Asked<'a> {
    fn resolve(&self, reference: &str) -> Option<&'a Value> {
        self.context.resolve(reference)
    }

    fn entry(&self, reference: &str) -> Option<Option<&'a Value>> {
        self.index.as_ref().map(|index| index.find(reference))
    }

    fn member_of(&self, coded: &Value, value_set: &str) -> Option<bool> {
        self.note(value::member_of(self.context, value_set, coded))
    }

    fn conforms_to(&self, value: &Value, profile: &str) -> Option<bool> {
        self.note(find(self.context, profile).map(|structure| {
            let node = Node::of(value);
            let asked = Asked::new(self.context);
            let mut check = Check::new(node, &asked);
            check.structure(&structure, node);
            !check.issues.iter().any(|issue| issue.severity == Severity::Error)
        }))
    }
}

impl<'a> Check<'a> {
    fn new(root: Node<'a>, asked: &'a Asked<'a>) -> Self {
        Self {
            context: asked.context,
            asked,
            document: root,
            root,
            resource: root,
            place: String::new(),
            issues: Vec::new(),
            structures: HashMap::new(),
            cores: HashMap::new(),
            targets: HashMap::new(),
            told: HashSet::new(),
            tellings: Vec::new(),
            active: Vec::new(),
        }
    }

    fn tell(&mut self, severity: Severity, code: &'static str, what: impl Into<String>) {
        let diagnostics = what.into();
        let same = |issue: &Issue| issue.expression == self.place && issue.diagnostics == diagnostics;
        if self.issues.len() < MAX_ISSUES && !self.issues.iter().any(same) {
            self.issues.push(Issue { severity, code, expression: self.place.clone(), diagnostics });
        }
    }

    fn error(&mut self, code: &'static str, what: impl Into<String>) {
        self.tell(Severity::Error, code, what);
    }

    /// Tells once that something could not be checked.
    fn unsure(&mut self, what: String) {
        let key: Rc<str> = Rc::from(what.as_str());
        if self.told.insert(Rc::clone(&key)) {
            self.tellings.push(key);
            self.tell(Severity::Information, "informational", what);
        }
    }

    /// Does something at a child of the place where the walk is.
    fn at<T>(&mut self, name: &str, index: Option<usize>, does: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.place.len();
        self.place.push('.');
        self.place.push_str(name);
        if let Some(index) = index {
            write!(self.place, "[{index}]").unwrap_or_default();
        }
        let result = does(self);
        self.place.truncate(before);
        result
    }

    /// Whether something can be done without an error; nothing is told.
    fn quietly(&mut self, does: impl FnOnce(&mut Self)) -> bool {
        let (issues, before) = (std::mem::take(&mut self.issues), self.tellings.len());
        does(self);
        let good = !self.issues.iter().any(|issue| issue.severity == Severity::Error);
        self.issues = issues;
        for key in self.tellings.drain(before..) {
            self.told.remove(&key);
        }
        good
    }

    /// A definition that the caller knows.
    fn known(&mut self, url: &str) -> Option<Arc<Structure>> {
        if let Some(found) = self.structures.get(url) {
            return found.clone();
        }
        let plain = url.split('|').next().unwrap_or(url);
        let found = self.context.structure(url).or_else(|| self.context.structure(plain));
        self.structures.insert(url.to_owned(), found.clone());
        found
    }

    /// A definition that the caller knows, or what the tables tell of a type of R4.
    fn known_or_core(&mut self, url: &str) -> Option<Arc<Structure>> {
        self.known(url).or_else(|| facts::shared(url.split('|').next().unwrap_or(url)))
    }

    /// Where an expression is evaluated.
    fn scope<'s>(&self, node: Node<'s>) -> Scope<'s>
    where
        'a: 's,
    {
        Scope {
            document: self.document,
            root: self.root,
            resource: self.resource,
            now: self.context.now(),
            hooks: self.asked,
            budget: BUDGET,
            meter: Some(&self.asked.left),
            ..Scope::at(self.resource.value.unwrap_or(&Value::Null), node)
        }
    }

    /// Whether an expression holds at an element.
    fn holds(&self, path: &Path, node: Node<'a>) -> Result<Option<bool>, Fault> {
        self.asked.unanswered.set(false);
        path.holds(&self.scope(node))
    }

    /// A resource: the rules of R4, its own profiles, and those that are asked for.
    fn resource_in(&mut self, node: Node<'a>, field: Option<&str>, profiles: &[&str]) {
        let before = (self.root, self.resource);
        self.resource = node;
        if field != Some("contained") {
            self.root = node;
        }
        if let Some(kind) = node.kind {
            self.type_rules(kind, node);
        }
        for profile in profiles {
            match self.known_or_core(profile) {
                Some(structure) => self.structure(&structure, node),
                None => self.error("not-found", format!("the profile `{profile}` is not known")),
            }
        }
        let claimed = node.value.and_then(|value| value.get("meta")?.get("profile")?.as_array());
        for profile in claimed.into_iter().flatten().filter_map(Value::as_str) {
            if profiles.contains(&profile) {
                continue;
            }
            if let Some(structure) = self.known_or_core(profile) {
                self.structure(&structure, node);
                continue;
            }
            let text = format!("the profile `{profile}` is not known and was not checked");
            self.tell(Severity::Information, UNKNOWN_CLAIM, text);
        }
        if node.is("Bundle") {
            self.bundle(node);
        }
        self.tour(node, None);
        (self.root, self.resource) = before;
    }

    /// What R4 itself says about an element of a type: by the definition that the caller has, else by the table.
    fn type_rules(&mut self, kind: &'static TypeDef, node: Node<'a>) {
        let whole = kind.name.split('.').next().unwrap_or(kind.name);
        match self.core(whole) {
            // What is inside a type is checked with it.
            Some(structure) if whole.len() == kind.name.len() => self.structure(&structure, node),
            Some(_) => {}
            None => {
                let mut kind = Some(kind);
                while let Some(def) = kind {
                    for rule in facts::invariants(def.name) {
                        self.constraint(rule, node);
                    }
                    kind = definitions().type_def(def.base);
                }
            }
        }
    }

    /// The definition of a type of R4, if the caller has it.
    fn core(&mut self, name: &'static str) -> Option<Arc<Structure>> {
        if let Some(known) = self.cores.get(name) {
            return known.clone();
        }
        let found = self.context.structure(&format!("{CORE}{name}"));
        self.cores.insert(name, found.clone());
        found
    }

    /// Everything below an element: resources, extensions, and the rules of datatypes.
    fn tour(&mut self, node: Node<'a>, field: Option<(&'static TypeDef, &'a str)>) {
        let mut children = Vec::new();
        named_children(node, &mut |name, index, child| children.push((name, index, child)));
        for (name, index, child) in children {
            let scalar = child.primitive().is_some() && child.sibling.is_none();
            if scalar && !matches!(name, "extension" | "modifierExtension") {
                continue;
            }
            self.at(name, index, |check| {
                if matches!(name, "extension" | "modifierExtension") {
                    check.extension(node, field, name == "modifierExtension", child);
                }
                match child.kind.map(|kind| (kind.kind, kind)) {
                    Some((Kind::Resource, _)) => return check.resource_in(child, Some(name), &[]),
                    Some((Kind::Datatype | Kind::Backbone, kind)) if kind.name != "Extension" => {
                        check.type_rules(kind, child);
                    }
                    _ => {}
                }
                check.tour(child, node.kind.map(|kind| (kind, name)));
            });
        }
    }

    /// Holds an element against a whole profile.
    fn structure(&mut self, structure: &Arc<Structure>, node: Node<'a>) {
        if !node.is(&structure.type_name) && node.kind.is_some() {
            return self.error("invalid", format!("the profile `{}` is for `{}`", structure.url, structure.type_name));
        }
        let Some(value) = node.value.or(node.sibling) else { return };
        let here = (std::ptr::from_ref(value) as usize, structure.url.clone());
        if self.active.contains(&here) {
            return;
        }
        self.active.push(here);
        self.rule(structure, &structure.root, node);
        self.active.pop();
    }

    /// Holds an element against the profiles of which it must have one.
    fn one_of(&mut self, profiles: &[String], node: Node<'a>) {
        let mut known = Vec::new();
        for profile in profiles {
            match self.known_or_core(profile) {
                Some(structure) => known.push(structure),
                None => self.unsure(format!("the profile `{profile}` is not known and was not checked")),
            }
        }
        match &known[..] {
            [only] if profiles.len() == 1 => self.structure(only, node),
            _ if known.len() < profiles.len() => {}
            several => {
                if !several.iter().any(|one| self.quietly(|check| check.structure(one, node))) {
                    self.error("structure", format!("none of the profiles fits: {}", profiles.join(", ")));
                }
            }
        }
    }
}
