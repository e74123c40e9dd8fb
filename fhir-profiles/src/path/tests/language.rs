//! The whole language: `cases.txt` over the resources of `cases.json`.

use serde_json::Value;

use crate::path::{Datum, Fault, Hooks, Node, Path, Scope, pointer};

const CASES: &str = include_str!("cases.txt");
const RESOURCES: &str = include_str!("cases.json");

struct Genders;

impl Hooks<'_> for Genders {
    fn member_of(&self, coded: &Value, value_set: &str) -> Option<bool> {
        let known = value_set == "http://hl7.org/fhir/ValueSet/administrative-gender";
        known.then(|| matches!(coded.as_str(), Some("male" | "female" | "other" | "unknown")))
    }
}

fn scope(resource: &Value) -> Scope<'_> {
    let mut scope = Scope::of(resource);
    scope.now = Some("2024-06-01T12:30:00.000+02:00");
    scope.variables.push(("mine", vec![Datum::Integer(42)]));
    scope.hooks = &Genders;
    scope
}

/// The texts of all items; an element with elements of its own by its last name.
fn found(path: &Path, resource: &Value) -> String {
    let items = match path.select(&scope(resource)) {
        Ok(items) if items.is_empty() => return "{}".to_owned(),
        Ok(items) => items,
        Err(_) => return "!".to_owned(),
    };
    let text = |item: &Datum<'_>| {
        item.to_text().unwrap_or_else(|| {
            let place = item.node().and_then(|node| pointer(resource, node.value.or(node.sibling)?));
            let place = place.unwrap_or_default();
            let name = place.split('/').rfind(|name| !name.is_empty() && name.parse::<u8>().is_err());
            format!("{{{}}}", name.unwrap_or_default())
        })
    };
    items.iter().map(text).collect::<Vec<_>>().join(";")
}

