use std::collections::HashSet;

use serde_json::json;

use super::page::Names;
use super::table::{CATEGORIES as CATEGORY_TABLE, LABELS as LABEL_TABLE, Named};
use super::*;
use crate::definition::{type_name, type_number};
use crate::path::Path;

const SCT: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";

/// A resource with one code at one place.
fn with(rtype: &str, element: &str, system: &str, code: &str) -> Value {
    let concept = json!({"coding": [{"system": system, "code": code}]});
    let many = element == "category";
    json!({"resourceType": rtype, element: if many { json!([concept]) } else { concept }})
}

fn name(resource: &Value) -> &'static str {
    by_number(category(resource)).map_or("?", |category| category.code)
}

#[test]
fn every_type_of_the_standard_has_a_row_without_a_condition_at_its_end() {
    for rtype in (0..).map_while(type_name) {
        let rules = TABLES.categories.get(rtype).unwrap_or_else(|| panic!("{rtype} has no row"));
        assert!(rules.last().is_some_and(|rule| rule.condition.is_none()), "{rtype}");
        assert_eq!(rules.iter().filter(|rule| rule.condition.is_none()).count(), 1, "{rtype}");
    }
    let mut types = TABLES.categories.keys().chain(TABLES.labels.keys());
    assert!(types.all(|rtype| type_number(rtype).is_some()));
}

#[test]
fn every_row_of_the_tables_can_be_read() {
    let rows = |text: &'static str| text.lines().filter(|line| !line.starts_with(['#', '@', '$', 't'])).count();
    let mut tables = Named::default();
    for row in tables.rows(CATEGORY_TABLE) {
        assert!(by_code(row.gives).is_some() && row.path.is_none_or(|path| Path::parse(path).is_ok()), "{}", row.rtype);
        assert_eq!(row.path.is_some(), !row.patterns.is_empty(), "{}: a list that there is not", row.rtype);
    }
    assert_eq!(TABLES.categories.values().map(Vec::len).sum::<usize>(), rows(CATEGORY_TABLE));
    let mut anywhere = 0;
    for row in tables.rows(LABEL_TABLE) {
        assert!(label(row.gives).is_some(), "{}", row.rtype);
        assert_eq!(row.path.is_some(), !row.patterns.is_empty(), "{}: a list that there is not", row.rtype);
        assert_eq!(row.rtype == "*", row.path == Some("**"), "what is for every type looks everywhere");
        anywhere += usize::from(row.path == Some("**"));
    }
    assert_eq!(TABLES.labels.values().map(Vec::len).sum::<usize>() + anywhere, rows(LABEL_TABLE));
}

#[test]
fn codes_decide_the_category() {
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let obs = "http://terminology.hl7.org/CodeSystem/observation-category";
    let table = [
        (json!({"resourceType": "Patient"}), "identity"),
        (json!({"resourceType": "MedicationStatement"}), "medication"),
        (json!({"resourceType": "Organization"}), "general"),
        (json!({"resourceType": "Consent"}), "consent"),
        (with("Consent", "scope", scope, "patient-privacy"), "consent"),
        (with("Consent", "scope", scope, "research"), "consent"),
        (with("Consent", "scope", "other", "treatment"), "consent"),
        (with("Consent", "scope", scope, "treatment"), "wishes"),
        (with("Consent", "scope", scope, "adr"), "wishes"),
        (with("Observation", "code", SCT, "395091006"), "wishes"),
        (with("Observation", "code", SCT, "284785009"), "nursing"),
        (with("Observation", "code", LOINC, "39126-8"), "nursing"),
        (with("Observation", "code", LOINC, "85354-9"), "measurements"),
        (with("Observation", "code", "urn:oid:2.16.840.1.113883.6.1", "85354-9"), "measurements"),
        (with("Observation", "category", obs, "vital-signs"), "measurements"),
        (with("Observation", "category", obs, "laboratory"), "results"),
        (with("Observation", "category", SCT, "384821006"), "mental-health"),
        (with("Observation", "category", obs, "social-history"), "mental-health"),
        (with("Observation", "code", LOINC, "72166-2"), "problems"),
        (json!({"resourceType": "Observation"}), "results"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10", "F32.1"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10", "J44"), "problems"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10", "f321"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10-nl", "F03"), "problems"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icpc-1", "P76"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icpc-1-nl", "P76.01"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icpc-1-nl", "P70.01"), "problems"),
        (with("Condition", "code", SCT, "26929004"), "problems"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/dsm5", "296.20"), "mental-health"),
        (with("Condition", "code", "urn:oid:2.16.840.1.113883.3.3210.14.2.2.35", "1"), "mental-health"),
        (with("Condition", "code", "http://hl7.org/fhir/sid/icd-10-nl", "T74.1"), "mental-health"),
        (with("Procedure", "category", SCT, "75516001"), "mental-health"),
        (with("Condition", "category", SCT, "416462003"), "nursing"),
        (with("Goal", "category", SCT, "713603004"), "wishes"),
        (with("Procedure", "code", SCT, "713603004"), "wishes"),
        (with("CommunicationRequest", "category", SCT, "223449006"), "wishes"),
        (with("Composition", "type", SCT, "11171000146100"), "nursing"),
        (with("Composition", "type", LOINC, "60591-5"), "documents"),
        (with("DocumentReference", "type", LOINC, "42348-3"), "wishes"),
        (with("Flag", "category", SCT, "140401000146105"), "medication"),
        (
            json!({"resourceType": "QuestionnaireResponse", "questionnaire": "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020|1.0"}),
            "wishes",
        ),
        (json!({"resourceType": "Nothing"}), "consent"),
        (json!(null), "consent"),
    ];
    for (resource, expected) in table {
        assert_eq!(name(&resource), expected, "{resource}");
    }
}

