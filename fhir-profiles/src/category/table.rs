//! The two tables: their systems, lists and rows (`profiles/data-category.tsv` explains the columns).

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

use super::anywhere::Anywhere;
use super::{by_code, label};
use crate::index::coded;
use crate::path::{Item, Path};

pub(super) const CATEGORIES: &str = include_str!("../../profiles/data-category.tsv");
pub(super) const LABELS: &str = include_str!("../../profiles/data-label.tsv");

/// Both tables as they are used.
pub(super) struct Tables {
    /// Rows of a type that give a category, in their order.
    pub categories: HashMap<&'static str, Vec<Rule>>,
    /// Rows of a type that set a label.
    pub labels: HashMap<&'static str, Vec<Rule>>,
    /// Codes that set a label wherever they stand.
    pub anywhere: Anywhere,
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut named = Named::default();
    let mut tables = Tables { categories: HashMap::new(), labels: HashMap::new(), anywhere: Anywhere::default() };
    for row in named.rows(CATEGORIES) {
        if let Some(rule) = row.rule(by_code(row.gives).map(|category| category.number)) {
            tables.categories.entry(row.rtype).or_default().push(rule);
        }
    }
    for row in named.rows(LABELS) {
        match row.path {
            Some("**") => {
                for pattern in row.patterns {
                    tables.anywhere.add(&pattern, label(row.gives).unwrap_or_default());
                }
            }
            _ => {
                if let Some(rule) = row.rule(label(row.gives)) {
                    tables.labels.entry(row.rtype).or_default().push(rule);
                }
            }
        }
    }
    tables
});

/// What a table names before its rows.
#[derive(Default)]
pub(super) struct Named {
    systems: HashMap<&'static str, Vec<&'static str>>,
    /// The lists, by name.
    pub lists: BTreeMap<&'static str, Vec<&'static str>>,
}

/// One row as it is written, its lists filled in.
pub(super) struct Row {
    /// The resource type, or `*`.
    pub rtype: &'static str,
    /// Where to look; none holds always.
    pub path: Option<&'static str>,
    /// What to find there, with its lists as they are written.
    pub values: &'static str,
    /// What to find there.
    pub patterns: Vec<Pattern>,
    /// The code of the category or the label.
    pub gives: &'static str,
}

/// A system under all its names (none: no system), and a code or its beginning.
#[derive(Clone)]
pub(super) struct Pattern {
    /// The system as resources call it.
    pub systems: Vec<&'static str>,
    /// The code, or how it begins.
    pub code: &'static str,
    /// Whether anything may follow.
    pub is_prefix: bool,
}

/// One row in use: if one of the patterns is found at the place, this category or label.
pub(super) struct Rule {
    /// Where to look, and for what; none holds always.
    pub condition: Option<(Path, Vec<Pattern>)>,
    /// The number of the category, or the bits of the label.
    pub gives: u8,
}

impl Named {
    /// The rows of a table, which may use what an earlier table named.
    pub fn rows(&mut self, table: &'static str) -> Vec<Row> {
        let mut rows = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let first = cells.next().unwrap_or_default();
            if let Some(short) = first.strip_prefix('@') {
                self.systems.insert(short, cells.collect());
            } else if let (Some(list), Some(values)) = (first.strip_prefix('$'), cells.clone().next()) {
                self.lists.entry(list).or_default().extend(values.split(','));
            } else if let (Some(condition), Some(gives), false) = (cells.next(), cells.next(), first == "type") {
                let (path, values) = condition.rsplit_once('=').map_or((None, ""), |(path, all)| (Some(path), all));
                let patterns = if path.is_some() { self.patterns(values) } else { Vec::new() };
                rows.push(Row { rtype: first, path, values, patterns, gives });
            }
        }
        rows
    }

    fn patterns(&self, values: &'static str) -> Vec<Pattern> {
        let listed = |value: &'static str| match value.strip_prefix('$') {
            Some(list) => self.lists.get(list).cloned().unwrap_or_default(),
            None => vec![value],
        };
        values.split(',').flat_map(listed).map(|value| self.pattern(value)).collect()
    }

    fn pattern(&self, text: &'static str) -> Pattern {
        let (short, code) = text.split_once('|').map_or((None, text), |(system, code)| (Some(system), code));
        let named = |short| self.systems.get(short).cloned().unwrap_or_else(|| vec![short]);
        let prefix = code.strip_suffix('*');
        Pattern {
            systems: short.map_or_else(Vec::new, named),
            code: prefix.unwrap_or(code),
            is_prefix: prefix.is_some(),
        }
    }
}

impl Row {
    /// The row in use. A test keeps rows that cannot be read out of the tables; one that slips in holds for nothing.
    fn rule(&self, gives: Option<u8>) -> Option<Rule> {
        let condition = match self.path {
            Some(path) => Some((Path::parse(path).ok()?, self.patterns.clone())),
            None => None,
        };
        Some(Rule { condition, gives: gives? })
    }
}

impl Rule {
    /// Whether it holds for a resource.
    pub fn holds(&self, resource: &Value) -> bool {
        let Some((path, patterns)) = &self.condition else { return true };
        path.evaluate(resource, resource).into_iter().any(|item| match item {
            Item::Node(value, _) => {
                coded(value).iter().any(|(system, code)| patterns.iter().any(|pattern| pattern.matches(*system, code)))
            }
            Item::Bool(answer) => patterns.iter().any(|pattern| pattern.code == "true") == answer,
            Item::Text(_) | Item::Resource(_) => false,
        })
    }
}

impl Pattern {
    fn matches(&self, system: Option<&str>, code: &str) -> bool {
        let same_system = match system {
            Some(system) => self.systems.contains(&system),
            None => self.systems.is_empty(),
        };
        same_system && begins(code, self.code, self.is_prefix)
    }
}

/// Whether a code is another, or begins with it. `F32.1`, `f32.1` and `F321` are one code: whoever writes it loosely must not
/// lose the protection.
pub(super) fn begins(code: &str, with: &str, is_prefix: bool) -> bool {
    let mut rest = code.bytes().filter(|byte| *byte != b'.');
    let mut start = with.bytes().filter(|byte| *byte != b'.');
    start.all(|byte| rest.next().is_some_and(|next| next.eq_ignore_ascii_case(&byte)))
        && (is_prefix || rest.next().is_none())
}
