//! The statements, one file per concern.

pub mod apply;
pub mod audit;
pub mod index;
pub mod policy;
pub mod resource;
