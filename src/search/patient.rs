//! Which filters bind a search to one patient.

use spil_fhir_profiles::definition::{type_name, type_number};
use spil_fhir_profiles::parameters::{Param, ParamKind, parameters};

use super::{Filter, Query, ReferenceTest, SystemTest, Test, TokenTest};

/// A filter that asks for the records of one patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientFilter {
    /// Its place in [`Query::filters`].
    pub at: usize,
    /// How it names the patient.
    pub value: PatientValue,
}

/// How a patient is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatientValue {
    /// By the id of a `Patient` here.
    Id(String),
    /// By an identifier, `patient.identifier=system|value` or `patient:identifier=system|value`.
    Identifier {
        /// Its system.
        system: String,
        /// Its value.
        value: String,
    },
}

impl Query {
    /// The filters on whose data it is (`patient`, `subject` and the like) that name exactly one patient. The caller may
    /// put [`Query::person`] in the place of such a filter, or [`Filter::Nothing`].
    pub fn patient_filters(&self) -> Vec<PatientFilter> {
        let Some(patient) = type_number("Patient") else { return Vec::new() };
        let found = self.filters.iter().enumerate();
        found.filter_map(|(at, filter)| Some(PatientFilter { at, value: named(filter, patient)? })).collect()
    }
}

impl Query {
    /// The types that chains and `_has` look into, beside the naming of one patient.
    pub fn looked_into(&self) -> Vec<u16> {
        let naming: Vec<usize> = self.patient_filters().iter().map(|filter| filter.at).collect();
        let mut types = Vec::new();
        for (_, filter) in self.filters.iter().enumerate().filter(|(at, _)| !naming.contains(at)) {
            look_into(filter, &mut types);
        }
        types.extend(self.also.iter().flat_map(Self::looked_into));
        types
    }
}

fn look_into(filter: &Filter, types: &mut Vec<u16>) {
    match filter {
        Filter::Chain { target, filter, .. } => {
            types.push(*target);
            look_into(filter, types);
        }
        Filter::Has { rtype, filter, .. } => {
            types.push(*rtype);
            look_into(filter, types);
        }
        Filter::Any(parts) | Filter::All(parts) => parts.iter().for_each(|part| look_into(part, types)),
        Filter::Negate(inner) => look_into(inner, types),
        _ => {}
    }
}

fn named(filter: &Filter, patient: u16) -> Option<PatientValue> {
    match filter {
        Filter::Value { param, test: Test::Reference(tests) } if is_subject(*param, patient) => {
            match tests.as_slice() {
                [ReferenceTest::Local { rtype, id }] => {
                    let is_patient = match rtype {
                        Some(rtype) => *rtype == patient,
                        None => parameters().number(*param).is_some_and(|param| param.targets == [patient]),
                    };
                    is_patient.then(|| PatientValue::Id(id.clone()))
                }
                [ReferenceTest::Identifier(test)] => identifier(test),
                _ => None,
            }
        }
        Filter::Chain { param, target, filter } if *target == patient && is_subject(*param, patient) => match &**filter
        {
            Filter::Id(ids) => match ids.as_slice() {
                [id] => Some(PatientValue::Id(id.clone())),
                _ => None,
            },
            Filter::Value { param, test: Test::Token(tests) } if is_identifier(*param) => match tests.as_slice() {
                [test] => identifier(test),
                _ => None,
            },
            _ => None,
        },
        // A chain without a type: only a patient has what it asks if the other types it may point at are no persons.
        Filter::Any(parts) if is_one_chain(parts) => parts
            .iter()
            .map(|part| named(part, patient))
            .find(Option::is_some)
            .flatten()
            .filter(|value| matches!(value, PatientValue::Identifier { system, .. } if system.ends_with("/bsn"))),
        _ => None,
    }
}

/// True if the alternatives are those of one reference parameter, and not of an expression with `or`.
fn is_one_chain(parts: &[Filter]) -> bool {
    let param = |filter: &Filter| if let Filter::Chain { param, .. } = filter { Some(*param) } else { None };
    let target = |filter: &Filter| if let Filter::Chain { target, .. } = filter { Some(*target) } else { None };
    let mut targets: Vec<_> = parts.iter().filter_map(target).collect();
    targets.sort_unstable();
    targets.dedup();
    parts.iter().all(|part| param(part).is_some() && param(part) == param(&parts[0])) && targets.len() == parts.len()
}

fn identifier(test: &TokenTest) -> Option<PatientValue> {
    match test {
        TokenTest { system: SystemTest::Is(system), code: Some(value) } => {
            Some(PatientValue::Identifier { system: system.clone(), value: value.clone() })
        }
        _ => None,
    }
}

/// True for the parameters that say whose data it is.
fn is_subject(number: u16, patient: u16) -> bool {
    let says = |param: &Param| {
        param.kind == ParamKind::Reference
            && (param.targets.is_empty() || param.targets.contains(&patient))
            && matches!(&*param.code, "patient" | "subject" | "beneficiary" | "individual")
    };
    parameters().number(number).is_some_and(says)
}

fn is_identifier(number: u16) -> bool {
    let is =
        |param: &Param| param.code == "identifier" && Some(param.rtype) == type_number("Patient").and_then(type_name);
    parameters().number(number).is_some_and(is)
}
