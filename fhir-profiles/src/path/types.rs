//! What the evaluator knows about types: the endings of choice elements and what a reference points at.

use serde_json::Value;

use crate::definition::type_number;

/// The types that the name of a choice element can end in.
const CHOICES: [&str; 49] = [
    "Address",
    "Age",
    "Annotation",
    "Attachment",
    "Base64Binary",
    "Boolean",
    "Canonical",
    "Code",
    "CodeableConcept",
    "Coding",
    "ContactDetail",
    "ContactPoint",
    "Contributor",
    "Count",
    "DataRequirement",
    "Date",
    "DateTime",
    "Decimal",
    "Distance",
    "Dosage",
    "Duration",
    "Expression",
    "HumanName",
    "Id",
    "Identifier",
    "Instant",
    "Integer",
    "Markdown",
    "Meta",
    "Money",
    "Oid",
    "ParameterDefinition",
    "Period",
    "PositiveInt",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "RelatedArtifact",
    "SampledData",
    "Signature",
    "String",
    "Time",
    "Timing",
    "TriggerDefinition",
    "UnsignedInt",
    "Uri",
    "Url",
    "UsageContext",
];

/// The identifier system of the citizen service number.
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

/// The type in the name of a choice element: `DateTime` for `valueDateTime` of `value`.
pub(super) fn choice<'a>(key: &'a str, name: &str) -> Option<&'a str> {
    let ending = key.strip_prefix(name)?;
    CHOICES.binary_search(&ending).ok().map(|_| ending)
}

/// What a literal reference points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// `Type/id`, with or without a version.
    Relative(&'a str, &'a str),
    /// A whole address that ends in `Type/id`.
    Absolute(&'a str),
    /// `#id`, a resource inside this one.
    Contained(&'a str),
    /// A URN or another address.
    Other,
}

/// Reads the text of a reference.
pub fn reference_target(text: &str) -> Target<'_> {
    if let Some(id) = text.strip_prefix('#') {
        return Target::Contained(id);
    }
    let path = text.split_once("/_history/").map_or(text, |(path, _)| path);
    let mut parts = path.rsplit('/');
    let (Some(id), Some(rtype)) = (parts.next(), parts.next()) else { return Target::Other };
    if id.is_empty() || type_number(rtype).is_none() {
        return Target::Other;
    }
    if parts.next().is_none() { Target::Relative(rtype, id) } else { Target::Absolute(rtype) }
}

/// The type of the resource that a reference points at, if it tells.
pub(super) fn referred_type(reference: &Value) -> Option<&str> {
    let literal = reference["reference"].as_str().map_or(Target::Other, reference_target);
    match literal {
        Target::Relative(rtype, _) | Target::Absolute(rtype) => Some(rtype),
        _ => reference["type"].as_str().or_else(|| {
            let is_person = reference["identifier"]["system"].as_str() == Some(BSN);
            is_person.then_some("Patient")
        }),
    }
}

/// Whether an element has the type, told by its choice name or, without one, by its shape.
pub(super) fn has_type(value: &Value, choice: Option<&str>, wanted: &str) -> bool {
    if let Some(known) = choice {
        return known.eq_ignore_ascii_case(wanted);
    }
    if let Some(rtype) = value["resourceType"].as_str() {
        return rtype == wanted || matches!(wanted, "Resource" | "DomainResource");
    }
    match wanted {
        "Reference" => value.get("reference").is_some(),
        "CodeableConcept" => value.get("coding").is_some() || value.get("text").is_some(),
        "Period" => value.get("start").is_some() || value.get("end").is_some(),
        "Quantity" => value.get("value").is_some_and(Value::is_number),
        "boolean" | "Boolean" => value.is_boolean(),
        "string" | "String" => value.is_string(),
        _ => false,
    }
}
