//! The door: who may see what, that what is hidden is absent, and that every pass is recorded.

mod asked;
mod asking;
mod carrier;
mod consent;
mod defining;
mod emergency;
mod ending;
mod handoff;
pub mod hidden;
mod kinds;
mod logged;
mod named;
mod record;
mod routes;
mod scopes;
mod told;
mod whose;
mod words;
mod writers;

use crate::support::world;
