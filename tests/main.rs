//! Every test from outside, in one binary. The folders mirror those of `src`.

mod access;
mod auth;
mod browser;
mod cli;
mod fhir;
mod fuzz;
mod import;
mod portal;
mod scenario;
mod search;
mod store;
mod support;
mod tidy;
