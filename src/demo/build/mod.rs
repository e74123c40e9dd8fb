//! Builders of single resources, in the shapes of the Dutch profiles (nl-core zib2020, MP9, PZP).
//!
//! Each file adds methods to [`Source`], the record that one organisation keeps of one person.

pub mod care;
pub mod code;
pub mod condition;
pub mod contact;
pub mod device;
pub mod directive;
pub mod document;
pub mod handoff;
pub mod measurement;
pub mod medication;
pub mod nursing;
pub mod observation;
pub mod source;
pub mod wishes;

pub use code::{Code, sct};
pub use source::Source;
