//! Random resources, random queries: SQL on `SQLite` = SQL on `PostgreSQL` = the naive reading. `SPIL_CASES` says how many
//! queries, `SPIL_SEED` which.

use std::cmp::Ordering;

use serde_json::{Value, json};
use spil_fhir_profiles::parameters::{Param, ParamKind, parameters};

use super::ask::{asks, never};
use super::kept::{Kept, Query};
use super::naive::{Key, Node, World, eval, is_used, sort_key, used};
use crate::support::Engine;

/// How many queries are asked when nothing else is said.
const CASES: usize = 2_000;
/// How many resources of each type.
const EACH: usize = 30;
const TYPES: [&str; 6] = ["Organization", "Patient", "Encounter", "Condition", "Observation", "MedicationRequest"];
/// Chains and reverse chains that a query may take: type, name before the inner parameter, the type there.
const WAYS: [(&str, &str, &str); 12] = [
    ("Observation", "subject:Patient.", "Patient"),
    ("Observation", "encounter.", "Encounter"),
    ("Observation", "encounter.service-provider.", "Organization"),
    ("Condition", "subject:Patient.organization.", "Organization"),
    ("Encounter", "service-provider.", "Organization"),
    ("MedicationRequest", "encounter.", "Encounter"),
    ("Patient", "organization.", "Organization"),
    ("Patient", "_has:Observation:subject:", "Observation"),
    ("Patient", "_has:Condition:subject:", "Condition"),
    ("Organization", "_has:Patient:organization:", "Patient"),
    ("Encounter", "_has:Observation:encounter:", "Observation"),
    ("Organization", "_has:Patient:organization:_has:Condition:subject:", "Condition"),
];

/// Numbers that look random and are the same every time (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end).expect("small")).expect("small")
    }

    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// One of some texts.
    pub fn text<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    /// True once in `of` times.
    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// A number of the environment.
pub fn number(variable: &str, otherwise: u64) -> u64 {
    let said = std::env::var_os(variable).and_then(|text| text.to_str().and_then(|text| text.parse().ok()));
    said.unwrap_or(otherwise)
}

fn code(dice: &mut Dice) -> Value {
    let mut coding = json!({"code": *dice.one(&["a1", "b2", "c3", "C3", "d,4", "e|5"])});
    if !dice.chance(4) {
        coding["system"] = json!(*dice.one(&["urn:example:one", "urn:example:two", "http://example.org/cs"]));
    }
    let mut codings = vec![coding];
    if dice.chance(3) {
        codings.push(json!({"system": "urn:example:one", "code": *dice.one(&["a1", "z9"])}));
    }
    json!({"coding": codings})
}

fn date(dice: &mut Dice) -> String {
    const DATES: [&str; 12] = [
        "2023",
        "2024",
        "2024-03",
        "2024-02-29",
        "2024-03-31",
        "2024-10-27",
        "2024-12-31",
        "2025-01-01",
        "2024-03-15T10:20:30Z",
        "2024-03-15T12:20:30+02:00",
        "2024-03-15T23:30:00-05:00",
        "2024-10-27T00:30:00.500Z",
    ];
    (*dice.one(&DATES)).to_owned()
}

fn period(dice: &mut Dice) -> Value {
    let (start, end) = ("2023-05-01", "2026-02");
    match dice.below(4) {
        0 => json!({"start": date(dice)}),
        1 => json!({"end": date(dice)}),
        2 => json!({"start": start, "end": date(dice)}),
        _ => json!({"start": "2022", "end": end}),
    }
}

/// A period with, at times, a duration.
fn interval(dice: &mut Dice) -> Value {
    let mut period = period(dice);
    if !dice.chance(3) {
        let code = dice.text(&["h", "d", "wk", "mo", "a", "fortnight"]);
        let length = json!({"value": 1 + dice.below(20), "system": "http://unitsofmeasure.org", "code": code});
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Duration";
        period["extension"] = json!([{"url": url, "valueDuration": length}]);
    }
    period
}

