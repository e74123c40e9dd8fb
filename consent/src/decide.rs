//! The decision about one item.

use crate::matching::{Clause, each_outcome};
use crate::reason::Citation;
use crate::specificity::Points;
use crate::view::{Lens, View, identity_categories};
use crate::{Category, Decision, Directive, Effect, Ground, Item, Reason, Request, Rule, Specificity};

/// May this request see this item under these directives, and why?
pub fn decide(request: &Request, directives: &[Directive], item: &Item) -> Decision {
    match verdict(request, directives, item) {
        Verdict::Own => Decision::permit(Ground::Own, vec![Reason::Own]),
        Verdict::Directory => Decision::permit(Ground::Directory, vec![Reason::Directory]),
        Verdict::PatientOnly => Decision::refuse(vec![Reason::PatientOnly]),
        Verdict::Unreadable => Decision::refuse(unreadable(directives)),
        Verdict::Permitted(lens, tally) => {
            let ground = if tally.consent {
                if lens == Lens::Handoff { Ground::Handoff } else { Ground::Consent }
            } else {
                Ground::Emergency
            };
            Decision::permit(ground, permitted(request, directives, View { item, lens }, &tally))
        }
        Verdict::Refused => Decision::refuse(refused(request, directives, item)),
    }
}

/// The answer of [`decide`] without its reasons; nothing is allocated.
pub fn permits(request: &Request, directives: &[Directive], item: &Item) -> bool {
    matches!(verdict(request, directives, item), Verdict::Own | Verdict::Directory | Verdict::Permitted(..))
}

enum Verdict {
    Own,
    Directory,
    PatientOnly,
    Unreadable,
    Permitted(Lens, Tally),
    Refused,
}

fn verdict(request: &Request, directives: &[Directive], item: &Item) -> Verdict {
    if request.own_holder() == Some(item.holder) {
        return Verdict::Own;
    }
    match item.category {
        Category::General => return Verdict::Directory,
        Category::Consent => return Verdict::PatientOnly,
        _ => {}
    }
    if directives.iter().any(|directive| directive.unreadable().is_some()) {
        return Verdict::Unreadable;
    }
    let look = |lens| {
        let tally = tally(request, directives, &View { item, lens });
        tally.permit().then_some((lens, tally))
    };
    let found = if item.category == Category::Identity {
        identity_categories(directives).iter().map(Lens::Identity).find_map(look)
    } else {
        let itself = tally(request, directives, &View { item, lens: Lens::Itself });
        if itself.permit() {
            Some((Lens::Itself, itself))
        } else if item.in_handoff && !itself.denies.has_explicit() {
            look(Lens::Handoff)
        } else {
            None
        }
    };
    found.map_or(Verdict::Refused, |(lens, tally)| Verdict::Permitted(lens, tally))
}

/// What the matching rules come to.
struct Tally {
    permits: Points,
    denies: Points,
    /// Does a consent permit, and not the emergency alone?
    consent: bool,
}

impl Tally {
    /// The most specific outcomes decide, and among them an objection wins.
    fn permit(&self) -> bool {
        !self.permits.is_empty() && self.permits.exceed_all(self.denies)
    }
}

fn tally(request: &Request, directives: &[Directive], view: &View) -> Tally {
    let mut tally = Tally { permits: Points::default(), denies: Points::default(), consent: false };
    for rule in directives.iter().filter_map(Directive::rule) {
        each_outcome(rule, request, view, |clause, specificity| match clause.effect() {
            Effect::Permit => tally.permits.insert(specificity),
            Effect::Deny => tally.denies.insert(specificity),
        });
    }
    tally.consent = !tally.permits.is_empty();
    if request.is_emergency() {
        tally.permits.insert(Specificity::default());
    }
    tally
}

fn unreadable(directives: &[Directive]) -> Vec<Reason> {
    let flaw = |directive: &Directive| {
        let why = directive.unreadable()?.to_owned();
        Some(Reason::Unreadable { consent: directive.consent.clone(), version: directive.version, why })
    };
    directives.iter().filter_map(flaw).collect()
}

