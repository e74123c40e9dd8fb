//! What a run has covered: every kind of rule that an item met, and how the answer came about.

use std::collections::BTreeMap;

use spil_consent::{Content, Directive, Effect, Holder, Item, Request, Rule, User, permits};

use super::generate::World;

/// How often each thing happened.
#[derive(Default)]
pub struct Coverage(pub BTreeMap<String, u64>);

/// Kinds of rule, and the events of the naive engine. A run that misses one has proven less than it says.
pub const EXPECTED: [&str; 44] = [
    "answer: permitted",
    "answer: refused",
    "own data",
    "general",
    "consent",
    "unreadable",
    "identity: permitted",
    "identity: refused",
    "handoff: permitted",
    "handoff: refused",
    "handoff: explicit objection",
    "equally specific: objection wins",
    "incomparable: objection wins",
    "a more specific permission overrules",
    "a more specific objection overrules",
    "emergency: opens",
    "emergency: never",
    "permit decides alone: user person",
    "permit decides alone: user organisation",
    "permit decides alone: user kind",
    "permit decides alone: user all",
    "permit decides alone: holder organisation",
    "permit decides alone: holder kind",
    "permit decides alone: holder all",
    "permit decides alone: purpose",
    "permit decides alone: period",
    "permit decides alone: category",
    "permit decides alone: label",
    "permit decides alone: class",
    "permit decides alone: instance",
    "permit decides alone: data period",
    "permit decides alone: exception",
    "deny closes: user person",
    "deny closes: user organisation",
    "deny closes: user kind",
    "deny closes: holder organisation",
    "deny closes: holder kind",
    "deny closes: purpose",
    "deny closes: category",
    "deny closes: label",
    "deny closes: class",
    "deny closes: instance",
    "deny closes: data period",
    "deny closes: exception",
];

impl Coverage {
    pub fn count(&mut self, event: impl Into<String>) {
        *self.0.entry(event.into()).or_default() += 1;
    }

    /// Expected things that never happened.
    pub fn missing(&self) -> Vec<&'static str> {
        EXPECTED.into_iter().filter(|event| !self.0.contains_key(*event)).collect()
    }

    /// Counts which kinds of rule made a difference: a permission without which the item is refused, an objection
    /// without which it is permitted.
    pub fn count_rules(&mut self, world: &World, item: &Item, answer: bool) {
        for skipped in 0..world.directives.len() {
            let Content::Rule(rule) = &world.directives[skipped].content else {
                continue;
            };
            let mut rest: Vec<Directive> = world.directives.clone();
            rest.remove(skipped);
            if permits(&world.request, &rest, item) == answer {
                continue;
            }
            let what = if answer { "permit decides alone" } else { "deny closes" };
            let wanted = if answer { Effect::Permit } else { Effect::Deny };
            if rule.effect == wanted {
                self.count_kinds(what, rule, &world.request);
            } else {
                self.count(format!("{what}: exception"));
            }
        }
    }

    fn count_kinds(&mut self, what: &str, rule: &Rule, request: &Request) {
        let target = &rule.target;
        let user = rule.users.iter().all(|user| matches!(user, User::All)).then_some("user all");
        let person = rule.users.iter().any(|user| matches!(user, User::Person(id) if request.person == Some(id)));
        let organisation = rule.users.contains(&User::Organisation(request.organisation));
        let kind = rule.users.contains(&User::Kind(request.kind.to_owned()));
        let holder = |test: fn(&Holder) -> bool| rule.holders.iter().all(test);
        let kinds = [
            (user.is_some(), "user all"),
            (person, "user person"),
            (organisation, "user organisation"),
            (kind, "user kind"),
            (holder(|holder| matches!(holder, Holder::All)), "holder all"),
            (holder(|holder| matches!(holder, Holder::Kind(_))), "holder kind"),
            (holder(|holder| matches!(holder, Holder::Organisation(_))), "holder organisation"),
            (!rule.purposes.is_empty(), "purpose"),
            (rule.period.is_some(), "period"),
            (!target.categories.is_empty(), "category"),
            (!target.lifts.is_empty(), "label"),
            (!target.classes.is_empty(), "class"),
            (!target.instances.is_empty(), "instance"),
            (target.data_period.is_some(), "data period"),
        ];
        for (_, kind) in kinds.iter().filter(|(holds, _)| *holds) {
            self.count(format!("{what}: {kind}"));
        }
    }
}