#[test]
fn every_expression_finds_what_the_standard_says() {
    let resources: Value = serde_json::from_str(RESOURCES).expect("JSON");
    let (mut resource, mut count, mut faults) = (&Value::Null, 0, Vec::new());
    for line in CASES.lines() {
        if let Some(name) = line.strip_prefix("@ ") {
            resource = &resources[name];
        } else if let Some((text, expected)) = line.split_once(" =>").filter(|_| !line.starts_with('#')) {
            count += 1;
            match Path::parse(text) {
                Ok(path) => {
                    let found = found(&path, resource);
                    if found != expected.trim() {
                        faults.push(format!("{text} => {found}, not {expected}"));
                    }
                }
                Err(error) => faults.push(format!("{text}: {error}")),
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 500, "only {count} cases");
}

#[test]
fn a_result_knows_where_it_stands() {
    let resources: Value = serde_json::from_str(RESOURCES).expect("JSON");
    let patient = &resources["Patient"];
    let table = [
        ("Patient", vec![Some("")]),
        ("Patient.name.given", vec![Some("/name/0/given/0"), Some("/name/0/given/1"), Some("/name/1/given/0")]),
        ("name.where(use = 'nickname')", vec![Some("/name/1")]),
        ("deceased", vec![Some("/deceasedBoolean")]),
        ("language", vec![Some("/_language")]),
        ("birthDate.extension('http://time').value", vec![Some("/_birthDate/extension/0/valueDateTime")]),
        ("managingOrganization.resolve()", vec![Some("/contained/0")]),
        ("name.count()", vec![None]),
        ("unknown", vec![]),
    ];
    for (text, expected) in table {
        let path = Path::parse(text).expect(text);
        let places = path.pointers(patient, &scope(patient)).expect(text);
        assert_eq!(places.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{text}");
        for place in places.iter().flatten() {
            assert!(patient.pointer(place).is_some(), "{place}");
        }
    }
}

#[test]
fn an_element_is_looked_at_within_its_resource() {
    let resources: Value = serde_json::from_str(RESOURCES).expect("JSON");
    let patient = &resources["Patient"];
    let name = Node::typed(&patient["name"][0], "HumanName");
    let table = [
        ("given.first()", "Jan"),
        ("$this is HumanName", "true"),
        ("%resource.id", "p1"),
        ("%context.family", "Bos"),
        ("HumanName.family", "Bos"),
        ("period.start is dateTime", "true"),
    ];
    for (text, expected) in table {
        let path = Path::parse(text).expect(text);
        let items = path.select(&Scope::at(patient, name)).expect(text);
        assert_eq!(items.iter().filter_map(Datum::to_text).collect::<Vec<_>>(), [expected], "{text}");
    }
    let holds = |text: &str| Path::parse(text).expect(text).holds(&Scope::at(patient, name));
    assert_eq!(holds("given.exists()"), Ok(Some(true)));
    assert_eq!(holds("suffix"), Ok(None));
    assert_eq!(holds("given"), Err(Fault::Several("a condition")));
}

#[test]
fn what_runs_away_is_stopped() {
    let resources: Value = serde_json::from_str(RESOURCES).expect("JSON");
    let patient = &resources["Patient"];
    let ten = "(1|2|3|4|5|6|7|8|9|10)";
    let nested = format!("{ten}.select({ten}.select({ten}.select({ten}.select({ten}.select({ten}.select($this))))))");
    let texts = [
        &*nested,
        "(1|2|3).aggregate($total & $total, 'abcdefgh').replace('', 'aaaaaaaaaaaaaaaa').replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaa').replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaa').replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
        "1.repeat($this + 1)",
    ];
    for text in texts {
        let path = Path::parse(text).expect(text);
        assert_eq!(path.select(&scope(patient)), Err(Fault::Budget), "{text}");
    }
    let mut unclocked = scope(patient);
    unclocked.now = None;
    assert_eq!(Path::parse("today()").expect("a path").select(&unclocked), Err(Fault::Clock));
}

#[test]
fn depth_and_length_are_bounded() {
    let many = vec!["true"; 10_000].join(" and ");
    let steps = vec!["a"; 10_000].join(".");
    let signs = "-".repeat(10_000) + "1";
    for text in [many, steps, signs, "(".repeat(10_000), "a[".repeat(10_000)] {
        assert!(Path::parse(&text).is_err());
    }
    let fine = vec!["true"; 150].join(" and ");
    let resource = Value::Null;
    assert_eq!(Path::parse(&fine).expect("a path").holds(&Scope::of(&resource)), Ok(Some(true)));
}

proptest::proptest! {
    #[test]
    fn no_expression_makes_the_whole_language_panic(
        parts in proptest::collection::vec(proptest::sample::select(PARTS), 1..12),
    ) {
        let resources: Value = serde_json::from_str(RESOURCES).expect("JSON");
        if let Ok(path) = Path::parse(&parts.concat()) {
            let mut scope = scope(&resources["Patient"]);
            scope.budget = 20_000;
            let _ = path.select(&scope);
        }
    }
}

const PARTS: &[&str] = &[
    "name",
    ".given",
    "1",
    "1.5",
    "'é'",
    "@2014-01",
    "@T10",
    "4 'mg'",
    "4 days",
    "{}",
    "$this",
    " + ",
    " - ",
    " * ",
    " / ",
    " div ",
    " mod ",
    " & ",
    " | ",
    " = ",
    " ~ ",
    " < ",
    " and ",
    " in ",
    "(",
    ")",
    "[0]",
    ".first()",
    ".toString()",
    ".round(3)",
    ".power(99)",
    ".substring(1)",
    ".lowBoundary()",
    ".highBoundary()",
    ".abs()",
    ".toQuantity()",
    " is string",
    ".repeat($this)",
    ".descendants()",
    "9223372036854775807",
    "0.0000000000000000000000000001",
    ".sqrt()",
    ".ln()",
    ".matches('(a*)*b')",
    ".replaceMatches('', 'x')",
    "-",
    ".type()",
    ".children()",
    "birthDate",
    " + 9999 years",
];
