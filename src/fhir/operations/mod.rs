//! Operations, one file each.

pub mod acp;
pub mod consent_check;
pub mod convert;
pub mod document;
pub mod eoverdracht;
pub mod everything;
pub mod expand;
pub mod graphql;
pub mod index_status;
mod input;
pub mod lastn;
pub mod latest_stops;
pub mod lookup;
pub mod medication_overview;
pub mod meta;
pub mod patient_match;
mod render;
pub mod subscription;
pub mod subsumes;
pub mod summary;
pub mod translate;
pub mod validate;
pub mod validate_code;
pub mod view_run;
