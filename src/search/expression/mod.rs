//! `_filter` (<https://hl7.org/fhir/R4/search_filter.html>): an expression over search parameters.

mod grammar;

use spil_fhir_profiles::index::normalize;
use spil_fhir_profiles::parameters::{Param, ParamKind};

use super::{Filter, Options, Problem, StringMatch, Test, UriMatch};
use super::{chain, date, parameter, text};
use grammar::Expression;

/// Reads the value for the type `rtype`.
pub(super) fn read(rtype: &str, value: &str, depth: usize, options: &Options) -> Result<Filter, Problem> {
    meaning(&grammar::read(value)?, rtype, depth, options)
}

fn meaning(expression: &Expression, rtype: &str, depth: usize, options: &Options) -> Result<Filter, Problem> {
    let of = |part: &Expression| meaning(part, rtype, depth, options);
    Ok(match expression {
        Expression::And(left, right) => match (of(left)?, of(right)?) {
            (Filter::All(mut parts), right) => {
                parts.push(right);
                Filter::All(parts)
            }
            (left, right) => Filter::All(vec![left, right]),
        },
        Expression::Or(left, right) => match (of(left)?, of(right)?) {
            (Filter::Any(mut parts), right) if matches!(**left, Expression::Or(..)) => {
                parts.push(right);
                Filter::Any(parts)
            }
            (left, right) => Filter::Any(vec![left, right]),
        },
        Expression::Not(inner) => Filter::Negate(Box::new(of(inner)?)),
        Expression::Test { path, operator, value } => comparison(rtype, path, (operator, value), depth, options)?,
    })
}

fn comparison(
    rtype: &str,
    path: &[(String, Option<Expression>)],
    (operator, value): (&str, &str),
    depth: usize,
    options: &Options,
) -> Result<Filter, Problem> {
    match path {
        [] => Err(Problem::value("the name of a search parameter is missing")),
        [(name, _)] => plain(rtype, name, operator, value, options),
        [(name, filter), rest @ ..] => chain::through(rtype, name, depth, options, &|target, depth| {
            let inner = comparison(target, rest, (operator, value), depth, options)?;
            Ok(match filter {
                // Both of the same resource.
                Some(filter) => Filter::All(vec![meaning(filter, target, depth, options)?, inner]),
                None => inner,
            })
        }),
    }
}

fn plain(rtype: &str, name: &str, operator: &str, value: &str, options: &Options) -> Result<Filter, Problem> {
    if value.is_empty() {
        return Err(Problem::value("an empty value"));
    }
    match (name, operator) {
        ("_id", "eq") => return chain::filter(rtype, "_id", &escaped(value), 0, options),
        ("_id", "ne") => {
            let same = chain::filter(rtype, "_id", &escaped(value), 0, options)?;
            return Ok(Filter::Negate(Box::new(same)));
        }
        ("_lastUpdated", "eq" | "ne" | "gt" | "lt" | "ge" | "le" | "sa" | "eb" | "ap") => {
            return date::read_tests(&format!("{operator}{value}"), options).map(Filter::Updated);
        }
        ("_id" | "_lastUpdated", "pr") => {
            return chain::filter(rtype, &format!("{name}:missing"), absent(value)?, 0, options);
        }
        ("_id" | "_lastUpdated", _) => return Err(unfit(operator, name)),
        _ => {}
    }
    let param = chain::find(rtype, name, options)?;
    let escaped = escaped(value);
    let with = |modifier: &str| parameter::read(param, Some(modifier), &escaped, options);
    match operator {
        "pr" => parameter::read(param, Some("missing"), absent(value)?, options),
        "in" => with("in"),
        "ni" => with("not-in"),
        // The value subsumes a stored code: that lies at or below it.
        "ss" => with("below"),
        "sb" => with("above"),
        "re" if param.kind == ParamKind::Reference => parameter::read(param, None, &escaped, options),
        _ => Ok(Filter::Value { param: param.number, test: test(param, operator, value, &escaped, options)? }),
    }
}

/// `pr true` is there, so not missing.
fn absent(value: &str) -> Result<&'static str, Problem> {
    match value {
        "true" => Ok("false"),
        "false" => Ok("true"),
        _ => Err(Problem::value("`pr` is `true` or `false`")),
    }
}

fn test(param: &Param, operator: &str, value: &str, escaped: &str, options: &Options) -> Result<Test, Problem> {
    let plain = |text: &str| parameter::plain(param.kind, text, options);
    match (param.kind, operator) {
        (ParamKind::String, "eq" | "ne" | "co" | "sw" | "ew") => string(operator, value),
        (ParamKind::Uri, "eq" | "ne" | "co" | "sw" | "ew") => Ok(uri(operator, value)),
        (ParamKind::Token | ParamKind::Reference, "eq") => plain(escaped),
        (ParamKind::Token | ParamKind::Reference, "ne") => plain(escaped).map(|test| Test::Unequal(Box::new(test))),
        (ParamKind::Date, "po") => {
            let Test::Date(mut tests) = plain(&format!("eq{escaped}"))? else {
                return Err(unfit(operator, &param.code));
            };
            // Without a margin, `ap` is the overlap.
            for test in &mut tests {
                test.prefix = super::Prefix::Approximately;
            }
            Ok(Test::Date(tests))
        }
        (
            ParamKind::Date | ParamKind::Number | ParamKind::Quantity,
            "eq" | "ne" | "gt" | "lt" | "ge" | "le" | "sa" | "eb" | "ap",
        ) => plain(&format!("{operator}{escaped}")),
        _ => Err(unfit(operator, &param.code)),
    }
}

fn unfit(operator: &str, name: &str) -> Problem {
    const KNOWN: &str = " eq ne co sw ew gt lt ge le ap sa eb pr po ss sb in ni re ";
    if KNOWN.contains(&format!(" {operator} ")) {
        return Problem::unsupported(format!("the operator `{operator}` does not go with `{name}`"));
    }
    Problem::value("an operator that `_filter` does not have")
}

fn string(operator: &str, value: &str) -> Result<Test, Problem> {
    let text = normalize(value);
    if text.is_empty() {
        return Err(Problem::value("a text without letters or digits"));
    }
    Ok(match operator {
        "co" => Test::String(StringMatch::Contains, vec![text]),
        "sw" => Test::String(StringMatch::Starts, vec![text]),
        "ew" => Test::String(StringMatch::Ends, vec![text]),
        "eq" => Test::String(StringMatch::Equal, vec![text]),
        _ => Test::Unequal(Box::new(Test::String(StringMatch::Equal, vec![text]))),
    })
}

fn uri(operator: &str, value: &str) -> Test {
    let value = vec![value.to_owned()];
    match operator {
        "co" => Test::Uri(UriMatch::Contains, value),
        "sw" => Test::Uri(UriMatch::Starts, value),
        "ew" => Test::Uri(UriMatch::Ends, value),
        "eq" => Test::Uri(UriMatch::Exact, value),
        _ => Test::Unequal(Box::new(Test::Uri(UriMatch::Exact, value))),
    }
}

/// The value as one alternative; `|` keeps its meaning.
fn escaped(value: &str) -> String {
    text::escape(value, &['\\', ',', '$'])
}
