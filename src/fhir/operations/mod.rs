//! Operations, one file each.

pub mod acp;
pub mod consent_check;
pub mod document;
pub mod eoverdracht;
pub mod index_status;
pub mod medication_overview;
mod render;
