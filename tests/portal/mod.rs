//! The pages over HTTP: what people see, choose and are refused.

mod addresses;
mod attached;
mod children;
mod choices;
mod handing_over;
mod limits;
pub mod people;
mod questions;
mod untold;
mod wishes;
mod workspace;
