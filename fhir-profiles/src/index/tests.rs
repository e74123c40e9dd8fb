use serde_json::{Value, json};

use super::*;

/// The number of a parameter, or of a composite's component.
fn number(rtype: &str, code: &str) -> u16 {
    let (code, part) = code.split_once('$').map_or((code, None), |(code, part)| (code, Some(part)));
    let param = parameters().get(rtype, code).expect(code);
    part.map_or(param.number, |part| param.components.iter().find(|one| one.code == part).expect(part).number)
}

fn tokens(resource: &Value, code: &str) -> Vec<String> {
    let wanted = number(resource["resourceType"].as_str().expect("a type"), code);
    let rows = extract(resource).tokens.into_iter().filter(|row| row.param == wanted);
    let show = |row: TokenRow| {
        let text = row.text.map(|text| format!(" {text}")).unwrap_or_default();
        let kind = row.identifier_type.map(|(system, code)| format!(" [{system}|{code}]")).unwrap_or_default();
        format!("{}|{}{text}{kind}", row.system.unwrap_or_default(), row.code)
    };
    rows.map(show).collect()
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p",
        "meta": {"tag": [{"system": "http://t", "code": "demo"}], "profile": ["http://p"], "source": "urn:s"},
        "contained": [{"resourceType": "Organization", "id": "o", "name": "Inside"}],
        "identifier": [
            {"system": "http://bsn", "value": "999900006", "type": {"coding": [{"system": "http://v2", "code": "NI"}], "text": "Burgerservicenummer"}},
            {"system": "http://only-system"}
        ],
        "active": true,
        "name": [{"family": "Groeneveld-de  Boer", "given": ["Zoë", "Anne"], "text": "Zoë A. Groeneveld"}],
        "telecom": [{"system": "phone", "value": "+31 6"}, {"system": "email", "value": "a@b.example"}],
        "birthDate": "1934-05-16",
        "deceasedDateTime": "2024-01-01",
        "address": [{"line": ["Dorpsstraat 1"], "city": "’s-Hertogenbosch", "postalCode": "5211 AA"}],
        "generalPractitioner": [{"reference": "#o"}, {"reference": "Organization/7"}],
        "managingOrganization": {"identifier": {"system": "http://ura", "value": "90001"}, "type": "Organization"},
        "link": [{"other": {"reference": "https://other.example/fhir/Patient/9"}, "type": "seealso"}]
    })
}

#[test]
fn tokens_come_from_identifiers_contact_points_booleans_and_comparisons() {
    let table: [(&str, &[&str]); 7] = [
        ("identifier", &["http://bsn|999900006 burgerservicenummer [http://v2|NI]", "http://only-system|"]),
        ("active", &["|true"]),
        ("deceased", &["|true"]),
        ("telecom", &["phone|+31 6", "email|a@b.example"]),
        ("email", &["email|a@b.example"]),
        ("_tag", &["http://t|demo"]),
        ("language", &[]),
    ];
    for (code, expected) in table {
        assert_eq!(tokens(&patient(), code), expected, "{code}");
    }
}

#[test]
fn a_concept_has_a_row_for_each_coding_and_its_text() {
    let concept = |concept: Value| json!({"resourceType": "Condition", "code": concept});
    let table: [(Value, &[&str]); 5] = [
        (
            json!({"coding": [{"system": "s", "code": "1", "display": "Één"}, {"code": "2"}], "text": "Iets"}),
            &["s|1 een", "|2 iets"],
        ),
        (json!({"coding": [{"system": "s", "code": "1", "display": "A"}], "text": "Iets"}), &["s|1 a", "| iets"]),
        (json!({"coding": [{"system": "s", "code": "1", "display": "A"}], "text": "A"}), &["s|1 a"]),
        (json!({"text": "Hoofd  Pijn"}), &["| hoofd pijn"]),
        (json!({"coding": [{"extension": []}]}), &[]),
    ];
    for (value, expected) in table {
        assert_eq!(tokens(&concept(value), "code"), expected);
    }
}

#[test]
fn strings_are_kept_in_parts_and_whole_without_accents() {
    let rows = extract(&patient()).strings;
    let of = |code: &str| -> Vec<String> {
        let wanted = number("Patient", code);
        rows.iter().filter(|row| row.param == wanted).map(|row| row.normal.clone()).collect()
    };
    assert_eq!(of("name"), ["zoe", "anne", "groeneveld-de boer", "zoe anne groeneveld-de boer", "zoe a. groeneveld"]);
    assert_eq!(of("given"), ["zoe", "anne"]);
    assert_eq!(
        of("address"),
        ["dorpsstraat 1", "’s-hertogenbosch", "5211 aa", "dorpsstraat 1 ’s-hertogenbosch 5211 aa"]
    );
    assert_eq!(normalize("  ÀÉ\u{0301}ø  Straße\nĲ "), "aeo strasse ij");
    assert_eq!(normalize(&"é".repeat(2000)).chars().count(), MAX_LENGTH);
}

