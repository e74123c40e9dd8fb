//! What the tests stand on.

pub mod chromium;
pub mod postgres;
