//! The door: who may see what, that what is hidden is absent, and that every pass is recorded.

mod asked;
mod asking;
mod consent;
mod emergency;
mod handoff;
mod logged;
pub mod hidden;
mod record;
mod routes;
mod scopes;

use crate::support::world;
