//! The pages over HTTP: what people see, choose and are refused.

mod addresses;
mod choices;
mod people;
mod workspace;