fn permitted(request: &Request, directives: &[Directive], view: View, tally: &Tally) -> Vec<Reason> {
    let mut reasons = Vec::with_capacity(2);
    match view.lens {
        Lens::Itself => {}
        Lens::Identity(category) => reasons.push(Reason::With(category)),
        Lens::Handoff => reasons.push(Reason::Handoff),
    }
    if !tally.consent {
        reasons.push(Reason::Emergency);
    }
    outcomes(request, directives, &view, |cited, effect| match effect {
        Effect::Permit if tally.permits.exceed(cited.specificity) => {}
        Effect::Permit => reasons.push(Reason::Permitted(cited.write())),
        Effect::Deny => reasons.push(Reason::ObjectionYielded(cited.write())),
    });
    reasons
}

fn refused(request: &Request, directives: &[Directive], item: &Item) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if item.category == Category::Identity {
        for category in identity_categories(directives).iter() {
            let view = View { item, lens: Lens::Identity(category) };
            refused_as(request, directives, &view, &mut reasons);
        }
    } else {
        refused_as(request, directives, &View { item, lens: Lens::Itself }, &mut reasons);
        if item.in_handoff {
            refused_as(request, directives, &View { item, lens: Lens::Handoff }, &mut reasons);
        }
    }
    if reasons.is_empty() {
        reasons.push(Reason::NoRule);
    }
    reasons
}

/// Adds the reasons why a view is refused: objections that won, permissions that yielded, and permissions that would
/// have matched but for their period or a label.
fn refused_as(request: &Request, directives: &[Directive], view: &View, reasons: &mut Vec<Reason>) {
    let tally = tally(request, directives, view);
    let mut add = |reason: Reason| {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    };
    outcomes(request, directives, view, |cited, effect| match effect {
        Effect::Permit => add(Reason::PermissionYielded(cited.write())),
        Effect::Deny if tally.permits.exceed(cited.specificity) => {}
        Effect::Deny => add(Reason::Objected(cited.write())),
    });
    for directive in directives {
        for clause in directive.rule().into_iter().flat_map(permitting) {
            if let Some(reason) = near_miss(directive, &clause, request, view) {
                add(reason);
            }
        }
    }
}

fn permitting(rule: &Rule) -> impl Iterator<Item = Clause<'_>> {
    let base = (rule.effect == Effect::Permit).then(|| Clause::base(rule));
    base.into_iter().chain(Clause::exceptions(rule, Effect::Permit))
}

fn near_miss(directive: &Directive, clause: &Clause, request: &Request, view: &View) -> Option<Reason> {
    let closed = view.labels().minus(clause.lifts());
    if clause.in_force(request) && closed.is_empty() {
        return None;
    }
    clause.aim(request)?;
    clause.holder(view.item)?;
    if !clause.reaches(view) {
        return None;
    }
    let (consent, version) = (directive.consent.clone(), directive.version);
    let periods = || clause.parts().filter_map(|part| part.period);
    let end = periods().map(|(_, end)| end).min().filter(|end| *end <= request.now);
    let start = periods().map(|(start, _)| start).max().filter(|start| request.earliest < *start);
    Some(match (end, start) {
        (Some(at), _) => Reason::Ended { consent, version, at },
        (_, Some(at)) => Reason::NotBegun { consent, version, at },
        _ => Reason::Sensitive { consent, version, labels: closed },
    })
}

fn outcomes(request: &Request, directives: &[Directive], view: &View, mut found: impl FnMut(Cited, Effect)) {
    for directive in directives {
        let Some(rule) = directive.rule() else {
            continue;
        };
        each_outcome(rule, request, view, |clause, specificity| {
            let effect = clause.effect();
            found(Cited { directive, exception: clause.number(), specificity }, effect);
        });
    }
}

/// A citation that has not been written out.
struct Cited<'a> {
    directive: &'a Directive,
    exception: Option<usize>,
    specificity: Specificity,
}

impl Cited<'_> {
    fn write(self) -> Citation {
        let Self { directive, exception, specificity } = self;
        Citation { consent: directive.consent.clone(), version: directive.version, exception, specificity }
    }
}
