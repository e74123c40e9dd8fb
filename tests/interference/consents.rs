//! Random rules of patients, and the `Consent` that says the same.

use serde_json::{Value, json};
use spil_consent::{Effect, Holder, Rule, Target, User};

use super::rule::org_number;
use super::world::{DAY, TODAY};
use crate::search::differential::Dice;
use crate::support::builders::{coded, codes};
use crate::support::region::{ORGANISATIONS, organization};

/// Professionals who may be named.
pub const PROFESSIONALS: [&str; 2] = ["prac-a", "prac-b"];
const CODES: [&str; 12] = [
    "medication",
    "allergies",
    "problems",
    "measurements",
    "results",
    "encounters",
    "nursing",
    "documents",
    "mental-health",
    "wishes",
    "hiv",
    "contacts",
];
const CLASSES: [&str; 7] =
    ["Observation", "Condition", "Encounter", "MedicationRequest", "Bundle", "Composition", "List"];
const PURPOSES: [&str; 3] = ["TREAT", "BTG", "CAREMGT"];
/// Kinds of organisations with their code of the Dutch list.
const TYPES: [(&str, &str); 6] =
    [("gp", "Z3"), ("gp_post", "N6"), ("hospital", "V6"), ("vvt", "X3"), ("pharmacy", "J8"), ("mental_health", "G5")];

/// What a rule of this world may name.
pub struct Names<'w> {
    /// The organisations, by kind; the first asks.
    pub orgs: &'w [&'static str],
    /// Resources as type and id.
    pub instances: &'w [(String, String)],
}

/// A rule with its exceptions.
pub fn rule(dice: &mut Dice, names: &Names<'_>) -> Rule {
    let mut rule = one(dice, names, false);
    if dice.chance(3) {
        rule.exceptions = (0..=dice.below(2)).map(|_| one(dice, names, true)).collect();
    }
    rule
}

fn one(dice: &mut Dice, names: &Names<'_>, inner: bool) -> Rule {
    let permits = if inner { dice.chance(2) } else { !dice.chance(4) };
    let mut users: Vec<User> = Vec::new();
    if !(inner && dice.chance(2) || dice.chance(5)) {
        users = (0..=dice.below(2)).map(|_| user(dice, names.orgs)).collect();
    }
    let mut holders = Vec::new();
    if dice.chance(4) {
        let kind = dice.text(names.orgs);
        holders.push(if dice.chance(2) {
            Holder::Kind(kind.to_owned())
        } else {
            Holder::Organisation(org_number(kind))
        });
    }
    if !inner && users.is_empty() {
        users.push(User::All);
    }
    if !inner && holders.is_empty() {
        holders.push(Holder::All);
    }
    let purposes = if dice.chance(5) { vec![(dice.text(&PURPOSES)).to_owned()] } else { Vec::new() };
    let effect = if permits { Effect::Permit } else { Effect::Deny };
    let period = dice.chance(6).then(|| days(dice, -2));
    Rule { effect, users, holders, purposes, period, target: target(dice, names), exceptions: Vec::new() }
}

fn user(dice: &mut Dice, orgs: &[&'static str]) -> User {
    let kind = if dice.chance(2) { orgs[0] } else { dice.text(orgs) };
    match dice.below(6) {
        0 => User::Person((dice.text(&PROFESSIONALS)).to_owned()),
        1 => User::Kind(kind.to_owned()),
        _ => User::Organisation(org_number(kind)),
    }
}

/// Whole days from some days before today on; those before today are data periods of the past.
fn days(dice: &mut Dice, earliest: i64) -> (i64, i64) {
    let from = earliest + i64::try_from(dice.below(4)).expect("small");
    let length = 1 + i64::try_from(dice.below(4)).expect("small");
    (TODAY + from * DAY, TODAY + (from + length) * DAY)
}

fn target(dice: &mut Dice, names: &Names<'_>) -> Target {
    let mut target = Target::default();
    if !dice.chance(3) {
        for _ in 0..=dice.below(4) {
            assert!(target.add_code(dice.text(&CODES)), "a code that a permission can name");
        }
    }
    if dice.chance(8) {
        target.classes.push((dice.text(&CLASSES)).to_owned());
    }
    // The `Patient` of another person in a consent would make it unclear whose it is: that one is refused.
    let instances: Vec<&(String, String)> = names.instances.iter().filter(|(rtype, _)| rtype != "Patient").collect();
    if dice.chance(8) && !instances.is_empty() {
        target.instances.push((*dice.one(&instances)).clone());
    }
    if dice.chance(8) {
        let (from, to) = days(dice, -60);
        target.data_period = Some((from, to + 50 * DAY));
    }
    target
}

/// `Consent.provision` of a rule.
pub fn provision(rule: &Rule) -> Value {
    let mut said = json!({"type": if rule.effect == Effect::Permit { "permit" } else { "deny" }});
    if let Some(period) = rule.period {
        said["period"] = written(period);
    }
    let actor = |role: &str, reference: Value| json!({"role": coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", role), "reference": reference});
    let users = rule.users.iter().filter_map(|user| match user {
        User::All => None,
        User::Person(id) => Some(json!({"reference": format!("Practitioner/{id}")})),
        User::Organisation(number) => Some(by_number(*number)),
        User::Kind(kind) => Some(by_kind(kind)),
    });
    let holders = rule.holders.iter().filter_map(|holder| match holder {
        Holder::All => None,
        Holder::Organisation(number) => Some(by_number(*number)),
        Holder::Kind(kind) => Some(by_kind(kind)),
    });
    let mut actors: Vec<Value> = users.map(|user| actor("IRCP", user)).collect();
    actors.extend(holders.map(|holder| actor("CST", holder)));
    list(&mut said, "actor", actors);
    let coding = |system: &str, code: &String| json!({"system": system, "code": code});
    let purpose = |code| coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code);
    list(&mut said, "purpose", rule.purposes.iter().map(purpose).collect());
    let class = |code| coding("http://hl7.org/fhir/resource-types", code);
    list(&mut said, "class", rule.target.classes.iter().map(class).collect());
    let mut named: Vec<&str> = rule.target.categories.iter().map(spil_consent::Category::code).collect();
    if rule.target.lifts.0 & 16 != 0 {
        named.push("hiv");
    }
    if !named.is_empty() {
        said["code"] = codes(&named);
    }
    if let Some(period) = rule.target.data_period {
        said["dataPeriod"] = written(period);
    }
    let data = |(rtype, id): &(String, String)| json!({"meaning": "instance", "reference": {"reference": format!("{rtype}/{id}")}});
    list(&mut said, "data", rule.target.instances.iter().map(data).collect());
    list(&mut said, "provision", rule.exceptions.iter().map(provision).collect());
    said
}

fn list(said: &mut Value, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        said[name] = Value::Array(values);
    }
}

/// Whole days, the last one included.
fn written((from, to): (i64, i64)) -> Value {
    json!({"start": date(from), "end": date(to - DAY)})
}

/// The date of a midnight, UTC.
pub fn date(ms: i64) -> String {
    let days = ms.div_euclid(DAY) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn by_number(number: i64) -> Value {
    let (kind, ..) = ORGANISATIONS[usize::try_from(number - 10).expect("a registered organisation")];
    json!({"reference": format!("Organization/{}", organization(kind))})
}

fn by_kind(kind: &str) -> Value {
    let (_, code) = TYPES.iter().find(|(name, _)| *name == kind).expect("a kind");
    json!({"identifier": {"system": "http://nictiz.nl/fhir/NamingSystem/organization-type", "value": code}})
}
