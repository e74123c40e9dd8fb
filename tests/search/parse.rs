//! How query strings are read, and what is refused.

use spil::search::{Filter, Options, PatientValue, Prefix, Summary, Test, Total, parse};

use super::support::{options, pairs, query};

/// Query, code of the problem, a part of its text.
const REFUSED: &[(&str, &str, &str)] = &[
    ("Nothing?a=b", "not-found", "no resource type"),
    ("Patient?colour=red", "not-found", "`colour` is not a search parameter of Patient"),
    ("Patient?name=", "value", "empty"),
    ("Patient?name=a,,b", "value", "empty"),
    ("Patient?name=a\\b", "value", "backslash"),
    ("Patient?name:above=a", "not-supported", "type string"),
    ("Patient?name:missing=perhaps", "value", "`true` or `false`"),
    ("Patient?gender:exact=male", "not-supported", "type token"),
    ("Patient?gender:in=", "value", "empty"),
    ("Patient?name:in=http://x", "not-supported", "type string"),
    ("Observation?code:above=a|b|c", "value", "more than one `|`"),
    ("Observation?code=a|b|c", "value", "more than one `|`"),
    ("Observation?code=|", "value", "neither"),
    ("Patient?identifier:of-type=a|b", "value", "system|code|value"),
    ("Patient?identifier:of-type=|b|c", "value", "system"),
    ("Observation?date=yesterday", "value", "not a date"),
    ("Observation?date=2024-13", "value", "not a date"),
    ("Observation?date=xx2024", "value", "not a date"),
    ("Observation?date:exact=2024", "not-supported", "type date"),
    ("RiskAssessment?probability=much", "value", "not a number"),
    ("RiskAssessment?probability=1.", "value", "not a number"),
    ("RiskAssessment?probability=NaN", "value", "not a number"),
    ("RiskAssessment?probability=1e999", "value", "not a number"),
    ("Observation?value-quantity=5|kg", "value", "a quantity is"),
    ("Observation?value-quantity=kg", "value", "not a number"),
    ("Observation?code-value-quantity=a", "value", "each of"),
    ("Observation?code-value-quantity=a$1$2", "value", "each of"),
    ("Observation?subject=Nothing/1", "value", "no resource type"),
    ("Observation?subject=Patient/a b", "value", "not a reference"),
    ("Observation?subject:Task=1", "value", "cannot point at a Task"),
    ("Observation?subject:Patient=Group/1", "value", "not that of the modifier"),
    ("Observation?subject:Patient=http://x/Patient/1", "value", "not an address"),
    ("ValueSet?url:below=urn:oid:1", "value", "URL"),
    ("ValueSet?url:contains=a", "not-supported", "type uri"),
    ("Observation?code.text=a", "value", "not a reference"),
    ("Observation?subject:Task.code=a", "value", "cannot point"),
    ("Observation?subject.colour=a", "not-found", "colour"),
    ("Observation?patient.link.link.link.link.name=a", "too-costly", "3 steps"),
    ("Patient?_has:Observation:code=a", "value", "`_has` needs"),
    ("Patient?_has:Nothing:patient:code=a", "value", "no resource type"),
    ("Patient?_has:Observation:code:code=a", "value", "not a reference"),
    ("Patient?_has:Observation:encounter:code=a", "value", "cannot point at a Patient"),
    ("Patient?_has:Observation:patient:colour=a", "not-found", "colour"),
    ("Patient?_id:exact=a", "not-supported", "no such modifier"),
    ("Patient?_lastUpdated=now", "value", "not a date"),
    ("Patient?_count=many", "value", "whole number"),
    ("Patient?_count=-1", "value", "whole number"),
    ("Patient?_sort=colour", "not-found", "colour"),
    ("Observation?_sort=code-value-quantity", "not-supported", "sorted"),
    ("Patient?_sort=_id,_id,_id,_id,_id,_id", "too-costly", "sort keys"),
    ("Patient?_total=some", "value", "`_total`"),
    ("Patient?_summary=short", "value", "`_summary`"),
    ("Patient?_elements=a,;drop", "value", "element names"),
    ("Patient?_include=Patient", "value", "an include is"),
    ("Patient?_include=Nothing:a", "value", "no resource type"),
    ("Patient?_include=Patient:name", "value", "not a reference"),
    ("Patient?_include=Patient:organization:Task", "value", "cannot point"),
    ("Patient?_include:recurse=Patient:organization", "not-supported", "recurse"),
    ("Patient?_revinclude=Observation:encounter", "value", "cannot point at a Patient"),
    ("Patient?_query=a", "not-supported", "`_query`"),
    ("Patient?_filter=a", "value", "at character 2"),
];

