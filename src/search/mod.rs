//! Search of FHIR R4 (<https://hl7.org/fhir/R4/search.html>): the query string becomes a [`Query`]. No SQL here.
//!
//! Read in this order: what a query is ([`Query`], [`Filter`], [`Test`]), how it is read ([`parse`]), then one file per
//! parameter type.

mod chain;
mod composite;
mod control;
mod cursor;
mod date;
mod expression;
mod full_text;
mod history;
mod include;
mod latest_stop;
mod named;
mod near;
mod number;
mod options;
mod parameter;
mod parse;
mod patient;
mod prefix;
mod quantity;
mod query;
mod reference;
mod sort;
mod string;
mod system;
mod terms;
mod test;
mod text;
mod token;
mod uri;

pub use cursor::{Cursor, CursorValue};
pub use history::{HistoryQuery, Place};
pub use options::{Limits, Options, Problem};
pub use parse::parse;
pub use patient::{PatientFilter, PatientValue};
pub use prefix::Prefix;
pub use query::{Contained, Filter, Include, Query, SortBy, SortKey, Summary, Total};
pub use terms::{Terms, TermsHow};
pub use test::{
    Circle, DateTest, NumberTest, OfTypeTest, Part, QuantityTest, ReferenceTest, StringMatch, SystemTest, Test,
    TokenTest, UriMatch, WordTest,
};
