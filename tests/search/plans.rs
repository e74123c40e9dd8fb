//! The plans of `SQLite`: what is bound to a patient is found by index.

use spil::store::sql::search::{Sql, Visibility, page};
use spil_consent::Scope;

use super::support::{Db, engines, query};

async fn plan(db: &mut Db, text: &str, person: Option<i64>) -> String {
    let mut asked = query(text);
    asked.person = person;
    let granted = vec![(vec![1, 2], Scope::Everything)];
    let visibility = Visibility { own: Some(10), granted, handoff_org: Some(10), ..Visibility::default() };
    let sql = page(db.dialect(), &asked, &visibility);
    let explain = Sql { text: format!("EXPLAIN QUERY PLAN {}", sql.text), args: sql.args };
    let rows = db.rows(explain).await;
    rows.iter().map(|row| row.text(3).to_owned()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn patient_code_and_date_walk_their_indexes() {
    let mut all = engines().await;
    let db = &mut all[0];
    let plan = plan(db, "Observation?code=http://loinc.org|29463-7&date=ge2024&date=lt2025&_count=20", Some(1)).await;
    assert!(plan.contains("ix_token_value (param=? AND code=? AND person=? AND system=?)"), "{plan}");
    assert!(plan.contains("ix_date_value (param=? AND person=?"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{plan}");
}

#[tokio::test]
async fn no_search_reads_a_whole_table() {
    let mut all = engines().await;
    let db = &mut all[0];
    let searches = [
        "Patient?family=de",
        "Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
        "Observation?subject=Patient/p1&date=ge2024",
        "Observation?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
        "Observation?code-value-quantity=29463-7$lt73",
        "Patient?_has:Observation:patient:code=K1",
        "Observation?patient.organization.name=zieken",
        "Observation?_lastUpdated=ge2024&code:not=K1",
        "ValueSet?url:below=http://example.org/fhir",
        "Observation?_sort=-date&code=K1",
        "Observation?value-quantity=72.5&encounter:missing=true",
    ];
    for text in searches {
        for person in [None, Some(1)] {
            let plan = plan(db, text, person).await;
            let scans = plan.lines().filter(|line| line.contains("SCAN")).filter(|line| !line.contains("json_each"));
            let scans: Vec<_> = scans.filter(|line| !line.ends_with("SCAN q") && !line.contains("(subquery")).collect();
            assert!(scans.is_empty(), "{text} {person:?}\n{plan}");
        }
    }
}