#[test]
fn references_keep_type_and_id_or_the_address_or_the_identifier() {
    let rows = extract(&patient()).references;
    let of = |code: &str| -> Vec<_> {
        let wanted = number("Patient", code);
        let rows = rows.iter().filter(|row| row.param == wanted);
        rows.map(|row| {
            (row.target_type.and_then(crate::definition::type_name), row.target_id.as_str(), row.identifier.clone())
        })
        .collect()
    };
    assert_eq!(of("general-practitioner"), [(None, "#o", None), (Some("Organization"), "7", None)]);
    assert_eq!(of("link"), [(Some("Patient"), "https://other.example/fhir/Patient/9", None)]);
    let ura = Some((Some("http://ura".to_owned()), "90001".to_owned()));
    assert_eq!(of("organization"), [(Some("Organization"), "", ura)]);
}

#[test]
fn dates_of_every_shape_become_ranges() {
    let low = |text| crate::time::parse_range(text).expect(text).0;
    let high = |text| crate::time::parse_range(text).expect(text).1;
    let table = [
        ("Observation", "date", json!({"effectiveDateTime": "2024-05"}), Some((low("2024-05"), high("2024-05")))),
        ("Observation", "date", json!({"effectivePeriod": {"start": "2024"}}), Some((low("2024"), i64::MAX))),
        ("Observation", "date", json!({"effectivePeriod": {"end": "2024"}}), Some((i64::MIN, high("2024")))),
        ("Observation", "date", json!({"effectivePeriod": {}}), None),
        ("Observation", "date", json!({"effectivePeriod": {"start": "2024", "end": "soon"}}), None),
        (
            "Observation",
            "date",
            json!({"effectiveTiming": {"event": ["2024-03", "2024-01"]}}),
            Some((low("2024-01"), high("2024-03"))),
        ),
        (
            "CarePlan",
            "activity-date",
            json!({"activity": [{"detail": {"scheduledTiming": {"repeat": {"boundsPeriod": {"start": "2024", "end": "2025"}}}}}]}),
            Some((low("2024"), high("2025"))),
        ),
    ];
    for (rtype, code, mut resource, expected) in table {
        resource["resourceType"] = json!(rtype);
        let wanted = number(rtype, code);
        let found = extract(&resource).dates.into_iter().find(|row| row.param == wanted);
        assert_eq!(found.map(|row| (row.low, row.high)), expected, "{resource}");
    }
}

#[test]
fn a_number_is_kept_exactly() {
    let wanted = number("RiskAssessment", "probability");
    let of = |value: Value| {
        let resource = json!({"resourceType": "RiskAssessment", "prediction": [value]});
        let rows = extract(&resource).numbers;
        rows.iter().find(|row| row.param == wanted).map(|row| (row.low, row.high))
    };
    for (text, expected) in [("5.40", 5.4), ("100", 100.0), ("1e2", 100.0), ("-1.5", -1.5), ("0", 0.0)] {
        let value: Value = serde_json::from_str(text).expect("a number");
        assert_eq!(of(json!({"probabilityDecimal": value})), Some((expected, expected)), "{text}");
    }
    let too_large: Value = serde_json::from_str("1e400").expect("a number");
    assert_eq!(of(json!({"probabilityDecimal": too_large})), None);
}

#[test]
fn quantities_keep_unit_comparator_and_range() {
    let open = f64::INFINITY;
    let table = [
        (json!({"value": 5, "unit": "kg", "system": "u", "code": "kg"}), Some((Some("kg"), 5.0, 5.0))),
        (json!({"value": 5, "comparator": "<=", "code": "kg"}), Some((Some("kg"), -open, 5.0))),
        (json!({"value": 5, "comparator": ">=", "code": "kg"}), Some((Some("kg"), 5.0, open))),
        (json!({"value": 0, "comparator": "<", "code": "kg"}), Some((Some("kg"), -open, 0f64.next_down()))),
        (json!({"value": 0, "comparator": ">", "code": "kg"}), Some((Some("kg"), 0f64.next_up(), open))),
        (json!({"unit": "kg"}), None),
    ];
    let wanted = number("Observation", "value-quantity");
    for (value, expected) in table {
        let resource = json!({"resourceType": "Observation", "valueQuantity": value});
        let rows = extract(&resource).quantities;
        let found = rows.iter().find(|row| row.param == wanted);
        assert_eq!(found.map(|row| (row.code.as_deref(), row.low, row.high)), expected);
    }
    let range =
        json!({"resourceType": "Condition", "onsetRange": {"low": {"value": 5, "code": "a"}, "high": {"value": 10}}});
    let rows = extract(&range).quantities;
    assert_eq!(rows.first().map(|row| (row.code.as_deref(), row.low, row.high)), Some((Some("a"), 5.0, 10.0)));
    let sampled = json!({"resourceType": "Observation", "valueSampledData":
        {"origin": {"value": 10, "code": "mV"}, "factor": 2, "period": 1, "dimensions": 1, "data": "1 E -3 4"}});
    let rows = extract(&sampled).quantities;
    assert!(rows.iter().any(|row| (row.code.as_deref(), row.low, row.high) == (Some("mV"), 4.0, 18.0)));
}

