//! Parameters of type token (<https://hl7.org/fhir/R4/search.html#token>).

use spil_fhir_profiles::index::normalize;

use super::text::{alternatives, split, unescape};
use super::{OfTypeTest, Problem, SystemTest, Test, TokenTest};

/// Reads `[system|]code,…`.
pub(super) fn read(value: &str) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(one).collect::<Result<_, _>>()?;
    Ok(Test::Token(tests))
}

/// Reads the value of `:text`.
pub(super) fn read_text(value: &str) -> Result<Test, Problem> {
    read_texts(value).map(Test::TokenText)
}

/// Reads the texts of `:text`, which are compared without accents and case.
pub(super) fn read_texts(value: &str) -> Result<Vec<String>, Problem> {
    let text = |part| Some(normalize(&unescape(part).ok()?)).filter(|text| !text.is_empty());
    let texts = alternatives(value)?.into_iter().map(text);
    texts.collect::<Option<_>>().ok_or_else(|| Problem::value("a text without letters or digits"))
}

/// Reads the value of `:of-type`: `system|code|value`.
pub(super) fn read_of_type(value: &str) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(one_of_type).collect::<Result<_, _>>()?;
    Ok(Test::OfType(tests))
}

/// Reads one `[system|]code`.
pub(super) fn one(part: &str) -> Result<TokenTest, Problem> {
    let parts = split(part, '|').into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    let (system, code) = match parts.as_slice() {
        [code] => (SystemTest::Any, code),
        [system, code] if system.is_empty() => (SystemTest::None, code),
        [system, code] => (SystemTest::Is(system.clone()), code),
        _ => return Err(Problem::value("more than one `|`; a token is `code`, `system|code`, `|code` or `system|`")),
    };
    if code.is_empty() && !matches!(system, SystemTest::Is(_)) {
        return Err(Problem::value("neither a system nor a code"));
    }
    Ok(TokenTest { system, code: (!code.is_empty()).then(|| code.clone()) })
}

fn one_of_type(part: &str) -> Result<OfTypeTest, Problem> {
    let parts = split(part, '|').into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    let [system, code, value] = parts.as_slice() else {
        return Err(Problem::value("`:of-type` needs `system|code|value`"));
    };
    if system.is_empty() || code.is_empty() || value.is_empty() {
        return Err(Problem::value("`:of-type` needs a system, a code and a value"));
    }
    Ok(OfTypeTest { system: system.clone(), code: code.clone(), value: value.clone() })
}
