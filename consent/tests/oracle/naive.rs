//! The rule of the README a second time, written apart from the engine and the slow way: every rule and exception is
//! spread out into a flat list, all that match are collected, and lists are filtered until the deciding ones are left.

use std::collections::BTreeSet;

use spil_consent::{Category, Content, Directive, Effect, Holder, Item, Request, Rule, Target, User};

/// What happened on the way, for counting what a run has covered.
pub type Events = BTreeSet<&'static str>;

/// One rule with everything it inherits. Each inner list is an "or", the outer lists are "and".
struct Flat<'a> {
    directive: usize,
    inner: bool,
    effect: Effect,
    users: Vec<&'a [User]>,
    holders: Vec<&'a [Holder]>,
    purposes: Vec<&'a [String]>,
    periods: Vec<(i64, i64)>,
    targets: Vec<&'a Target>,
    lifts: u32,
}

/// What is looked at: the item, with the categories and labels that it counts as.
struct Subject<'a> {
    item: &'a Item<'a>,
    categories: Vec<Category>,
    labels: u32,
    /// Class, instance, label and time fit every permission, and no objection.
    anything: bool,
}

struct Outcome {
    effect: Effect,
    axes: [usize; 4],
    emergency: bool,
}

/// The answer, and what happened.
pub fn answer(request: &Request, directives: &[Directive], item: &Item) -> (bool, Events) {
    let mut events = Events::new();
    let answer = answer_with(request, directives, item, &mut events);
    events.insert(if answer { "answer: permitted" } else { "answer: refused" });
    (answer, events)
}

fn answer_with(request: &Request, directives: &[Directive], item: &Item, events: &mut Events) -> bool {
    if item.holder == request.organisation && item.holder != 0 && item.holder != 1 {
        events.insert("own data");
        return true;
    }
    if item.category == Category::General || item.category == Category::Consent {
        events.insert(item.category.code());
        return item.category == Category::General;
    }
    let Some(rules) = spread(directives) else {
        events.insert("unreadable");
        return false;
    };
    let seen_as =
        |category: Category, labels: u32| Subject { item, categories: vec![category], labels, anything: false };
    if item.category == Category::Identity {
        let as_category = |number: u8| {
            let category = Category::from_number(number).expect("a category");
            Subject { item, categories: vec![Category::Identity, category], labels: 0, anything: true }
        };
        let permitted =
            (1..=14).any(|number| permitted(request, &outcomes(request, &rules, &as_category(number)), events));
        events.insert(if permitted { "identity: permitted" } else { "identity: refused" });
        return permitted;
    }
    let own = outcomes(request, &rules, &seen_as(item.category, item.labels.0));
    if permitted(request, &own, events) {
        return true;
    }
    if !item.in_handoff {
        return false;
    }
    if own.iter().any(|outcome| outcome.effect == Effect::Deny && (outcome.axes[0] > 0 || outcome.axes[3] > 0)) {
        events.insert("handoff: explicit objection");
        return false;
    }
    let handed =
        permitted(request, &outcomes(request, &rules, &seen_as(Category::Nursing, item.labels.0 & 0xff)), events);
    events.insert(if handed { "handoff: permitted" } else { "handoff: refused" });
    handed
}

/// All rules, flat; nothing if one of them cannot be evaluated.
fn spread(directives: &[Directive]) -> Option<Vec<Flat<'_>>> {
    let mut flat = Vec::new();
    for (directive, found) in directives.iter().enumerate() {
        let Content::Rule(base) = &found.content else {
            return None;
        };
        if base.users.is_empty() || base.holders.is_empty() {
            return None;
        }
        flat.push(flatten(directive, base, None));
        for inner in &base.exceptions {
            if !inner.exceptions.is_empty() {
                return None;
            }
            flat.push(flatten(directive, base, Some(inner)));
        }
    }
    Some(flat)
}

fn flatten<'a>(directive: usize, base: &'a Rule, inner: Option<&'a Rule>) -> Flat<'a> {
    let levels: Vec<&Rule> = std::iter::once(base).chain(inner).collect();
    let last = levels[levels.len() - 1];
    let silent = last.target.categories.0 == 0 && last.target.lifts.0 == 0;
    Flat {
        directive,
        inner: inner.is_some(),
        effect: last.effect,
        users: levels.iter().map(|rule| rule.users.as_slice()).filter(|list| !list.is_empty()).collect(),
        holders: levels.iter().map(|rule| rule.holders.as_slice()).filter(|list| !list.is_empty()).collect(),
        purposes: levels.iter().map(|rule| rule.purposes.as_slice()).filter(|list| !list.is_empty()).collect(),
        periods: levels.iter().filter_map(|rule| rule.period).collect(),
        targets: levels.iter().map(|rule| &rule.target).collect(),
        lifts: if silent { base.target.lifts.0 } else { last.target.lifts.0 },
    }
}

fn outcomes(request: &Request, rules: &[Flat], subject: &Subject) -> Vec<Outcome> {
    let matching: Vec<(&Flat, [usize; 4])> =
        rules.iter().filter_map(|rule| Some((rule, axes(request, rule, subject)?))).collect();
    let objecting = |directive: usize| {
        matching.iter().any(|(rule, _)| rule.inner && rule.directive == directive && rule.effect == Effect::Deny)
    };
    let excepted = |directive: usize| matching.iter().any(|(rule, _)| rule.inner && rule.directive == directive);
    let speaks = |rule: &Flat| {
        if rule.inner { rule.effect == Effect::Deny || !objecting(rule.directive) } else { !excepted(rule.directive) }
    };
    let outcome = |&(rule, axes): &(&Flat, [usize; 4])| Outcome { effect: rule.effect, axes, emergency: false };
    let mut outcomes: Vec<Outcome> = matching.iter().filter(|(rule, _)| speaks(rule)).map(outcome).collect();
    if request.purpose == "BTG" {
        outcomes.push(Outcome { effect: Effect::Permit, axes: [0; 4], emergency: true });
    }
    outcomes
}

