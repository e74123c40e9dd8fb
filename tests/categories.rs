//! Which data belong where: the tables in words, and what the two packages must agree about.

use std::path::Path;

use spil_consent::{Category, Labels, Target};
use spil_fhir_profiles::category::{self, Words};

/// The words of a category or a label, as the consent engine has them.
fn words(code: &str) -> Words {
    if let Some(one) = Category::from_code(code) {
        return Words {
            dutch: one.dutch().to_owned(),
            english: one.english().to_owned(),
            dutch_meaning: one.dutch_meaning().to_owned(),
            english_meaning: one.english_meaning().to_owned(),
        };
    }
    let label = Labels::from_code(code).expect("a label");
    let (dutch, english) = opened_by(label);
    Words {
        dutch: capital(label.dutch()),
        english: capital(label.english()),
        dutch_meaning: format!("Opent met toestemming voor: {dutch}."),
        english_meaning: format!("Opens with a permission for: {english}."),
    }
}

/// What a permission must name to reach what carries a label.
fn opened_by(label: Labels) -> (String, String) {
    let mut found = (Vec::new(), Vec::new());
    let categories = Category::ALL.map(|one| (one.code(), one.dutch(), one.english()));
    let labels = Labels::NAMED.map(|one| (one.code(), one.dutch(), one.english()));
    for (code, dutch, english) in categories.into_iter().chain(labels) {
        let mut target = Target::default();
        if target.add_code(code) && label.within(target.lifts) {
            found.0.push(dutch.to_lowercase());
            found.1.push(english.to_owned());
        }
    }
    assert!(!found.0.is_empty(), "nothing opens {}", label.code());
    (found.0.join(", "), found.1.join(", "))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[test]
fn the_printed_categories_are_those_that_were_reviewed() {
    let text = category::page(words);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/data-categories.md");
    if std::env::var_os("SPIL_REFRESH").is_some() {
        std::fs::write(&path, &text).expect("data-categories.md is written");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(reviewed == text, "what belongs where changed; review it with SPIL_REFRESH=1 (docs/data-categories.md)");
    assert!(text.lines().count() <= 400, "too long to be read");
}

#[test]
fn both_packages_number_categories_and_labels_alike() {
    let ours = category::all().iter().map(|one| (one.number, one.code));
    assert!(ours.eq(Category::ALL.iter().map(|one| (one.number(), one.code()))));
    let labels = category::LABEL_CODES.iter().map(|(code, bits)| (u32::from(*bits), *code));
    assert!(labels.eq(Labels::NAMED.iter().map(|one| (one.0, one.code()))));
}
