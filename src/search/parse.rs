//! The whole query string.

use spil_fhir_profiles::definition::{type_name, type_number};

use super::control::{Control, control};
use super::{Contained, Filter, Limits, Options, Problem, Query, SortBy, Summary, chain, latest_stop, system};

/// Reads the decoded pairs of a search on `rtype`, those of the address and those of a form together. Without a type, on
/// those that `_type` names.
///
/// # Errors
/// Everything that is wrong with it; what is only unknown or unreadable is listed in [`Query::ignored`] instead if the
/// caller is lenient.
pub fn parse(rtype: &str, pairs: &[(String, String)], options: &Options) -> Result<Query, Vec<Problem>> {
    check_size(pairs).map_err(|problem| vec![problem])?;
    let types = if rtype.is_empty() { system::types(pairs).map_err(|problem| vec![problem])? } else { vec![rtype] };
    let count = options.default_count.min(options.max_count);
    let mut queries = Vec::with_capacity(types.len());
    for name in &types {
        let Some(number) = type_number(name) else {
            return Err(vec![Problem::unknown(format!("`{name}` is no resource type"))]);
        };
        queries.push(Query::new(number, count));
    }
    let mut problems = Vec::new();
    for (name, value) in pairs {
        if rtype.is_empty() && name == "_type" {
            queries[0].self_pairs.push((name.clone(), value.clone()));
            continue;
        }
        match all(&mut queries, name, value, options) {
            Ok(Use::Asked) => queries[0].self_pairs.push((name.clone(), value.clone())),
            Ok(Use::Elsewhere) => {}
            Err(problem) => problems.push(problem.at(name)),
        }
    }
    problems.extend(queries.iter_mut().filter_map(|query| latest_stop::widen(query, options)));
    let mut query = queries.remove(0);
    query.also = queries;
    query.every_name();
    problems.extend(together(&query));
    problems.extend(latest_stop::together(&query));
    let fatal = |problem: &Problem| {
        !options.lenient
            || problem.code == "too-costly"
            || ["_contained", latest_stop::CODE].contains(&problem.param.as_str())
    };
    let (fatal, ignored): (Vec<_>, Vec<_>) = problems.into_iter().partition(fatal);
    query.ignored = ignored;
    if fatal.is_empty() { Ok(query) } else { Err(fatal) }
}

/// Whether a parameter belongs to the search itself.
enum Use {
    Asked,
    Elsewhere,
}

fn check_size(pairs: &[(String, String)]) -> Result<(), Problem> {
    let bytes: usize = pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    if bytes > Limits::BYTES {
        return Err(Problem::too_much(format!("the query is longer than {} bytes", Limits::BYTES)));
    }
    if pairs.len() > Limits::PARAMETERS {
        return Err(Problem::too_much(format!("more than {} parameters", Limits::PARAMETERS)));
    }
    Ok(())
}

/// Reads a parameter for every type, or for none.
fn all(queries: &mut Vec<Query>, name: &str, value: &str, options: &Options) -> Result<Use, Problem> {
    if let [query] = queries.as_mut_slice() {
        return one(query, name, value, options);
    }
    if name.starts_with("_include") || name.starts_with("_revinclude") {
        return include_of_any(queries, name, value, options);
    }
    let mut trial = queries.clone();
    let mut used = Use::Elsewhere;
    for query in &mut trial {
        used = one(query, name, value, options)?;
    }
    let kinds = |query: &Query| -> Vec<_> {
        query.sort.iter().map(|key| if let SortBy::Param { kind, .. } = key.by { Some(kind) } else { None }).collect()
    };
    if trial.iter().any(|query| kinds(query) != kinds(&trial[0])) {
        return Err(Problem::unsupported("this parameter is of different kinds in these types: it gives no order"));
    }
    *queries = trial;
    Ok(used)
}

/// An include of at least one of the types; what it adds counts for all.
fn include_of_any(queries: &mut [Query], name: &str, value: &str, options: &Options) -> Result<Use, Problem> {
    let (mut used, mut first) = (None, None);
    for at in 0..queries.len() {
        let mut trial = Query { includes: Vec::new(), ..queries[at].clone() };
        match one(&mut trial, name, value, options) {
            Ok(asked) => {
                trial.includes.retain(|include| !queries[0].includes.contains(include));
                queries[0].includes.append(&mut trial.includes);
                used = Some(asked);
            }
            Err(problem) => first = first.or(Some(problem)),
        }
    }
    used.ok_or_else(|| first.unwrap_or_else(|| Problem::value("not an include")))
}

fn one(query: &mut Query, name: &str, value: &str, options: &Options) -> Result<Use, Problem> {
    let rtype = type_name(query.rtype).unwrap_or_default();
    match control(query, rtype, name, value, options)? {
        Control::Read => Ok(Use::Asked),
        Control::Elsewhere => Ok(Use::Elsewhere),
        Control::Filter => {
            match chain::filter(rtype, name, value, 0, options)? {
                Filter::All(parts) => query.filters.extend(parts),
                filter => query.filters.push(filter),
            }
            Ok(Use::Asked)
        }
    }
}

/// What does not go together.
fn together(query: &Query) -> Option<Problem> {
    if query.contained == Contained::No {
        return None;
    }
    let plain = query.sort.iter().all(|key| matches!(key.by, SortBy::Id | SortBy::Updated));
    let text = if !query.also.is_empty() {
        "`_contained` needs one type"
    } else if !plain {
        "with `_contained` only `_id` and `_lastUpdated` give an order"
    } else if !query.includes.is_empty() {
        "`_contained` does not go with `_include` and `_revinclude`"
    } else if query.filters.iter().any(of_whole_resources) {
        "`_contained` does not go with `_has`, `_list`, `_text` and `_content`"
    } else if query.contained_alone && (!query.elements.is_empty() || query.summary != Summary::False) {
        "`_containedType=contained` does not go with `_elements` and `_summary`"
    } else {
        return None;
    };
    Some(Problem::unsupported(text).at("_contained"))
}

fn of_whole_resources(filter: &Filter) -> bool {
    match filter {
        Filter::Has { .. } | Filter::FullText { .. } => true,
        Filter::Negate(inner) => of_whole_resources(inner),
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(of_whole_resources),
        _ => false,
    }
}
