//! What each kind of parameter, modifier, prefix and chain finds, on every engine.

use spil::store::sql::search::Sql;

use super::support::{engines, everything, query};

/// Query and the ids found, in the order of the answer (newest stored first).
const FOUND: &[(&str, &[&str])] = &[
    ("Patient", &["p2", "p1"]),
    ("Observation", &["o6", "o5", "o4", "o3", "o2", "o1"]),
    // string
    ("Patient?family=de vr", &["p1"]),
    ("Patient?family=DE  VRIES", &["p1"]),
    ("Patient?family=vries", &[]),
    ("Patient?family:contains=vries", &["p1"]),
    ("Patient?family:contains=%", &["p2"]),
    ("Patient?family:contains=_", &[]),
    ("Patient?given=chloe", &["p1"]),
    ("Patient?given:exact=chloe", &[]),
    ("Patient?given:exact=Chloë", &["p1"]),
    ("Patient?given=chl,emi", &["p2", "p1"]),
    ("Patient?family=jansen\\, 50", &["p2"]),
    ("Patient?name=anna&name=vries", &[]),
    ("Patient?name=anna&name=de", &["p1"]),
    // token
    ("Patient?gender=male", &["p2"]),
    ("Patient?gender:not=male", &["p1"]),
    ("Patient?gender=male,female", &["p2", "p1"]),
    ("Patient?identifier=999911120", &["p1"]),
    ("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120", &["p1"]),
    ("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|", &["p2", "p1"]),
    ("Patient?identifier=|999911120", &[]),
    ("Patient?identifier=urn:h|999911120", &[]),
    ("Patient?identifier=urn:h|12345,999990019", &["p2", "p1"]),
    ("Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|12345", &["p1"]),
    ("Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|999911120", &[]),
    ("Observation?code=|K1", &["o3"]),
    ("Observation?code=http://loinc.org|85354-9,K1", &["o4", "o3", "o1"]),
    ("Observation?code=http://loinc.org|85354-9,29463-7&status=final", &["o5", "o4", "o2", "o1"]),
    ("Observation?code:not=http://loinc.org|85354-9,K1", &["o6", "o5", "o2"]),
    ("Observation?code:text=meting 29", &["o5", "o2"]),
    ("Observation?code:text=TEKST", &["o6"]),
    ("Observation?code:text=kst", &[]),
    ("Patient?_tag=demo", &["p1"]),
    ("Patient?_tag=urn:t|demo", &["p1"]),
    ("Patient?_tag:not=demo", &["p2"]),
    ("Patient?active:missing=true", &["p2", "p1"]),
    ("Observation?value-quantity:missing=true", &["o6", "o4", "o3", "o1"]),
    ("Observation?date:missing=false", &["o5", "o4", "o3", "o2", "o1"]),
    // reference
    ("Observation?subject=Patient/p1", &["o3", "o2", "o1"]),
    ("Observation?subject=p1", &["o3", "o2", "o1"]),
    ("Observation?patient=p1,Patient/p2", &["o5", "o4", "o3", "o2", "o1"]),
    ("Observation?subject:Patient=p2", &["o5", "o4"]),
    ("Observation?subject:Group=p2", &[]),
    ("Observation?subject=https://spil.example/fhir/Patient/p2", &["o5", "o4"]),
    ("Observation?subject=https://other.example/fhir/Patient/p2", &[]),
    ("Observation?subject:identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120", &["o6"]),
    ("Observation?subject:identifier=999911120", &["o6"]),
    ("Observation?subject:identifier=|999911120", &[]),
    ("Observation?encounter:missing=false", &["o1"]),
    ("CarePlan?instantiates-canonical=http://example.org/pd", &["cp1"]),
    ("CarePlan?instantiates-canonical=http://example.org/pd|2", &["cp1"]),
    ("CarePlan?instantiates-canonical=http://example.org/pd|3", &[]),
    ("Patient?_profile=http://example.org/p", &["p1"]),
    ("Patient?_profile=http://example.org/q", &[]),
    ("Patient?_profile=http://example.org/p|1.0", &["p1"]),
    // date
    ("Patient?birthdate=1950", &["p1"]),
    ("Patient?birthdate=1950-03-04", &["p1"]),
    ("Patient?birthdate=1980-01", &[]),
    ("Patient?birthdate=ne1980", &["p1"]),
    ("Patient?birthdate=lt1980", &["p1"]),
    ("Patient?birthdate=gt1979,lt1951", &["p2", "p1"]),
    ("Observation?date=2024-03", &["o2"]),
    ("Observation?date=2024", &["o3", "o2", "o1"]),
    ("Observation?date=ge2024-03-15", &["o5", "o3", "o2"]),
    ("Observation?date=gt2024-03-31", &["o5", "o3"]),
    ("Observation?date=sa2024-03-10", &["o5", "o3"]),
    ("Observation?date=lt2024-01-15", &["o4"]),
    ("Observation?date=le2024-01-15", &["o4", "o1"]),
    ("Observation?date=eb2024-03-31", &["o4", "o1"]),
    ("Observation?date=eb2024-04-01", &["o4", "o2", "o1"]),
    ("Observation?date=ne2024", &["o5", "o4"]),
    ("Observation?date=ap2024-04", &["o5", "o3", "o2"]),
    ("Observation?date=2024-01-15T09:00:00Z", &["o1"]),
    ("Observation?date=2024-01-15T10:00:00 01:00", &["o1"]),
    ("Observation?date=ge2024-01&date=lt2024-03-10", &["o2", "o1"]),
    // number
    ("RiskAssessment?probability=0.4", &["ra1"]),
    ("RiskAssessment?probability=0.40", &["ra1"]),
    ("RiskAssessment?probability=0.45", &["ra2"]),
    ("RiskAssessment?probability=gt0.4", &["ra2"]),
    ("RiskAssessment?probability=ge0.4", &["ra2", "ra1"]),
    ("RiskAssessment?probability=lt0.45", &["ra1"]),
    ("RiskAssessment?probability=le0.45", &["ra2", "ra1"]),
    ("RiskAssessment?probability=ne0.4", &["ra2"]),
    ("RiskAssessment?probability=sa0.4", &["ra2"]),
    ("RiskAssessment?probability=eb0.45", &["ra1"]),
    ("RiskAssessment?probability=ap0.42", &["ra2", "ra1"]),
    // quantity
    ("Observation?value-quantity=72.5", &["o2"]),
    ("Observation?value-quantity=72.5|http://unitsofmeasure.org|kg", &["o2"]),
    ("Observation?value-quantity=72.5||kilo", &["o2"]),
    ("Observation?value-quantity=72.5|http://unitsofmeasure.org|g", &[]),
    ("Observation?value-quantity=gt72.5||kg", &["o5"]),
    ("Observation?value-quantity=ge72.5||kg", &["o5", "o2"]),
    ("Observation?value-quantity=73", &["o5", "o2"]),
    ("Observation?value-quantity=lt73", &["o2"]),
    // uri
    ("ValueSet?url=http://example.org/fhir/ValueSet/a", &["vs1"]),
    ("ValueSet?url:below=http://example.org/fhir/ValueSet/a", &["vs2", "vs1"]),
    ("ValueSet?url:below=http://example.org/fhir", &["vs2", "vs1"]),
    ("ValueSet?url:below=http://example.org/fh", &[]),
    ("ValueSet?url:above=http://example.org/fhir/ValueSet/a/b", &["vs2", "vs1"]),
    ("ValueSet?url:above=http://example.org/fhir/ValueSet/a/b/c", &["vs2", "vs1"]),
    // composite: both parts of the same component
    ("Observation?component-code-value-quantity=http://loinc.org|8480-6$120", &["o1"]),
    ("Observation?component-code-value-quantity=http://loinc.org|8462-4$120", &["o4"]),
    ("Observation?component-code-value-quantity=8480-6$gt130", &["o4"]),
    ("Observation?component-code-value-quantity=8480-6$80,8462-4$80", &["o1"]),
    ("Observation?code-value-quantity=29463-7$lt73", &["o2"]),
    // columns
    ("Patient?_id=p1,p2,none", &["p2", "p1"]),
    ("Patient?_id=no such id!", &[]),
    ("Observation?_lastUpdated=ge2100", &[]),
    ("Observation?_lastUpdated=2023-11-14&code=K1", &["o3"]),
    // chains
    ("Observation?subject:Patient.family=jansen", &["o5", "o4"]),
    ("Observation?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120", &["o3", "o2", "o1"]),
    ("Observation?subject.family=de", &["o3", "o2", "o1"]),
    ("Observation?patient.gender:not=male", &["o3", "o2", "o1"]),
    ("Observation?patient._id=p2", &["o5", "o4"]),
    ("MedicationRequest?medication.code=N02BE01", &["mr1"]),
    ("Observation?patient.organization.name=zieken", &["o3", "o2", "o1"]),
    ("Observation?encounter.service-provider.name=zieken", &["o1"]),
    ("Observation?encounter.patient.organization.name=zieken", &["o1"]),
    ("Observation?patient.birthdate=lt1960&code=K1", &["o3"]),
    // _has
    ("Patient?_has:Observation:patient:code=K1", &["p1"]),
    ("Patient?_has:Observation:patient:value-quantity=gt72.9", &["p2"]),
    ("Patient?_has:Observation:patient:code:not=29463-7", &["p2", "p1"]),
    ("Organization?_has:Patient:organization:_has:Observation:patient:code=K1", &["org-a"]),
    ("Organization?_has:Patient:organization:_has:Observation:patient:code=K2", &[]),
    ("Patient?_has:Observation:patient:encounter.class=IMP", &["p1"]),
];

