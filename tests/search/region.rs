//! A small region: two persons, two organisations (10 and 11), one resource or more for every kind of parameter.

use std::fmt::Write as _;

use serde_json::{Value, json};
use spil::store::sql::{contained, full_text};
use spil::store::{Cell, Dialect, system_key};
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::index::{IndexRows, extract};

/// Row number, person, category, labels, source, resource.
pub type Held = (i64, i64, i64, i64, i64, Value);

const LOINC: &str = "http://loinc.org";
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

/// Everything that is stored, in the order of the row numbers.
pub fn resources() -> Vec<Held> {
    let mut all = people();
    all.extend(observations());
    all.extend(others());
    all.extend(super::language::resources());
    all
}

fn people() -> Vec<Held> {
    vec![
        (
            1,
            0,
            30,
            0,
            10,
            json!({"resourceType": "Organization", "id": "org-a", "name": "Ziekenhuis Oost", "active": true,
            "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": "90000001"}]}),
        ),
        (
            2,
            1,
            0,
            0,
            10,
            json!({"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-03-04",
            "meta": {"tag": [{"system": "urn:t", "code": "demo"}], "profile": ["http://example.org/p|1.0"]},
            "identifier": [{"system": BSN, "value": "999911120"},
                {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                 "system": "urn:h", "value": "12345"}],
            "name": [{"family": "de Vries", "given": ["Anna", "Chloë"]}],
            "managingOrganization": {"reference": "Organization/org-a"}}),
        ),
        (
            3,
            2,
            0,
            0,
            11,
            json!({"resourceType": "Patient", "id": "p2", "gender": "male", "birthDate": "1980",
            "identifier": [{"system": BSN, "value": "999990019"}],
            "name": [{"family": "Jansen, 50%", "given": ["Emile"]}]}),
        ),
    ]
}

/// An observation of a patient, with more elements.
fn observation(id: &str, patient: &str, system: Option<&str>, code: &str, more: &Value) -> Value {
    let mut observation = json!({"resourceType": "Observation", "id": id, "status": "final",
        "code": {"coding": [{"code": code, "display": format!("Meting {code}")}]},
        "subject": {"reference": format!("Patient/{patient}")}});
    if let Some(system) = system {
        observation["code"]["coding"][0]["system"] = json!(system);
    }
    for (name, value) in more.as_object().expect("an object") {
        observation[name] = value.clone();
    }
    observation
}

