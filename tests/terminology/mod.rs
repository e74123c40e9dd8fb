//! Packages of definitions, and what codes mean.

mod animals;
mod operations;
mod packages;
mod search;
mod supplements;
