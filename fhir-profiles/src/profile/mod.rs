//! Does a resource conform to a profile? (<https://hl7.org/fhir/R4/profiling.html>,
//! <https://hl7.org/fhir/R4/structuredefinition.html>)
//!
//! A `StructureDefinition` is read once into a tree of rules ([`Structure`]), from its snapshot or, without one, from its
//! differential and the tree of its base. [`validate`] first holds a resource against R4 itself
//! ([`crate::validate`]), then against the rules of every profile that it is asked for or claims.

mod check;
mod compile;
mod facts;
mod own;
mod structure;

use std::sync::Arc;

use serde_json::Value;

pub use own::{OWN, OWN_BASE, OWN_QUESTIONNAIRE};
pub use structure::Structure;

use crate::validate::{self, Issue};

/// The start of the addresses of R4's own definitions.
pub const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The code of the issue that tells of a claimed profile that nobody knows. Nothing is wrong by that, but nothing was checked.
pub const UNKNOWN_CLAIM: &str = "not-found";

/// Where profiles and value sets come from.
pub trait Profiles {
    /// The profile, extension or type with this address. Of R4's own types none needs to be known.
    fn structure(&self, url: &str) -> Option<Arc<Structure>>;

    /// Is the code in the value set? `None` if that cannot be told. A plain code has no system.
    fn code_in_value_set(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool>;

    /// The resource elsewhere that a reference points at, as JSON, if it may be looked at.
    fn resolve(&self, reference: &str) -> Option<&Value> {
        let _ = reference;
        None
    }

    /// The moment of the check as FHIR's `instant`, for rules that ask for the time.
    fn now(&self) -> Option<&str> {
        None
    }
}

/// Everything that is wrong with a resource, and what could not be told: by R4, by the profiles that are asked for, and by
/// those in its `meta.profile` and in that of the resources inside it.
pub fn validate(resource: &Value, profiles: &[&str], context: &dyn Profiles) -> Vec<Issue> {
    let mut issues = validate::validate(resource);
    // What is not even a resource of R4 cannot be walked through.
    if issues.iter().any(|issue| issue.code == "not-supported" || issue.code == "too-long") {
        return issues;
    }
    for issue in check::check(resource, profiles, context) {
        if issues.len() >= validate::MAX_ISSUES {
            break;
        }
        let known = |other: &Issue| other.expression == issue.expression && other.diagnostics == issue.diagnostics;
        if !issues.iter().any(known) {
            issues.push(issue);
        }
    }
    issues
}
#[cfg(test)]
mod tests;
