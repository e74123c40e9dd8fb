//! The medication process (MP9 3.0): building blocks in and out, the searches of the information standard, stops,
//! prescriptions and the overview.

pub mod blocks;
mod latest_stop;
mod operation;
mod overview;
mod prescriptions;
mod queries;
mod unchanged;
