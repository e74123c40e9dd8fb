//! Parameters of type reference (<https://hl7.org/fhir/R4/search.html#reference>).

use spil_fhir_profiles::definition::type_number;

use super::text::{alternatives, unescape};
use super::{Options, Problem, ReferenceTest, Test, token};

/// Reads `id`, `Type/id` or an address; `only` is the type of a `:[type]` modifier.
pub(super) fn read(value: &str, only: Option<u16>, options: &Options) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(|part| one(part, only, options)).collect::<Result<_, _>>()?;
    Ok(Test::Reference(tests))
}

/// Reads the value of `:identifier`.
pub(super) fn read_identifier(value: &str) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(|part| token::one(part).map(ReferenceTest::Identifier));
    Ok(Test::Reference(tests.collect::<Result<_, _>>()?))
}

fn one(part: &str, only: Option<u16>, options: &Options) -> Result<ReferenceTest, Problem> {
    let text = unescape(part)?;
    let base = options.base_url.trim_end_matches('/');
    let own = if base.is_empty() { None } else { text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')) };
    if own.is_none() && is_address(&text) {
        return match only {
            // One version finds what refers to that resource, in any version.
            None => Ok(ReferenceTest::Address(
                text.split_once("/_history/").map_or(text.as_str(), |(bare, _)| bare).to_owned(),
            )),
            Some(_) => Err(Problem::value("a type modifier needs an id, not an address")),
        };
    }
    let local = own.unwrap_or(&text);
    let (rtype, id) = match local.split_once('/') {
        None => (only, local),
        Some((name, id)) => {
            let number =
                type_number(name).ok_or_else(|| Problem::value("the type of the reference is no resource type"))?;
            if only.is_some_and(|only| only != number) {
                return Err(Problem::value("the type of the reference is not that of the modifier"));
            }
            (Some(number), id)
        }
    };
    // A reference to one version finds what refers to that resource, in any version.
    let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
    if !is_id(id) {
        return Err(Problem::value("not a reference: `id`, `Type/id` or an absolute address"));
    }
    Ok(ReferenceTest::Local { rtype, id: id.to_owned() })
}

/// True for `scheme:…`.
fn is_address(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
    })
}

/// True for an id of FHIR.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}