/// The two parts of a blood pressure.
fn pressure(upper: i64, lower: i64) -> Value {
    let part = |code: &str, value: i64| {
        json!({"code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}})
    };
    json!([part("8480-6", upper), part("8462-4", lower)])
}

fn observations() -> Vec<Held> {
    let kg = |value: f64| json!({"value": value, "unit": "kilo", "system": "http://unitsofmeasure.org", "code": "kg"});
    let (tension, weight) = ("85354-9", "29463-7");
    let o1 = json!({"effectiveDateTime": "2024-01-15T10:00:00+01:00", "component": pressure(120, 80),
        "encounter": {"reference": "Encounter/e1"}});
    let o2 = json!({"valueQuantity": kg(72.5), "effectivePeriod": {"start": "2024-03-01", "end": "2024-03-31"}});
    let o3 = json!({"status": "preliminary", "effectiveDateTime": "2024-05", "valueString": "goed",
        "performer": [{"reference": "Organization/org-a"}]});
    let o4 = json!({"effectiveDateTime": "2023-12-31", "component": pressure(140, 120)});
    let o5 = json!({"valueQuantity": kg(73.0), "effectivePeriod": {"start": "2024-03-20"}});
    let o6 = json!({"resourceType": "Observation", "id": "o6", "status": "final", "code": {"text": "vrije tekst"},
        "subject": {"identifier": {"system": BSN, "value": "999911120"}}});
    let gone = json!({"valueQuantity": kg(72.5)});
    vec![
        (10, 1, 4, 0, 10, observation("o1", "p1", Some(LOINC), tension, &o1)),
        (11, 1, 4, 0, 11, observation("o2", "p1", Some(LOINC), weight, &o2)),
        (12, 1, 5, 0, 10, observation("o3", "p1", None, "K1", &o3)),
        (13, 2, 4, 0, 10, observation("o4", "p2", Some(LOINC), tension, &o4)),
        (14, 2, 4, 0, 10, observation("o5", "p2", Some(LOINC), weight, &o5)),
        (15, -1, 4, 0, 10, o6),
        (16, 1, 4, 0, 10, observation("gone", "p1", Some(LOINC), weight, &gone)),
    ]
}

fn others() -> Vec<Held> {
    let subject = json!({"reference": "Patient/p1"});
    vec![
        (
            20,
            0,
            30,
            0,
            10,
            json!({"resourceType": "Medication", "id": "m1",
            "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01"}]}}),
        ),
        (
            21,
            1,
            1,
            0,
            10,
            json!({"resourceType": "MedicationRequest", "id": "mr1", "status": "active", "intent": "order",
            "subject": subject, "medicationReference": {"reference": "Medication/m1"},
            "reasonReference": [{"reference": "Condition/c1"}]}),
        ),
        (
            22,
            1,
            12,
            1,
            10,
            json!({"resourceType": "Condition", "id": "c1", "subject": subject,
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F32"}]}}),
        ),
        (23, 1, 31, 0, 1, json!({"resourceType": "Consent", "id": "cs1", "status": "active", "patient": subject})),
        (
            24,
            1,
            7,
            0,
            10,
            json!({"resourceType": "Encounter", "id": "e1", "status": "finished", "subject": subject,
            "class": {"code": "IMP"}, "reasonReference": [{"reference": "Condition/c1"}], "serviceProvider": {"reference": "Organization/org-a"}}),
        ),
        (
            25,
            0,
            30,
            0,
            0,
            json!({"resourceType": "ValueSet", "id": "vs1", "status": "active",
            "url": "http://example.org/fhir/ValueSet/a"}),
        ),
        (
            26,
            0,
            30,
            0,
            0,
            json!({"resourceType": "ValueSet", "id": "vs2", "status": "active",
            "url": "http://example.org/fhir/ValueSet/a/b"}),
        ),
        (
            27,
            1,
            3,
            0,
            10,
            json!({"resourceType": "RiskAssessment", "id": "ra1", "status": "final", "subject": subject,
            "prediction": [{"probabilityDecimal": 0.4}]}),
        ),
        (
            28,
            1,
            3,
            0,
            10,
            json!({"resourceType": "RiskAssessment", "id": "ra2", "status": "final", "subject": subject,
            "prediction": [{"probabilityDecimal": 0.45}]}),
        ),
        (
            29,
            1,
            3,
            0,
            10,
            json!({"resourceType": "CarePlan", "id": "cp1", "status": "active", "intent": "plan",
            "subject": subject, "instantiatesCanonical": ["http://example.org/pd|2"],
            "instantiatesUri": ["http://example.org/x"]}),
        ),
    ]
}

/// The statements that store it, with literal values.
pub fn script(dialect: Dialect) -> String {
    let mut out =
        String::from("INSERT INTO person (person, bsn, policy) VALUES (1, '999911120', 5), (2, '999990019', 7);\n");
    out.push_str("INSERT INTO handoff_item (task, org, item) VALUES (99, 11, 24);\n");
    for (rid, person, category, labels, source, resource) in resources() {
        store(&mut out, dialect, (rid, person, category, labels, source), &resource);
    }
    out
}

fn store(out: &mut String, dialect: Dialect, row: (i64, i64, i64, i64, i64), resource: &Value) {
    let (rid, person, category, labels, source) = row;
    let name = resource["resourceType"].as_str().expect("a type");
    let rtype = type_number(name).expect("a known type");
    let id = resource["id"].as_str().expect("an id");
    let deleted = i64::from(id == "gone");
    let (from, to) = if id == "o1" { ("1705309200000", "1705309200001") } else { ("NULL", "NULL") };
    let body = match dialect {
        Dialect::Sqlite => "x'7b7d'",
        Dialect::Postgres => "'\\x7b7d'",
    };
    let updated = 1_700_000_000_000 + rid * 1000;
    writeln!(
        out,
        "INSERT INTO resource VALUES ({rid}, {rtype}, '{id}', 1, {updated}, {deleted}, {person}, {category}, {labels}, \
         {source}, {from}, {to}, {body});"
    )
    .expect("text");
    let rows = extract(resource).localised("https://spil.example/fhir");
    if let Some(cells) = full_text::row(dialect, rid, person, &rows.words) {
        let columns: Vec<_> = full_text::columns(dialect).iter().map(|(name, _)| *name).collect();
        let cells: Vec<_> = cells.iter().map(literal).collect();
        let (columns, cells) = (columns.join(", "), cells.join(", "));
        writeln!(out, "INSERT INTO full_text ({columns}) VALUES ({cells});").expect("text");
    }
    index(out, dialect, rid, person, &rows);
    for (inner, one) in contained::numbered(rid, &rows) {
        let id = quoted(&one.id);
        writeln!(out, "INSERT INTO contained VALUES ({inner}, {rid}, {}, {id});", one.rtype).expect("text");
        index(out, dialect, inner, person, &one.rows);
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Int(value) => value.to_string(),
        Cell::Text(text) => quoted(text),
        _ => "NULL".to_owned(),
    }
}

fn real(dialect: Dialect, value: f64) -> String {
    match dialect {
        _ if value.is_finite() => format!("{value:e}"),
        Dialect::Sqlite => if value > 0.0 { "9e999" } else { "-9e999" }.to_owned(),
        Dialect::Postgres => if value > 0.0 { "'Infinity'" } else { "'-Infinity'" }.to_owned(),
    }
}

fn index(out: &mut String, dialect: Dialect, rid: i64, person: i64, rows: &IndexRows) {
    let text = quoted;
    let maybe = |value: Option<&String>| value.map_or_else(|| "NULL".to_owned(), |value| text(value));
    let key = |system: Option<&String>| system_key(system.map_or("", String::as_str));
    let mut add = |table: &str, param: u16, ord: u16, values: String| {
        writeln!(out, "INSERT INTO {table} VALUES ({rid}, {param}, {ord}, {person}, {values});").expect("text");
    };
    for row in &rows.tokens {
        let id_type = row.identifier_type.as_ref().map_or(0, |(system, code)| system_key(&format!("{system}|{code}")));
        let (system, label) = (key(row.system.as_ref()), maybe(row.text.as_ref()));
        add("ix_token", row.param, row.ord, format!("{system}, {}, {label}, {id_type}", text(&row.code)));
    }
    for row in &rows.strings {
        add("ix_string", row.param, row.ord, format!("{}, {}", text(&row.normal), text(&row.exact)));
    }
    for row in &rows.references {
        let (system, value) = match &row.identifier {
            Some((system, value)) => (key(system.as_ref()), text(value)),
            None => (0, "NULL".to_owned()),
        };
        let target = row.target_type.map_or(-1, i64::from);
        let label = maybe(row.text.as_ref());
        add(
            "ix_reference",
            row.param,
            row.ord,
            format!("{target}, {}, {system}, {value}, {label}", text(&row.target_id)),
        );
    }
    for row in &rows.dates {
        add("ix_date", row.param, row.ord, format!("{}, {}", row.low, row.high));
    }
    for row in &rows.numbers {
        add("ix_number", row.param, row.ord, format!("{:e}, {:e}", row.low, row.high));
    }
    for row in &rows.quantities {
        let (code, unit) = (row.code.clone().unwrap_or_default(), row.unit.clone().unwrap_or_default());
        let system = key(row.system.as_ref());
        let range = format!("{}, {}", real(dialect, row.low), real(dialect, row.high));
        let base = row.canonical.as_ref();
        let base = base.map_or_else(
            || "'', 0, 0".to_owned(),
            |base| format!("{}, {}, {}", text(&base.unit), real(dialect, base.low), real(dialect, base.high)),
        );
        add("ix_quantity", row.param, row.ord, format!("{system}, {}, {}, {range}, {base}", text(&code), text(&unit)));
    }
    for row in &rows.uris {
        add("ix_uri", row.param, row.ord, text(&row.uri));
    }
    for row in &rows.positions {
        let [x, y, z] = row.point;
        let values = format!("{:e}, {x:e}, {y:e}, {z:e}", row.latitude);
        writeln!(out, "INSERT INTO ix_position VALUES ({rid}, {}, {person}, {values});", row.param).expect("text");
    }
}
