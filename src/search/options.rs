//! What a search is read with, and what may be wrong with it.

use spil_fhir_profiles::parameters::Parameters;

/// What the server and the caller want of the reading.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// True for `Prefer: handling=lenient`: what cannot be used is listed instead of refused.
    pub lenient: bool,
    /// Largest page.
    pub max_count: u32,
    /// Page size if the caller names none.
    pub default_count: u32,
    /// Milliseconds since 1970 UTC; the prefix `ap` needs it.
    pub now: i64,
    /// The server's own base address: references that start with it are its own resources.
    pub base_url: &'a str,
    /// The search parameters that can be asked for.
    pub parameters: &'a Parameters,
}

/// The bounds of a search.
#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// Most bytes of all names and values together.
    pub const BYTES: usize = 8 * 1024;
    /// Most alternatives in one value.
    pub const ALTERNATIVES: usize = 100;
    /// Most steps of a chain, and most nested `_has`.
    pub const DEPTH: usize = 3;
    /// Most parameters.
    pub const PARAMETERS: usize = 100;
    /// Most keys of `_sort`.
    pub const SORT_KEYS: usize = 5;
    /// Most types that a chain without type may stand for.
    pub const CHAIN_TYPES: usize = 24;
    /// Most resources that `_include` and `_revinclude` add to one page.
    pub const INCLUDED: i64 = 1000;
    /// Most rounds of `:iterate`.
    pub const ROUNDS: usize = 3;
}

/// A parameter that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The parameter's name as it was given.
    pub param: String,
    /// Code of `http://hl7.org/fhir/issue-type`.
    pub code: &'static str,
    /// What is wrong, without the value.
    pub text: String,
}

impl Problem {
    /// The value cannot be read.
    pub fn value(text: impl Into<String>) -> Self {
        Self { param: String::new(), code: "value", text: text.into() }
    }

    /// It is known and not supported.
    pub fn unsupported(text: impl Into<String>) -> Self {
        Self { param: String::new(), code: "not-supported", text: text.into() }
    }

    /// It does not exist.
    pub fn unknown(text: impl Into<String>) -> Self {
        Self { param: String::new(), code: "not-found", text: text.into() }
    }

    /// It is over a limit; also refused when lenient.
    pub fn too_much(text: impl Into<String>) -> Self {
        Self { param: String::new(), code: "too-costly", text: text.into() }
    }

    /// Names the parameter.
    #[must_use]
    pub fn at(mut self, param: &str) -> Self {
        if self.param.is_empty() {
            param.clone_into(&mut self.param);
        }
        self
    }
}
