//! Parameters of type string (<https://hl7.org/fhir/R4/search.html#string>).

use spil_fhir_profiles::index::normalize;

use super::text::{alternatives, unescape};
use super::{Problem, StringMatch, Test};

/// Reads the value; without `:exact` it is compared without accents and case.
pub(super) fn read(value: &str, how: StringMatch) -> Result<Test, Problem> {
    let texts = alternatives(value)?.into_iter().map(|part| one(part, how)).collect::<Result<_, _>>()?;
    Ok(Test::String(how, texts))
}

fn one(part: &str, how: StringMatch) -> Result<String, Problem> {
    let text = unescape(part)?;
    if how == StringMatch::Exact {
        return Ok(text);
    }
    let normal = normalize(&text);
    if normal.is_empty() { Err(Problem::value("a text without letters or digits")) } else { Ok(normal) }
}
