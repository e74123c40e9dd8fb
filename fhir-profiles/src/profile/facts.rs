//! The rules of R4's own types as far as the fact tables tell them: how often, of what type, and the rules that
//! are written as expressions. The rest of them is checked by [`crate::validate`].

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use super::CORE;
use super::structure::{Constraint, Rule, Structure, TypeRule};
use crate::definition::{Element, ElementType, Kind, TypeDef, definitions};
use crate::path::Path;

const INVARIANTS: &str = include_str!("../../r4/invariants.tsv");

static ALL: LazyLock<HashMap<&'static str, Vec<Constraint>>> = LazyLock::new(|| {
    let mut all: HashMap<_, Vec<Constraint>> = HashMap::new();
    for row in INVARIANTS.lines().filter(|row| !row.starts_with('#')) {
        let mut fields = row.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (name, key, severity, expression) = (next(), next(), next(), next());
        all.entry(name).or_default().push(Constraint {
            key: key.to_owned(),
            error: severity != "warning",
            human: format!("`{expression}` does not hold"),
            path: Path::parse(&corrected(key, expression)).map_err(|error| error.to_string()),
        });
    }
    all
});

/// An expression as it was meant: in one rule of R4 the type of FHIR is written like that of the language.
pub(super) fn corrected(key: &str, expression: &str) -> String {
    if key == "que-7" { expression.replace("is Boolean", "is boolean") } else { expression.to_owned() }
}

/// The rules of a type itself, without those of its base.
pub(super) fn invariants(name: &str) -> &'static [Constraint] {
    ALL.get(name).map_or(&[], Vec::as_slice)
}

static SHARED: LazyLock<RwLock<HashMap<String, Arc<Structure>>>> = LazyLock::new(RwLock::default);

/// The rules of a type, made once.
pub(super) fn shared(url: &str) -> Option<Arc<Structure>> {
    let known = SHARED.read().unwrap_or_else(PoisonError::into_inner).get(url).cloned();
    known.or_else(|| {
        let made = Arc::new(structure(url)?);
        SHARED.write().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), Arc::clone(&made));
        Some(made)
    })
}

/// The rules of a type, such as `Patient` or `HumanName`.
pub(super) fn structure(url: &str) -> Option<Structure> {
    let name = url.strip_prefix(CORE)?;
    let simple = name == "SimpleQuantity";
    let def = definitions().type_def(if simple || name == "MoneyQuantity" { "Quantity" } else { name })?;
    let mut root = Rule { name: def.name.to_owned(), children: children(def), ..Rule::default() };
    if simple {
        // The one profile that R4's own types build on: a quantity that is sure.
        root.children.iter_mut().filter(|child| child.name == "comparator").for_each(|child| child.max = Some(0));
    }
    Some(Structure { url: url.to_owned(), type_name: def.name.to_owned(), contexts: Vec::new(), root })
}

fn children(def: &'static TypeDef) -> Vec<Rule> {
    def.elements.iter().map(|element| rule(def, element)).collect()
}

fn rule(owner: &'static TypeDef, element: &'static Element) -> Rule {
    let mut rule = Rule {
        name: element.name.to_owned(),
        min: u32::from(element.required),
        max: (!element.many).then_some(1),
        types: element.types.iter().map(type_rule).collect(),
        ..Rule::default()
    };
    if let [only] = &element.types[..] {
        let inner = definitions().of(only);
        if inner.kind == Kind::Backbone {
            if inner.name.strip_prefix(owner.name).and_then(|rest| rest.strip_prefix('.')) == Some(element.name) {
                rule.children = children(inner);
            } else {
                rule.content = Some(inner.name.to_owned());
            }
        }
    }
    rule
}

fn type_rule(kind: &'static ElementType) -> TypeRule {
    let def = definitions().of(kind);
    let targets = kind.targets.iter().filter_map(|number| definitions().type_name(*number));
    TypeRule {
        // A structure inside a datatype, such as `Timing.repeat`, is an `Element`, one inside a resource more than that.
        code: if def.kind == Kind::Backbone { def.base } else { def.name }.to_owned(),
        profiles: Vec::new(),
        targets: targets.map(|name| format!("{CORE}{name}")).collect(),
        aggregation: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_r4_can_be_read() {
        assert!(ALL.values().flatten().count() > 200);
        for (name, rules) in ALL.iter() {
            for rule in rules {
                assert!(rule.path.is_ok(), "{name} {}: {:?}", rule.key, rule.path);
            }
        }
    }
}
