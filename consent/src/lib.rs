#![doc = include_str!("../README.md")]

mod category;
mod decide;
mod decision;
mod directive;
mod item;
mod labels;
mod matching;
mod reason;
mod representation;
mod request;
mod restrict;
mod scope;
mod specificity;
mod view;

pub use category::{Category, CategorySet};
pub use decide::{decide, permits};
pub use decision::{Decision, Ground};
pub use directive::{Content, Directive, Effect, Holder, Rule, Target, User};
pub use item::Item;
pub use labels::Labels;
pub use reason::{Citation, Reason};
pub use representation::{ALONE_FROM, Capacity, Represented, Say, Standing, TOGETHER_FROM, acting, own};
pub use request::{BREAK_THE_GLASS, HUB, OrgNo, PATIENT, Request};
pub use restrict::scope;
pub use scope::{Scope, Test};
pub use specificity::Specificity;