fn quantity(dice: &mut Dice) -> Value {
    let text = *dice.one(&["5.4", "5.40", "5.45", "-3", "100", "99.6", "1e2", "0", "0.001", "12.50"]);
    let value: Value = serde_json::from_str(text).expect("a number");
    let mut quantity = json!({"value": value});
    if !dice.chance(4) {
        quantity["system"] = json!("http://unitsofmeasure.org");
        quantity["code"] = json!(*dice.one(&["kg", "mm[Hg]"]));
        quantity["unit"] = quantity["code"].clone();
    }
    if dice.chance(3) {
        quantity["comparator"] = json!(*dice.one(&["<", ">=", ">", "<="]));
    }
    quantity
}

/// One or two of the ends, of one unit.
fn range(dice: &mut Dice) -> Value {
    const ENDS: [&str; 6] = ["-3", "0", "5.4", "5.40", "5.45", "1e2"];
    let end = |at: usize, unit: &Value| {
        let mut end = unit.clone();
        end["value"] = serde_json::from_str(ENDS[at]).expect("a number");
        end
    };
    let ucum = json!({"system": "http://unitsofmeasure.org", "code": "kg"});
    let unit = dice.one(&[ucum, json!({"unit": "stuks"})]).clone();
    let (low, high) = (dice.below(ENDS.len()), dice.below(ENDS.len()));
    match dice.below(3) {
        0 => json!({"low": end(low, &unit)}),
        1 => json!({"high": end(high, &unit)}),
        _ => json!({"low": end(low.min(high), &unit), "high": end(low.max(high), &unit)}),
    }
}

fn reference(dice: &mut Dice, rtype: &str) -> Value {
    match dice.below(12) {
        0 => json!({"identifier": {"system": "urn:example:ids", "value": *dice.one(&["1", "2"])}}),
        1 => json!({"reference": format!("http://elsewhere.example/fhir/{rtype}/{}", dice.below(3))}),
        2 => json!({"reference": format!("{rtype}/absent")}),
        _ => json!({"reference": format!("{rtype}/{}-{}", rtype.to_lowercase(), dice.below(EACH))}),
    }
}

