//! Parameters of type composite (<https://hl7.org/fhir/R4/search.html#combining>).

use spil_fhir_profiles::parameters::{Component, Param};

use super::text::{alternatives, split};
use super::{Options, Part, Problem, Test, parameter};

/// Reads `value$value,…`: a value for every component, all of one and the same element.
pub(super) fn read(param: &Param, value: &str, options: &Options) -> Result<Test, Problem> {
    let tuples = alternatives(value)?.into_iter().map(|tuple| one(&param.components, tuple, options));
    Ok(Test::Composite(tuples.collect::<Result<_, _>>()?))
}

fn one(components: &[Component], tuple: &str, options: &Options) -> Result<Vec<Part>, Problem> {
    let values = split(tuple, '$');
    if values.len() != components.len() || components.is_empty() {
        let names: Vec<_> = components.iter().map(|component| &*component.code).collect();
        return Err(Problem::value(format!("a value is needed for each of `{}`", names.join("$"))));
    }
    let part = |(component, value): (&Component, &str)| {
        let test = parameter::plain(component.kind, value, options)?;
        Ok(Part { param: component.number, test })
    };
    components.iter().zip(values).map(part).collect()
}
