//! `_include` and `_revinclude` (<https://hl7.org/fhir/R4/search.html#include>).

use spil_fhir_profiles::definition::{resource_types, type_name, type_number};
use spil_fhir_profiles::parameters::{Param, ParamKind};

use super::{Include, Options, Problem, chain, parameter};

/// Reads `Type:parameter[:Type]`, `Type:*` or `*`; `modifier` is what stands after the name. Backwards, `*` is one include for
/// each type that may be pointed at, with the parameters that may point at it.
pub(super) fn read(
    rtype: u16,
    reverse: bool,
    modifier: Option<&str>,
    value: &str,
    options: &Options,
) -> Result<Vec<Include>, Problem> {
    let iterate = match modifier {
        None => false,
        Some("iterate") => true,
        Some(other) => return Err(Problem::unsupported(format!("the modifier `:{other}` does not exist here"))),
    };
    let mut parts = value.split(':');
    let (source, code, target) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    if parts.next().is_some() {
        return Err(Problem::value("an include is `Type:parameter` or `Type:parameter:Type`"));
    }
    if source == "*" && code.is_none() {
        let all = Include { reverse, source: None, params: Vec::new(), target: None, iterate };
        return Ok(if reverse { backwards(rtype, &all, options) } else { vec![all] });
    }
    let number = type_number(source).ok_or_else(|| Problem::value("the type before `:` is no resource type"))?;
    let code = code.ok_or_else(|| Problem::value("an include is `Type:parameter` or `Type:parameter:Type`"))?;
    let mut include = Include { reverse, source: Some(number), params: Vec::new(), target: None, iterate };
    if code == "*" {
        include.target = target.map(|name| type_number(name).ok_or_else(|| no_type(name))).transpose()?;
        let references = options.parameters.of(source).filter(|param| param.kind == ParamKind::Reference);
        include.params = references.map(|param| param.number).collect();
        return Ok(vec![include]);
    }
    let param = chain::find_reference(source, code, options)?;
    include.params.push(param.number);
    include.target = target.map(|name| parameter::target(param, name)).transpose()?;
    if reverse && !iterate {
        parameter::target(param, type_name(rtype).unwrap_or_default())?;
        if include.target.is_some_and(|target| target != rtype) {
            return Err(Problem::value("the target type is not the type that is searched"));
        }
    }
    Ok(vec![include])
}

/// What may point at the type that is searched, or with `:iterate` at any type that was found.
fn backwards(rtype: u16, all: &Include, options: &Options) -> Vec<Include> {
    let references: Vec<_> = options.parameters.all().filter(|param| param.kind == ParamKind::Reference).collect();
    let types: Vec<u16> =
        if all.iterate { resource_types().iter().filter_map(|name| type_number(name)).collect() } else { vec![rtype] };
    let one = |target: u16| {
        let points = |param: &&&Param| param.targets.is_empty() || param.targets.contains(&target);
        let params = references.iter().filter(points).map(|param| param.number).collect();
        Include { params, target: Some(target), ..all.clone() }
    };
    types.into_iter().map(one).collect()
}

fn no_type(name: &str) -> Problem {
    Problem::value(format!("`{name}` is no resource type"))
}
