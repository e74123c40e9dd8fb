//! A [`Query`](crate::search::Query) as SQL. Nothing here touches a database: it makes text and arguments.
//!
//! What the caller may see ([`Visibility`]) is part of every relation that a statement names: of the matches, of each
//! step of a chain, of what `_has` looks at and of what is included.

mod builder;
mod chain;
mod composite;
mod contained;
mod date;
mod each;
mod everything;
mod filter;
mod full_text;
mod history;
mod include;
mod labels;
mod lastn;
mod latest_stop;
mod near;
mod number;
mod page;
mod quantity;
mod reference;
mod scope;
mod sort;
mod string;
mod token;
mod uri;
mod visibility;

use crate::store::Arg;

pub use contained::matched;
pub use everything::{Everything, everything};
pub use history::{Drive, VersionRow, Within, version_total, versions};
pub use include::includes;
pub use labels::{labels, rows};
pub use lastn::lastn;
pub use page::{cursor, estimate, page, total};
pub use visibility::Visibility;

/// A statement with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// The text, with `$1`, `$2`, …
    pub text: String,
    /// What is bound to them.
    pub args: Vec<Arg>,
}
