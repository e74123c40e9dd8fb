//! What the tests stand on: a server in process, the people and systems that call it, a browser, and both engines.

pub mod browser;
pub mod builders;
pub mod callers;
pub mod chromium;
pub mod engine;
mod hub;
pub mod keys;
pub mod postgres;
pub mod receiver;
pub mod region;
pub mod server;
pub mod world;

pub use callers::{Caller, Response};
pub(crate) use engine::on_both;
pub use engine::{Engine, Fixture, run};
pub use hub::hub;
pub use region::Person;
pub use server::Server;