fn resource(dice: &mut Dice, rtype: &str, at: usize) -> Value {
    let mut one = json!({"resourceType": rtype, "id": format!("{}-{at}", rtype.to_lowercase())});
    let identifier =
        json!({"system": *dice.one(&["urn:example:ids", "urn:example:other"]), "value": *dice.one(&["1", "2", "3"])});
    if dice.chance(2) && rtype != "MedicationRequest" {
        one["identifier"] = json!([identifier]);
    }
    if dice.chance(4) {
        one["meta"] =
            json!({"tag": [{"system": "urn:t", "code": *dice.one(&["x", "y"])}], "source": "http://example.org/s"});
    }
    match rtype {
        "Organization" => {
            one["name"] = json!(*dice.one(&["Ziekenhuis Oost", "ziekenhuis  west", "Çelik & Zn", "50% zorg", "a_b"]));
            one["active"] = json!(dice.chance(2));
        }
        "Patient" => {
            let given = *dice.one(&["Chloë", "CHLOE", "José", "Anna"]);
            one["name"] =
                json!([{"family": *dice.one(&["de Vries", "De Groot", "Jansen, 50%", "Ærø"]), "given": [given]}]);
            one["birthDate"] = json!(*dice.one(&["1950", "1950-03", "1950-03-04", "2024-02-29"]));
            one["gender"] = json!(*dice.one(&["male", "female", "other"]));
            one["managingOrganization"] = reference(dice, "Organization");
            if dice.chance(4) {
                one["deceasedBoolean"] = json!(dice.chance(2));
            }
        }
        "Encounter" => {
            one["status"] = json!(*dice.one(&["finished", "planned"]));
            one["class"] = json!({"system": "urn:example:one", "code": *dice.one(&["IMP", "AMB"])});
            one["subject"] = reference(dice, "Patient");
            one["serviceProvider"] = reference(dice, "Organization");
            one["period"] = period(dice);
        }
        "Condition" => {
            one["subject"] = reference(dice, "Patient");
            one["code"] = code(dice);
            match dice.below(5) {
                0 => one["onsetDateTime"] = json!(date(dice)),
                1 => one["onsetPeriod"] = period(dice),
                2 => one["onsetAge"] = quantity(dice),
                3 => one["onsetRange"] = range(dice),
                _ => one["onsetString"] = json!("lang geleden"),
            }
        }
        "Observation" => {
            one["status"] = json!(*dice.one(&["final", "preliminary"]));
            one["code"] = code(dice);
            one["subject"] = reference(dice, "Patient");
            one["encounter"] = reference(dice, "Encounter");
            match dice.below(3) {
                0 => one["effectiveDateTime"] = json!(date(dice)),
                1 => one["effectivePeriod"] = period(dice),
                _ => {}
            }
            match dice.below(4) {
                0 => one["valueQuantity"] = quantity(dice),
                1 => one["valueCodeableConcept"] = code(dice),
                2 => one["valueString"] = json!(*dice.one(&["goed", "Góéd", "niet goed"])),
                _ => {}
            }
            if dice.chance(2) {
                let component = |dice: &mut Dice| json!({"code": code(dice), "valueQuantity": quantity(dice)});
                one["component"] = json!([component(dice), component(dice)]);
            }
        }
        _ => {
            one["status"] = json!(*dice.one(&["active", "stopped"]));
            one["intent"] = json!("order");
            one["medicationCodeableConcept"] = code(dice);
            one["subject"] = reference(dice, "Patient");
            one["encounter"] = reference(dice, "Encounter");
            one["authoredOn"] = json!(date(dice));
            if !dice.chance(3) {
                let url = "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period";
                one["extension"] = json!([{"url": url, "valuePeriod": interval(dice)}]);
            }
        }
    }
    one
}

/// A name and a value for a type: a parameter with a value of some resource, or one that none has.
pub fn filter<'w>(dice: &mut Dice, all: &'w [Value], rtype: &str) -> (String, String) {
    let params: Vec<&Param> =
        parameters().of(rtype).filter(|param| !matches!(param.kind, ParamKind::Special)).collect();
    let of_type: Vec<&'w Value> = all.iter().filter(|one| one["resourceType"] == rtype).collect();
    for _ in 0..60 {
        let param = *dice.one(&params);
        let from = *dice.one(&of_type);
        let nodes = eval(&param.expression, from, &Node::of(from));
        let drawn: Vec<_> = nodes.iter().flat_map(|node| asks(param, from, node)).collect();
        if drawn.is_empty() {
            continue;
        }
        let (modifier, mut raw) = dice.one(&drawn).clone();
        let mut modifier = modifier.to_owned();
        match dice.below(12) {
            0 => (modifier, raw) = ("missing".to_owned(), (*dice.one(&["true", "false"])).to_owned()),
            1 if modifier.is_empty() && param.kind == ParamKind::Token => "not".clone_into(&mut modifier),
            2 => {
                let (other, second) = dice.one(&drawn).clone();
                if other == modifier {
                    raw = format!("{raw},{second}");
                }
            }
            3 if modifier.is_empty() => raw = never(param),
            _ => {}
        }
        let name = if modifier.is_empty() { param.code.to_string() } else { format!("{}:{modifier}", param.code) };
        return (name, raw);
    }
    ("_id".to_owned(), "none".to_owned())
}

fn query(dice: &mut Dice, all: &[Value]) -> Query {
    let rtype = *dice.one(&TYPES);
    let mut pairs = Vec::new();
    for _ in 0..=dice.below(2) {
        let ways: Vec<_> = WAYS.iter().filter(|(from, ..)| *from == rtype).collect();
        if dice.chance(4) && !ways.is_empty() {
            let (_, before, there) = **dice.one(&ways);
            let (name, raw) = filter(dice, all, there);
            pairs.push((format!("{before}{name}"), raw));
        } else {
            pairs.push(filter(dice, all, rtype));
        }
    }
    Query { rtype: rtype.to_owned(), pairs }
}

