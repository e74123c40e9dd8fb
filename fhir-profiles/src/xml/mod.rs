//! The XML form (<https://hl7.org/fhir/R4/xml.html>): to JSON and back, driven by the facts, nothing lost on the way.

mod read;
mod write;

pub use read::to_json;
pub use write::from_json;

/// The namespace of FHIR.
pub const NAMESPACE: &str = "http://hl7.org/fhir";

#[cfg(test)]
mod tests;
