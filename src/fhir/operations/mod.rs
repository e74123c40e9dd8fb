//! Operations, one file each.

pub mod acp;
pub mod consent_check;
pub mod document;
pub mod eoverdracht;
pub mod expand;
mod input;
pub mod lookup;
pub mod medication_overview;
mod render;
pub mod subsumes;
pub mod translate;
pub mod validate_code;
