//! The statements, one file per concern.

pub mod apply;
mod audit;
mod index;
mod policy;
mod resource;
