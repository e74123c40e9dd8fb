//! The decision about all items at once: [`decide`](crate::decide()) with the item left open.

use crate::matching::Clause;
use crate::scope::{Scope, Test};
use crate::view::{Lens, identity_categories};
use crate::{Category, CategorySet, Directive, Effect, Holder, Labels, Request, Rule, Specificity, Target};

/// The items that [`decide`](crate::decide()) permits for this request under these directives: exactly those.
pub fn scope(request: &Request, directives: &[Directive]) -> Scope {
    let own = request.own_holder().map(|holder| Scope::Test(Test::HolderIs(holder)));
    let general = category_in(CategorySet::of(Category::General));
    let personal = if directives.iter().any(|directive| directive.unreadable().is_some()) {
        Scope::Nothing
    } else {
        personal(request, directives)
    };
    Scope::any(own.into_iter().chain([general, personal]))
}

fn personal(request: &Request, directives: &[Directive]) -> Scope {
    let itself = Board::new(request, directives, Lens::Itself);
    let identities = identity_categories(directives).iter().map(Lens::Identity);
    let identity = Scope::any(identities.map(|lens| Board::new(request, directives, lens).permitted()));
    let handed = Scope::every([
        Scope::Test(Test::InHandoff),
        Board::new(request, directives, Lens::Handoff).permitted(),
        itself.explicitly_denied().negate(),
    ]);
    Scope::any([
        Scope::every([category_in(CategorySet::SUBJECTS), Scope::any([itself.permitted(), handed])]),
        Scope::every([category_in(CategorySet::of(Category::Identity)), identity]),
    ])
}

/// Every outcome there can be, seen through a lens: how specific it is, and for which items it comes.
struct Board {
    permits: Vec<(Specificity, Scope)>,
    denies: Vec<(Specificity, Scope)>,
}

impl Board {
    fn new(request: &Request, directives: &[Directive], lens: Lens) -> Self {
        let mut board = Self { permits: Vec::new(), denies: Vec::new() };
        for rule in directives.iter().filter_map(Directive::rule) {
            board.add(rule, request, lens);
        }
        if request.is_emergency() {
            board.permits.push((Specificity::default(), Scope::Everything));
        }
        board
    }

    /// Objecting exceptions, permitting ones where no objecting one matches, the rule itself where none matches.
    fn add(&mut self, rule: &Rule, request: &Request, lens: Lens) {
        let mut open = Scope::Everything;
        for effect in [Effect::Deny, Effect::Permit] {
            let found: Vec<_> =
                Clause::exceptions(rule, effect).flat_map(|clause| matches(&clause, request, lens)).collect();
            let matched = Scope::any(found.iter().map(|(_, items)| items.clone()));
            self.push(effect, found, &open);
            open = Scope::every([open, matched.negate()]);
        }
        self.push(rule.effect, matches(&Clause::base(rule), request, lens), &open);
    }

    fn push(&mut self, effect: Effect, found: Vec<(Specificity, Scope)>, open: &Scope) {
        let side = if effect == Effect::Permit { &mut self.permits } else { &mut self.denies };
        for (specificity, items) in found {
            let items = Scope::every([items, open.clone()]);
            if items == Scope::Nothing {
                continue;
            }
            match side.iter_mut().find(|(known, _)| *known == specificity) {
                Some((_, all)) => {
                    *all = Scope::any([std::mem::replace(all, Scope::Nothing), items]);
                }
                None => side.push((specificity, items)),
            }
        }
    }

    /// Some permission comes, and no objection comes without a permission that exceeds it.
    fn permitted(&self) -> Scope {
        let some = self.permits.iter().map(|(_, items)| items.clone());
        let yielding = self.denies.iter().map(|(specificity, items)| {
            let above = self.permits.iter().filter(|(permit, _)| permit.exceeds(*specificity));
            Scope::any([items.clone().negate()].into_iter().chain(above.map(|(_, items)| items.clone())))
        });
        Scope::every([Scope::any(some)].into_iter().chain(yielding))
    }

    fn explicitly_denied(&self) -> Scope {
        Scope::any(self.denies.iter().filter(|(point, _)| point.is_explicit()).map(|(_, items)| items.clone()))
    }
}

