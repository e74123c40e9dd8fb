//! Runs the worked examples of `cases/*.md`.

#[path = "casebook/mod.rs"]
mod casebook;
#[path = "casebook/question.rs"]
mod question;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use spil_consent::{decide, permits, scope};

#[test]
fn every_worked_example_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut pages: Vec<_> =
        fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path()).collect();
    pages.sort();
    let mut wrong = Vec::new();
    let mut questions = 0;
    for page in pages.iter().filter(|page| !page.ends_with("README.md")) {
        let text = fs::read_to_string(page).expect("a page");
        let cases = casebook::read(&text);
        assert!(!cases.is_empty(), "no case in {}", page.display());
        for case in cases {
            assert!(!case.questions.is_empty(), "no question in `{}`", case.title);
            questions += case.questions.len();
            let questions = case.questions.iter().map(|row| question::question(row));
            wrong.extend(questions.filter_map(|question| fault(&case, &question)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(questions >= 80, "only {questions} questions");
}

/// What is wrong: the answer, its ground or the consents that the reasons name: those of the row and no other.
fn fault(case: &casebook::Case, question: &question::Question) -> Option<String> {
    let decision = decide(&question.request, &case.directives, &question.item);
    let mut expected = question.because.split_whitespace();
    let ground = expected.next().unwrap_or_default();
    let text: Vec<String> = decision.reasons.iter().map(spil_consent::Reason::english).collect();
    let named: BTreeSet<&str> = decision.reasons.iter().filter_map(|reason| Some(reason.consent()?.0)).collect();
    let scoped = scope(&question.request, &case.directives).admits(&question.item);
    let right = decision.permit == question.permit
        && decision.ground.code() == ground
        && expected.collect::<BTreeSet<_>>() == named
        && scoped == decision.permit
        && permits(&question.request, &case.directives, &question.item) == decision.permit;
    (!right).then(|| {
        format!(
            "{}: {}\n    got {} on {}: {text:#?}",
            case.title,
            question.row,
            decision.permit,
            decision.ground.code()
        )
    })
}
