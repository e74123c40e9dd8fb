//! The FHIR R4 API (<https://hl7.org/fhir/R4/http.html>): one file per interaction, one per operation.

pub mod answer;
pub mod audit_event;
pub mod batch;
mod bundle;
pub mod call;
pub mod compartment;
pub mod create;
pub mod delete;
pub mod entry;
mod graphql;
pub mod history;
pub mod inside;
pub mod metadata;
pub mod operations;
pub mod patch;
pub mod posted;
pub mod read;
pub mod search;
pub mod shape;
pub mod transaction;
pub mod update;
pub mod vread;
