//! Which way the code may depend.

use super::source::{Source, line_of, sources, words};

/// A word that code may use in some places only.
struct Rule {
    /// The identifiers, joined by `::`.
    word: &'static str,
    /// Where the rule holds.
    within: &'static [&'static str],
    /// Where the word may be used all the same. A folder ends with a slash.
    only: &'static [&'static str],
    why: &'static str,
}

const SERVER: &[&str] = &["src/"];

const RULES: &[Rule] = &[
    Rule { word: "sqlx", within: SERVER, only: &["src/store/"], why: "SQL lives in the store" },
    Rule { word: "rusqlite", within: SERVER, only: &["src/store/sqlite/", "src/store/tx.rs"], why: "one engine each" },
    Rule {
        word: "tokio_postgres",
        within: SERVER,
        only: &["src/store/postgres/", "src/store/tx.rs"],
        why: "one engine each",
    },
    Rule {
        word: "axum",
        within: SERVER,
        only: &[
            "src/fhir/",
            "src/ui/",
            "src/auth/",
            "src/http/",
            "src/app.rs",
            "src/routes.rs",
            "src/routes/",
            "src/server.rs",
            "src/server/",
            "src/cli/serve.rs",
        ],
        why: "only the edges know HTTP",
    },
    Rule { word: "crate::ui", within: &["src/fhir/"], only: &[], why: "the edges do not know each other" },
    Rule { word: "crate::fhir", within: &["src/ui/"], only: &[], why: "the edges do not know each other" },
    Rule { word: "spil_fhir_profiles", within: &["consent/"], only: &[], why: "a leaf names no other member" },
    Rule { word: "spil_consent", within: &["fhir-profiles/"], only: &[], why: "a leaf names no other member" },
    Rule { word: "tokio", within: &["consent/", "fhir-profiles/"], only: &[], why: "the leaves are not async" },
    Rule { word: "SystemTime::now", within: SERVER, only: &["src/clock.rs"], why: "time is an argument" },
    Rule { word: "getrandom", within: SERVER, only: &["src/clock.rs"], why: "randomness is an argument" },
    Rule {
        word: "env::var",
        within: SERVER,
        only: &["src/main.rs", "src/cli.rs", "src/cli/", "src/config.rs", "src/config/"],
        why: "settings are read once, at start",
    },
    Rule { word: "process::exit", within: SERVER, only: &["src/main.rs"], why: "what is open must be closed" },
];

const FORBIDDEN_MODULES: &[&str] =
    &["common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "util", "utils"];

#[test]
fn every_word_is_used_only_where_it_belongs() {
    let mut faults = Vec::new();
    for rule in RULES {
        let bound = sources().iter().filter(|source| !source.is_test());
        for source in bound.filter(|source| source.is_in(rule.within) && !source.is_in(rule.only)) {
            let uses = uses(&source.code, rule.word).into_iter();
            faults.extend(uses.map(|line| format!("{}:{line}: `{}`: {}", source.path, rule.word, rule.why)));
        }
    }
    super::expect_none(&faults);
}

#[test]
fn no_lint_is_switched_off_with_allow() {
    let faults: Vec<_> = sources()
        .iter()
        .flat_map(|source| ["#[allow", "#![allow"].map(|attribute| (source, attribute)))
        .filter_map(|(source, attribute)| source.code.find(attribute).map(|at| (source, at)))
        .map(|(source, at)| format!("{}:{}: use `#[expect(…, reason = …)]`", source.path, line_of(&source.code, at)))
        .collect();
    super::expect_none(&faults);
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let says_nothing = |source: &&Source| {
        source.path.split('/').any(|part| FORBIDDEN_MODULES.contains(&part.strip_suffix(".rs").unwrap_or(part)))
    };
    let faults: Vec<_> = sources().iter().filter(says_nothing).map(|source| source.path.clone()).collect();
    super::expect_none(&faults);
}

#[test]
fn tables_are_named_only_in_the_store() {
    let tables = super::migrations::tables();
    assert!(tables.len() > 15, "only {} tables were found", tables.len());
    let mut faults = Vec::new();
    let outside = |source: &&Source| source.is_in(SERVER) && !source.is_in(&["src/store/"]) && !source.is_test();
    for source in sources().iter().filter(outside) {
        let mut before = "";
        for (at, word) in words(&source.uncommented) {
            let named =
                ["FROM", "INTO", "JOIN", "UPDATE"].contains(&before) && tables.iter().any(|table| table == word);
            if named || word.starts_with("ix_") {
                faults.push(format!("{}:{}: table `{word}`", source.path, line_of(&source.uncommented, at)));
            }
            before = word;
        }
    }
    super::expect_none(&faults);
}

/// The lines that use a path, written out or as the first names of a group: `crate::ui::x` and `crate::{http, ui::x}`.
fn uses(code: &str, path: &str) -> Vec<usize> {
    let (parent, name) = path.rsplit_once("::").unwrap_or(("", path));
    let at_name = words(code).filter(|(_, word)| *word == name).map(|(at, _)| at);
    at_name.filter(|at| parent.is_empty() || parent_of(&code[..*at]) == parent).map(|at| line_of(code, at)).collect()
}

/// The identifier that the name right after `before` is read from: that before `::`, or before the group it stands in.
fn parent_of(before: &str) -> &str {
    let before = before.trim_end();
    if let Some(parent) = before.strip_suffix("::") {
        return last_word(parent);
    }
    if !before.ends_with(['{', ',']) {
        return "";
    }
    let mut depth = 0_i32;
    for (at, c) in before.char_indices().rev() {
        match c {
            '}' => depth += 1,
            '{' if depth == 0 => return before[..at].strip_suffix("::").map_or("", last_word),
            '{' => depth -= 1,
            ';' => return "",
            _ => {}
        }
    }
    ""
}

fn last_word(text: &str) -> &str {
    let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::uses;

    #[test]
    fn a_path_is_found_alone_and_in_a_group() {
        let cases = [
            ("use crate::ui::page;", 1),
            ("use crate::{http::body, ui};", 1),
            ("use crate::{http::{a, b}, ui::c};", 1),
            ("use crate::{http::ui};", 0),
            ("let ui = 1;", 0),
            ("crate::uix::f()", 0),
            ("Page { http, ui }", 0),
        ];
        for (code, count) in cases {
            assert_eq!(uses(code, "crate::ui").len(), count, "{code}");
        }
    }
}
