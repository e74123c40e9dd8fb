//! What a caller may see bounds every relation of a search.

use std::collections::HashMap;
use std::sync::Arc;

use spil::store::Asker;
use spil::store::sql::search::{Visibility, page, total};
use spil_consent::{Category, CategorySet, Labels, Scope, Test};
use spil_fhir_profiles::definition::type_number;

use super::support::{engines, query};

fn types(names: &[&str]) -> Vec<u16> {
    names.iter().filter_map(|name| type_number(name)).collect()
}

fn org(own: i64, granted: Vec<(Vec<i64>, Scope)>) -> Visibility {
    Visibility {
        own: Some(own),
        granted,
        public_types: types(&["Organization"]),
        orgs_by_kind: Arc::new(HashMap::from([("hospital".to_owned(), vec![10])])),
        handoff: Some(Asker { org: own, now: 0 }),
        ..Visibility::default()
    }
}

fn categories(all: &[Category]) -> Scope {
    Scope::Test(Test::CategoryIn(all.iter().copied().collect::<CategorySet>()))
}

/// Who asks, what, and what is found.
fn table() -> Vec<(&'static str, Visibility, &'static str, &'static [&'static str])> {
    let results = categories(&[Category::Results]);
    let of = |test| Scope::Test(test);
    let patient = |person| Visibility { patient: Some(person), ..Visibility::default() };
    vec![
        ("nobody", Visibility::default(), "Observation", &[]),
        ("nobody", Visibility::default(), "Organization", &[]),
        ("a patient", patient(1), "Observation", &["o3", "o2", "o1"]),
        ("a patient", patient(1), "Consent", &["cs1"]),
        ("a patient", patient(1), "Condition", &["c1"]),
        ("nobody's person", patient(0), "Medication", &[]),
        ("an unclear person", patient(-1), "Observation", &[]),
        ("its own", org(11, vec![]), "Observation", &["o2"]),
        ("its own, unclear persons too", org(10, vec![]), "Observation", &["o6", "o5", "o4", "o3", "o1"]),
        ("the patient is no organisation", org(1, vec![]), "Consent", &[]),
        ("public", org(11, vec![]), "Organization", &["org-a"]),
        ("public is a list of types", org(11, vec![]), "ValueSet", &[]),
        ("everything of one", org(11, vec![(vec![1], Scope::Everything)]), "Observation", &["o3", "o2", "o1"]),
        ("never the consents", org(11, vec![(vec![1], Scope::Everything)]), "Consent", &[]),
        ("nobody's is not a person's", org(11, vec![(vec![0, -1], Scope::Everything)]), "Observation", &["o2"]),
        ("a category", org(11, vec![(vec![1], results.clone())]), "Observation", &["o3", "o2"]),
        ("not a category", org(11, vec![(vec![1], results.clone().negate())]), "Observation", &["o2", "o1"]),
        ("no labels", org(11, vec![(vec![1], of(Test::LabelsWithin(Labels::NONE)))]), "Condition", &[]),
        ("labels", org(11, vec![(vec![1], of(Test::LabelsWithin(Labels::PSYCHIATRY)))]), "Condition", &["c1"]),
        ("a class", org(11, vec![(vec![1], of(Test::ClassIn(vec!["Condition".into()])))]), "Condition", &["c1"]),
        ("another class", org(11, vec![(vec![1], of(Test::ClassIn(vec!["Task".into()])))]), "Condition", &[]),
        (
            "instances",
            org(11, vec![(vec![1], of(Test::InstanceIn(vec![("Observation".into(), "o3".into())])))]),
            "Observation",
            &["o3", "o2"],
        ),
        (
            "a holder",
            org(11, vec![(vec![1, 2], of(Test::HolderIs(10)))]),
            "Observation",
            &["o5", "o4", "o3", "o2", "o1"],
        ),
        (
            "a kind",
            org(11, vec![(vec![2], of(Test::HolderKindIs("hospital".into())))]),
            "Observation",
            &["o5", "o4", "o2"],
        ),
        ("no such kind", org(11, vec![(vec![2], of(Test::HolderKindIs("gp".into())))]), "Observation", &["o2"]),
        (
            "known period",
            org(11, vec![(vec![1], of(Test::PeriodWithin(0, 1_705_309_200_001)))]),
            "Observation",
            &["o2", "o1"],
        ),
        (
            "unknown period is not within",
            org(11, vec![(vec![1], of(Test::PeriodWithin(0, 1_705_309_200_000)))]),
            "Observation",
            &["o2"],
        ),
        (
            "unknown period may overlap",
            org(11, vec![(vec![1], of(Test::PeriodMayOverlap(0, 5)))]),
            "Observation",
            &["o3", "o2"],
        ),
        (
            "unknown period, negated",
            org(11, vec![(vec![1], of(Test::PeriodMayOverlap(0, 5)).negate())]),
            "Observation",
            &["o2", "o1"],
        ),
        ("a handoff", org(11, vec![(vec![1], of(Test::InHandoff))]), "Encounter", &["e1"]),
        ("another's handoff", org(12, vec![(vec![1], of(Test::InHandoff))]), "Encounter", &[]),
    ]
}

