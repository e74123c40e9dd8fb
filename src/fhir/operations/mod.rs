//! Operations, one file each.

pub mod acp;
pub mod consent_check;
pub mod convert;
pub mod document;
pub mod eoverdracht;
pub mod medication_overview;
pub mod meta;
mod render;
