//! Packages of definitions, and what codes mean.

mod animals;
mod in_a_bundle;
mod operations;
mod packages;
mod published;
mod search;
mod supplements;