/// What is not seen cannot be searched by.
fn relations() -> Vec<(&'static str, Visibility, &'static str, &'static [&'static str])> {
    let results = categories(&[Category::Results]);
    vec![
        ("a chain", org(11, vec![]), "Observation?patient.family=de", &[]),
        ("a chain", org(11, vec![(vec![1], Scope::Everything)]), "Observation?patient.family=de", &["o3", "o2", "o1"]),
        ("a chain", org(11, vec![(vec![1], results)]), "Observation?patient.gender:not=male", &[]),
        (
            "a hidden end of a chain",
            org(11, vec![(vec![1], categories(&[Category::Encounters]))]),
            "Encounter?reason-reference:Condition.code=F32",
            &[],
        ),
        (
            "the same, seen",
            org(11, vec![(vec![1], categories(&[Category::Encounters, Category::MentalHealth]))]),
            "Encounter?reason-reference:Condition.code=F32",
            &["e1"],
        ),
        (
            "the same, not chained",
            org(11, vec![(vec![1], categories(&[Category::Encounters]))]),
            "Encounter?reason-reference=Condition/c1",
            &["e1"],
        ),
        (
            "_has",
            org(11, vec![(vec![1], categories(&[Category::Identity]))]),
            "Patient?_has:Observation:patient:code=K1",
            &[],
        ),
        (
            "_has",
            org(11, vec![(vec![1], categories(&[Category::Identity]))]),
            "Patient?_has:Observation:patient:code=29463-7",
            &["p1"],
        ),
    ]
}

#[tokio::test]
async fn nobody_finds_what_is_not_for_them() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        for (who, visibility, text, expected) in table().into_iter().chain(relations()) {
            let dialect = db.dialect();
            for person in [None, Some(1)] {
                let mut asked = query(text);
                asked.person = person;
                let found = db.rows(page(dialect, &asked, &visibility)).await;
                let count = db.rows(total(dialect, &asked, &visibility)).await;
                let ids: Vec<_> = found.iter().map(|row| row.text(2)).collect();
                let wanted =
                    expected.iter().filter(|id| person.is_none() || !["o4", "o5", "o6", "p2", "org-a"].contains(id));
                let wanted: Vec<_> = wanted.copied().collect();
                if ids != wanted || count[0].int(0) != i64::try_from(wanted.len()).expect("few") {
                    failures.push(format!("{dialect:?} {who} {text} {person:?}: {ids:?}, not {wanted:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What refers to `p1`.
const OF_P1: &[&str] = &[
    "c1", "cp1", "cs1", "dr1", "e1", "ls1", "mr1", "ms1", "ms3", "o1", "o2", "o3", "ra1", "ra2", "sr1", "sr2", "sr4",
    "sr5", "sr6", "sr7",
];

#[tokio::test]
async fn includes_stay_inside_what_is_seen() {
    let table = [
        ("MedicationRequest?_include=MedicationRequest:medication", true, vec!["m1"]),
        ("MedicationRequest?_include=MedicationRequest:*", true, vec!["c1", "m1", "p1"]),
        ("MedicationRequest?_include=*", true, vec!["c1", "m1", "p1"]),
        ("MedicationRequest?_include=MedicationRequest:subject:Group", true, vec![]),
        ("MedicationRequest?_include=MedicationRequest:*", false, vec![]),
        ("Patient?_id=p1&_revinclude=Observation:patient", true, vec!["o1", "o2", "o3"]),
        ("Patient?_id=p1&_revinclude=Observation:*", true, vec!["o1", "o2", "o3"]),
        ("Patient?_id=p1&_revinclude=Consent:patient", true, vec!["cs1"]),
        (
            "Observation?_id=o1&_include=Observation:encounter&_include:iterate=Encounter:service-provider",
            true,
            vec!["e1", "org-a"],
        ),
        // Backwards from what was found: the second round starts from Patients.
        ("Organization?_id=org-a&_revinclude=*", true, vec!["e1", "o3", "p1"]),
        ("Organization?_id=org-a&_revinclude:iterate=*", true, [&["e1", "o3", "p1"], OF_P1].concat()),
        (
            "MedicationRequest?_id=mr1&_include=MedicationRequest:patient&_revinclude:iterate=*",
            true,
            [&["p1"], OF_P1].concat(),
        ),
        ("MedicationRequest?_id=mr1&_include=MedicationRequest:patient&_revinclude:iterate=*", false, vec![]),
        // Every type of the matches counts.
        (
            "?_type=Patient,Organization&_id=org-a,p2&_revinclude=*",
            true,
            vec!["dr2", "e1", "ms2", "o3", "o4", "o5", "p1"],
        ),
    ];
    let all = super::support::everything();
    for mut db in engines().await {
        for (text, seen, expected) in &table {
            let asked = query(text);
            let narrow = org(11, vec![(vec![1], categories(&[Category::Medication]))]);
            let narrow = Visibility { public_types: Vec::new(), ..narrow };
            let visibility = if *seen { &all } else { &narrow };
            let base = db.rows(page(db.dialect(), &asked, visibility)).await;
            let number = |row: &spil::store::Row| (u16::try_from(row.int(1)).expect("a type"), row.int(0));
            let mut ids = Vec::new();
            let mut rows: Vec<_> = base.iter().map(number).collect();
            assert!(!rows.is_empty(), "{text}");
            for round in 0..2 {
                let found = db.included(&asked, visibility, &rows, round == 0).await;
                ids.extend(found.iter().map(|row| row.text(2).to_owned()));
                rows = found.iter().map(number).collect();
            }
            ids.sort();
            ids.dedup();
            let mut expected = expected.clone();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(ids, expected, "{:?} {text}", db.dialect());
        }
    }
}