#[test]
fn what_cannot_be_used_is_refused_with_its_name() {
    for (text, code, part) in REFUSED {
        let (rtype, pairs) = pairs(text);
        let problems = parse(rtype, &pairs, &options()).expect_err(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        assert_eq!(problems[0].code, *code, "{text}: {problems:?}");
        assert!(problems[0].text.contains(part), "{text}: {problems:?}");
        assert!(*rtype == *"Nothing" || problems[0].param == pairs[0].0, "{text}: {problems:?}");
    }
}

#[test]
fn a_lenient_caller_gets_a_list_of_what_was_not_used() {
    let (rtype, pairs) = pairs("Patient?colour=red&name=a&gender:nonsense=x&_format=json&_count=5");
    let lenient = Options { lenient: true, ..options() };
    let read = parse(rtype, &pairs, &lenient).expect("a query");
    let ignored: Vec<_> = read.ignored.iter().map(|problem| problem.param.as_str()).collect();
    assert_eq!(ignored, ["colour", "gender:nonsense"]);
    assert_eq!(read.self_pairs, [("name".to_owned(), "a".to_owned()), ("_count".to_owned(), "5".to_owned())]);
    let many = vec!["a"; 101].join(",");
    assert!(parse("Patient", &[("name".to_owned(), many)], &lenient).is_err());
    assert!(parse("Patient", &[("name".to_owned(), "a".repeat(9000))], &lenient).is_err());
}

#[test]
fn what_to_answer_is_read() {
    let read =
        query("Patient?_count=500&_total=accurate&_summary=text&_elements=id,name&_sort=-birthdate,_id&_pretty=true");
    assert_eq!((read.count, read.total, read.summary, read.elements.len()), (100, Total::Accurate, Summary::Text, 2));
    assert!(read.sort[0].descending && !read.sort[1].descending);
    assert!(query("Patient?_count=0").only_count() && query("Patient?_summary=count").only_count());
    let includes =
        query("Observation?_include=Observation:subject:Patient&_revinclude:iterate=Provenance:target").includes;
    assert!(!includes[0].reverse && includes[0].target.is_some() && !includes[0].iterate);
    assert!(includes[1].reverse && includes[1].iterate);
}

#[test]
fn numbers_and_dates_stand_for_ranges() {
    let number = |text: &str| match &query(&format!("RiskAssessment?probability={text}")).filters[0] {
        Filter::Value { test: Test::Number(tests), .. } => tests[0],
        other => panic!("{other:?}"),
    };
    for (text, prefix, low, high) in [
        ("100", Prefix::Equal, 99.5, 100.5),
        ("100.00", Prefix::Equal, 99.995, 100.005),
        ("1e2", Prefix::Equal, 50.0, 150.0),
        ("-5.4", Prefix::Equal, -5.45, -5.35),
        ("lt5", Prefix::Less, 4.5, 5.5),
        ("ap100", Prefix::Approximately, 90.0, 110.0),
    ] {
        let test = number(text);
        assert_eq!((test.prefix, test.low, test.high), (prefix, low, high), "{text}");
    }
}

#[test]
fn a_search_names_its_patient() {
    let bsn = || PatientValue::Identifier { system: "http://x/bsn".to_owned(), value: "1".to_owned() };
    let id = || PatientValue::Id("1".to_owned());
    let table = [
        ("Observation?patient=1", Some(id())),
        ("Observation?code=a&subject=Patient/1", Some(id())),
        ("Observation?subject:Patient=1", Some(id())),
        ("Observation?subject=Group/1", None),
        ("Observation?subject=1", None),
        ("Observation?patient=1,2", None),
        ("Observation?performer=Patient/1", None),
        ("Observation?patient.identifier=http://x/bsn|1", Some(bsn())),
        ("Observation?subject:Patient.identifier=http://x/bsn|1", Some(bsn())),
        ("Observation?subject.identifier=http://x/bsn|1", Some(bsn())),
        ("Observation?patient:identifier=http://x/bsn|1", Some(bsn())),
        ("Observation?patient.identifier=1", None),
        ("Observation?patient._id=1", Some(id())),
        ("Observation?patient.name=a", None),
        ("Coverage?beneficiary=Patient/1", Some(id())),
    ];
    for (text, expected) in table {
        let found = query(text).patient_filters().into_iter().next().map(|filter| filter.value);
        assert_eq!(found, expected, "{text}");
    }
}

/// Only an address of a definition with several names is asked by all of them.
#[test]
fn an_address_is_asked_by_each_of_its_names() {
    for (text, tests, named) in [
        ("QuestionnaireResponse?questionnaire=http://q.example/Questionnaire/a", 1, 0),
        ("QuestionnaireResponse?subject=https://fhir.iknl.nl/fhir/Patient/1", 1, 0),
        ("QuestionnaireResponse?questionnaire=https://fhir.iknl.nl/fhir/Questionnaire/a", 2, 1),
        ("QuestionnaireResponse?questionnaire=https://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020|1", 3, 1),
        ("Observation?_profile=http://p.example/StructureDefinition/a", 1, 0),
        ("Observation?_profile=https://fhir.iknl.nl/fhir/StructureDefinition/a,http://p.example/b", 3, 1),
    ] {
        let read = query(text);
        let found = match read.filters.as_slice() {
            [Filter::Value { test: Test::Reference(tests), .. }] => tests.len(),
            [Filter::Value { test: Test::Uri(_, addresses), .. }] => addresses.len(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!((found, read.named.len()), (tests, named), "{text}");
    }
}
