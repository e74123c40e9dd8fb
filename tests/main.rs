//! Every test from outside, in one binary. The folders mirror those of `src`.

mod access;
mod auth;
mod cli;
mod browser;
mod fhir;
mod fuzz;
mod import;
mod scenario;
mod search;
mod store;
mod support;
mod tidy;