#[test]
fn parts_of_a_composite_share_the_number_of_their_element() {
    let resource = json!({
        "resourceType": "Observation",
        "component": [
            {"code": {"coding": [{"code": "sys"}]}, "valueQuantity": {"value": 120}},
            {"code": {"coding": [{"code": "dia"}]}, "valueQuantity": {"value": 80}}
        ]
    });
    let rows = extract(&resource);
    let code = number("Observation", "component-code-value-quantity$component-code");
    let value = number("Observation", "component-code-value-quantity$component-value-quantity");
    let codes: Vec<_> =
        rows.tokens.iter().filter(|row| row.param == code).map(|row| (row.ord, row.code.as_str())).collect();
    let values: Vec<_> =
        rows.quantities.iter().filter(|row| row.param == value).map(|row| (row.ord, row.high)).collect();
    assert_eq!(codes, [(1, "sys"), (2, "dia")]);
    assert_eq!(values, [(1, 120.0), (2, 80.0)]);
}

#[test]
fn a_composite_without_one_of_its_parts_leaves_no_rows() {
    let resource = json!({"resourceType": "Observation", "code": {"text": "a"}, "valueString": "b"});
    let rows = extract(&resource);
    let has = |code: &str| rows.tokens.iter().any(|row| row.param == number("Observation", code));
    assert!(has("code-value-string$code") && !has("code-value-quantity$code"));
}

#[test]
fn a_canonical_is_found_with_and_without_its_version() {
    let resource = json!({"resourceType": "QuestionnaireResponse", "questionnaire": "https://q.example/a|1.0",
        "meta": {"profile": ["https://p.example/a|2"]}});
    let rows = extract(&resource);
    let found: Vec<_> = rows.references.iter().map(|row| row.target_id.as_str()).collect();
    assert_eq!(found, ["https://q.example/a|1.0", "https://q.example/a"]);
    let found: Vec<_> = rows.uris.iter().map(|row| row.uri.as_str()).collect();
    assert_eq!(found, ["https://p.example/a|2", "https://p.example/a"]);
}

#[test]
fn equal_rows_are_kept_once_and_those_of_contained_resources_apart() {
    let twice = json!({"resourceType": "Condition", "category": [{"text": "a"}, {"text": "a"}]});
    assert_eq!(extract(&twice).tokens.len(), 1);
    let rows = extract(&patient());
    assert!(rows.strings.iter().all(|row| row.normal != "inside"));
    let inside: Vec<_> =
        rows.contained.iter().flat_map(|one| &one.rows.strings).map(|row| row.normal.as_str()).collect();
    assert!(inside.contains(&"inside"), "{inside:?}");
    assert_eq!(rows.uris.iter().map(|row| row.uri.as_str()).collect::<Vec<_>>(), ["http://p", "urn:s"]);
}

#[test]
fn dutch_medication_parameters_are_extracted() {
    let resource = json!({
        "resourceType": "MedicationDispense",
        "category": {"coding": [{"system": "http://snomed.info/sct", "code": "422037009"}]},
        "location": {"reference": "Location/1"},
        "extension": [{
            "url": "http://nictiz.nl/fhir/StructureDefinition/ext-PharmaceuticalTreatment.Identifier",
            "valueIdentifier": {"system": "urn:oid:1", "value": "MBH"}
        }]
    });
    assert_eq!(tokens(&resource, "category"), ["http://snomed.info/sct|422037009"]);
    assert_eq!(tokens(&resource, "pharmaceutical-treatment-identifier"), ["urn:oid:1|MBH"]);
    assert!(extract(&resource).references.iter().any(|row| row.target_id == "1"));
}

#[test]
fn what_is_no_resource_leaves_no_rows() {
    for value in [json!(null), json!([]), json!("x"), json!({}), json!({"resourceType": "Nothing", "name": "x"})] {
        assert_eq!(extract(&value), IndexRows::default());
    }
}
