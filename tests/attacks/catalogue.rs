//! Every number of the catalogue is a test or is not applicable, and not both.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The last number of the catalogue.
const LAST: u32 = 58;

/// The numbers of the tests: a function that `on_both!` is told to run.
fn tests(folder: &Path) -> BTreeSet<u32> {
    let mut written = BTreeMap::new();
    for file in folder.read_dir().expect("a folder").flatten() {
        let path = file.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        for line in text.lines().map(str::trim) {
            let made = line.strip_prefix("async fn attack_");
            let run = line.strip_prefix("attack_").filter(|rest| rest.ends_with(','));
            if let Some(number) = made.or(run).and_then(|rest| rest.get(..2)).and_then(|digits| digits.parse().ok()) {
                let (makes, runs) = written.entry(number).or_insert((0, 0));
                *if made.is_some() { makes } else { runs } += 1;
            }
        }
    }
    let odd: Vec<_> = written.iter().filter(|(_, counts)| **counts != (1, 1)).collect();
    assert!(odd.is_empty(), "one test each, and each is run: {odd:?}");
    written.into_keys().collect()
}

#[test]
fn every_attack_is_a_test_or_is_not_applicable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks");
    let tests = tests(&folder);
    let text = std::fs::read_to_string(folder.join("not_applicable.txt")).expect("a file");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<(u32, &str)> = lines
        .map(|line| line.split_once(' ').expect("a number and a reason"))
        .map(|(number, reason)| (number.parse().expect("a number"), reason))
        .collect();
    assert!(rows.is_sorted_by(|one, next| one.0 < next.0), "each once, in order");
    assert!(rows.iter().all(|(_, reason)| reason.len() > 30), "each with its reason");
    let others: BTreeSet<u32> = rows.into_iter().map(|(number, _)| number).collect();
    assert_eq!(tests.intersection(&others).collect::<Vec<_>>(), Vec::<&u32>::new(), "not both");
    let all: BTreeSet<u32> = tests.union(&others).copied().collect();
    assert_eq!(all, (1..=LAST).collect(), "none is missing and there are no others");
}
