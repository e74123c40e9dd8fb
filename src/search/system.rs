//! A search on several types at once (<https://hl7.org/fhir/R4/http.html#search>): `GET [base]?_type=A,B&…`.

use spil_fhir_profiles::definition::type_number;

use super::{Limits, Problem};

/// The types that `_type` names, each once.
pub(super) fn types(pairs: &[(String, String)]) -> Result<Vec<&str>, Problem> {
    let mut named = pairs.iter().filter(|(name, _)| name == "_type");
    let (Some((_, value)), None) = (named.next(), named.next()) else {
        return Err(Problem::value("a search without a type names its types once: `_type=A,B`").at("_type"));
    };
    let mut types: Vec<&str> = Vec::new();
    for name in value.split(',') {
        if type_number(name).is_none() {
            return Err(Problem::unknown(format!("`{name}` is no resource type")).at("_type"));
        }
        if !types.contains(&name) {
            types.push(name);
        }
    }
    if types.len() > Limits::CHAIN_TYPES {
        return Err(Problem::too_much(format!("more than {} types", Limits::CHAIN_TYPES)).at("_type"));
    }
    Ok(types)
}
