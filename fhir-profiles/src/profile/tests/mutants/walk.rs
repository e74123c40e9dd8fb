//! The walk through an example with the rules of its profiles.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::{Fault, Mutant, Reason};
use crate::path::Node;
use crate::path::navigate::{field, named_children};
use crate::profile::Profiles;
use crate::profile::check::belongs;
use crate::profile::structure::{Rule, Structure};
use crate::profile::tests::Library;

/// An element of the example: where it is in JSON, where it is told to be, and what it is.
#[derive(Clone)]
pub(super) struct Site<'a> {
    pub(super) pointer: String,
    pub(super) place: String,
    pub(super) index: Option<usize>,
    pub(super) node: Node<'a>,
}

/// The slice that an element is in: where its list is told to be, and whether leaving it can be told.
#[derive(Clone)]
pub(super) struct Within {
    pub(super) list: String,
    pub(super) item: String,
    pub(super) free: bool,
}

pub(super) struct Walk<'a> {
    pub(super) example: &'a Value,
    pub(super) library: &'a Library,
    pub(super) mutants: Vec<Mutant>,
    pub(super) unmade: BTreeMap<(Fault, Reason), usize>,
    /// The own rules of profiles and where they hold: key, place.
    pub(super) constraints: Vec<(String, String)>,
    /// Same changes are made once.
    pub(super) seen: HashSet<(Fault, String, String)>,
    active: Vec<(String, String)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(example: &'a Value, library: &'a Library) -> Self {
        Self {
            example,
            library,
            mutants: Vec::new(),
            unmade: BTreeMap::new(),
            constraints: Vec::new(),
            seen: HashSet::new(),
            active: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) {
        let node = Node::of(self.example);
        let place = node.kind.expect("a resource").name.to_owned();
        let site = Site { pointer: String::new(), place, index: None, node };
        let claimed = self.example["meta"]["profile"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for url in claimed {
            if let Some(structure) = self.library.structure(url) {
                self.structure(&structure, &site, &[]);
            }
        }
        self.everywhere(&site);
    }

    /// What goes for every element, whatever the profile says.
    fn everywhere(&mut self, site: &Site<'a>) {
        self.unknown_element(site);
        let mut children = Vec::new();
        named_children(site.node, &mut |name, index, child| children.push((name, index, child)));
        let mut first = HashSet::new();
        for (name, index, child) in children {
            let Some(inner) = self.child(site, name, index, child) else { continue };
            self.wrong_json(&inner);
            if first.insert(name) && child.primitive().is_none() {
                self.everywhere(&inner);
            }
        }
        if site.pointer.is_empty() {
            self.misplaced_extension(site);
        }
    }

    pub(super) fn child(&self, site: &Site<'a>, name: &str, index: Option<usize>, node: Node<'a>) -> Option<Site<'a>> {
        let key = key(self.at(&site.pointer), name)?;
        let end = index.map(|index| (format!("/{index}"), format!("[{index}]"))).unwrap_or_default();
        Some(Site {
            pointer: format!("{}/{key}{}", site.pointer, end.0),
            place: format!("{}.{name}{}", site.place, end.1),
            index,
            node,
        })
    }

    pub(super) fn at(&self, pointer: &str) -> &'a Value {
        self.example.pointer(pointer).unwrap_or(&Value::Null)
    }

    fn structure(&mut self, structure: &Arc<Structure>, site: &Site<'a>, within: &[Within]) {
        let here = (structure.url.clone(), site.place.clone());
        if self.active.contains(&here) || site.node.kind.is_none() || !site.node.is(&structure.type_name) {
            return;
        }
        self.active.push(here);
        self.rule(structure, &structure.root, site, within);
        self.active.pop();
    }

    fn rule(&mut self, structure: &Arc<Structure>, rule: &Rule, site: &Site<'a>, within: &[Within]) {
        for constraint in rule.constraints.iter().filter(|one| one.error) {
            self.constraints.push((constraint.key.clone(), site.place.clone()));
        }
        self.value(rule, site, within);
        let profiles: Vec<_> = rule.types.iter().flat_map(|kind| kind.profiles.iter()).collect();
        if let [only] = &profiles[..]
            && let Some(found) = self.library.structure(only)
        {
            self.structure(&found, site, within);
        }
        let rules = match &rule.content {
            Some(path) if rule.children.is_empty() => structure.root.at(path).map_or(&[][..], |other| &other.children),
            _ => &rule.children,
        };
        for child in rules {
            self.list(structure, child, site, within);
        }
    }

    /// All elements with one name.
    fn list(&mut self, structure: &Arc<Structure>, rule: &Rule, parent: &Site<'a>, within: &[Within]) {
        let mut found = Vec::new();
        field(parent.node, &rule.name, &mut |index, node| found.push((index, node)));
        let sites: Vec<_> =
            found.into_iter().filter_map(|(index, node)| self.child(parent, &rule.name, index, node)).collect();
        self.count(rule, parent, &sites, within);
        for site in &sites {
            self.rule(structure, rule, site, within);
        }
        let list = format!("{}.{}", parent.place, rule.name);
        for slice in &rule.slices {
            let member = |site: &&Site<'a>| {
                belongs(self.example, structure, (rule, slice), site.node, self.library) == Some(true)
            };
            let members: Vec<Site<'a>> = sites.iter().filter(member).cloned().collect();
            self.count_slice(slice, parent, (&list, &members), within);
            for site in &members {
                let count = u32::try_from(members.len()).unwrap_or(u32::MAX);
                let mut inside = within.to_vec();
                let free = count > slice.min && slice.max != Some(0);
                inside.push(Within { list: list.clone(), item: site.place.clone(), free });
                self.rule(structure, slice, site, &inside);
            }
        }
    }

    pub(super) fn push(&mut self, fault: Fault, places: Vec<String>, resource: Value, reason: Option<Reason>) {
        if resource != *self.example && self.seen.insert((fault, places.join(" "), resource.to_string())) {
            self.mutants.push(Mutant { fault, places, resource, reason });
        }
    }

    pub(super) fn cannot(&mut self, fault: Fault, reason: Reason, what: &str) {
        if self.seen.insert((fault, what.to_owned(), String::new())) {
            *self.unmade.entry((fault, reason)).or_default() += 1;
        }
    }
}

/// The JSON name of an element: of a choice with its type.
pub(super) fn key(holder: &Value, name: &str) -> Option<String> {
    let members = holder.as_object()?;
    if members.contains_key(name) {
        return Some(name.to_owned());
    }
    let typed = |key: &&String| {
        key.strip_prefix(name).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    members.keys().find(typed).cloned()
}
