//! The requests behind the pages: each handler asks the door, fills a model and renders it. Nothing else leads to data.

mod attached;
mod control;
mod failure;
mod files;
mod form;
mod language;
mod look;
mod made;
mod pages;
mod patient;
mod provider;
mod questionnaire;
mod table;
mod visit;
mod words;

pub use failure::no_page;
pub use table::{ADDRESSES, Who, routes};
