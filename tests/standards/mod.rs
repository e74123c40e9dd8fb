//! `docs/standards.md`: which part of each Dutch standard is shown by which test. Every part that the code knows has a row, every
//! row a test that is there and is run.

use std::collections::BTreeSet;
use std::path::Path;

use spil_fhir_profiles::medication::Block;
use spil_fhir_profiles::parameters::parameters;

use crate::fhir::{acp, acp_profiles, bgz};

/// The first number of the search parameters of the Dutch standards.
const DUTCH: u16 = 8_000;

fn file(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

/// The parts of a text between back-ticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of the table below a heading: the part, and its tests.
fn rows(page: &str, heading: &str) -> Vec<(String, Vec<String>)> {
    let after = page.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no heading {heading}"));
    let table = after.split("\n## ").next().unwrap_or_default().replace("\\|", "\u{1}");
    let lines = table.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            let [part, _, tests] = cells.as_slice() else { panic!("three cells: {line}") };
            let part = quoted(part).first().expect("a part").replace('\u{1}', "|");
            (part, quoted(tests))
        })
        .collect()
}

/// Whether the test `file::name` is there and is run.
fn is_run(test: &str) -> bool {
    let Some((path, name)) = test.split_once("::") else { return false };
    let Some(source) = file(path) else { return false };
    let Some(at) = source.find(&format!("fn {name}(")) else { return false };
    let above = source[..at].rsplit("\n\n").next().unwrap_or_default();
    let marked = above.contains("#[test]") || above.contains("#[tokio::test]");
    let listed = source.split("on_both! {").skip(1).filter_map(|rest| rest.split('}').next());
    marked || listed.flat_map(str::lines).any(|line| line.trim() == format!("{name},"))
}

/// The codes of the section tree, as its source has them.
fn sections() -> BTreeSet<String> {
    let tree = file("src/documents/eoverdracht/tree.rs").expect("the tree");
    let is_code = |text: &&str| text.len() > 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    tree.split('"').skip(1).step_by(2).filter(is_code).map(str::to_owned).collect()
}

fn medication() -> BTreeSet<String> {
    let blocks = Block::ALL.into_iter().map(|block| {
        let (rtype, code) = block.code();
        format!("{rtype} {code}")
    });
    let own = parameters().all().filter(|param| param.number >= DUTCH && !param.code.contains('$'));
    let named = own.map(|param| format!("{}?{}", param.rtype, param.code));
    blocks.chain(named).collect()
}

fn advance_care() -> BTreeSet<String> {
    let requests = acp::REQUESTS.iter().map(|row| row.1.to_owned());
    requests.chain(acp_profiles::PROFILES.iter().map(|profile| profile.0.to_owned())).collect()
}

fn summary() -> BTreeSet<String> {
    let patient = ("Patient", "_include=Patient:general-practitioner");
    let asked = bgz::QUESTIONS.iter().map(|row| (row.0, row.1)).chain([patient]);
    asked.map(|(target, query)| if query.is_empty() { target.into() } else { format!("{target}?{query}") }).collect()
}

/// A standard: its heading, and the parts that the code knows.
fn standards() -> [(&'static str, BTreeSet<String>); 4] {
    [
        ("Verpleegkundige overdracht (eOverdracht)", sections()),
        ("Medicatieproces (MP9)", medication()),
        ("Proactieve zorgplanning (ACP)", advance_care()),
        ("Basisgegevensset zorg (BgZ)", summary()),
    ]
}

#[test]
fn every_part_of_a_standard_has_a_test() {
    let page = file("docs/standards.md").expect("docs/standards.md");
    let mut faults = Vec::new();
    for (heading, known) in standards() {
        assert!(known.len() > 15, "{heading}: only {} parts were found", known.len());
        let rows = rows(&page, heading);
        let written: BTreeSet<String> = rows.iter().map(|(part, _)| part.clone()).collect();
        assert_eq!(written.len(), rows.len(), "{heading}: a part has two rows");
        faults.extend(known.difference(&written).map(|part| format!("{heading}: no row for {part}")));
        faults.extend(written.difference(&known).map(|part| format!("{heading}: the code does not know {part}")));
        for (part, tests) in rows {
            if tests.is_empty() {
                faults.push(format!("{heading}: {part} names no test"));
            }
            let absent = tests.iter().filter(|test| !is_run(test));
            faults.extend(absent.map(|test| format!("{heading}: {part}: there is no test {test}")));
        }
    }
    assert!(faults.is_empty(), "docs/standards.md:\n{}", faults.join("\n"));
}

/// The reader of the page sees what is wrong with it.
#[test]
fn a_test_that_is_absent_or_not_run_is_no_test() {
    assert!(is_run("tests/standards/mod.rs::every_part_of_a_standard_has_a_test"));
    assert!(is_run("tests/fhir/acp.rs::a_practice_without_permission_gets_an_empty_bundle"));
    for absent in [
        "tests/standards/mod.rs::is_run",
        "tests/standards/mod.rs::every_part",
        "tests/fhir/acp.rs::finds_all",
        "tests/absent.rs::every_part_of_a_standard_has_a_test",
        "every_part_of_a_standard_has_a_test",
    ] {
        assert!(!is_run(absent), "{absent}");
    }
    let page = "x\n## A\n\n| p | w | t |\n|---|---|---|\n| `a\\|b` | x | `c::d`, `e::f` |\n\n## B\n| `z` | x | `y` |\n";
    assert_eq!(rows(page, "A"), [("a|b".to_owned(), vec!["c::d".to_owned(), "e::f".to_owned()])]);
}
