//! The plans of both engines, on a database that was never analysed: what narrows a search is found by index, and no table
//! is read from end to end.

use spil::search::{Query, parse};
use spil::store::sql::search::{
    Everything, Sql, Visibility, everything as of_one_person, includes, lastn, page, total,
};
use spil::store::{Asker, Dialect};
use spil_consent::Scope;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::parameters::{BASE, Param, ParamKind, parameters};

use super::large::large_engines;
use super::support::{Db, engines, everything, options, query};

/// Tables that grow with what is stored.
const GROWING: [&str; 15] = [
    "resource",
    "history",
    "person",
    "handoff_item",
    "policy_user",
    "ix_token",
    "ix_string",
    "ix_reference",
    "ix_date",
    "ix_number",
    "ix_quantity",
    "ix_uri",
    "ix_position",
    "contained",
    "full_text",
];

fn organisation() -> Visibility {
    let granted = vec![(vec![1, 2], Scope::Everything)];
    let public_types = ["Organization", "Practitioner"].into_iter().filter_map(type_number).collect();
    Visibility {
        own: Some(10),
        granted,
        handoff: Some(Asker { org: 10, now: 0 }),
        public_types,
        ..Visibility::default()
    }
}

fn patient() -> Visibility {
    Visibility { patient: Some(1), ..Visibility::default() }
}

/// The steps of a plan that read a growing table from end to end, or an index of one.
fn scans(dialect: Dialect, plan: &str) -> Vec<String> {
    match dialect {
        Dialect::Sqlite => plan.lines().filter(|line| is_scan(line)).map(str::to_owned).collect(),
        Dialect::Postgres => steps(plan).into_iter().filter(|step| is_walk(step)).map(|step| step.join(" ")).collect(),
    }
}

/// What the statement makes itself (`q`, lists of arguments) is small.
fn is_scan(line: &str) -> bool {
    let of_ours = line.contains("json_each") || line.ends_with("SCAN q") || line.contains("(subquery")
        // The index of words.
        || line.contains("full_text VIRTUAL TABLE INDEX 0:M");
    (line.contains("SCAN ") && !of_ours) || line.contains("AUTOMATIC")
}

/// The lines of a plan, those of one step together.
fn steps(plan: &str) -> Vec<Vec<&str>> {
    let mut steps: Vec<Vec<&str>> = Vec::new();
    for line in plan.lines() {
        match steps.last_mut() {
            Some(step) if !line.contains("(cost=") => step.push(line.trim()),
            _ => steps.push(vec![line.trim()]),
        }
    }
    steps
}

fn is_walk(step: &[&str]) -> bool {
    let of_growing = GROWING.iter().any(|table| {
        let named = format!(" on {table}");
        step[0].find(&named).is_some_and(|at| step[0][at + named.len()..].starts_with(' '))
    });
    let by_index = step[0].contains("Index") || step[0].contains("Bitmap Heap");
    let bounded = step.iter().any(|line| line.starts_with("Index Cond") || line.starts_with("Recheck Cond"));
    of_growing && !(by_index && bounded)
}

/// Every statement of a search that is not for all of a type.
fn statements(dialect: Dialect, query: &Query, visibility: &Visibility) -> Vec<Sql> {
    let mut all = vec![page(dialect, query, visibility), total(dialect, query, visibility)];
    let found: Vec<(u16, i64)> = (2..12).map(|rid| (query.rtype, rid)).collect();
    all.extend(includes(dialect, query, visibility, &found, true));
    all
}

/// What reads too much, over every caller and way to plan.
async fn faults(db: &mut Db, text: &str, query: &Query, generic: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let callers = [("organisation", organisation()), ("patient", patient()), ("hub", everything())];
    for (caller, visibility) in callers {
        for person in [None, Some(1)] {
            let bound = Query { person, ..query.clone() };
            for sql in statements(db.dialect(), &bound, &visibility) {
                let statement = sql.text.clone();
                let plan = db.plan(sql, generic).await;
                let dialect = db.dialect();
                let scans = scans(dialect, &plan);
                if !scans.is_empty() {
                    let scans = scans.join("\n  ");
                    faults.push(format!(
                        "{dialect:?} {caller} {person:?} generic={generic} {text}\n  {scans}\n{statement}\n{plan}\n"
                    ));
                }
            }
        }
    }
    faults
}