/// The axes holder, user, context, resource, if the rule matches.
fn axes(request: &Request, rule: &Flat, subject: &Subject) -> Option<[usize; 4]> {
    let sensitive = subject.labels & 0xff;
    let strange = |target: &&Target| target.categories.0 != 0 && (subject.labels >> 8) & !target.categories.0 != 0;
    let closed = sensitive & rule.lifts != sensitive || rule.targets.iter().any(strange);
    let labelled = rule.effect == Effect::Permit && closed;
    // In doubt about the moment a permission must hold at each of them, an objection at one.
    let mut moments = request.earliest..=request.now;
    let holds = |moment: i64| rule.periods.iter().all(|&(start, end)| (start..end).contains(&moment));
    let in_force = if rule.effect == Effect::Permit { moments.all(holds) } else { moments.any(holds) };
    let targeted = rule.targets.iter().all(|target| targeted(rule.effect, target, subject));
    let purposed = rule.purposes.iter().all(|list| list.iter().any(|purpose| purpose == request.purpose));
    if labelled || !in_force || !targeted || !purposed {
        return None;
    }
    let item = subject.item;
    let mut holder = 0;
    for list in &rule.holders {
        let ladder = [Holder::Organisation(item.holder), Holder::Kind(item.holder_kind.to_owned()), Holder::All];
        holder = holder.max(2 - ladder.iter().position(|step| list.contains(step))?);
    }
    let mut user = 0;
    for list in &rule.users {
        let ladder = [
            request.person.map(|person| User::Person(person.to_owned())),
            Some(User::Organisation(request.organisation)),
            Some(User::Kind(request.kind.to_owned())),
            Some(User::All),
        ];
        let position = ladder.iter().position(|step| step.as_ref().is_some_and(|step| list.contains(step)))?;
        user = user.max(3 - position);
    }
    let resource = rule.targets.iter().map(|target| {
        let named = target.categories.0 != 0 || target.lifts.0 != 0 || !target.classes.is_empty();
        if target.instances.is_empty() { usize::from(named) } else { 2 }
    });
    Some([holder, user, usize::from(!rule.purposes.is_empty()), resource.max()?])
}

fn targeted(effect: Effect, target: &Target, subject: &Subject) -> bool {
    let item = subject.item;
    let permit = effect == Effect::Permit;
    let category = subject.categories.iter().any(|category| target.categories.contains(*category));
    let mut names = target.lifts.0;
    if !permit && target.categories.contains(Category::MentalHealth) {
        names |= 1;
    }
    let inside = !permit && (subject.labels >> 8) & target.categories.0 != 0;
    let label = subject.labels & names != 0 || inside;
    let codes = match (target.categories.0 != 0, target.lifts.0 != 0, permit) {
        (false, false, _) => true,
        (true, _, true) => category,
        (false, true, true) => label || subject.anything,
        (_, _, false) => category || label,
    };
    let class = target.classes.is_empty() || target.classes.iter().any(|class| class == item.class);
    let instance =
        target.instances.is_empty() || target.instances.contains(&(item.class.to_owned(), item.id.to_owned()));
    let time = target.data_period.is_none_or(|(start, end)| match item.period {
        Some((from, to)) if from < to => {
            if permit {
                start <= from && to <= end
            } else {
                !(to <= start || end <= from)
            }
        }
        _ => !permit,
    });
    let unrestricted = target.classes.is_empty() && target.instances.is_empty() && target.data_period.is_none();
    if subject.anything { codes && (permit || unrestricted) } else { codes && class && instance && time }
}

fn permitted(request: &Request, outcomes: &[Outcome], events: &mut Events) -> bool {
    let beats = |one: &Outcome, other: &Outcome| {
        let pairs = || one.axes.iter().zip(other.axes);
        pairs().all(|(a, b)| *a >= b) && pairs().any(|(a, b)| *a > b)
    };
    let deciding: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| !outcomes.iter().any(|other| beats(other, outcome))).collect();
    let permits = deciding.iter().filter(|outcome| outcome.effect == Effect::Permit).count();
    let denies = deciding.len() - permits;
    let permitted = permits > 0 && denies == 0;
    if permits > 0 && denies > 0 {
        let tie = deciding
            .iter()
            .any(|one| deciding.iter().any(|other| one.axes == other.axes && one.effect != other.effect));
        events.insert(if tie { "equally specific: objection wins" } else { "incomparable: objection wins" });
    }
    if permitted && outcomes.len() > permits {
        events.insert("a more specific permission overrules");
    }
    if permits == 0 && denies > 0 && outcomes.iter().any(|outcome| outcome.effect == Effect::Permit) {
        events.insert("a more specific objection overrules");
    }
    if request.purpose == "BTG" {
        let alone = permitted && outcomes.iter().all(|outcome| outcome.emergency || outcome.effect == Effect::Deny);
        if alone {
            events.insert("emergency: opens");
        }
        if !permitted {
            events.insert("emergency: never");
        }
    }
    permitted
}
