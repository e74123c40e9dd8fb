//! Filters by name: plain parameters, chains (<https://hl7.org/fhir/R4/search.html#chaining>) and `_has`
//! (<https://hl7.org/fhir/R4/search.html#has>).

use spil_fhir_profiles::definition::{type_name, type_number};
use spil_fhir_profiles::parameters::{Param, ParamKind};

use super::text::{alternatives, unescape};
use super::{Filter, Limits, Options, Problem, date, expression, full_text, parameter, reference};

/// Reads `name=value` for the type `rtype`; `depth` counts the steps taken to get there.
pub(super) fn filter(rtype: &str, name: &str, value: &str, depth: usize, options: &Options) -> Result<Filter, Problem> {
    if value.is_empty() {
        return Err(Problem::value("an empty value"));
    }
    if let Some(rest) = name.strip_prefix("_has:") {
        return has(rtype, rest, value, depth, options);
    }
    if let Some((head, tail)) = name.split_once('.') {
        return chain(rtype, head, tail, value, depth, options);
    }
    let (code, modifier) = cut(name);
    match (code, modifier) {
        ("_id", None) => ids(value),
        ("_lastUpdated", None) => date::read_tests(value, options).map(Filter::Updated),
        // Every resource has them.
        ("_id" | "_lastUpdated", Some("missing")) => {
            Ok(if parameter::read_missing(value)? { Filter::Nothing } else { Filter::All(Vec::new()) })
        }
        ("_text" | "_content", None) => full_text::read(code == "_text", value),
        ("_list", None) => list(value, options),
        ("_filter", None) => expression::read(rtype, value, depth, options),
        ("_id" | "_lastUpdated" | "_text" | "_content" | "_list" | "_filter", Some(_)) => {
            Err(Problem::unsupported(format!("`{code}` has no such modifier")))
        }
        _ => parameter::read(find(rtype, code, options)?, modifier, value, options),
    }
}

/// What a `List` names (<https://hl7.org/fhir/R4/search.html#list>), as far as the caller may see the `List`.
fn list(value: &str, options: &Options) -> Result<Filter, Problem> {
    let mut ids = Vec::new();
    for part in alternatives(value)? {
        let text = unescape(part)?;
        if text.starts_with('$') {
            return Err(Problem::unsupported(format!("the list `{text}` is not kept here: name a List by its id")));
        }
        ids.push(text.strip_prefix("List/").unwrap_or(&text).to_owned());
    }
    ids.retain(|id| reference::is_id(id));
    let (number, param) = (type_number("List"), find_reference("List", "item", options)?);
    Ok(match number {
        Some(rtype) if !ids.is_empty() => Filter::Has { rtype, param: param.number, filter: Box::new(Filter::Id(ids)) },
        _ => Filter::Nothing,
    })
}

fn cut(name: &str) -> (&str, Option<&str>) {
    name.split_once(':').map_or((name, None), |(code, modifier)| (code, Some(modifier)))
}

/// The parameter `code` of `rtype`.
pub(super) fn find<'o>(rtype: &str, code: &str, options: &Options<'o>) -> Result<&'o Param, Problem> {
    let param = options.parameters.get(rtype, code);
    param.ok_or_else(|| Problem::unknown(format!("`{code}` is not a search parameter of {rtype}")))
}

/// The reference parameter `code` of `rtype`.
pub(super) fn find_reference<'o>(rtype: &str, code: &str, options: &Options<'o>) -> Result<&'o Param, Problem> {
    let param = find(rtype, code, options)?;
    if param.kind == ParamKind::Reference {
        return Ok(param);
    }
    Err(Problem::value(format!("`{code}` of {rtype} is not a reference")))
}

/// Ids; a value that cannot be an id is the id of nothing.
fn ids(value: &str) -> Result<Filter, Problem> {
    let ids = alternatives(value)?.into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<_> = ids.into_iter().filter(|id| reference::is_id(id)).collect();
    Ok(if ids.is_empty() { Filter::Nothing } else { Filter::Id(ids) })
}

fn deeper(depth: usize) -> Result<usize, Problem> {
    if depth < Limits::DEPTH {
        return Ok(depth + 1);
    }
    Err(Problem::too_much(format!("more than {} steps", Limits::DEPTH)))
}

fn chain(rtype: &str, head: &str, tail: &str, value: &str, depth: usize, options: &Options) -> Result<Filter, Problem> {
    through(rtype, head, depth, options, &|target, depth| filter(target, tail, value, depth, options))
}

/// What is asked of the resource that a reference parameter points at; `head` may name its type (`subject:Patient`).
pub(super) fn through(
    rtype: &str,
    head: &str,
    depth: usize,
    options: &Options,
    inner: &dyn Fn(&str, usize) -> Result<Filter, Problem>,
) -> Result<Filter, Problem> {
    let depth = deeper(depth)?;
    let (code, only) = cut(head);
    let param = find_reference(rtype, code, options)?;
    let step = |target: u16, name: &str| {
        let filter = Box::new(inner(name, depth)?);
        Ok::<_, Problem>(Filter::Chain { param: param.number, target, filter })
    };
    if let Some(only) = only {
        return step(parameter::target(param, only)?, only);
    }
    if param.targets.is_empty() || param.targets.len() > Limits::CHAIN_TYPES {
        return Err(Problem::value(format!("name the type that `{code}` points at: `{code}:Type.…`")));
    }
    let named = param.targets.iter().filter_map(|&target| type_name(target).map(|name| (target, name)));
    let tries = named.map(|(target, name)| step(target, name));
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for result in tries {
        match result {
            Ok(filter) => found.push(filter),
            Err(problem) if problem.code == "too-costly" => return Err(problem),
            Err(problem) => problems.push(problem),
        }
    }
    match found.len() {
        0 => Err(best(problems)),
        1 => Ok(found.swap_remove(0)),
        _ => Ok(Filter::Any(found)),
    }
}

/// The problem that says most: not that a type lacks the parameter, if another type has it.
fn best(problems: Vec<Problem>) -> Problem {
    let known = problems.iter().position(|problem| problem.code != "not-found").unwrap_or_default();
    problems.into_iter().nth(known).unwrap_or_else(|| Problem::unknown("not a search parameter"))
}

/// `_has:Type:reference:name`, where `name` may be a chain or again `_has`.
fn has(rtype: &str, rest: &str, value: &str, depth: usize, options: &Options) -> Result<Filter, Problem> {
    let depth = deeper(depth)?;
    let mut parts = rest.splitn(3, ':');
    let (Some(source), Some(code), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Problem::value("`_has` needs `_has:Type:reference:parameter`"));
    };
    let number = type_number(source).ok_or_else(|| Problem::value(format!("`{source}` is no resource type")))?;
    let param = find_reference(source, code, options)?;
    parameter::target(param, rtype)?;
    let filter = Box::new(filter(source, name, value, depth, options)?);
    Ok(Filter::Has { rtype: number, param: param.number, filter })
}
