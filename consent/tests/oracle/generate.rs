//! Random requests, directives and items from pools so small that they collide often.

use spil_consent::{
    Category, CategorySet, Content, Directive, Effect, Holder, Item, Labels, OrgNo, Request, Rule, Target, User,
};

/// Where choices come from: a generator of random numbers, or the bytes of a property test, which can be shrunk.
pub trait Choices {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64;

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == bound - 1
    }

    fn of<T: Copy>(&mut self, pool: &[T]) -> T {
        let index = self.below(pool.len() as u64);
        pool[usize::try_from(index).expect("an index fits")]
    }
}

/// What one case is about.
pub struct World {
    pub request: Request<'static>,
    pub directives: Vec<Directive>,
    pub items: Vec<Item<'static>>,
}

const ORGANISATIONS: [OrgNo; 3] = [10, 11, 12];
const HOLDERS: [OrgNo; 5] = [11, 12, 10, 1, 0];
const KINDS: [&str; 3] = ["gp", "hospital", "vvt"];
const PERSONS: [&str; 2] = ["p1", "p2"];
const PURPOSES: [&str; 3] = ["TREAT", "BTG", "CAREMGT"];
const CLASSES: [&str; 2] = ["Observation", "Condition"];
const IDS: [&str; 2] = ["a", "b"];
const SUBJECTS: [Category; 4] = [Category::Medication, Category::Nursing, Category::MentalHealth, Category::Results];
const CATEGORIES: [Category; 7] = [
    Category::Medication,
    Category::Nursing,
    Category::MentalHealth,
    Category::Identity,
    Category::Allergies,
    Category::General,
    Category::Consent,
];
const LABELS: [Labels; 4] = [Labels::PSYCHIATRY, Labels::HIV, Labels::VIOLENCE, Labels(17)];
/// Of what an item carries: medication; nursing; results and mental health, with a sensitive label; medication and nursing.
const CARRIED: [Labels; 4] = [Labels(1 << 9), Labels(1 << 18), Labels(1 << 13 | 1 << 20 | 1), Labels(1 << 9 | 1 << 18)];

/// One case.
pub fn world(choices: &mut impl Choices) -> World {
    let now = moment(choices);
    let request = Request {
        organisation: choices.of(&ORGANISATIONS),
        kind: choices.of(&KINDS),
        person: if choices.below(2) == 0 { None } else { Some(choices.of(&PERSONS)) },
        purpose: choices.of(&PURPOSES),
        now,
        // The clock is seldom in doubt.
        earliest: if choices.below(4) == 0 { now.min(moment(choices)) } else { now },
    };
    let count = choices.below(6);
    let directives = (0..count).map(|number| directive(choices, number)).collect();
    let items = (0..4).map(|_| item(choices)).collect();
    World { request, directives, items }
}

fn moment(choices: &mut impl Choices) -> i64 {
    i64::try_from(choices.below(6)).expect("a small number")
}

fn period(choices: &mut impl Choices) -> (i64, i64) {
    let start = moment(choices);
    (start, start + moment(choices) - 1)
}

fn item(choices: &mut impl Choices) -> Item<'static> {
    Item {
        holder: choices.of(&HOLDERS),
        holder_kind: choices.of(&KINDS),
        category: if choices.one_in(3) { choices.of(&CATEGORIES) } else { choices.of(&SUBJECTS) },
        labels: match choices.below(6) {
            4 => choices.of(&CARRIED),
            5 => choices.of(&LABELS),
            _ => Labels::NONE,
        },
        class: choices.of(&CLASSES),
        id: choices.of(&IDS),
        period: if choices.one_in(2) { Some(period(choices)) } else { None },
        in_handoff: choices.one_in(3),
    }
}

fn directive(choices: &mut impl Choices, number: u64) -> Directive {
    let content = if choices.one_in(100) {
        Content::Unreadable("a code is unknown".to_owned())
    } else {
        let mut base = rule(choices, false);
        let count = choices.below(6).saturating_sub(3);
        base.exceptions = (0..count).map(|_| rule(choices, true)).collect();
        if choices.one_in(150) {
            base.users.clear();
        }
        if choices.one_in(150) {
            base.holders.clear();
        }
        let nested = base.exceptions.last_mut().filter(|_| choices.one_in(40));
        if let Some(last) = nested {
            last.exceptions.push(rule(choices, true));
        }
        Content::Rule(base)
    };
    Directive { consent: format!("c{number}"), version: 1, content }
}

fn rule(choices: &mut impl Choices, inner: bool) -> Rule {
    let effect = if choices.below(2) == 0 { Effect::Permit } else { Effect::Deny };
    let users = if inner && choices.below(2) == 0 { 0 } else { 1 + choices.below(2) };
    let holders = if inner && choices.below(3) > 0 { 0 } else { 1 + choices.below(2) };
    let purposes = choices.below(4).saturating_sub(2);
    Rule {
        effect,
        users: (0..users).map(|_| user(choices)).collect(),
        holders: (0..holders).map(|_| holder(choices)).collect(),
        purposes: (0..purposes).map(|_| choices.of(&PURPOSES).to_owned()).collect(),
        period: if choices.one_in(3) { Some(period(choices)) } else { None },
        target: target(choices),
        exceptions: Vec::new(),
    }
}

fn user(choices: &mut impl Choices) -> User {
    match choices.below(6) {
        0..2 => User::All,
        2 => User::Person(choices.of(&PERSONS).to_owned()),
        3 => User::Kind(choices.of(&KINDS).to_owned()),
        _ => User::Organisation(choices.of(&ORGANISATIONS)),
    }
}

fn holder(choices: &mut impl Choices) -> Holder {
    match choices.below(6) {
        0..3 => Holder::All,
        3 => Holder::Kind(choices.of(&KINDS).to_owned()),
        _ => Holder::Organisation(choices.of(&HOLDERS)),
    }
}

fn target(choices: &mut impl Choices) -> Target {
    let mut target = Target::default();
    match choices.below(8) {
        0..3 => {}
        3..6 => {
            let count = 1 + choices.below(2);
            for _ in 0..count {
                let code = choices.of(&["medication", "nursing", "mental-health", "results", "hiv"]);
                assert!(target.add_code(code), "a code that a permission can name");
            }
        }
        6 => target.categories = CategorySet::of(choices.of(&CATEGORIES)),
        _ => target.lifts = choices.of(&LABELS),
    }
    if choices.one_in(6) {
        target.classes.push(choices.of(&CLASSES).to_owned());
    }
    if choices.one_in(6) {
        target.instances.push((choices.of(&CLASSES).to_owned(), choices.of(&IDS).to_owned()));
    }
    if choices.one_in(6) {
        target.data_period = Some(period(choices));
    }
    target
}
