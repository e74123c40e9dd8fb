//! One plain parameter with its modifier (<https://hl7.org/fhir/R4/search.html#modifiers>).

use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::medication::IS_LATEST_STOP;
use spil_fhir_profiles::parameters::{Param, ParamKind};

use super::{Filter, Options, Problem, StringMatch, Test, UriMatch};
use super::{composite, date, near, number, quantity, reference, string, terms, token, uri};

/// Reads `param[:modifier]=value`.
pub(super) fn read(param: &Param, modifier: Option<&str>, value: &str, options: &Options) -> Result<Filter, Problem> {
    if param.url == IS_LATEST_STOP {
        return Err(Problem::unsupported(
            "`is-latest-stop` is asked of the type that is searched, not through another",
        ));
    }
    let number = param.number;
    let passes = |test| Filter::Value { param: number, test };
    let Some(modifier) = modifier else {
        if param.kind == ParamKind::Special {
            return near::read(number, value);
        }
        let test = if param.kind == ParamKind::Composite {
            composite::read(param, value, options)?
        } else {
            plain(param.kind, value, options)?
        };
        return Ok(passes(test));
    };
    match (modifier, param.kind) {
        ("missing", _) => missing(param, value),
        ("exact", ParamKind::String) => string::read(value, StringMatch::Exact).map(passes),
        ("contains", ParamKind::String) => string::read(value, StringMatch::Contains).map(passes),
        ("text", ParamKind::Token) => token::read_text(value).map(passes),
        ("not", ParamKind::Token) => Ok(Filter::Not { param: number, test: token::read(value)? }),
        ("of-type", ParamKind::Token) => token::read_of_type(value).map(passes),
        ("above", ParamKind::Uri) => uri::read(value, UriMatch::Above).map(passes),
        ("below", ParamKind::Uri) => uri::read(value, UriMatch::Below).map(passes),
        ("text", ParamKind::Reference) => token::read_texts(value).map(Test::DisplayText).map(passes),
        ("identifier", ParamKind::Reference) => reference::read_identifier(value).map(passes),
        (name, ParamKind::Reference) if type_number(name).is_some() => {
            let only = target(param, name)?;
            reference::read(value, Some(only), options).map(passes)
        }
        ("in" | "not-in" | "above" | "below", ParamKind::Token) => terms::read(param, modifier, value),
        _ => Err(Problem::unsupported(format!(
            "the modifier `:{modifier}` does not exist for a parameter of type {}",
            param.kind.as_str()
        ))),
    }
}

/// Reads a value without modifier, of any kind but composite.
pub(super) fn plain(kind: ParamKind, value: &str, options: &Options) -> Result<Test, Problem> {
    match kind {
        ParamKind::String => string::read(value, StringMatch::Starts),
        ParamKind::Token => token::read(value),
        ParamKind::Reference => reference::read(value, None, options),
        ParamKind::Date => date::read(value, options),
        ParamKind::Number => number::read(value),
        ParamKind::Quantity => quantity::read(value),
        ParamKind::Uri => uri::read(value, UriMatch::Exact),
        ParamKind::Composite | ParamKind::Special => Err(Problem::unsupported("this parameter is not supported")),
    }
}

/// The number of type `name`, if the reference parameter may point at it.
pub(super) fn target(param: &Param, name: &str) -> Result<u16, Problem> {
    let number = type_number(name).ok_or_else(|| Problem::value(format!("`{name}` is no resource type")))?;
    if param.targets.is_empty() || param.targets.contains(&number) {
        return Ok(number);
    }
    Err(Problem::value(format!("`{}` cannot point at a {name}", param.code)))
}

/// Reads the value of `:missing`.
pub(super) fn read_missing(value: &str) -> Result<bool, Problem> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::value("`:missing` is `true` or `false`")),
    }
}

fn missing(param: &Param, value: &str) -> Result<Filter, Problem> {
    let missing = read_missing(value)?;
    let (number, kind) = match param.components.first() {
        Some(first) => (first.number, first.kind),
        None => (param.number, param.kind),
    };
    Ok(Filter::Missing { param: number, kind, missing })
}
