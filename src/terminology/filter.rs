//! Filters of a value set (<https://hl7.org/fhir/R4/valueset-filter-operator.html>) as conditions on concepts.

use serde_json::Value;

use crate::error::Error;
use crate::store::Which;

use super::system::System;

/// Properties that every code system has, declared or not.
const STANDARD: [&str; 5] = ["parent", "inactive", "notSelectable", "status", "deprecated"];

/// Reads `property`, `op` and `value`.
///
/// # Errors
/// 422 when the filter is not understood: a filter is never left out.
pub(super) fn condition(system: &System, filter: &Value) -> Result<Which, Error> {
    let text = |name: &str| filter[name].as_str().unwrap_or_default();
    let (property, op, value) = (text("property"), text("op"), text("value"));
    let is_concept = property == "concept" || property == "code";
    let refuse = || {
        let text = format!("the filter `{property} {op}` is not supported for `{}`", system.url);
        Error::unprocessable("not-supported", text).at("ValueSet.compose.include.filter")
    };
    if value.is_empty() {
        let text = format!("the filter `{property} {op}` has no value");
        return Err(Error::unprocessable("required", text).at("ValueSet.compose.include.filter.value"));
    }
    let list = || value.split(',').map(|one| one.trim().to_owned()).collect::<Vec<_>>();
    match op {
        "is-a" | "descendent-of" | "is-not-a" | "generalizes" if is_concept => {
            is_hierarchy(system)?;
            let code = value.to_owned();
            Ok(match op {
                "is-a" => Which::Under { code, itself: true },
                "descendent-of" => Which::Under { code, itself: false },
                "is-not-a" => Which::NotUnder(code),
                _ => Which::Over(code),
            })
        }
        // In SNOMED CT this asks for a reference set, which a CodeSystem resource does not carry.
        "in" | "not-in" if is_concept && &*system.url == "http://snomed.info/sct" => Err(refuse()),
        "=" if is_concept => Ok(Which::Codes { codes: vec![value.to_owned()], fold: system.folds() }),
        "in" if is_concept => Ok(Which::Codes { codes: list(), fold: system.folds() }),
        "not-in" if is_concept => Ok(Which::NotCodes { codes: list(), fold: system.folds() }),
        "=" if property == "display" => Ok(Which::Display(value.to_owned())),
        "exists" => {
            let yes = match value {
                "true" => true,
                "false" => false,
                _ => return Err(refuse()),
            };
            match property {
                "child" => Ok(Which::HasChild(yes)),
                _ => known(system, property).map(|name| Which::HasProperty { name, yes }).ok_or_else(refuse),
            }
        }
        "=" | "in" | "not-in" => {
            let name = known(system, property).ok_or_else(refuse)?;
            // What is not said to be so, is not so.
            if ["inactive", "notSelectable"].contains(&property) && op == "=" && value == "false" {
                return Ok(Which::Property { name, values: vec!["true".to_owned()], yes: false });
            }
            let values = if op == "=" { vec![value.to_owned()] } else { list() };
            Ok(Which::Property { name, values, yes: op != "not-in" })
        }
        _ => Err(refuse()),
    }
}

/// The hierarchy of a system must mean *is a*.
pub(super) fn is_hierarchy(system: &System) -> Result<(), Error> {
    match system.head["hierarchyMeaning"].as_str() {
        None | Some("is-a") => Ok(()),
        Some(other) => {
            let text = format!("the hierarchy of `{}` means `{other}`, not `is-a`", system.url);
            Err(Error::unprocessable("not-supported", text))
        }
    }
}

/// The property, if the system has it.
fn known(system: &System, property: &str) -> Option<String> {
    let declared = system.head["property"].as_array().into_iter().flatten().any(|one| one["code"] == *property);
    (declared || STANDARD.contains(&property)).then(|| property.to_owned())
}