/// For which items a clause matches, by how specifically it names their holder. The levels of one clause may overlap:
/// an outcome beside a more specific one of the same effect changes nothing.
fn matches(clause: &Clause, request: &Request, lens: Lens) -> Vec<(Specificity, Scope)> {
    let Some(aim) = clause.aim(request).filter(|_| clause.in_force(request)) else {
        return Vec::new();
    };
    let effect = clause.effect();
    let targets = Scope::every(clause.parts().map(|part| reached(effect, &part.target, lens)));
    let opened = match effect {
        Effect::Deny => Scope::Everything,
        Effect::Permit => labels_within(clause.lifts(), lens),
    };
    let reached = Scope::every([targets, opened]);
    let mut levels = vec![(0, Scope::Everything)];
    for part in clause.parts().filter(|part| !part.holders.is_empty()) {
        levels = levels
            .iter()
            .flat_map(|(level, items)| {
                let named = (0..=2).map(|own| (own, held(&part.holders, own)));
                named.map(|(own, own_items)| ((*level).max(own), Scope::every([items.clone(), own_items])))
            })
            .filter(|(_, items)| *items != Scope::Nothing)
            .collect();
    }
    let outcome = |(holder, items)| (Specificity { holder, ..aim }, Scope::every([items, reached.clone()]));
    levels.into_iter().map(outcome).filter(|(_, items)| *items != Scope::Nothing).collect()
}

fn held(holders: &[Holder], level: u8) -> Scope {
    Scope::any(holders.iter().map(|holder| match (holder, level) {
        (Holder::Organisation(number), 2) => Scope::Test(Test::HolderIs(*number)),
        (Holder::Kind(kind), 1) => Scope::Test(Test::HolderKindIs(kind.clone())),
        (Holder::All, 0) => Scope::Everything,
        _ => Scope::Nothing,
    }))
}

fn reached(effect: Effect, target: &Target, lens: Lens) -> Scope {
    let codes = if target.names_codes() { codes(effect, target, lens) } else { Scope::Everything };
    let mut tests = Vec::new();
    if !target.classes.is_empty() {
        tests.push(Test::ClassIn(target.classes.clone()));
    }
    if !target.instances.is_empty() {
        tests.push(Test::InstanceIn(target.instances.clone()));
    }
    if let Some((start, end)) = target.data_period {
        tests.push(match effect {
            Effect::Permit => Test::PeriodWithin(start, end),
            Effect::Deny => Test::PeriodMayOverlap(start, end),
        });
    }
    if lens.is_identity() {
        let fits = effect == Effect::Permit || tests.is_empty();
        return Scope::every([codes, Scope::constant(fits)]);
    }
    Scope::every([codes].into_iter().chain(tests.into_iter().map(Scope::Test)))
}

fn codes(effect: Effect, target: &Target, lens: Lens) -> Scope {
    let named = match lens.categories() {
        None => category_in(target.categories),
        Some(seen) => Scope::constant(seen.0 & target.categories.0 != 0),
    };
    match effect {
        Effect::Permit if !target.categories.is_empty() => named,
        Effect::Permit if lens.is_identity() => Scope::Everything,
        Effect::Permit => labels_meet(target.lifts, lens),
        Effect::Deny => Scope::any([named, labels_meet(target.objected_labels(), lens)]),
    }
}

fn category_in(categories: CategorySet) -> Scope {
    if categories.is_empty() { Scope::Nothing } else { Scope::Test(Test::CategoryIn(categories)) }
}

fn labels_within(labels: Labels, lens: Lens) -> Scope {
    match lens {
        Lens::Identity(_) => Scope::Everything,
        Lens::Handoff => Scope::Test(Test::LabelsWithin(labels.union(Labels::CARRIED))),
        Lens::Itself => Scope::Test(Test::LabelsWithin(labels)),
    }
}

fn labels_meet(labels: Labels, lens: Lens) -> Scope {
    let labels = if lens == Lens::Handoff { labels.minus(Labels::CARRIED) } else { labels };
    if lens.is_identity() || labels.is_empty() {
        Scope::Nothing
    } else {
        Scope::Test(Test::LabelsWithin(Labels::ALL.minus(labels))).negate()
    }
}
