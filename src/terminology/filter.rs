//! Filters of a value set (<https://hl7.org/fhir/R4/valueset-filter-operator.html>) as conditions on concepts.

use serde_json::Value;
use spil_fhir_profiles::path::Whole;

use crate::error::Error;
use crate::store::{Concept, Which};

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

/// A filter by regular expression: on the code, its text or a property.
pub(super) struct Shape {
    property: String,
    whole: Whole,
}

impl Shape {
    /// The expression of a filter, when it has one.
    ///
    /// # Errors
    /// 422 when it cannot be read or the system has no such property.
    pub(super) fn of(system: &System, filter: &Value) -> Result<Option<Self>, Error> {
        if filter["op"] != "regex" {
            return Ok(None);
        }
        let property = filter["property"].as_str().unwrap_or_default();
        let refuse = |why: String| Error::unprocessable("invalid", why).at("ValueSet.compose.include.filter");
        if !["code", "concept", "display"].contains(&property) && known(system, property).is_none() {
            return Err(refuse(format!("the code system `{}` has no property `{property}`", system.url)));
        }
        let whole = Whole::parse(filter["value"].as_str().unwrap_or_default())
            .map_err(|why| refuse(format!("the regular expression cannot be read: {why}")))?;
        Ok(Some(Self { property: property.to_owned(), whole }))
    }

    /// Whether a concept fits.
    pub(super) fn fits(&self, concept: &Concept) -> bool {
        match self.property.as_str() {
            "code" | "concept" => self.whole.fits(&concept.code),
            "display" => concept.display.as_deref().is_some_and(|text| self.whole.fits(text)),
            name => {
                let detail: Value = serde_json::from_str(&concept.detail).unwrap_or_default();
                let own = detail["property"].as_array().into_iter().flatten().filter(|one| one["code"] == *name);
                own.filter_map(super::system::plain).any(|value| self.whole.fits(&value))
            }
        }
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
