//! The parameters that say what to answer rather than what to find
//! (<https://hl7.org/fhir/R4/search.html#return>).

use super::{Contained, Limits, Options, Problem, Query, Summary, Total, chain, include, latest_stop, sort};

/// What a parameter turned out to be.
pub(super) enum Control {
    /// It was one of these, and it was read.
    Read,
    /// It is not for the search (`_format`).
    Elsewhere,
    /// It says what to find.
    Filter,
}

/// Reads the parameter if it is one of these.
pub(super) fn control(
    query: &mut Query,
    rtype: &str,
    name: &str,
    value: &str,
    options: &Options,
) -> Result<Control, Problem> {
    let (code, modifier) = name.split_once(':').map_or((name, None), |(code, modifier)| (code, Some(modifier)));
    match code {
        "_format" | "_pretty" => return Ok(Control::Elsewhere),
        "_include" | "_revinclude" => {
            let mut asked = include::read(query.rtype, code == "_revinclude", modifier, value, options)?;
            asked.retain(|include| !query.includes.contains(include));
            query.includes.append(&mut asked);
            return Ok(Control::Read);
        }
        latest_stop::CODE => {
            chain::find(rtype, code, options)?;
            latest_stop::read(query, modifier, value)?;
            return Ok(Control::Read);
        }
        "_query" | "_score" => return Err(Problem::unsupported(format!("`{code}` is not supported"))),
        "_type" => return Err(Problem::unsupported("`_type` is for a search without a type in the address")),
        "_count" | "_sort" | "_total" | "_summary" | "_elements" | "_contained" | "_containedType" => {}
        _ => return Ok(Control::Filter),
    }
    if modifier.is_some() {
        return Err(Problem::unsupported(format!("`{code}` has no modifiers")));
    }
    match code {
        "_count" => {
            let count: u32 = value.parse().map_err(|_| Problem::value("not a whole number"))?;
            query.count = count.min(options.max_count);
        }
        "_sort" => {
            query.sort.extend(sort::read(options.parameters, rtype, value)?);
            if query.sort.len() > Limits::SORT_KEYS {
                query.sort.truncate(Limits::SORT_KEYS);
                return Err(Problem::too_much(format!("more than {} sort keys", Limits::SORT_KEYS)));
            }
        }
        "_contained" => query.contained = contained(value)?,
        "_containedType" => query.contained_alone = contained_type(value)?,
        "_total" => query.total = total(value)?,
        "_summary" => query.summary = summary(value)?,
        _ => query.elements.extend(elements(value)?),
    }
    Ok(Control::Read)
}

fn contained(value: &str) -> Result<Contained, Problem> {
    match value {
        "false" => Ok(Contained::No),
        "true" => Ok(Contained::Only),
        "both" => Ok(Contained::Both),
        _ => Err(Problem::value("`_contained` is `false`, `true` or `both`")),
    }
}

fn contained_type(value: &str) -> Result<bool, Problem> {
    match value {
        "container" => Ok(false),
        "contained" => Ok(true),
        _ => Err(Problem::value("`_containedType` is `container` or `contained`")),
    }
}

fn total(value: &str) -> Result<Total, Problem> {
    match value {
        "none" => Ok(Total::None),
        "estimate" => Ok(Total::Estimate),
        "accurate" => Ok(Total::Accurate),
        _ => Err(Problem::value("`_total` is `none`, `estimate` or `accurate`")),
    }
}

fn summary(value: &str) -> Result<Summary, Problem> {
    match value {
        "true" => Ok(Summary::True),
        "false" => Ok(Summary::False),
        "text" => Ok(Summary::Text),
        "data" => Ok(Summary::Data),
        "count" => Ok(Summary::Count),
        _ => Err(Problem::value("`_summary` is `true`, `false`, `text`, `data` or `count`")),
    }
}

/// Names of elements; the type may stand before a name (`Patient.name`).
fn elements(value: &str) -> Result<Vec<String>, Problem> {
    let names = value.split(',').map(str::trim);
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let names: Vec<_> = names.map(str::to_owned).collect();
    if names.iter().all(|name| plain(name)) { Ok(names) } else { Err(Problem::value("not a list of element names")) }
}