#[tokio::test]
async fn a_search_finds_what_it_asks() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        for (text, expected) in FOUND {
            let found = db.ids(&query(text), &everything()).await;
            if found != *expected {
                failures.push(format!("{:?} {text}: {found:?}, not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A search that is bound to a person finds the same as the rows of that person in a search that is not.
#[tokio::test]
async fn a_bound_search_finds_the_same_of_that_person() {
    let mut failures = Vec::new();
    for mut db in engines().await {
        for (text, expected) in FOUND.iter().filter(|(text, _)| text.starts_with("Observation?")) {
            let mut bound = query(text);
            bound.bind(1);
            let found = db.ids(&bound, &everything()).await;
            let expected: Vec<_> = expected.iter().filter(|id| ["o1", "o2", "o3"].contains(id)).copied().collect();
            if found != expected {
                failures.push(format!("{:?} {text}: {found:?}, not {expected:?}", db.dialect()));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Rows of before migration 0009 held the range of the last digit.
#[tokio::test]
async fn what_was_kept_as_a_range_is_found_as_a_number() {
    let asked = |text: &str| text.contains("probability") || text.contains("quantity");
    for mut db in engines().await {
        // The same for both, as `tidy` holds.
        let migration = include_str!("../../migrations/sqlite/0009_exact_numbers.sql");
        let before = ["ix_number", "ix_quantity"]
            .map(|table| format!("UPDATE {table} SET low = low - 0.05, high = high + 0.05 WHERE low = high"));
        let migrated = migration.split_inclusive(';').filter(|text| text.contains("UPDATE")).map(ToOwned::to_owned);
        for (at, text) in before.into_iter().chain(migrated).enumerate() {
            if at == 2 {
                assert!(db.ids(&query("RiskAssessment?probability=0.40"), &everything()).await.is_empty());
            }
            db.rows(Sql { text, args: Vec::new() }).await;
        }
        for (text, expected) in FOUND.iter().filter(|(text, _)| asked(text)) {
            assert_eq!(db.ids(&query(text), &everything()).await, *expected, "{:?} {text}", db.dialect());
        }
    }
}
