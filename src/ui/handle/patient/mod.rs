//! The pages of the patient, one file each.

pub mod choice;
pub mod choose;
pub mod data;
pub mod documents;
pub mod item;
pub mod looked;
pub mod looked_list;
pub mod overview;
pub mod permissions;
pub mod questions;
pub mod representatives;
pub mod share;
pub mod start;
pub mod stop;
pub mod wishes;
