//! Conditions on `full_text`: an expression of FTS5 or a `tsquery`. Words hold only letters and digits, so nothing in them
//! has a meaning to either engine.

use crate::search::WordTest;
use crate::store::Dialect;
use crate::store::sql::full_text::owner;

use super::builder::Builder;

/// The rows whose words pass; of one person, if the search is bound to one.
pub(super) fn rows(builder: &mut Builder, narrative: bool, words: &WordTest, person: Option<i64>) -> String {
    let owner = person.map(|person| owner(builder.dialect, person));
    match builder.dialect {
        Dialect::Sqlite => {
            let columns = if narrative { "narrative" } else { "{narrative rest}" };
            let text = format!("{columns} : ({})", fts5(words));
            let text = builder.arg(match owner {
                Some(owner) => format!("(owner : \"{owner}\") AND ({text})"),
                None => text,
            });
            format!("SELECT rowid FROM full_text WHERE full_text MATCH {text}")
        }
        Dialect::Postgres => {
            let x = builder.alias();
            let text = tsquery(words, if narrative { "A" } else { "" });
            let text = builder.arg(match owner {
                Some(owner) => format!("'{owner}' & {text}"),
                None => text,
            });
            format!("SELECT {x}.rid FROM full_text {x} WHERE {x}.words::tsvector @@ {text}::text::tsquery")
        }
    }
}

fn fts5(test: &WordTest) -> String {
    match test {
        WordTest::Phrase { words, open } => format!("\"{}\"{}", words.join(" "), if *open { " *" } else { "" }),
        WordTest::All(parts) => joined(parts, " AND ", fts5),
        WordTest::Any(parts) => joined(parts, " OR ", fts5),
        WordTest::Except(wanted, unwanted) => format!("({} NOT {})", fts5(wanted), fts5(unwanted)),
    }
}

fn tsquery(test: &WordTest, weight: &str) -> String {
    match test {
        WordTest::Phrase { words, open } => {
            let word = |(at, word): (usize, &String)| {
                let mark = if *open && at + 1 == words.len() { "*" } else { "" };
                let colon = if mark.is_empty() && weight.is_empty() { "" } else { ":" };
                format!("'{word}'{colon}{mark}{weight}")
            };
            let words: Vec<_> = words.iter().enumerate().map(word).collect();
            format!("({})", words.join(" <-> "))
        }
        WordTest::All(parts) => joined(parts, " & ", |part| tsquery(part, weight)),
        WordTest::Any(parts) => joined(parts, " | ", |part| tsquery(part, weight)),
        WordTest::Except(wanted, unwanted) => format!("({} & !{})", tsquery(wanted, weight), tsquery(unwanted, weight)),
    }
}

fn joined(parts: &[WordTest], between: &str, one: impl Fn(&WordTest) -> String) -> String {
    let parts: Vec<_> = parts.iter().map(one).collect();
    format!("({})", parts.join(between))
}
