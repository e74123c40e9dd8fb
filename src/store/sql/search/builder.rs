//! Collects the arguments of a statement while its text is made.

use crate::store::{Arg, Dialect};

use super::Sql;
use super::visibility::{Of, Visibility};

/// The marker that stands for the alias in a predicate that is used for several relations.
pub(super) const ALIAS: &str = "@";

/// How the conditions on a relation are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The rows that pass are collected from the index: nothing else narrows the search.
    Collect,
    /// The relation is bound to one person: collected where the index knows the person, else looked up.
    Bound,
    /// Each candidate is looked up: something else narrows the search.
    Probe,
}

/// A statement in the making.
pub(super) struct Builder<'v> {
    /// The engine.
    pub(super) dialect: Dialect,
    /// The argument that holds the one person, if the search is bound to one.
    pub(super) person: Option<String>,
    /// The one person's number.
    pub(super) owner: Option<i64>,
    args: Vec<Arg>,
    aliases: usize,
    contained: Vec<String>,
    visibility: &'v Visibility,
    /// What the caller may see, once it was needed: of anybody.
    visible: Option<String>,
}

impl<'v> Builder<'v> {
    /// A new statement for this caller.
    pub(super) fn new(dialect: Dialect, visibility: &'v Visibility) -> Self {
        let (args, contained) = (Vec::new(), Vec::new());
        Self { dialect, person: None, owner: None, args, aliases: 0, contained, visibility, visible: None }
    }

    /// Binds an argument; the answer is its name in the text.
    pub(super) fn arg(&mut self, arg: impl Into<Arg>) -> String {
        self.args.push(arg.into());
        format!("${}", self.args.len())
    }

    /// Binds the number of rows. `SQLite` looks into a bare argument there and prepares the statement anew for each one.
    pub(super) fn limit(&mut self, rows: i64) -> String {
        let rows = self.arg(rows);
        match self.dialect {
            Dialect::Sqlite => format!("{rows} + 0"),
            Dialect::Postgres => rows,
        }
    }

