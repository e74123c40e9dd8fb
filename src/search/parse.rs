//! The whole query string.

use spil_fhir_profiles::definition::type_number;

use super::control::{Control, control};
use super::{Limits, Options, Problem, Query, chain};

/// Reads the decoded pairs of a search on `rtype`, those of the address and those of a form together.
///
/// # Errors
/// Everything that is wrong with it; what is only unknown or unreadable is listed in [`Query::ignored`] instead if the
/// caller is lenient.
pub fn parse(rtype: &str, pairs: &[(String, String)], options: &Options) -> Result<Query, Vec<Problem>> {
    let Some(number) = type_number(rtype) else {
        return Err(vec![Problem::unknown(format!("`{rtype}` is no resource type"))]);
    };
    check_size(pairs).map_err(|problem| vec![problem])?;
    let mut query = Query::new(number, options.default_count.min(options.max_count));
    let mut problems = Vec::new();
    for (name, value) in pairs {
        match one(&mut query, rtype, name, value, options) {
            Ok(Use::Asked) => query.self_pairs.push((name.clone(), value.clone())),
            Ok(Use::Elsewhere) => {}
            Err(problem) => problems.push(problem.at(name)),
        }
    }
    let fatal = |problem: &Problem| !options.lenient || problem.code == "too-costly";
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

fn one(query: &mut Query, rtype: &str, name: &str, value: &str, options: &Options) -> Result<Use, Problem> {
    match control(query, rtype, name, value, options)? {
        Control::Read => Ok(Use::Asked),
        Control::Elsewhere => Ok(Use::Elsewhere),
        Control::Filter => {
            query.filters.push(chain::filter(rtype, name, value, 0, options)?);
            Ok(Use::Asked)
        }
    }
}
