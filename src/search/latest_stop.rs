//! `is-latest-stop` of the medication process (<http://nictiz.nl/fhir/SearchParameter/is-latest-stop>): beside what is used in
//! the period that is asked, the latest stop of each treatment, whenever that was.
//!
//! It widens `period-of-use` and nothing else: what a query asks beside that holds for a stop too. Without `period-of-use`
//! stops are found like everything else.

use spil_fhir_profiles::medication::{IS_LATEST_STOP, PERIOD_OF_USE};

use super::{Contained, Filter, Options, Problem, Query};

/// The name in a query.
pub(super) const CODE: &str = "is-latest-stop";

/// Reads the parameter.
pub(super) fn read(query: &mut Query, modifier: Option<&str>, value: &str) -> Result<(), Problem> {
    if modifier.is_some() {
        return Err(Problem::unsupported(format!("`{CODE}` has no modifiers")));
    }
    let wanted = match value {
        "true" => true,
        "false" => false,
        _ => return Err(Problem::value(format!("`{CODE}` is `true` or `false`"))),
    };
    if query.latest_stop.is_some_and(|other| other != wanted) {
        return Err(Problem::value(format!("`{CODE}` is given twice, with two values")));
    }
    query.latest_stop = Some(wanted);
    Ok(())
}

/// Lets the latest stops through the filters on the period of use.
pub(super) fn widen(query: &mut Query, options: &Options) -> Option<Problem> {
    if query.latest_stop != Some(true) {
        return None;
    }
    let named = |number: u16, url: &str| options.parameters.number(number).is_some_and(|param| param.url == url);
    let on_use = |filter: &Filter| match filter {
        Filter::Value { param, .. } | Filter::Missing { param, .. } => named(*param, PERIOD_OF_USE),
        _ => false,
    };
    let (periods, others): (Vec<_>, Vec<_>) = std::mem::take(&mut query.filters).into_iter().partition(on_use);
    let hidden = others.iter().any(|filter| inside(filter, &on_use));
    query.filters = others;
    if !periods.is_empty() {
        let stop = of_type(query.rtype, options).unwrap_or(Filter::Nothing);
        query.filters.push(Filter::Any(vec![Filter::All(periods), stop]));
    }
    let text = format!("`{CODE}` goes with `period-of-use` as a parameter, not within `_filter`");
    hidden.then(|| Problem::unsupported(text).at(CODE))
}

/// Whether a condition that this one is made of asks for the period of use of the same resource.
fn inside(filter: &Filter, asks: &dyn Fn(&Filter) -> bool) -> bool {
    match filter {
        Filter::Any(parts) | Filter::All(parts) => parts.iter().any(|part| asks(part) || inside(part, asks)),
        Filter::Negate(inner) => asks(inner) || inside(inner, asks),
        _ => false,
    }
}

/// The latest stops of a type.
fn of_type(rtype: u16, options: &Options) -> Option<Filter> {
    let name = spil_fhir_profiles::definition::type_name(rtype)?;
    let param = options.parameters.get(name, CODE).filter(|param| param.url == IS_LATEST_STOP)?;
    let [treatment, agreed] = param.components.as_slice() else { return None };
    Some(Filter::LatestStop { treatment: treatment.number, agreed: agreed.number })
}

/// What it does not go with.
pub(super) fn together(query: &Query) -> Option<Problem> {
    let apart = query.latest_stop.is_some() && query.contained != Contained::No;
    apart.then(|| Problem::unsupported(format!("`{CODE}` does not go with `_contained`")).at(CODE))
}