#[test]
fn a_measurement_by_the_patient_alone_is_an_own_measurement() {
    let measured = |by: &[&str]| {
        let performers: Vec<_> = by.iter().map(|text| json!({"reference": text})).collect();
        let mut resource = with("Observation", "code", LOINC, "85354-9");
        resource["performer"] = json!(performers);
        resource
    };
    assert_eq!(name(&measured(&["Patient/1"])), "own-measurements");
    assert_eq!(name(&measured(&["RelatedPerson/1"])), "own-measurements");
    assert_eq!(name(&measured(&["Patient/1", "Practitioner/1"])), "measurements");
    assert_eq!(name(&measured(&[])), "measurements");
}

#[test]
fn the_most_protective_of_several_codes_decides() {
    let codings = json!([{"system": LOINC, "code": "8867-4"}, {"system": SCT, "code": "228366006"}]);
    assert_eq!(name(&json!({"resourceType": "Observation", "code": {"coding": codings}})), "mental-health");
}

#[test]
fn labels_add_up_and_unknown_codes_set_none() {
    let labelled = |codes: &[&str]| {
        let tags: Vec<_> = codes.iter().map(|code| json!({"system": "http://s", "code": code})).collect();
        json!({"resourceType": "Observation", "meta": {"security": tags}})
    };
    let table: [(&[&str], u8); 7] = [
        (&[], 0),
        (&["R", "N"], 0),
        (&["PSY"], 1),
        (&["PSY", "PSYTHPN", "HIV"], 17),
        (&["STD", "GDIS", "SDV"], 14),
        (&["SUD"], 1),
        (&["VIO", "SCA"], 12),
    ];
    for (codes, expected) in table {
        assert_eq!(labels(&labelled(codes)), expected);
    }
    assert_eq!(labels(&json!({"resourceType": "Condition", "meta": {"security": "PSY"}})), 0);
}

#[test]
fn a_sensitive_code_sets_the_label_that_its_writer_forgot() {
    const ICD: &str = "http://hl7.org/fhir/sid/icd-10-nl";
    const ICPC: &str = "http://hl7.org/fhir/sid/icpc-1-nl";
    const ATC: &str = "http://www.whocc.no/atc";
    let table = [
        (ICD, "B20.1", HIV),
        (ICD, "b24", HIV),
        (ICPC, "B90.02", HIV),
        (LOINC, "56888-1", HIV),
        (SCT, "86406008", HIV),
        (ATC, "J05AR13", HIV),
        (ICD, "A51.0", SEXUAL),
        (ICPC, "X70", SEXUAL),
        (ICPC, "Y71", SEXUAL),
        (ICD, "F52.2", SEXUAL | PSYCHIATRY),
        (ICD, "F20.0", PSYCHIATRY),
        (ICPC, "P98", PSYCHIATRY),
        (LOINC, "44249-1", PSYCHIATRY),
        (ICPC, "Z25", VIOLENCE),
        (ICD, "Y07.0", VIOLENCE),
        (SCT, "706893006", VIOLENCE),
        (LOINC, "51969-4", GENETICS),
        (ICD, "F02.4", HIV),
        // What only looks like it.
        (ICD, "F03", 0),
        (ICPC, "P70", 0),
        (ICPC, "Z12", 0),
        (ICPC, "B20", 0),
        (ICD, "X70", PSYCHIATRY),
        (ATC, "N05AH04", 0),
        (ATC, "J05AE30", 0),
        (LOINC, "718-7", 0),
        (SCT, "26929004", 0),
        ("http://elsewhere", "B20", 0),
    ];
    for (system, code, expected) in table {
        assert_eq!(labels(&with("Condition", "code", system, code)), expected, "{system}|{code}");
    }
    assert_eq!(labels(&json!({"resourceType": "MolecularSequence"})), GENETICS);
}

