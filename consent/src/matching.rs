//! Does a rule speak about this request and this item, and how specifically?

use crate::view::View;
use crate::{Effect, Holder, Item, Labels, Request, Rule, Specificity, Target, User};

/// A rule as it decides: the rule itself, or one of its exceptions together with the rule that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause<'a> {
    base: &'a Rule,
    exception: Option<(usize, &'a Rule)>,
}

impl<'a> Clause<'a> {
    pub(crate) const fn base(base: &'a Rule) -> Self {
        Self { base, exception: None }
    }

    /// The exceptions of a rule that have this effect.
    pub(crate) fn exceptions(base: &'a Rule, effect: Effect) -> impl Iterator<Item = Self> {
        let numbered = base.exceptions.iter().enumerate();
        numbered
            .filter(move |(_, inner)| inner.effect == effect)
            .map(move |found| Self { base, exception: Some(found) })
    }

    pub(crate) fn effect(&self) -> Effect {
        self.exception.map_or(self.base.effect, |(_, inner)| inner.effect)
    }

    /// Which exception it is, counted from 1.
    pub(crate) fn number(&self) -> Option<usize> {
        self.exception.map(|(index, _)| index + 1)
    }

    /// The rules that must all hold: the base, then the exception.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'a Rule> + use<'a> {
        [Some(self.base), self.exception.map(|(_, inner)| inner)].into_iter().flatten()
    }

    /// The labels a permission lifts: its own, or those of its base if it names neither category nor label; and what may be
    /// carried inside.
    pub(crate) fn lifts(&self) -> Labels {
        let lifted = match self.exception {
            Some((_, inner)) if inner.target.names_codes() => inner.target.lifts,
            _ => self.base.target.lifts,
        };
        lifted.union(self.parts().fold(Labels::CARRIED, |inside, part| inside.common(part.target.opens_inside())))
    }

    /// How specific it is on every axis but that of the holder; `None` if it is not for this user or purpose.
    pub(crate) fn aim(&self, request: &Request) -> Option<Specificity> {
        let mut aim = Specificity::default();
        for part in self.parts() {
            if !part.users.is_empty() {
                aim.user = aim.user.max(best_user(&part.users, request)?);
            }
            if !part.purposes.is_empty() {
                if !part.purposes.iter().any(|purpose| purpose == request.purpose) {
                    return None;
                }
                aim.context = 1;
            }
            aim.resource = aim.resource.max(resource(&part.target));
        }
        Some(aim)
    }

    /// How specifically it names the holder of this item; `None` if it does not.
    pub(crate) fn holder(&self, item: &Item) -> Option<u8> {
        let mut level = 0;
        for part in self.parts().filter(|part| !part.holders.is_empty()) {
            level = level.max(best_holder(&part.holders, item)?);
        }
        Some(level)
    }

    /// Is it in force at this moment? In doubt about the moment an objection is, a permission is not.
    pub(crate) fn in_force(&self, request: &Request) -> bool {
        let periods = || self.parts().filter_map(|part| part.period);
        match self.effect() {
            Effect::Permit => periods().all(|(start, end)| start <= request.earliest && request.now < end),
            Effect::Deny => {
                let from = periods().map(|(start, _)| start).fold(request.earliest, i64::max);
                from <= request.now && periods().all(|(_, end)| from < end)
            }
        }
    }

    /// Does its target reach this item, labels that close the item apart?
    pub(crate) fn reaches(&self, view: &View) -> bool {
        let effect = self.effect();
        self.parts().all(|part| reaches(effect, &part.target, view))
    }

    /// Does it open an item with these labels? An objection needs not.
    pub(crate) fn opens(&self, labels: Labels) -> bool {
        self.effect() == Effect::Deny || labels.within(self.lifts())
    }

    /// How specifically it matches; `None` if it does not.
    pub(crate) fn matches(&self, request: &Request, view: &View) -> Option<Specificity> {
        let mut specificity = self.aim(request)?;
        specificity.holder = self.holder(view.item)?;
        let matches = self.in_force(request) && self.opens(view.labels()) && self.reaches(view);
        matches.then_some(specificity)
    }
}

/// Calls `found` with what this rule comes to: its objecting exceptions that match; if there are none, its permitting
/// exceptions that match; if there are none, itself.
pub(crate) fn each_outcome<'a>(
    rule: &'a Rule,
    request: &Request,
    view: &View,
    mut found: impl FnMut(Clause<'a>, Specificity),
) {
    let effects: &[Effect] = if rule.exceptions.is_empty() { &[] } else { &[Effect::Deny, Effect::Permit] };
    for &effect in effects {
        let mut any = false;
        for clause in Clause::exceptions(rule, effect) {
            if let Some(specificity) = clause.matches(request, view) {
                any = true;
                found(clause, specificity);
            }
        }
        if any {
            return;
        }
    }
    let clause = Clause::base(rule);
    if let Some(specificity) = clause.matches(request, view) {
        found(clause, specificity);
    }
}

fn best_user(users: &[User], request: &Request) -> Option<u8> {
    users.iter().filter_map(|user| user_level(user, request)).max()
}

fn user_level(user: &User, request: &Request) -> Option<u8> {
    match user {
        User::Person(id) => (request.person == Some(id)).then_some(3),
        User::Organisation(number) => (*number == request.organisation).then_some(2),
        User::Kind(kind) => (kind == request.kind).then_some(1),
        User::All => Some(0),
    }
}

fn best_holder(holders: &[Holder], item: &Item) -> Option<u8> {
    holders.iter().filter_map(|holder| holder_level(holder, item)).max()
}

fn holder_level(holder: &Holder, item: &Item) -> Option<u8> {
    match holder {
        Holder::Organisation(number) => (*number == item.holder).then_some(2),
        Holder::Kind(kind) => (kind == item.holder_kind).then_some(1),
        Holder::All => Some(0),
    }
}

fn resource(target: &Target) -> u8 {
    if target.instances.is_empty() { u8::from(target.names_codes() || !target.classes.is_empty()) } else { 2 }
}

fn reaches(effect: Effect, target: &Target, view: &View) -> bool {
    if target.names_codes() && !codes_reach(effect, target, view) {
        return false;
    }
    if view.lens.is_identity() {
        let narrow = !target.classes.is_empty() || !target.instances.is_empty() || target.data_period.is_some();
        return effect == Effect::Permit || !narrow;
    }
    let item = view.item;
    (target.classes.is_empty() || target.classes.iter().any(|class| class == item.class))
        && (target.instances.is_empty()
            || target.instances.iter().any(|(class, id)| class == item.class && id == item.id))
        && target.data_period.is_none_or(|period| time_reaches(effect, period, item))
}

fn codes_reach(effect: Effect, target: &Target, view: &View) -> bool {
    match effect {
        Effect::Permit if target.categories.is_empty() => view.lens.is_identity() || view.labels().meets(target.lifts),
        Effect::Permit => view.is_in(target.categories),
        Effect::Deny => view.is_in(target.categories) || view.labels().meets(target.objected_labels()),
    }
}

fn time_reaches(effect: Effect, (start, end): (i64, i64), item: &Item) -> bool {
    match (item.known_period(), effect) {
        (None, Effect::Permit) => false,
        (None, Effect::Deny) => true,
        (Some((from, to)), Effect::Permit) => start <= from && to <= end,
        (Some((from, to)), Effect::Deny) => from < end && start < to,
    }
}
