//! FHIR.
