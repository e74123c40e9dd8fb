//! Is this a well-formed R4 resource? (<https://hl7.org/fhir/R4/validation.html>: structure, cardinality, value domains,
//! required bindings, and the invariants that can be told without guessing.)

mod date;
mod element;
mod invariant;
mod primitive;
mod reference;
#[cfg(test)]
mod tests;
mod walk;
pub mod xhtml;

use serde_json::Value;

/// How bad an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The input cannot be accepted.
    Error,
    /// The input can be accepted, but something about it is odd.
    Warning,
    /// Nothing is wrong, but something could not be checked.
    Information,
}

/// One thing that is wrong with the input. It names elements and rules, never a value that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// The standard's word for the kind of issue, such as `structure` or `required`.
    pub code: &'static str,
    /// Where it is, in `FHIRPath`: `Patient.name[0].given`; empty if nowhere in particular.
    pub expression: String,
    /// What is wrong.
    pub diagnostics: String,
}

impl Issue {
    /// An issue for which the input is refused.
    pub fn error(code: &'static str, expression: String, diagnostics: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, expression, diagnostics: diagnostics.into() }
    }
}

/// At most this many issues are told about one input.
pub const MAX_ISSUES: usize = 100;

/// Everything that is wrong with a resource; nothing if it is well-formed.
pub fn validate(resource: &Value) -> Vec<Issue> {
    walk::Walk::new().run(resource)
}