    /// A name for a relation that is not used yet.
    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("x{}", self.aliases)
    }

    /// A name for a relation of contained resources.
    pub(super) fn contained_alias(&mut self) -> String {
        let alias = self.alias();
        self.contained.push(alias.clone());
        alias
    }

    /// True if the relation is one of contained resources.
    pub(super) fn is_contained(&self, alias: &str) -> bool {
        self.contained.iter().any(|other| other == alias)
    }

    /// What the caller may see, with [`ALIAS`] for the relation.
    fn predicate(&mut self) -> String {
        if let Some(visible) = &self.visible {
            return visible.clone();
        }
        let visible = self.visibility.predicate(self, Of::Anybody);
        self.visible = Some(visible.clone());
        visible
    }

    /// What the caller may see of the relation `alias`.
    pub(super) fn visible(&mut self, alias: &str) -> String {
        self.predicate().replace(ALIAS, alias)
    }

    /// The same among the rows of one person, which are few. Without statistics `PostgreSQL` believes that of a holder, too, there
    /// are few rows, and would collect all of them first.
    pub(super) fn visible_among(&mut self, alias: &str, person: i64) -> String {
        let of = if person > 0 { Of::Somebody } else { Of::Anybody };
        let mut visible = self.visibility.predicate(self, of);
        if self.dialect == Dialect::Postgres {
            for name in ["source", "person", "rtype"] {
                let column = format!("{ALIAS}.{name}");
                visible = visible.replace(&column, &self.aside(&column));
            }
        }
        visible.replace(ALIAS, alias)
    }

    /// The relation `r` is among these rows, which are few. `PostgreSQL` makes them first, whatever it believes to know of
    /// the tables.
    pub(super) fn within(&self, r: &str, rows: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("{r}.rid IN ({rows})"),
            Dialect::Postgres => format!("{r}.rid = ANY(ARRAY({rows}))"),
        }
    }

    /// An index table has a row `x` of the relation `r` that passes; looked up for each row of `r`.
    pub(super) fn has_row(&self, r: &str, table: &str, x: &str, passes: &str) -> String {
        match self.dialect {
            // Else an index that holds all columns is taken, and walked over all that is stored.
            Dialect::Sqlite => {
                format!(
                    "EXISTS (SELECT 1 FROM {table} {x} INDEXED BY {table}_rid WHERE {x}.rid = {r}.rid AND {passes})"
                )
            }
            // The offset keeps it from being turned into a join, which for the few rows of one person reads too much.
            Dialect::Postgres => {
                let each = if self.person.is_some() { " OFFSET 0" } else { "" };
                format!("EXISTS (SELECT 1 FROM {table} {x} WHERE {x}.rid = {r}.rid AND {passes}{each})")
            }
        }
    }

    /// A column whose own index is not to be walked.
    pub(super) fn aside(&self, column: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("+{column}"),
            Dialect::Postgres => format!("{column} + 0"),
        }
    }

    /// What the caller may see of a version of relation `then`, whose resource is relation `now`: both must pass. Unlike
    /// elsewhere a deletion passes, for it is a version too.
    pub(super) fn visible_version(&mut self, now: &str, then: &str) -> String {
        let any = self.predicate().replace(&format!("{ALIAS}.deleted = 0"), "1 = 1");
        let (rtype, id) = (format!("{ALIAS}.rtype"), format!("{ALIAS}.id"));
        let was = any.replace(&rtype, &format!("{now}.rtype")).replace(&id, &format!("{now}.id"));
        format!("{} AND {}", any.replace(ALIAS, now), was.replace(ALIAS, then))
    }

    /// Whether a running handoff to the caller names the row `rid`, as 1 or 0.
    pub(super) fn handoff(&mut self, rid: &str) -> String {
        match self.visibility.handoff {
            Some(asker) => {
                let (org, now) = (self.arg(asker.org), self.arg(asker.now));
                format!(
                    "CASE WHEN EXISTS (SELECT 1 FROM handoff_item i WHERE i.org = {org} AND i.item = {rid} \
                     AND i.until > {now}) THEN 1 ELSE 0 END"
                )
            }
            None => "0".to_owned(),
        }
    }

    /// The columns of a record, of the relation `r`.
    pub(super) fn columns(&mut self) -> String {
        let handoff = self.handoff("r.rid");
        format!(
            "r.rid, r.rtype, r.id, r.version, r.updated, r.person, r.category, r.labels, r.source, r.data_from, r.data_to, \
             r.body, {handoff}, COALESCE((SELECT p.policy FROM person p WHERE p.person = r.person), 0)"
        )
    }

    /// `column` is one of these texts.
    pub(super) fn one_of(&mut self, column: &str, mut texts: Vec<String>) -> String {
        if texts.len() == 1 {
            let text = self.arg(texts.swap_remove(0));
            return format!("{column} = {text}");
        }
        let list = self.arg(Arg::Texts(texts));
        format!("{column} IN {}", self.dialect.texts(&list))
    }

    /// `column` is one of these numbers.
    pub(super) fn one_of_numbers(&mut self, column: &str, mut numbers: Vec<i64>) -> String {
        if numbers.len() == 1 {
            let number = self.arg(numbers.swap_remove(0));
            return format!("{column} = {number}");
        }
        let list = self.arg(Arg::Ints(numbers));
        format!("{column} IN {}", self.dialect.ints(&list))
    }

    /// `column` starts with `prefix`, as a range of an index.
    pub(super) fn starts(&mut self, column: &str, prefix: &str) -> String {
        let from = self.arg(prefix);
        let (at_least, less) = match self.dialect {
            Dialect::Sqlite => (">=", "<"),
            Dialect::Postgres => ("~>=~", "~<~"),
        };
        match successor(prefix) {
            Some(end) => {
                let to = self.arg(end);
                format!("({column} {at_least} {from} AND {column} {less} {to})")
            }
            None => format!("{column} {at_least} {from}"),
        }
    }

    /// The finished statement.
    pub(super) fn finish(self, text: String) -> Sql {
        Sql { text, args: self.args }
    }
}

/// The smallest text that is larger than every text that starts with `prefix`.
fn successor(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

/// `LIKE` takes these letters as they are.
pub(super) fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The alternatives as one condition.
pub(super) fn any(parts: &[String]) -> String {
    match parts {
        [] => "1 = 0".to_owned(),
        [one] => one.clone(),
        _ => format!("({})", parts.join(" OR ")),
    }
}

/// All the conditions as one.
pub(super) fn every(parts: &[String]) -> String {
    match parts {
        [] => "1 = 1".to_owned(),
        [one] => one.clone(),
        _ => format!("({})", parts.join(" AND ")),
    }
}

/// Numbers of our own, for the text.
pub(super) fn list(numbers: impl IntoIterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    numbers.join(", ")
}
