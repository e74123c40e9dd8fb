//! Search: how a query string is read, and what it finds on every engine.

mod ask;
mod crowd;
mod custom;
pub mod differential;
mod every;
mod found;
mod kept;
mod language;
mod large;
mod made;
pub mod naive;
mod paging;
mod parse;
mod plans;
mod random;
mod region;
mod seen;
mod support;
mod upgraded;
