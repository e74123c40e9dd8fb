//! Spil: a personal health environment and health-data exchange hub for a Dutch care region.
//!
//! Read in this order: [`routes`] (every address), [`fhir`] and [`ui`] (the edges), [`access`] (the only door to health
//! data), [`store`] (how it is kept), [`auth`] (who asks), [`documents`] (what is made of it).

pub mod access;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod ctx;
pub mod definitions;
pub mod demo;
pub mod documents;
pub mod error;
pub mod fhir;
pub mod http;
pub mod import;
pub mod notify;
pub mod packages;
pub mod questionnaire;
pub mod routes;
pub mod seal;
pub mod search;
pub mod server;
pub mod store;
pub mod terminology;
pub mod tlog;
pub mod ui;
pub mod vouch;
