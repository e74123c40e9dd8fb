//! A profile as a tree of rules.

use std::sync::Arc;

use serde_json::Value;

use crate::path::Path;

/// A profile, extension or type.
#[derive(Debug, Clone)]
pub struct Structure {
    /// Its canonical address.
    pub url: String,
    /// The type that it constrains.
    pub type_name: String,
    /// Where an extension may stand.
    pub(super) contexts: Vec<Context>,
    /// The rule of the whole, with all others inside.
    pub(super) root: Rule,
}

/// Where an extension may stand (<https://hl7.org/fhir/R4/defining-extensions.html#context>).
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// `element`, `extension` or `fhirpath`.
    pub(super) kind: String,
    pub(super) expression: String,
}

/// What holds for one element.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    /// The name without `[x]`.
    pub(super) name: String,
    pub(super) slice_name: Option<String>,
    pub(super) min: u32,
    /// None is without end.
    pub(super) max: Option<u32>,
    pub(super) types: Vec<TypeRule>,
    /// The path of another element whose rules hold here too.
    pub(super) content: Option<String>,
    pub(super) fixed: Option<Value>,
    pub(super) pattern: Option<Value>,
    pub(super) max_length: Option<usize>,
    pub(super) min_value: Option<Value>,
    pub(super) max_value: Option<Value>,
    pub(super) binding: Option<Binding>,
    pub(super) constraints: Vec<Arc<Constraint>>,
    pub(super) slicing: Option<Slicing>,
    pub(super) slices: Vec<Rule>,
    pub(super) children: Vec<Rule>,
}

/// One type that an element may have.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeRule {
    pub(super) code: String,
    pub(super) profiles: Vec<String>,
    pub(super) targets: Vec<String>,
    /// How a reference may be made: `contained`, `bundled`, `referenced`; in any way if empty.
    pub(super) aggregation: Vec<String>,
}

/// The value set that codes come from.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) strength: Strength,
    pub(super) value_set: String,
    /// What even an extensible binding may not leave (<http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet>).
    pub(super) widest: Option<String>,
}

/// How much a binding asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    Required,
    Extensible,
    /// Preferred and example: nothing is checked.
    Loose,
}

/// A rule as expression.
#[derive(Debug)]
pub(super) struct Constraint {
    pub(super) key: String,
    pub(super) error: bool,
    pub(super) human: String,
    pub(super) path: Result<Path, String>,
}

/// How the items of a list are told apart.
#[derive(Debug, Clone)]
pub(super) struct Slicing {
    pub(super) discriminators: Vec<Discriminator>,
    pub(super) rules: Openness,
    pub(super) ordered: bool,
}

/// What may be there besides the slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Openness {
    Open,
    Closed,
    OpenAtEnd,
}

/// What the items of a list are told apart by.
#[derive(Debug, Clone)]
pub(super) struct Discriminator {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) path: Arc<Path>,
}

/// What about the place of a discriminator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its value: also what older profiles call a pattern.
    Value,
    Exists,
    Type,
    Profile,
}

impl Rule {
    /// The rule of a child.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The rule at a path whose first name is that of the rule itself: `Observation.referenceRange`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').skip(1).try_fold(self, |rule, name| rule.child(name.trim_end_matches("[x]")))
    }
}
