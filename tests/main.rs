//! Every test from outside, in one binary. The folders mirror those of `src`.
#![expect(clippy::print_stdout, reason = "a test may say what it has shown")]
#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it has cases")]
#![expect(clippy::needless_pass_by_value, reason = "builders read better when they take what they build in")]

mod access;
mod attacks;
mod auth;
mod browser;
mod categories;
mod cli;
mod conforming;
mod documents;
mod examples;
mod fhir;
mod fuzz;
mod http;
mod import;
mod interference;
mod medication;
mod notify;
mod portal;
mod scenario;
mod search;
mod standards;
mod store;
mod support;
mod terminology;
mod tidy;
mod tlog;
