//! The FHIR R4 API over HTTP, one file per interaction.

pub mod acp;
pub mod acp_profiles;
mod batch;
pub mod bgz;
mod canonical;
mod claimed;
mod compartment;
mod conditional;
mod create;
mod delete;
mod everything;
mod graphql;
mod history;
mod language;
mod lastn;
mod limits;
mod meta;
mod metadata;
mod named;
mod operations;
mod patch;
mod patient_match;
mod read;
mod search;
mod shape;
mod summary;
mod transaction;
mod transport;
mod update;
mod validate;
mod view_run;
mod xml;

use crate::support::builders::patient;
use crate::support::{Caller, Server};

/// The hospital with a patient; gives `Patient/{id}`.
async fn hospital(server: &Server) -> (Caller<'_>, String) {
    let hospital = server.hospital();
    let id = hospital.post("Patient", &patient(&crate::support::region::bsn(7))).await.expect(201).id();
    (hospital, format!("Patient/{id}"))
}