/// A key to sort by that the naive reading knows.
fn sort(dice: &mut Dice, rtype: &str) -> Option<(&'static Param, bool)> {
    let kinds = [ParamKind::Token, ParamKind::String, ParamKind::Date];
    let params: Vec<&'static Param> = parameters().of(rtype).filter(|param| kinds.contains(&param.kind)).collect();
    dice.chance(4).then(|| (*dice.one(&params), dice.chance(2)))
}

/// The ids in the order asked: smallest (or largest) value first, without a value last, then the newest first.
fn ordered(mut found: Vec<(usize, &Value)>, order: Option<(&Param, bool)>) -> Vec<String> {
    let key = |resource: &Value| -> Option<Key> {
        let (param, descending) = order?;
        let nodes = eval(&param.expression, resource, &Node::of(resource));
        let keys = nodes.iter().flat_map(|node| match used(node).filter(|_| is_used(param)) {
            Some(range) => vec![Key::Moment(range.0)],
            None => sort_key(param.kind, node),
        });
        if descending { keys.max() } else { keys.min() }
    };
    found.sort_by(|(at, left), (other, right)| {
        let by_key = match (key(left), key(right)) {
            (Some(left), Some(right)) if order.is_some_and(|(_, descending)| descending) => right.cmp(&left),
            (Some(left), Some(right)) => left.cmp(&right),
            (None, None) => Ordering::Equal,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        by_key.then(other.cmp(at))
    });
    found.into_iter().map(|(_, one)| one["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn random_queries_find_the_same_on_both_engines_and_by_a_naive_reading() {
    let mut dice = Dice(number("SPIL_SEED", 7));
    let cases = usize::try_from(number("SPIL_CASES", CASES as u64)).expect("a count");
    let mut all = Vec::new();
    for rtype in TYPES {
        all.extend((0..EACH).map(|at| resource(&mut dice, rtype, at)));
    }
    let references: Vec<&Value> = all.iter().collect();
    let mut kept = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (one, refused) = Kept::of(engine, &references).await;
        assert!(refused.is_empty(), "{refused:?}");
        kept.push(one);
    }
    let world = World::new(&all);
    let mut faults = Vec::new();
    for case in 0..cases {
        let asked = query(&mut dice, &all);
        let order = sort(&mut dice, &asked.rtype);
        let count = *dice.one(&[3, 7, 100]);
        let passes = |one: &&Value| asked.pairs.iter().all(|(name, raw)| world.passes(one, name, raw));
        let of_type = all.iter().enumerate().filter(|(_, one)| one["resourceType"] == asked.rtype.as_str());
        let expected = ordered(of_type.filter(|(_, one)| passes(one)).collect(), order);
        let mut pairs = asked.pairs.clone();
        pairs.extend(
            order.map(|(param, down)| ("_sort".to_owned(), format!("{}{}", if down { "-" } else { "" }, param.code))),
        );
        for one in &kept {
            let found = one.ids(&asked.rtype, &pairs, count).await;
            if found.as_ref() != Ok(&expected) {
                let text = Query { pairs: pairs.clone(), ..asked.clone() }.text();
                let ids = found.clone().unwrap_or_default();
                let odd = all.iter().find(|one| {
                    let id = one["id"].as_str().unwrap_or_default().to_owned();
                    one["resourceType"] == asked.rtype.as_str() && ids.contains(&id) != expected.contains(&id)
                });
                faults.push(format!(
                    "{:?} case {case}: {text} by {count}\n  found    {found:?}\n  expected {expected:?}\n  {}",
                    one.engine(),
                    odd.map_or_else(String::new, Value::to_string)
                ));
            }
        }
        if faults.len() > 20 {
            break;
        }
    }
    println!("{cases} random queries on both engines");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
