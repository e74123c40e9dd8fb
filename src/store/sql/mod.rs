//! The statements, one file per concern.

pub mod acting;
pub mod admin;
pub mod apply;
pub mod audit;
pub mod auth;
pub mod checkpoint;
pub mod contained;
pub mod full_text;
pub mod index;
pub mod notify;
pub mod packages;
pub mod parameter;
pub mod policy;
pub mod resource;
pub mod search;
pub mod settings;
pub mod shelf;
pub mod terminology;
pub mod versions;
