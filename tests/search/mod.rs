//! Search: how a query string is read, and what it finds on every engine.

mod found;
mod large;
mod paging;
mod parse;
mod plans;
mod random;
mod region;
mod seen;
mod support;
