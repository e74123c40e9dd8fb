//! The words of resources, for `_text` and `_content`. The server cuts the words; the engines only keep them, so that both
//! find the same: `SQLite` in an FTS5 table, `PostgreSQL` as a `tsvector` that is written out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use spil_fhir_profiles::index::{Words, listed};

use crate::store::tx::{Dialect, Kind};
use crate::store::value::Cell;

use super::apply::Placed;

const SQLITE: &[(&str, Kind)] =
    &[("rowid", Kind::Int), ("narrative", Kind::Text), ("rest", Kind::Text), ("owner", Kind::Text)];
const POSTGRES: &[(&str, Kind)] = &[("rid", Kind::Int), ("words", Kind::Text)];
/// So far behind the narrative the rest begins: no phrase reaches over.
const GAP: usize = 10;

/// The column that holds the row number.
pub(super) fn key(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "rowid",
        Dialect::Postgres => "rid",
    }
}

/// The word that stands for a person, so that a search about one does not walk through those of all.
pub(in crate::store) fn owner(dialect: Dialect, person: i64) -> String {
    match dialect {
        Dialect::Sqlite => format!("p{}", person.max(-1).wrapping_add(1)),
        Dialect::Postgres => format!("@{}", person.max(-1).wrapping_add(1)),
    }
}

/// The rows of `full_text`, one after the other.
pub(super) fn rows(dialect: Dialect, placed: &[Placed<'_>]) -> Vec<Cell> {
    let rows = placed.iter().filter_map(|(rid, person, change)| row(dialect, *rid, *person, &change.index.words));
    rows.flatten().collect()
}

/// The columns of `full_text`.
pub fn columns(dialect: Dialect) -> &'static [(&'static str, Kind)] {
    match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    }
}

/// The row of one resource; none if it has no words.
pub fn row(dialect: Dialect, rid: i64, person: i64, words: &Words) -> Option<Vec<Cell>> {
    if words.narrative.is_empty() && words.content.is_empty() {
        return None;
    }
    let owner = owner(dialect, person);
    Some(match dialect {
        Dialect::Sqlite => {
            let (narrative, rest) = (words.narrative.clone(), words.content.clone());
            vec![Cell::Int(rid), Cell::Text(narrative), Cell::Text(rest), Cell::Text(owner)]
        }
        Dialect::Postgres => vec![Cell::Int(rid), Cell::Text(vector(words, &owner))],
    })
}

/// A `tsvector` as text: each word with its places; those of the narrative have weight A.
fn vector(words: &Words, owner: &str) -> String {
    let mut places: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    let mut at = 0;
    for word in listed(&words.narrative) {
        at += 1;
        places.entry(word).or_default().push((at, "A"));
    }
    for (word, at) in listed(&words.content).zip(at + GAP..) {
        places.entry(word).or_default().push((at, ""));
    }
    let mut text = format!("'{owner}'");
    for (word, places) in places {
        let places: Vec<String> = places.iter().map(|(at, weight)| format!("{at}{weight}")).collect();
        // Writing to a String cannot fail.
        let _ = write!(text, " '{word}':{}", places.join(","));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_each_word_once_with_its_places() {
        let words = Words { narrative: "b a b".to_owned(), content: "a c".to_owned() };
        assert_eq!(vector(&words, "@1"), "'@1' 'a':2A,13 'b':1A,3A 'c':14");
    }
}
