//! What a reference may point at (<https://hl7.org/fhir/R4/references.html>): a type, or a resource that conforms to a profile.

use std::sync::LazyLock;

use super::Check;
use crate::definition::definitions;
use crate::path::{Datum, Node, Path};
use crate::profile::CORE;
use crate::profile::structure::Rule;

static RESOLVE: LazyLock<Option<Path>> = LazyLock::new(|| Path::parse("resolve()").ok());

/// What a reference tells about its target.
pub(super) enum Target<'a> {
    /// The resource itself.
    Here(Node<'a>),
    /// Only the type.
    Type(String),
    /// Nothing.
    Unknown,
}

impl<'a> Check<'a> {
    /// Where a reference leads.
    pub(super) fn target(&self, node: Node<'a>) -> Target<'a> {
        let (Some(path), Some(value)) = (&*RESOLVE, node.value) else { return Target::Unknown };
        let found = path.select(&self.scope(node)).unwrap_or_default();
        match found.first() {
            Some(Datum::Node(target)) => Target::Here(*target),
            Some(Datum::Referred(name)) => Target::Type((*name).to_owned()),
            _ => {
                let named = value.get("type").and_then(serde_json::Value::as_str);
                named.map_or(Target::Unknown, |name| Target::Type(name.trim_start_matches(CORE).to_owned()))
            }
        }
    }

    /// Holds a reference against the targets of the rule.
    pub(super) fn targets(&mut self, rule: &Rule, node: Node<'a>) {
        if node.kind.is_none_or(|kind| kind.name != "Reference") {
            return;
        }
        let reference = rule.types.iter().filter(|kind| kind.code == "Reference" && !kind.targets.is_empty());
        let targets: Vec<String> = reference.flat_map(|kind| kind.targets.iter().cloned()).collect();
        self.aggregated(rule, node);
        if targets.is_empty() {
            return;
        }
        match self.target(node) {
            Target::Unknown => {}
            Target::Type(name) => {
                if !targets.iter().any(|target| self.may_be(target, &name)) {
                    self.wrong_type();
                }
            }
            Target::Here(resource) => {
                let name = resource.kind.map_or("", |kind| kind.name);
                let possible: Vec<_> = targets.into_iter().filter(|target| self.may_be(target, name)).collect();
                if possible.is_empty() {
                    return self.wrong_type();
                }
                self.conforming(&possible, resource);
            }
        }
    }

    /// Is the target where the profile wants it: inside the resource, in the same Bundle, or elsewhere?
    fn aggregated(&mut self, rule: &Rule, node: Node<'a>) {
        let allowed: Vec<_> = rule.types.iter().flat_map(|kind| kind.aggregation.iter()).map(String::as_str).collect();
        let literal = node.value.and_then(|value| value.get("reference")?.as_str());
        let (false, Some(literal)) = (allowed.is_empty(), literal) else { return };
        let how = match (literal.starts_with('#'), self.target(node)) {
            (true, _) => "contained",
            (false, Target::Here(_)) if self.document.is("Bundle") => "bundled",
            (false, _) => "referenced",
        };
        // What stands in the Bundle is referred to as well.
        let fits = allowed.contains(&how) || how == "bundled" && allowed.contains(&"referenced");
        if !fits {
            let text = format!("the target must be {}", allowed.join(" or "));
            self.at("reference", None, |check| check.error("structure", text));
        }
    }

    fn wrong_type(&mut self) {
        self.at("reference", None, |check| {
            check.error("invalid", "the reference points at a type that is not allowed here");
        });
    }

    /// Does the resource conform to one of the profiles? Of a type of R4 nothing more is asked here, for the resource is
    /// looked at where it stands.
    fn conforming(&mut self, profiles: &[String], resource: Node<'a>) {
        let core = |url: &String| url.strip_prefix(CORE).is_some_and(|name| definitions().type_def(name).is_some());
        if profiles.iter().any(core) {
            return;
        }
        let before = (self.root, self.resource);
        self.resource = resource;
        let fits = profiles.iter().any(|profile| match self.known(profile) {
            Some(structure) => self.quietly(|check| check.structure(&structure, resource)),
            None => true,
        });
        (self.root, self.resource) = before;
        if !fits {
            let text = format!("the reference points at a resource that conforms to none of: {}", profiles.join(", "));
            self.at("reference", None, |check| check.error("invalid", text));
        }
    }

    /// Can a resource of that type be what the profile or type wants?
    pub(super) fn may_be(&mut self, target: &str, name: &str) -> bool {
        let wanted = match target.strip_prefix(CORE).filter(|name| definitions().type_def(name).is_some()) {
            Some(core) => core.to_owned(),
            None => match self.known(target) {
                Some(structure) => structure.type_name.clone(),
                None => return true,
            },
        };
        wanted == name || matches!(&*wanted, "Resource" | "DomainResource") || name.is_empty()
    }
}