#[test]
fn a_code_counts_wherever_it_stands_but_not_in_what_is_inside() {
    let hiv = json!({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-nl", "code": "B24"}]});
    let medicine = json!({"resourceType": "MedicationRequest", "reasonCode": [hiv]});
    assert_eq!(labels(&medicine), HIV);
    let answer = json!({"valueCoding": hiv["coding"][0]});
    let answers = json!({"resourceType": "QuestionnaireResponse", "item": [{"item": [{"answer": [answer]}]}]});
    assert_eq!(labels(&answers), HIV);
    let marked = json!({"resourceType": "Condition", "code": hiv, "meta": {"security": [{"code": "PSY"}]}});
    assert_eq!(labels(&marked), HIV | PSYCHIATRY);
    let carrier = json!({"resourceType": "Encounter", "contained": [{"resourceType": "Condition", "code": hiv}]});
    assert_eq!((labels(&carrier), inside(&carrier).labels), (0, HIV));
    let word = json!({"resourceType": "Condition", "note": [{"text": "B24"}], "identifier": [{"value": "B24"}]});
    assert_eq!(labels(&word), 0);
}

#[test]
fn categories_are_found_by_number_and_code() {
    assert!(all().is_sorted_by(|a, b| a.number < b.number));
    for category in all() {
        assert_eq!(by_code(category.code), by_number(category.number));
    }
}

#[test]
fn what_is_carried_counts_with_its_labels() {
    let sensitive = json!({"resourceType": "Condition", "meta": {"security": [{"code": "PSY"}]}});
    let medicine = json!({"resourceType": "MedicationRequest", "contained": [{"resourceType": "Medication"}]});
    let bundle = json!({"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Patient"}}, {"resource": medicine}, {"resource": {"resourceType": "Basic", "contained": [sensitive]}},
    ]});
    assert_eq!(inside(&bundle), Inside { categories: 1 << 1 | 1 << 3 | 1 << 11, labels: PSYCHIATRY });
    assert_eq!(inside(&medicine), Inside::default(), "a medicine is nobody's");
    let consent =
        json!({"resourceType": "Bundle", "entry": [{"resource": with("Consent", "scope", "x", "patient-privacy")}]});
    assert!(inside(&consent).has(CONSENT));
    let quoted = json!({"resourceType": "Condition", "note": [{"text": "\"resourceType\":\"Flag\""}]});
    assert!(inside(&quoted).is_empty());
}

/// Every value of both tables and their lists, as `system|code`.
fn values() -> Vec<&'static str> {
    let lines = CATEGORY_TABLE.lines().chain(LABEL_TABLE.lines()).filter(|line| !line.starts_with(['#', '@']));
    let cells = lines.filter_map(|line| {
        let cell = line.split('\t').nth(1)?;
        Some(if line.starts_with('$') { cell } else { cell.rsplit_once('=')?.1 })
    });
    cells.flat_map(|cell| cell.split(',')).filter(|value| value.contains('|')).collect()
}

#[test]
fn every_code_has_a_name_and_every_name_a_code() {
    let names = Names::read();
    let mut used: HashSet<(&str, &str)> = values().iter().filter_map(|value| value.split_once('|')).collect();
    let mut tables = Named::default();
    for row in tables.rows(CATEGORY_TABLE).iter().chain(&tables.rows(LABEL_TABLE)) {
        used.extend(row.path.map(|path| ("place", path)));
        used.extend((row.gives != "general" && row.rtype != "*").then_some(("type", row.rtype)));
    }
    for one in &used {
        assert!(names.0.get(one).is_some_and(|(english, dutch)| !english.is_empty() && !dutch.is_empty()), "{one:?}");
    }
    assert!(names.0.keys().all(|one| used.contains(one)), "{:?}", names.0.keys().find(|one| !used.contains(*one)));
}

#[test]
fn the_check_digits_of_all_codes_are_right() {
    let mut checked = 0;
    for value in values() {
        let right = match value.split_once('|') {
            Some(("sct", code)) => verhoeff(code),
            Some(("loinc", code)) => luhn(code),
            _ => continue,
        };
        assert!(right, "{value} is no code");
        checked += 1;
    }
    assert!(checked > 200, "{checked}");
    assert!(!verhoeff("108310007") && !verhoeff("74732008") && !luhn("44249-2"), "the checks check");
}

/// The check digit of SNOMED CT, that of Verhoeff: rotations and reflections of a pentagon, after a permutation that depends
/// on the place.
fn verhoeff(code: &str) -> bool {
    const NEXT: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let turn = |left: usize, right: usize| match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right) % 5,
        (false, true) => 5 + (left - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    };
    let digits = code.bytes().rev().enumerate();
    let sum = digits.fold(0, |sum, (place, digit)| {
        turn(sum, (0..place % 8).fold(usize::from(digit - b'0'), |digit, _| NEXT[digit]))
    });
    sum == 0
}

/// The check digit of LOINC: every second digit from the right counts double.
fn luhn(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else { return false };
    let weigh = |(place, digit): (usize, u8)| {
        let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = number.bytes().rev().enumerate().map(weigh).sum();
    check.parse() == Ok((10 - sum % 10) % 10)
}
