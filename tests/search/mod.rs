//! Search: how a query string is read, and what it finds on every engine.

mod custom;
mod found;
mod language;
mod large;
mod paging;
mod parse;
mod plans;
mod random;
mod region;
mod seen;
mod support;
