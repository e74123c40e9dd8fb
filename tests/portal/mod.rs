//! The pages over HTTP: what people see, choose and are refused.

mod addresses;
mod children;
mod choices;
mod handing_over;
pub mod people;
mod questions;
mod wishes;
mod workspace;
