//! Forms as they are read, filled in and made into building blocks.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use spil_fhir_profiles::profile::OWN_QUESTIONNAIRE;

use super::acp::{self, About};
use super::{Filling, Form, Item, Kind, MOST_TIMES, Problem, field, fields, repeats};

fn own() -> Form {
    Form::read(&serde_json::from_str(OWN_QUESTIONNAIRE).expect("JSON")).expect("a form")
}

fn filled(form: &Form, given: &[(&str, &str)]) -> Result<Vec<Value>, Vec<(String, Problem)>> {
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Filling::new(form, &given, &HashMap::new()).items()
}

/// A form of these items.
fn form(items: &Value) -> Result<Form, super::Strange> {
    Form::read(&json!({"resourceType": "Questionnaire", "url": "https://example.org/q", "item": items}))
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let choice = json!([{"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "b"}}]);
    assert!(form(&json!([{"linkId": "1", "type": "choice", "answerOption": choice}])).is_ok());
    for (item, word) in [
        (json!({"type": "string"}), "linkId"),
        (json!({"linkId": "a b", "type": "string"}), "linkId"),
        (json!({"linkId": "1", "type": "quantity"}), "quantity"),
        (json!({"linkId": "1", "type": "choice"}), "options"),
        (json!({"linkId": "1", "type": "choice", "answerValueSet": "http://x"}), "value set"),
        (json!({"linkId": "1", "type": "open-choice", "answerOption": choice}), "open"),
        (json!({"linkId": "1", "type": "string", "repeats": true}), "repeats"),
        (json!({"linkId": "1", "type": "string", "modifierExtension": [{}]}), "modifierExtension"),
        (
            json!({"linkId": "1", "type": "string", "enableWhen": [{"question": "9", "operator": "exists", "answerBoolean": true}]}),
            "enableWhen",
        ),
        (
            json!({"linkId": "1", "type": "string", "enableWhen": [{"question": "1", "operator": ">", "answerInteger": 1}]}),
            "enableWhen",
        ),
        (json!({"linkId": "1", "type": "group", "item": [{"linkId": "1", "type": "string"}]}), "twice"),
        (
            json!({"linkId": "1", "type": "group", "repeats": true, "item": [{"linkId": "2", "type": "group", "repeats": true}]}),
            "repeats",
        ),
    ] {
        let strange = form(&json!([item])).expect_err("refused");
        assert!(strange.what.contains(word), "{strange:?}");
    }
}

#[test]
fn each_fault_is_told_at_its_field() {
    let form = own();
    for (given, expected) in [
        (vec![("q-1386", "7")], vec![("q-1386", Problem::NoOption)]),
        (vec![("q-1386", "x")], vec![("q-1386", Problem::NoOption)]),
        (vec![("q-1386", "0"), ("q-1386", "1")], vec![("q-1386", Problem::NoOption)]),
        (vec![("q-1386", "0"), ("q-1001", "soms")], vec![("q-1001", Problem::Idle)]),
        (vec![("q-1002", "omdat")], vec![("q-1002", Problem::Idle)]),
        (vec![("q-985", "Jan")], vec![("q-985", Problem::Idle)]),
        (vec![("q-963", "gisteren")], vec![("q-963", Problem::NoDay)]),
        (vec![("q-963", "2026-02-30")], vec![("q-963", Problem::NoDay)]),
        (vec![("q-onbekend", "1")], vec![("q-onbekend", Problem::NoOption)]),
        (vec![("q-976-9", "06")], vec![("q-976-9", Problem::NoOption)]),
        (vec![("q-1410", "0")], Vec::new()),
        (vec![("csrf", "x"), ("q-1386", " ")], Vec::new()),
    ] {
        let found = filled(&form, &given).err().unwrap_or_default();
        let expected: Vec<(String, Problem)> =
            expected.into_iter().map(|(name, what)| (name.to_owned(), what)).collect();
        assert_eq!(found, expected, "{given:?}");
    }
    let long = "x".repeat(4_001);
    assert_eq!(filled(&form, &[("q-1190", &long)]), Err(vec![("q-1190".to_owned(), Problem::TooLong)]));
    assert!(filled(&form, &[("q-1190", &long[1..])]).is_ok());
    assert_eq!(filled(&form, &[("q-1190", "a\u{1}b")]), Err(vec![("q-1190".to_owned(), Problem::TooLong)]));
}

#[test]
fn what_stands_fixed_is_said_with_what_was_answered_beside_it() {
    let items = filled(&own(), &[("q-1386", "1"), ("q-1002", "omdat")]).expect("items");
    assert_eq!(items.len(), 1);
    let group = &items[0]["item"][0];
    let links: Vec<&str> =
        group["item"].as_array().expect("items").iter().filter_map(|one| one["linkId"].as_str()).collect();
    assert_eq!((group["linkId"].as_str(), links), (Some("1409"), vec!["1410", "1386"]));
    assert_eq!(group["item"][0]["answer"][0]["valueCoding"]["code"], "89666000");
    let answer = &group["item"][1]["answer"][0];
    assert_eq!(answer["valueCoding"]["code"], "2");
    assert_eq!(
        (answer["item"][0]["linkId"].as_str(), answer["item"][0]["answer"][0]["valueString"].as_str()),
        (Some("1002"), Some("omdat"))
    );
    assert!(answer["valueCoding"].get("_display").is_none());
}

/// Every field of a form, with its question.
fn put(items: &[Item], nth: usize, all: &mut Vec<(String, Item)>) {
    for item in items.iter().filter(|item| !item.read_only) {
        if !matches!(item.kind, Kind::Group | Kind::Display) {
            all.push((field(&item.link, nth), item.clone()));
        }
        for nth in if repeats(item) { 0..MOST_TIMES } else { nth..nth + 1 } {
            put(&item.items, nth, all);
        }
    }
}

fn given(form: &Form) -> impl Strategy<Value = Vec<(String, String)>> + use<> {
    let mut all: Vec<(String, Item)> = Vec::new();
    put(&form.items, 0, &mut all);
    proptest::collection::vec(
        (any::<prop::sample::Index>(), "[a-zA-Zé&<>\" ]{0,12}", any::<prop::sample::Index>()),
        0..60,
    )
    .prop_map(move |picks| {
        let mut seen = HashSet::new();
        picks
            .into_iter()
            .map(|(at, text, option)| {
                let (name, item) = &all[at.index(all.len())];
                let value = match item.kind {
                    Kind::Choice => option.index(item.options.len()).to_string(),
                    Kind::DateTime => format!("2026-0{}-1{}", 1 + option.index(9), option.index(9)),
                    _ => text.trim().to_owned(),
                };
                (name.clone(), value)
            })
            .filter(|(name, value)| !value.is_empty() && seen.insert(name.clone()))
            .collect()
    })
}

/// What is left of what was given when each field that was told to be idle is cleared, as a person would.
fn cleared(form: &Form, mut given: Vec<(String, String)>) -> (Vec<(String, String)>, Vec<Value>) {
    for _ in 0..20 {
        match Filling::new(form, &given, &HashMap::new()).items() {
            Ok(items) => return (given, items),
            Err(problems) => given.retain(|(name, _)| !problems.iter().any(|(wrong, _)| wrong == name)),
        }
    }
    panic!("never without faults: {given:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_was_filled_in_stands_there_again(given in given(&own())) {
        let form = own();
        let (mut given, items) = cleared(&form, given);
        let mut again = fields(&form, &Value::Array(items));
        // A group that repeats has no places: the first that was filled in becomes the first.
        let many = |name: &str| name.matches('-').count() > 1 || ["976", "977", "978", "979", "980", "981", "988", "989", "990", "991", "992", "993"].iter().any(|link| name.contains(link));
        let values = |all: &[(String, String)]| { let mut values: Vec<String> = all.iter().filter(|(name, _)| many(name)).map(|(_, value)| value.clone()).collect(); values.sort(); values };
        prop_assert_eq!(values(&given), values(&again));
        given.retain(|(name, _)| !many(name));
        again.retain(|(name, _)| !many(name));
        given.sort();
        again.sort();
        prop_assert_eq!(given, again);
    }

    #[test]
    fn no_field_is_lost_and_none_is_made_up(given in given(&own()), names in proptest::collection::vec("q-[0-9]{1,4}(-[0-9])?", 0..4)) {
        let form = own();
        let mut all = given;
        all.extend(names.into_iter().map(|name| (name, "1".to_owned())));
        let told = |item: &Value| item.to_string().matches("\"value").count();
        match Filling::new(&form, &all, &HashMap::new()).items() {
            Err(problems) => prop_assert!(problems.iter().all(|(name, _)| all.iter().any(|(given, _)| given == name))),
            Ok(items) => {
                let fixed: usize = form.every().filter(|item| item.read_only).count();
                let count = items.iter().map(told).sum::<usize>();
                prop_assert!(count <= all.len() + fixed, "{} of {}", count, all.len());
            }
        }
    }
}

fn about(professional: bool) -> About {
    About {
        patient: json!({"reference": "Patient/p"}),
        writer: json!({"reference": if professional { "Practitioner/d" } else { "Patient/p" }}),
        role: professional.then(|| json!({"reference": "PractitionerRole/d"})),
        organisation: professional.then(|| json!({"reference": "Organization/o"})),
        day: "2026-11-20".to_owned(),
        moment: "2026-11-20".to_owned(),
        now: "2026-11-22T10:00:00Z".to_owned(),
        before: HashSet::new(),
        claims: true,
    }
}

fn made(given: &[(&str, &str)], about: &About) -> Vec<Value> {
    let items = filled(&own(), given).expect("items");
    let mut count = 0;
    let mut uuid = || {
        count += 1;
        format!("00000000-0000-4000-8000-{count:012}")
    };
    acp::blocks(json!({"item": items}), "https://spil.example/fhir/Questionnaire/AcpZib2020", about, &mut uuid)
        .into_iter()
        .map(|block| block.body)
        .collect()
}

fn of<'v>(all: &'v [Value], rtype: &str) -> Vec<&'v Value> {
    all.iter().filter(|one| one["resourceType"] == rtype).collect()
}

#[test]
fn each_decision_becomes_its_directive() {
    let all = made(
        &[
            ("q-963", "2026-11-20"),
            ("q-1386", "1"),
            ("q-1002", "Wil dat niet."),
            ("q-1387", "0"),
            ("q-1390", "2"),
            ("q-1001", ""),
            ("q-1391", "Eerst overleg"),
            ("q-1393", "3"),
            ("q-1402", "1"),
            ("q-1404", "Sondevoeding"),
        ],
        &about(true),
    );
    let consents = of(&all, "Consent");
    let told: Vec<(&str, Value, Value)> = consents
        .iter()
        .map(|one| {
            let code = one["provision"]["code"][0]["coding"][0]["code"].as_str().expect("a code");
            (code, one["provision"]["type"].clone(), one["modifierExtension"][0]["valueString"].clone())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("89666000", json!("deny"), Value::Null),
            ("40617009", json!("permit"), Value::Null),
            ("305351004", Value::Null, json!("Eerst overleg")),
            ("OTH", json!("deny"), Value::Null),
        ]
    );
    assert_eq!(consents[3]["provision"]["code"][0]["text"], "Sondevoeding");
    assert_eq!(consents[0]["extension"][0]["valueString"], "Wil dat niet.");
    assert!(
        consents
            .iter()
            .all(|one| one["dateTime"] == "2026-11-20"
                && one["provision"]["actor"].as_array().expect("actors").len() == 2)
    );
    let encounter = of(&all, "Encounter");
    assert_eq!((encounter.len(), of(&all, "Procedure").len()), (1, 1));
    assert!(all[0]["encounter"]["reference"].as_str().is_some_and(|text| text.starts_with("urn:uuid:")));
}

#[test]
fn nothing_agreed_is_told_only_of_what_was_agreed_before() {
    let unknown = [("q-963", "2026-11-20"), ("q-1386", "3")];
    assert!(of(&made(&unknown, &about(true)), "Consent").is_empty());
    let before = About { before: HashSet::from(["89666000".to_owned()]), ..about(true) };
    let all = made(&unknown, &before);
    let consents = of(&all, "Consent");
    assert_eq!(consents[0]["modifierExtension"][0]["valueString"], "Nog niet bekend");
    assert!(consents[0]["provision"].get("type").is_none());
}

#[test]
fn a_patient_alone_has_no_conversation_and_agrees_alone() {
    let all = made(
        &[
            ("q-963", "2026-11-20"),
            ("q-1386", "1"),
            ("q-999", "2"),
            ("q-1190", "Graag thuis"),
            ("q-973", "Eva"),
            ("q-975", "Bos"),
        ],
        &about(false),
    );
    let kinds: Vec<&str> = all.iter().filter_map(|one| one["resourceType"].as_str()).collect();
    assert_eq!(kinds, ["QuestionnaireResponse", "RelatedPerson", "Consent", "Goal", "Observation"]);
    assert_eq!(of(&all, "Consent")[0]["provision"]["actor"].as_array().expect("actors").len(), 1);
    assert!(all.iter().all(|one| !one.to_string().contains("Practitioner")));
}

#[test]
fn people_have_their_numbers_roles_and_names() {
    let all = made(
        &[
            ("q-963", "2026-11-20"),
            ("q-1406", "1"),
            ("q-1386", "1"),
            ("q-973", "Eva"),
            ("q-974", "de"),
            ("q-975", "Vries"),
            ("q-976", "0612345678"),
            ("q-977", "1"),
            ("q-979", "Na zessen"),
            ("q-976-1", "0201234567"),
            ("q-977-1", "0"),
            ("q-978-1", "0"),
            ("q-980", "eva@example.org"),
            ("q-983", "6"),
            ("q-984", "1"),
            ("q-986", "van"),
            ("q-987", "Dam"),
            ("q-985", "Jan"),
            ("q-995", "9"),
            ("q-412", "Buurman"),
            ("q-1200", "0"),
        ],
        &about(true),
    );
    let people = of(&all, "RelatedPerson");
    assert_eq!(people.len(), 2);
    assert_eq!(people[0]["name"][0]["text"], "Eva de Vries");
    let roles = |one: &Value| -> Vec<String> {
        let all = one["relationship"].as_array().expect("roles");
        all.iter().filter_map(|role| role["coding"][0]["code"].as_str()).map(str::to_owned).collect()
    };
    assert_eq!(
        (roles(people[0]), roles(people[1])),
        (vec!["24".to_owned(), "DAUC".to_owned()], vec!["01".to_owned(), "OTH".to_owned()])
    );
    let telecom = people[0]["telecom"].as_array().expect("numbers");
    assert_eq!(telecom.len(), 3);
    assert_eq!((telecom[0]["use"].as_str(), telecom[1]["use"].as_str()), (Some("mobile"), Some("home")));
    assert_eq!(telecom[0]["extension"][0]["valueString"], "Na zessen");
    assert_eq!(people[1]["relationship"][1]["text"], "Buurman");
    // Who cannot decide does not agree; the representative does.
    let actors = &of(&all, "Consent")[0]["provision"]["actor"];
    assert_ne!(actors[0]["reference"]["reference"], "Patient/p");
    let request = of(&all, "CommunicationRequest");
    assert_eq!(request[0]["recipient"].as_array().expect("recipients").len(), 2);
}

#[test]
fn what_must_be_said_with_an_answer_is_asked_for() {
    let check =
        |given: &[(&str, &str)]| acp::check(&json!({"item": filled(&own(), given).expect("items")}), "2026-11-22");
    assert_eq!(check(&[("q-963", "2026-11-22")]), []);
    assert_eq!(check(&[]), [(acp::DATE, Problem::Missing)]);
    assert_eq!(check(&[("q-963", "2026-11-23")]), [(acp::DATE, Problem::NoDay)]);
    assert_eq!(check(&[("q-963", "2026-11-22"), ("q-1386", "2")]), [("1001", Problem::Missing)]);
    assert_eq!(check(&[("q-963", "2026-11-22"), ("q-1402", "1")]), [("1404", Problem::Missing)]);
}

/// Compared with the form that was published, when that is at hand: the same questions, answers and conditions.
#[test]
#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn our_wording_asks_what_the_published_form_asks_if_it_is_at_hand() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/iknl-pzp");
    let Ok(text) = std::fs::read_to_string(place.join("Questionnaire-ACP-zib2020.json")) else {
        eprintln!("not run: the published form is not at hand");
        return;
    };
    let published = Form::read(&serde_json::from_str(&text).expect("JSON")).expect("a form");
    // What the standard changed since: the goal of fewer complaints has another code.
    let code = |one: &super::Answer| {
        format!("{}|{}", one.coding["system"], one.coding["code"]).replace("225353007", "713148004")
    };
    let plain = |form: &Form| -> Vec<String> {
        let one = |item: &Item| {
            let options: Vec<String> = item.options.iter().map(code).collect();
            let options: std::collections::BTreeSet<String> = options.into_iter().collect();
            let under: Vec<&str> = item.items.iter().map(|item| item.link.as_str()).collect();
            let when: Vec<&str> = item.when.iter().map(|when| when.question.as_str()).collect();
            format!("{} {} {options:?} {under:?} {when:?} {}", item.link, item.repeats, item.read_only)
        };
        form.every().map(one).collect()
    };
    let (ours, theirs): (HashSet<String>, HashSet<String>) =
        (plain(&own()).into_iter().collect(), plain(&published).into_iter().collect());
    assert_eq!(ours.symmetric_difference(&theirs).collect::<Vec<_>>(), Vec::<&String>::new());
    for name in ["20201001", "20221108"] {
        let path = place.join(format!("QuestionnaireResponse-HendrikHartman-{name}.json"));
        let response: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("an example")).expect("JSON");
        let trimmed = |(name, value): (String, String)| (name, value.trim().to_owned());
        let given: Vec<(String, String)> = fields(&published, &response["item"]).into_iter().map(trimmed).collect();
        let items = Filling::new(&published, &given, &HashMap::new()).items();
        let again = fields(&published, &Value::Array(items.expect("it can be filled in like that")));
        let sorted = |mut all: Vec<(String, String)>| {
            all.sort();
            all
        };
        assert_eq!(sorted(given), sorted(again), "{name}");
    }
}
