//! The parts of the language beyond plain parameters: words, expressions, lists, several types, contained resources,
//! units, places, and the corners of dates, references and tokens. Every line on every engine.

mod found;
mod stored;

use spil::search::parse;
use spil::store::sql::search::{Visibility, estimate, matched, total};
use spil_consent::{Category, CategorySet, Scope, Test};

use super::support::{engines, everything, options, pairs, query};
use found::{FILTERS, FOUND};

pub use stored::resources;

#[tokio::test]
async fn the_language_finds_what_it_asks() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        let filters = FILTERS.iter().map(|(rtype, filter, expected)| (format!("{rtype}?_filter={filter}"), expected));
        for (text, expected) in FOUND.iter().map(|(text, expected)| ((*text).to_owned(), expected)).chain(filters) {
            let asked = query(&text);
            let found = db.ids(&asked, &everything()).await;
            let count = db.rows(total(db.dialect(), &asked, &everything())).await[0].int(0);
            let about = db.rows(estimate(db.dialect(), &asked, &everything(), 10)).await[0].int(0);
            let expected_count = i64::try_from(expected.len()).expect("few");
            if found != *expected || count != expected_count || about != expected_count {
                failures.push(format!("{:?} {text}: {found:?} ({count}, {about}), not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A search that is bound to a person finds the same as the rows of that person in a search that is not.
#[tokio::test]
async fn the_language_finds_the_same_of_one_person() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        let types = ["DiagnosticReport?", "MedicationStatement?", "ServiceRequest?"];
        for (text, expected) in FOUND.iter().filter(|(text, _)| types.iter().any(|rtype| text.starts_with(rtype))) {
            let mut bound = query(text);
            bound.bind(1);
            let found = db.ids(&bound, &everything()).await;
            let expected: Vec<_> = expected.iter().filter(|id| !["dr2", "ms2"].contains(id)).copied().collect();
            if found != expected {
                failures.push(format!("{:?} {text}: {found:?}, not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn pages_over_several_types_follow_each_other() {
    for mut db in engines().await {
        for (text, expected) in [
            ("?_type=DiagnosticReport,MedicationStatement,List", vec!["ms3", "ms2", "ms1", "ls1", "dr2", "dr1"]),
            (
                "?_type=DiagnosticReport,MedicationStatement,List&_sort=subject,_id",
                vec!["dr1", "ls1", "ms1", "ms3", "dr2", "ms2"],
            ),
            (
                "?_type=DiagnosticReport,MedicationStatement,List&_sort=-_lastUpdated",
                vec!["ms3", "ms2", "ms1", "ls1", "dr2", "dr1"],
            ),
        ] {
            for size in 1..=4 {
                let seen = db.walk(query(text), size).await;
                assert_eq!(seen, expected, "{:?} {text} by {size}", db.dialect());
            }
        }
    }
}

#[tokio::test]
async fn of_a_container_only_what_matches_is_shown() {
    for mut db in engines().await {
        for (text, expected) in [
            ("Medication?_contained=true&_containedType=contained", vec!["#m", "#m", "#other"]),
            ("Medication?_contained=true&_containedType=contained&code=C02", vec!["#m", "#other"]),
            ("Medication?_contained=true&_containedType=contained&ingredient:Substance.code=S01", vec!["#m"]),
        ] {
            let rows = db.rows(matched(db.dialect(), &query(text), &everything(), vec![40, 41, 42])).await;
            let mut found: Vec<_> = rows.iter().map(|row| row.text(1).to_owned()).collect();
            found.sort();
            assert_eq!(found, expected, "{:?} {text}", db.dialect());
        }
    }
}

/// What may not be seen is found by no word, list, expression, container or place.
#[tokio::test]
async fn the_language_reaches_nothing_hidden() {
    let results: CategorySet = [Category::Results, Category::Medication].into_iter().collect();
    let granted = vec![(vec![1], Scope::Test(Test::CategoryIn(results)))];
    let narrow = Visibility { own: Some(11), granted, ..Visibility::default() };
    let table: [(&str, &[&str]); 12] = [
        ("DiagnosticReport?_content=longembolie", &[]),
        ("Observation?_list=ls1", &[]),
        ("Observation?_filter=code eq http://loinc.org|29463-7 or code eq K1", &["o3", "o2"]),
        ("Observation?_filter=not (code eq K1)", &["o2"]),
        ("Observation?_filter=subject.family sw de", &[]),
        ("Observation?_filter=not (subject.family sw jansen)", &["o3", "o2"]),
        ("Medication?_contained=true", &["ms1"]),
        ("Medication?_contained=both&code=C02", &["ms1"]),
        ("MedicationStatement?medication.code=C02", &[]),
        ("MedicationStatement?medication.code=C01", &["ms1"]),
        ("Location?near=52.09|5.12", &[]),
        ("?_type=Observation,MedicationStatement,DiagnosticReport", &["ms3", "ms1", "o3", "o2"]),
    ];
    let mut failures = Vec::new();
    for mut db in engines().await {
        for (text, expected) in table {
            let found = db.ids(&query(text), &narrow).await;
            let count = db.rows(total(db.dialect(), &query(text), &narrow)).await[0].int(0);
            if found != expected || count != i64::try_from(expected.len()).expect("few") {
                failures.push(format!("{:?} {text}: {found:?} ({count}), not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn everything_that_refers_to_a_page_can_be_asked_at_once() {
    for mut db in engines().await {
        let asked = query("Patient?_id=p2&_revinclude=*");
        let rows = [(spil_fhir_profiles::definition::type_number("Patient").expect("a type"), 3)];
        let found = db.included(&asked, &everything(), &rows, true).await;
        let mut ids: Vec<_> = found.iter().map(|row| row.text(2).to_owned()).collect();
        ids.sort();
        assert_eq!(ids, ["dr2", "ms2", "o4", "o5"], "{:?}", db.dialect());
    }
}

/// What cannot be done is refused by name, and says where.
#[test]
fn what_the_language_does_not_have_is_refused() {
    let table = [
        ("Patient?_filter=name xx 5", "value", "_filter"),
        ("Patient?_filter=name gt 5", "not-supported", "_filter"),
        ("Patient?_filter=nonsense eq 5", "not-found", "_filter"),
        ("Patient?_filter=(name eq 5", "value", "_filter"),
        ("Patient?_filter=name.family eq 5", "value", "_filter"),
        ("Patient?_filter=birthdate eq x", "value", "_filter"),
        ("Patient?_filter=active pr maybe", "value", "_filter"),
        ("Patient?_text:exact=a", "not-supported", "_text:exact"),
        ("Patient?_text=---", "value", "_text"),
        ("Patient?_text=NOT a", "value", "_text"),
        ("Patient?_text=(a", "value", "_text"),
        ("Patient?_text=a)", "value", "_text"),
        ("Patient?_text=\"a", "value", "_text"),
        ("Patient?_content=a OR", "value", "_content"),
        ("Patient?_list=$current-problems", "not-supported", "_list"),
        ("Patient?_type=Patient", "not-supported", "_type"),
        ("Patient?_contained=maybe", "value", "_contained"),
        ("Patient?_containedType=maybe", "value", "_containedType"),
        ("Patient?_contained=true&_has:Observation:patient:code=1", "not-supported", "_contained"),
        ("Patient?_contained=true&_text=a", "not-supported", "_contained"),
        ("Patient?_contained=true&_sort=birthdate", "not-supported", "_contained"),
        ("Patient?_contained=true&_revinclude=*", "not-supported", "_contained"),
        ("Patient?_query=a", "not-supported", "_query"),
        ("Location?near=52", "value", "near"),
        ("Location?near=152|5", "value", "near"),
        ("Location?near=52|5|x", "value", "near"),
        ("Location?near=52|5|1|kg", "value", "near"),
        ("Location?near=52|5|-1", "value", "near"),
        ("?_id=1", "value", "_type"),
        ("?_type=Nothing", "not-found", "_type"),
        ("?_type=Patient,Observation&family=a", "not-found", "family"),
        ("?_type=Patient,Observation&_contained=true", "not-supported", "_contained"),
        ("Patient?name:missing=1", "value", "name:missing"),
        ("Patient?_id:exact=1", "not-supported", "_id:exact"),
        ("Observation?code:text=\u{301}", "value", "code:text"),
    ];
    for (text, code, param) in table {
        let (rtype, pairs) = pairs(text);
        let problems = parse(rtype, &pairs, &options()).expect_err(text);
        let found: Vec<_> = problems.iter().map(|one| (one.code, one.param.as_str(), one.text.is_empty())).collect();
        assert_eq!(found, [(code, param, false)], "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_value_makes_the_parser_panic(
        name in "_filter|_text|_content|_list|near|_contained|_type|quantity|identifier:text",
        value in "[a-c0-9 .,|$\\\\()\"\\[\\]é*-]{0,24}( eq | AND | or |NOT )?[a-c0-9()\"*|]{0,8}",
    ) {
        for rtype in ["Location", "Substance", ""] {
            let pairs = [(name.clone(), value.clone()), ("_type".to_owned(), "Location,Substance".to_owned())];
            let _ = parse(rtype, &pairs[..if rtype.is_empty() { 2 } else { 1 }], &options());
        }
    }
}
