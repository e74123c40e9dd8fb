//! Who may see what, decided apart from the server: the second engine of the consent package, and a naive reading of whose
//! data a resource is.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use spil_consent::{Category, Content, Directive, Effect, Item, Labels, Request, Rule};

use super::world::{By, PERSONS, Thing, Version, World};
use crate::support::builders::BSN;
use crate::support::region::ORGANISATIONS;

#[path = "../../consent/tests/oracle/naive.rs"]
mod naive;

/// Nobody's data.
pub const NOBODY: i64 = 0;
/// Numbers of people without a BSN, each of whom one `Patient` alone knows.
const STRANGERS: i64 = 1_000;
/// It cannot be told whose.
pub const UNCLEAR: i64 = -1;

/// The number of an organisation: they are registered in order, from 10 on.
pub fn org_number(kind: &str) -> i64 {
    let at = ORGANISATIONS.iter().position(|(name, ..)| *name == kind).expect("a kind");
    10 + i64::try_from(at).expect("few")
}

/// The number of who wrote something.
fn holder(by: By) -> i64 {
    match by {
        By::Org(kind) => org_number(kind),
        By::Patient(_) => spil_consent::PATIENT,
    }
}

/// The BSNs of the people on the stage, and the ids of their `Patient` resources of the hub.
pub struct People {
    /// BSN by person.
    pub bsns: Vec<String>,
    /// Id by person.
    pub hub: Vec<String>,
}

/// What may be seen of a world, by whoever asks in it.
pub struct Sight<'w> {
    world: &'w World,
    people: &'w People,
    directives: Vec<Vec<Directive>>,
    /// Person by `Patient` id, with who wrote that.
    patients: HashMap<String, (i64, By)>,
    lent: BTreeSet<String>,
    now: i64,
}

/// An objection to treatment as the server understands it: of all that is treatment; what it excepts stays as it was said.
fn spoken(mut rule: Rule) -> Rule {
    let treatment = |rule: &Rule| rule.effect == Effect::Deny && rule.purposes.iter().any(|code| code == "TREAT");
    let all = ["CAREMGT", "COC", "ETREAT"].map(str::to_owned);
    for nested in &mut rule.exceptions {
        if nested.purposes.is_empty() && nested.effect == Effect::Permit {
            nested.purposes.clone_from(&rule.purposes);
        } else if treatment(nested) {
            nested.purposes.extend(all.clone());
        }
    }
    if treatment(&rule) {
        rule.purposes.extend(all);
    }
    rule
}

impl<'w> Sight<'w> {
    /// The rules of a world at a moment.
    pub fn new(world: &'w World, people: &'w People, now: i64) -> Self {
        let mut directives: Vec<Vec<Directive>> = vec![Vec::new(); PERSONS];
        for (at, laid) in world.consents.iter().enumerate() {
            let content = Content::Rule(spoken(laid.rule.clone()));
            directives[laid.person].push(Directive { consent: format!("k{at}"), version: 1, content });
        }
        let mut sight = Self { world, people, directives, patients: HashMap::new(), lent: BTreeSet::new(), now };
        for thing in world.things.iter().filter(|thing| thing.rtype == "Patient") {
            let person = thing.versions[0].body.as_ref().and_then(|body| sight.numbered(body));
            let person = person.unwrap_or(STRANGERS + i64::try_from(sight.patients.len()).expect("few"));
            sight.patients.insert(thing.id.clone(), (person, thing.by));
        }
        sight.lent = sight.lent();
        sight
    }

    /// The person with the number of a `Patient`, if it has one.
    fn numbered(&self, patient: &Value) -> Option<i64> {
        let numbers = patient["identifier"].as_array().into_iter().flatten();
        let mut own = numbers.filter(|one| one["system"] == BSN).filter_map(|one| one["value"].as_str());
        let found = own.next().and_then(|number| self.people.bsns.iter().position(|bsn| bsn == number));
        found.map(|at| i64::try_from(at).expect("few") + 1)
    }

    /// Whose data a version is: of the one person whom it names, if it names one whom its writer knows.
    pub fn person(&self, thing: &Thing, version: &Version) -> i64 {
        let last = thing.versions.iter().rev().find_map(|version| version.body.as_ref());
        let Some(body) = version.body.as_ref().or(last) else { return UNCLEAR };
        if thing.rtype == "Patient" {
            return self.patients[&thing.id].0;
        }
        let mut named = BTreeSet::new();
        self.named(body, thing.by, true, &mut named);
        match named.len() {
            0 => NOBODY,
            1 => named.pop_first().expect("one"),
            _ => UNCLEAR,
        }
    }

