//! What FHIR R4 data must look like, and nothing else: no network, no files but the embedded ones, no clock.
//!
//! Read in this order: the facts ([`definition`], [`parameters`]), then what is done with them: reading
//! ([`json`], [`xml`]), checking ([`validate`]), evaluating paths ([`path`]) and extracting what can be searched
//! ([`index`]).

pub mod bsn;
pub mod canonical;
pub mod category;
pub mod compartment;
pub mod definition;
pub mod index;
pub mod json;
pub mod medication;
pub mod parameters;
pub mod patch;
pub mod path;
pub mod profile;
pub mod subset;
pub mod time;
pub mod unit;
pub mod validate;
pub mod xml;
