//! Both engines get the same tables.

use std::collections::BTreeSet;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// How a word of SQLite's DDL is written for PostgreSQL.
const TYPES: &[(&str, &str)] = &[("INTEGER", "BIGINT"), ("BLOB", "BYTEA"), ("REAL", "DOUBLE PRECISION")];

/// The one table that each engine has in a way of its own.
const OWN: &str = "full_text";

/// What only PostgreSQL needs to be told: the index serves a search by prefix.
const POSTGRES_ONLY: &[&str] = &[" text_pattern_ops"];

#[test]
fn both_engines_have_the_same_migrations() {
    let [sqlite, postgres] = ENGINES.map(file_names);
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

#[test]
fn both_engines_have_the_same_tables_columns_and_indexes() {
    for name in file_names(ENGINES[0]) {
        let shared = |text: &&String| !text.contains(OWN);
        let sqlite = statements(ENGINES[0], &name);
        let sqlite: Vec<_> = sqlite.iter().filter(shared).map(|text| as_postgres(text)).collect();
        let postgres: Vec<_> = statements(ENGINES[1], &name)
            .iter()
            .filter(shared)
            .map(|text| POSTGRES_ONLY.iter().fold(text.clone(), |text, word| text.replace(word, "")))
            .collect();
        for (left, right) in sqlite.iter().zip(&postgres) {
            assert_eq!(left, right, "{name}");
        }
        assert_eq!(sqlite.len(), postgres.len(), "{name}");
    }
}

#[test]
fn migrations_are_numbered_without_gaps() {
    for (at, name) in file_names(ENGINES[0]).iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", at + 1)), "{name} is number {}", at + 1);
    }
}

/// The names of all tables.
pub(super) fn tables() -> BTreeSet<String> {
    let all = file_names(ENGINES[0]).into_iter().flat_map(|name| statements(ENGINES[0], &name));
    all.filter_map(|text| text.strip_prefix("CREATE TABLE ")?.split(' ').next().map(ToOwned::to_owned)).collect()
}

fn file_names(engine: &str) -> BTreeSet<String> {
    let folder = super::root().join("migrations").join(engine);
    let entries = folder.read_dir().expect("migrations").map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.map(|path| path.file_name().expect("a file has a name").to_string_lossy().into_owned()).collect()
}

/// The statements of a migration, without comments, with single spaces.
fn statements(engine: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(super::root().join("migrations").join(engine).join(name)).expect("a migration");
    let lines: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let text = lines.join(" ");
    let statements = text.split(';').map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    statements.filter(|text| !text.is_empty()).collect()
}

fn as_postgres(statement: &str) -> String {
    let words =
        statement.split(' ').map(|word| TYPES.iter().find(|(sqlite, _)| *sqlite == word).map_or(word, |it| it.1));
    words.collect::<Vec<_>>().join(" ")
}