    fn named(&self, value: &Value, by: By, root: bool, found: &mut BTreeSet<i64>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.named(item, by, false, found)),
            Value::Object(members) => {
                if let Some(id) = value["reference"].as_str().and_then(|text| text.strip_prefix("Patient/")) {
                    found.insert(self.known(id, by));
                }
                if value["resourceType"] == "Patient" && !root {
                    let id = value["id"].as_str().unwrap_or_default();
                    found.insert(self.numbered(value).unwrap_or_else(|| self.known(id, by)));
                }
                members.values().for_each(|member| self.named(member, by, false, found));
            }
            _ => {}
        }
    }

    /// The person of a `Patient`, if the writer may know: its own, or the hub's.
    fn known(&self, id: &str, by: By) -> i64 {
        if let Some(at) = self.people.hub.iter().position(|hub| hub == id) {
            return i64::try_from(at).expect("few") + 1;
        }
        self.patients.get(id).filter(|(_, writer)| *writer == by).map_or(UNCLEAR, |(person, _)| *person)
    }

    /// What running handoffs to the asker name: of the sender itself, and of the same person.
    fn lent(&self) -> BTreeSet<String> {
        let mut lent = BTreeSet::new();
        let By::Org(asker) = self.world.asker.by else { return lent };
        let owner = format!("Organization/{}", crate::support::region::organization(asker));
        for task in self.world.things.iter().filter(|thing| thing.rtype == "Task") {
            let Some(body) = &task.now().body else { continue };
            let addressed =
                body["owner"]["reference"] == owner.as_str() && body["code"]["coding"][0]["code"] == "308292007";
            if !addressed || !["requested", "accepted"].contains(&body["status"].as_str().unwrap_or_default()) {
                continue;
            }
            let mut names = BTreeSet::from([task.name()]);
            // Before it is accepted, nothing but the question.
            if body["status"] == "accepted" {
                references(body, &mut names);
            }
            for name in names.clone() {
                let letter =
                    self.world.things.iter().find(|thing| thing.rtype == "Composition" && thing.name() == name);
                if let Some(body) = letter.and_then(|thing| thing.now().body.as_ref()) {
                    references(body, &mut names);
                }
            }
            let person = self.person(task, task.now());
            lent.extend(self.world.things.iter().filter_map(|thing| {
                let same = thing.by == task.by && self.person(thing, thing.now()) == person;
                (same && thing.now().body.is_some() && names.contains(&thing.name())).then(|| thing.name())
            }));
        }
        lent
    }

    /// Whether the asker may see a version of a resource: as the resource is now, and as it was then.
    pub fn sees(&self, thing: &Thing, version: &Version) -> bool {
        self.sees_one(thing, thing.now()) && self.sees_one(thing, version)
    }

    fn sees_one(&self, thing: &Thing, version: &Version) -> bool {
        let person = self.person(thing, version);
        let category = category(thing, version, person);
        self.permits(thing.by, person, category, thing, version)
    }

    fn permits(&self, by: By, person: i64, category: Category, thing: &Thing, version: &Version) -> bool {
        let public = person == NOBODY && category == Category::General;
        let asker = &self.world.asker;
        let kind = match asker.by {
            By::Patient(at) => return public || person == i64::try_from(at).expect("few") + 1,
            By::Org(kind) if by == By::Org(kind) => return true,
            By::Org(kind) => kind,
        };
        if person == NOBODY && self.lent.contains(&thing.name()) {
            return true;
        }
        if person <= NOBODY {
            return public;
        }
        let directives = usize::try_from(person - 1).ok().and_then(|at| self.directives.get(at));
        let request = Request {
            organisation: org_number(kind),
            kind,
            person: asker.professional,
            purpose: asker.purpose,
            now: self.now,
            earliest: self.now,
        };
        let item = Item {
            holder: holder(by),
            holder_kind: if let By::Org(kind) = by { kind } else { "patient" },
            category,
            labels: Labels(u32::from(version.labels)).union(Labels::carrying(version.carries)),
            class: thing.rtype,
            id: &thing.id,
            period: version.period,
            in_handoff: self.lent.contains(&thing.name()),
        };
        naive::answer(&request, directives.map_or(&[], Vec::as_slice), &item).0
    }

    /// Whether the asker may see the hub's `Patient` of a person.
    pub fn sees_hub_patient(&self, at: usize) -> bool {
        let asker = &self.world.asker;
        let kind = match asker.by {
            By::Patient(own) => return own == at,
            By::Org(kind) => kind,
        };
        let request = Request {
            organisation: org_number(kind),
            kind,
            person: asker.professional,
            purpose: asker.purpose,
            now: self.now,
            earliest: self.now,
        };
        let item = Item {
            holder: spil_consent::HUB,
            holder_kind: "hub",
            category: Category::Identity,
            labels: Labels(0),
            class: "Patient",
            id: &self.people.hub[at],
            period: None,
            in_handoff: false,
        };
        naive::answer(&request, &self.directives[at], &item).0
    }
}

/// Every `Type/id` that a resource refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(value["reference"].as_str().map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        _ => {}
    }
}

fn category(thing: &Thing, version: &Version, person: i64) -> Category {
    match (version.category, thing.by) {
        (Category::General, _) if person != NOBODY => Category::Documents,
        (_, By::Patient(_)) if thing.rtype == "Observation" => Category::OwnMeasurements,
        (category, _) => category,
    }
}
