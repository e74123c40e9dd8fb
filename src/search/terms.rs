//! The modifiers of tokens that need terminology (<https://hl7.org/fhir/R4/search.html#modifiers>). Reading a query only notes
//! them; whoever runs it puts the codes in their place first ([`Query::settle`]). Left as it is, a filter finds nothing.

use spil_fhir_profiles::definition::{definitions, type_def};
use spil_fhir_profiles::parameters::Param;

use super::text::{alternatives, unescape};
use super::{Filter, Problem, Query, SystemTest, Test, TokenTest, token};

/// Which codes a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsHow {
    /// Those of a value set.
    In,
    /// A code and those above it.
    Above,
    /// A code and those below it.
    Below,
}

/// A value that stands for codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Which.
    pub how: TermsHow,
    /// The values: of a value set the address in place of the code.
    pub values: Vec<TokenTest>,
    /// Whether the element holds a code without a system.
    pub is_bare: bool,
}

/// Reads the value of `:in`, `:not-in`, `:above` or `:below`.
pub(super) fn read(param: &Param, modifier: &str, value: &str) -> Result<Filter, Problem> {
    let parts = alternatives(value)?.into_iter();
    let (how, values) = match modifier {
        "in" | "not-in" => {
            let set = |part| Ok(TokenTest { system: SystemTest::Any, code: Some(unescape(part)?) });
            (TermsHow::In, parts.map(set).collect::<Result<Vec<_>, Problem>>()?)
        }
        _ => {
            let how = if modifier == "above" { TermsHow::Above } else { TermsHow::Below };
            (how, parts.map(token::one).collect::<Result<Vec<_>, _>>()?)
        }
    };
    let terms = Terms { how, values, is_bare: is_bare(param) };
    Ok(Filter::Terms { param: param.number, terms, not: modifier == "not-in" })
}

impl Query {
    /// What the filters need codes for, in the order in which [`Query::settle`] takes them.
    pub fn terms(&self) -> Vec<Terms> {
        let mut found = Vec::new();
        let others = self.also.iter().flat_map(|other| &other.filters);
        self.filters.iter().chain(others).for_each(|filter| collect(filter, &mut found));
        found
    }

    /// Puts the codes in the place of what stands for them, in the order of [`Query::terms`].
    pub fn settle(&mut self, codes: Vec<Vec<TokenTest>>) {
        let mut codes = codes.into_iter();
        let others = self.also.iter_mut().flat_map(|other| &mut other.filters);
        self.filters.iter_mut().chain(others).for_each(|filter| replace(filter, &mut codes));
    }
}

fn collect(filter: &Filter, found: &mut Vec<Terms>) {
    match filter {
        Filter::Terms { terms, .. } => found.push(terms.clone()),
        Filter::Chain { filter, .. } | Filter::Has { filter, .. } | Filter::Negate(filter) => collect(filter, found),
        Filter::Any(parts) | Filter::All(parts) => parts.iter().for_each(|part| collect(part, found)),
        _ => {}
    }
}

fn replace(filter: &mut Filter, codes: &mut impl Iterator<Item = Vec<TokenTest>>) {
    match filter {
        Filter::Terms { param, not, .. } => {
            let Some(tests) = codes.next() else { return };
            let (param, test) = (*param, Test::Token(tests));
            *filter = if *not { Filter::Not { param, test } } else { Filter::Value { param, test } };
        }
        Filter::Chain { filter, .. } | Filter::Has { filter, .. } | Filter::Negate(filter) => replace(filter, codes),
        Filter::Any(parts) | Filter::All(parts) => parts.iter_mut().for_each(|part| replace(part, codes)),
        _ => {}
    }
}

/// Whether the elements of a parameter are of type `code`: their system is in the definition, not in the data.
fn is_bare(param: &Param) -> bool {
    let is_code = |path: &str| {
        let mut names = path.trim().split('.');
        let mut def = names.next().and_then(type_def);
        let mut kind = "";
        for name in names {
            let Some(element) = def.and_then(|def| def.element(name)) else { return false };
            let [only] = element.types.as_slice() else { return false };
            kind = only.name;
            def = Some(definitions().of(only));
        }
        kind == "code"
    };
    param.expression.split('|').all(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spil_fhir_profiles::parameters::parameters;

    #[test]
    fn a_code_without_a_system_is_known_by_its_definition() {
        for (rtype, code, bare) in
            [("Patient", "gender", true), ("Condition", "code", false), ("Observation", "status", true)]
        {
            let param = parameters().get(rtype, code).expect(code);
            assert_eq!(is_bare(param), bare, "{rtype}.{code}");
        }
    }
}
