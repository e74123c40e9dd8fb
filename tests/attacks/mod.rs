//! The catalogue of attacks that the server has to withstand, one test for each, by number. What concerns an interface that
//! does not exist here stands in `not_applicable.txt` with the reason; `catalogue.rs` checks that no number is missing.

mod catalogue;
mod channels;
mod consents;
mod containers;
mod copies;
mod emergency;
mod history;
mod inference;
mod inside;
mod paging;
mod people;
mod periods;
mod probe;
mod records;
mod revocation;
mod smuggling;
mod tokens;
mod writes;