#[tokio::test]
async fn the_code_of_one_person_is_collected_and_the_date_of_each_looked_up() {
    let mut all = engines().await;
    let db = &mut all[0];
    let mut asked = query("Observation?code=http://loinc.org|29463-7&date=ge2024&date=lt2025&_count=20");
    asked.person = Some(1);
    let plan = db.plan(page(Dialect::Sqlite, &asked, &organisation()), false).await;
    assert!(plan.contains("ix_token_value (param=? AND code=? AND person=? AND system=?)"), "{plan}");
    assert!(plan.contains("ix_date_rid (rid=? AND param=?)"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{plan}");
}

/// Every kind, modifier, prefix and shape of the search of R4.
const SEARCHES: &[&str] = &[
    "Patient?family=de",
    "Patient?family=de,jan",
    "Patient?family:exact=de Vries",
    "Patient?family:contains=vri",
    "Patient?name=anna&name=vries",
    "Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
    "Patient?identifier=999911120",
    "Patient?identifier=|999911120",
    "Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|",
    "Patient?identifier=urn:h|12345,999990019",
    "Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|12345",
    "Patient?gender:not=male",
    "Patient?active:missing=true",
    "Patient?active:missing=false",
    "Patient?_id=p1,p2",
    "Patient?_tag=urn:t|demo",
    "Patient?_profile=http://example.org/p",
    "Patient?_lastUpdated=ge2024",
    "Patient?_lastUpdated=ne2023-11-14",
    "Patient?birthdate=1950",
    "Patient?birthdate=ne1950",
    "Patient?birthdate=gt1950",
    "Patient?birthdate=ge1950",
    "Patient?birthdate=lt1960",
    "Patient?birthdate=le1960",
    "Patient?birthdate=sa1950",
    "Patient?birthdate=eb1960",
    "Patient?birthdate=ap1950",
    "Patient?birthdate=gt1979,lt1951",
    "Observation?code=http://loinc.org|29463-7",
    "Observation?code=|K1",
    "Observation?code=K1,29463-7",
    "Observation?code:text=meting",
    "Observation?code:not=K1&status=final",
    "Observation?date=ge2024-03-15&code=K1",
    "Observation?date=ge2024-01&date=lt2024-03-10",
    "Observation?subject=Patient/p1",
    "Observation?subject=p1",
    "Observation?subject:Patient=p1",
    "Observation?subject=https://other.example/fhir/Patient/p2",
    "Observation?subject:identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
    "Observation?subject:identifier=999911120",
    "Observation?encounter:missing=true&code=K1",
    "Observation?subject=Patient/p1&date=ge2024",
    "CarePlan?instantiates-canonical=http://example.org/pd",
    "CarePlan?instantiates-canonical=http://example.org/pd|2",
    "RiskAssessment?probability=0.4",
    "RiskAssessment?probability=ne0.4",
    "RiskAssessment?probability=gt0.4",
    "RiskAssessment?probability=ge0.4",
    "RiskAssessment?probability=lt0.4",
    "RiskAssessment?probability=le0.4",
    "RiskAssessment?probability=sa0.4",
    "RiskAssessment?probability=eb0.4",
    "RiskAssessment?probability=ap0.4",
    "Observation?value-quantity=72.5",
    "Observation?value-quantity=72.5|http://unitsofmeasure.org|kg",
    "Observation?value-quantity=gt72.5||kg",
    "Observation?value-quantity=lt73",
    "Observation?value-quantity=72.5&encounter:missing=true",
    "ValueSet?url=http://example.org/fhir/ValueSet/a",
    "ValueSet?url:below=http://example.org/fhir",
    "ValueSet?url:above=http://example.org/fhir/ValueSet/a/b",
    "Observation?code-value-quantity=29463-7$lt73",
    "Observation?component-code-value-quantity=8480-6$80,8462-4$80",
    "Observation?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|999911120",
    "Observation?subject:Patient.family=jansen",
    "Observation?patient.organization.name=zieken",
    "Observation?encounter.patient.organization.name=zieken",
    "Observation?patient.gender:not=male&code=K1",
    "MedicationRequest?medication.code=N02BE01",
    "Patient?_has:Observation:patient:code=K1",
    "Patient?_has:Observation:patient:value-quantity=gt72.9",
    "Patient?_has:Observation:patient:date=ge2024",
    "Organization?_has:Patient:organization:_has:Observation:patient:code=K1",
    "Patient?_has:Observation:patient:encounter.class=IMP",
    "Observation?code=K1&_include=Observation:subject",
    "Observation?code=K1&_include=Observation:subject:Patient&_include:iterate=Patient:organization",
    "Observation?code=K1&_include=Observation:*",
    "Observation?code=K1&_include=Observation:*:Patient",
    "Observation?code=K1&_include=*",
    "Observation?code=K1&_include:iterate=*&_include=Observation:subject",
    "Patient?family=de&_revinclude=*",
    "Patient?family=de&_revinclude:iterate=*",
    "Organization?name=zieken&_revinclude=*&_include=*",
    "Patient?family=de&_revinclude=MedicationRequest:*",
    "Patient?family=de&_revinclude=Observation:subject",
    "Patient?family=de&_revinclude=Observation:*&_revinclude:iterate=Provenance:target",
    "Observation?code=K1&_sort=-date,_id",
    "Patient?family=de&_sort=birthdate,-name,gender,organization,_lastUpdated",
    "ValueSet?url:below=http://example.org/fhir&_sort=url",
    "Observation?status=final&_sort=value-quantity&_total=accurate",
    "DiagnosticReport?_text=hart",
    "DiagnosticReport?_content=longembolie NOT rechts",
    "Observation?_list=ls1",
    "Location?near=52.09|5.12|40",
    "Substance?quantity=5.4|http://unitsofmeasure.org|mg",
    "Patient?_filter=family sw de or birthdate eq 1950",
    "Patient?_filter=not (gender eq male) and family sw de",
    "Observation?_filter=subject[gender eq male].family sw jan",
    "Medication?_contained=true&code=C02",
    "Medication?_contained=both&code=C02",
    "MedicationStatement?medication.ingredient:Substance.code=S01",
    "ServiceRequest?subject:text=vries",
];

#[tokio::test]
async fn no_search_reads_a_whole_table() {
    let mut found = Vec::new();
    for db in &mut large_engines().await {
        for text in SEARCHES {
            let asked = query(text);
            found.extend(faults(db, text, &asked, false).await);
            if db.dialect() == Dialect::Postgres {
                found.extend(faults(db, text, &asked, true).await);
            }
        }
    }
    assert!(found.is_empty(), "{} plans\n{}", found.len(), found.join("\n"));
}

/// Who asks for one person sees rows of one holder: those of the person are looked at, not all of the holder's.
#[tokio::test]
async fn a_search_of_one_person_does_not_collect_what_its_holder_wrote() {
    let holder = Visibility { granted: Vec::new(), ..organisation() };
    let text = "Observation?code=http://loinc.org|29463-7&date=ge2024&_count=20";
    for db in &mut large_engines().await {
        for generic in [false, db.dialect() == Dialect::Postgres] {
            let bound = Query { person: Some(1), ..query(text) };
            for sql in [page(db.dialect(), &bound, &holder), total(db.dialect(), &bound, &holder)] {
                let plan = db.plan(sql, generic).await;
                assert!(!plan.contains("resource_source"), "{:?} generic={generic}\n{plan}", db.dialect());
            }
        }
    }
}

/// An include goes out from its rows, and not through all references of a parameter.
#[tokio::test]
async fn an_include_enters_the_references_by_row_and_by_target() {
    for db in &mut large_engines().await {
        for (text, index) in [
            ("Observation?code=K1&_include=Observation:subject", "ix_reference_rid"),
            ("Observation?code=K1&_include=Observation:*", "ix_reference_rid"),
            ("Observation?code=K1&_include=*", "ix_reference_rid"),
            ("Patient?family=de&_revinclude=Observation:subject", "ix_reference_value"),
            ("Patient?family=de&_revinclude=*", "ix_reference_value"),
            ("Patient?family=de&_revinclude:iterate=*", "ix_reference_value"),
        ] {
            let asked = query(text);
            let statements =
                includes(db.dialect(), &asked, &organisation(), &[(asked.rtype, 3), (asked.rtype, 4)], true);
            assert_eq!(statements.len(), 1, "{text}");
            for sql in statements {
                let plan = db.plan(sql, false).await;
                let entered = match db.dialect() {
                    Dialect::Sqlite if index == "ix_reference_rid" => "ix_reference_rid (rid=?".to_owned(),
                    Dialect::Sqlite => format!("{index} (param=? AND target_id=?"),
                    Dialect::Postgres => index.to_owned(),
                };
                assert!(plan.contains(&entered), "{:?} {text}\n{plan}", db.dialect());
            }
        }
    }
}

/// A value that a parameter may be asked for.
fn value(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Token => "http://example.org/system|code",
        ParamKind::String | ParamKind::Composite | ParamKind::Special => "text",
        ParamKind::Reference => "some-id",
        ParamKind::Date => "ge2024-02",
        ParamKind::Number => "5",
        ParamKind::Quantity => "5|http://unitsofmeasure.org|kg",
        ParamKind::Uri => "http://example.org/address",
    }
}

/// A search by one parameter; none for those with rules of their own.
fn by_one(param: &Param) -> Option<(String, Query)> {
    let rtype = if param.rtype == BASE { "Observation" } else { param.rtype };
    let value = match param.components.as_slice() {
        [] => value(param.kind).to_owned(),
        parts => parts.iter().map(|part| value(part.kind)).collect::<Vec<_>>().join("$"),
    };
    let pairs = [(param.code.to_string(), value.clone())];
    let query = parse(rtype, &pairs, &options()).ok()?;
    Some((format!("{rtype}?{}={value}", param.code), query))
}

#[tokio::test]
async fn no_parameter_of_r4_reads_a_whole_table() {
    let asked: Vec<(String, Query)> = parameters().all().filter_map(by_one).collect();
    assert!(asked.len() > 1_350, "{}", asked.len());
    let mut found = Vec::new();
    for db in &mut large_engines().await {
        for (text, query) in &asked {
            let sql = page(db.dialect(), query, &organisation());
            let plan = db.plan(sql, false).await;
            let scans = scans(db.dialect(), &plan);
            if !scans.is_empty() {
                found.push(format!("{:?} {text}: {}\n{plan}", db.dialect(), scans.join("\n")));
            }
        }
    }
    assert!(found.is_empty(), "{} plans\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn a_scan_is_recognised() {
    for db in &mut engines().await {
        let all = Sql { text: "SELECT rid FROM resource WHERE version = 1".to_owned(), args: Vec::new() };
        let plan = db.plan(all, false).await;
        assert_eq!(scans(db.dialect(), &plan).len(), 1, "{plan}");
        let by_id = Sql { text: "SELECT rid FROM resource WHERE rtype = 1 AND id = 'a'".to_owned(), args: Vec::new() };
        let plan = db.plan(by_id, false).await;
        let small_table = db.dialect() == Dialect::Postgres && plan.contains("Seq Scan");
        assert!(small_table || scans(db.dialect(), &plan).is_empty(), "{plan}");
    }
}

/// `$everything` and `$lastn` name tables of their own making, under names of one letter: only those of the data count.
#[tokio::test]
async fn what_is_asked_of_one_person_reads_no_whole_table() {
    for db in &mut large_engines().await {
        let dialect = db.dialect();
        let asked = Everything {
            person: 1,
            beside: 1,
            types: Some(vec![1, 2]),
            since: Some(0),
            start: Some(0),
            end: Some(1),
            encounter: Some("e1".to_owned()),
            after: Some((1, 2)),
            count: 20,
        };
        let mut last = query("Observation?category=vital-signs");
        last.person = Some(1);
        for sql in [of_one_person(dialect, &asked, &organisation()), lastn(dialect, &last, &organisation(), 1, 1_000)] {
            let plan = db.plan(sql, false).await;
            let walks: Vec<String> = match dialect {
                Dialect::Sqlite => {
                    let of_data =
                        |line: &&str| ["SCAN r", "SCAN s", "SCAN t", "SCAN x"].iter().any(|scan| line.ends_with(scan));
                    plan.lines().filter(of_data).map(str::to_owned).collect()
                }
                Dialect::Postgres => scans(dialect, &plan),
            };
            assert!(walks.is_empty(), "{dialect:?} {walks:?}\n{plan}");
        }
    }
}
