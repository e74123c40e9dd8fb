//! Operations, one file each.

pub mod acp;
pub mod consent_check;
pub mod document;
pub mod eoverdracht;
pub mod everything;
pub mod graphql;
pub mod index_status;
mod input;
pub mod lastn;
pub mod medication_overview;
pub mod patient_match;
mod render;
pub mod validate;
