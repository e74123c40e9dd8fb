//! Which reasons an answer carries, and with what in them: what a patient reads back.

use spil_consent::{
    Category, CategorySet, Citation, Content, Directive, Effect, Ground, Holder, Item, Labels, Reason, Request, Rule,
    Specificity, Target, User, decide,
};

const GP: i64 = 10;
const HOSPITAL: i64 = 11;
const NOW: i64 = 1_000;

fn request() -> Request<'static> {
    Request { organisation: GP, kind: "gp", person: None, purpose: "TREAT", now: NOW, earliest: NOW }
}

fn item(category: Category, labels: Labels) -> Item<'static> {
    let (class, id) = ("Observation", "o");
    Item { holder: HOSPITAL, holder_kind: "hospital", category, labels, class, id, period: None, in_handoff: false }
}

fn rule(effect: Effect) -> Rule {
    Rule {
        effect,
        users: vec![User::Organisation(GP)],
        holders: vec![Holder::All],
        purposes: Vec::new(),
        period: None,
        target: Target::default(),
        exceptions: Vec::new(),
    }
}

fn during(start: i64, end: i64) -> Rule {
    Rule { period: Some((start, end)), ..rule(Effect::Permit) }
}

fn directive(rule: Rule) -> Directive {
    Directive { consent: "c".to_owned(), version: 3, content: Content::Rule(rule) }
}

/// The reasons of the answer about a result under one rule.
fn reasons(rule: Rule, labels: Labels) -> Vec<Reason> {
    decide(&request(), &[directive(rule)], &item(Category::Results, labels)).reasons
}

fn ended(at: i64) -> Reason {
    Reason::Ended { consent: "c".to_owned(), version: 3, at }
}

fn not_begun(at: i64) -> Reason {
    Reason::NotBegun { consent: "c".to_owned(), version: 3, at }
}

fn sensitive(labels: Labels) -> Reason {
    Reason::Sensitive { consent: "c".to_owned(), version: 3, labels }
}

/// The kind of every reason about a permission that was given.
fn permitted(reasons: &[Reason]) -> bool {
    matches!(reasons, [Reason::Permitted(_)])
}

#[test]
fn a_permission_that_is_over_says_since_when_and_one_that_is_to_come_from_when() {
    assert!(permitted(&reasons(during(0, NOW + 1), Labels::NONE)));
    assert_eq!(reasons(during(0, NOW), Labels::NONE), [ended(NOW)], "the end is not part of it");
    assert_eq!(reasons(during(0, NOW - 1), Labels::NONE), [ended(NOW - 1)]);
    assert!(permitted(&reasons(during(NOW, NOW + 9), Labels::NONE)), "the start is part of it");
    assert_eq!(reasons(during(NOW + 1, NOW + 9), Labels::NONE), [not_begun(NOW + 1)]);
}

#[test]
fn a_label_that_a_permission_does_not_name_is_told_when_its_period_is_right() {
    assert_eq!(reasons(rule(Effect::Permit), Labels::HIV), [sensitive(Labels::HIV)]);
    assert_eq!(reasons(during(NOW, NOW + 1), Labels::HIV), [sensitive(Labels::HIV)], "it begins at this moment");
    assert_eq!(reasons(during(0, NOW), Labels::HIV), [ended(NOW)]);
    assert_eq!(reasons(during(NOW + 1, NOW + 9), Labels::HIV), [not_begun(NOW + 1)]);
}

#[test]
fn of_a_rule_and_its_exception_the_narrower_period_is_told() {
    let narrowed = |base: (i64, i64), inner: (i64, i64)| {
        let mut named = Target::default();
        assert!(named.add_code("hiv"));
        let exception = Rule {
            users: Vec::new(),
            holders: Vec::new(),
            target: Target { lifts: named.lifts, ..Target::default() },
            ..during(inner.0, inner.1)
        };
        reasons(Rule { exceptions: vec![exception], ..during(base.0, base.1) }, Labels::HIV)
    };
    assert!(permitted(&narrowed((0, NOW + 9), (0, NOW + 9))));
    assert_eq!(narrowed((0, NOW + 9), (0, NOW - 5)), [sensitive(Labels::HIV), ended(NOW - 5)]);
    assert_eq!(narrowed((0, NOW - 5), (0, NOW - 7)), [ended(NOW - 5), ended(NOW - 7)]);
    assert_eq!(narrowed((NOW + 5, NOW + 9), (NOW + 7, NOW + 9)), [not_begun(NOW + 5), not_begun(NOW + 7)]);
}

#[test]
fn what_was_never_meant_for_this_request_is_no_reason() {
    let of_others = Rule { users: vec![User::Organisation(HOSPITAL)], ..during(0, NOW) };
    assert_eq!(reasons(of_others, Labels::NONE), [Reason::NoRule]);
    let at_others = Rule { holders: vec![Holder::Organisation(12)], ..during(0, NOW) };
    assert_eq!(reasons(at_others, Labels::NONE), [Reason::NoRule]);
    let target = Target { categories: CategorySet::of(Category::Wishes), ..Target::default() };
    assert_eq!(reasons(Rule { target, ..during(0, NOW) }, Labels::NONE), [Reason::NoRule]);
    let objection = Rule { effect: Effect::Deny, ..during(0, NOW) };
    assert_eq!(reasons(objection, Labels::NONE), [Reason::NoRule], "an objection that is over closes nothing");
}

#[test]
fn a_consent_that_cannot_be_read_is_named_with_what_is_wrong() {
    let bad = Directive { consent: "b".to_owned(), version: 2, content: Content::Unreadable("a code".to_owned()) };
    let decision = decide(&request(), &[directive(rule(Effect::Permit)), bad], &item(Category::Results, Labels::NONE));
    assert_eq!((decision.permit, decision.ground), (false, Ground::None));
    let why = Reason::Unreadable { consent: "b".to_owned(), version: 2, why: "a code".to_owned() };
    assert_eq!(decision.reasons, [why]);
}

#[test]
fn the_exception_that_decided_is_named_by_its_number() {
    let exception = |category, effect| Rule {
        users: Vec::new(),
        holders: Vec::new(),
        target: Target { categories: CategorySet::of(category), ..Target::default() },
        ..rule(effect)
    };
    let exceptions = vec![exception(Category::Wishes, Effect::Permit), exception(Category::Results, Effect::Permit)];
    let reasons = reasons(Rule { exceptions, ..rule(Effect::Deny) }, Labels::NONE);
    let specificity = Specificity { holder: 0, user: 2, context: 0, resource: 1 };
    let cited = Citation { consent: "c".to_owned(), version: 3, exception: Some(2), specificity };
    assert_eq!(reasons, [Reason::Permitted(cited.clone())]);
    assert_eq!(
        reasons[0].english(),
        "You permit it: consent c (version 3, exception 2), for this organisation, all sources, any purpose, this kind of data."
    );
    assert_eq!(
        reasons[0].dutch(),
        "U geeft toestemming: toestemming c (versie 3, uitzondering 2), voor deze organisatie, alle bronnen, elk doel, dit soort gegevens."
    );
    assert_eq!(reasons[0].consent(), Some(("c", 3)));
}

#[test]
fn a_reason_is_a_sentence_in_two_languages() {
    let labels = Labels::HIV.union(Labels::GENETICS);
    for (reason, dutch, english) in [
        (
            sensitive(labels),
            "Dit is extra gevoelig (erfelijkheid, hiv). Uw toestemming c (versie 3) noemt dat niet.",
            "This is extra sensitive (genetics, HIV). Your permission c (version 3) does not name that.",
        ),
        (
            sensitive(Labels::carrying(CategorySet::of(Category::Medication))),
            "Dit is extra gevoelig (Medicijnen). Uw toestemming c (versie 3) noemt dat niet.",
            "This is extra sensitive (Medicines). Your permission c (version 3) does not name that.",
        ),
        (
            sensitive(Labels(1 << 30)),
            "Dit is extra gevoelig (gevoelig). Uw toestemming c (versie 3) noemt dat niet.",
            "This is extra sensitive (sensitive). Your permission c (version 3) does not name that.",
        ),
        (
            ended(1_772_323_199_999),
            "Uw toestemming c (versie 3) is gestopt op 2026-02-28 23:59 UTC.",
            "Your permission c (version 3) ended on 2026-02-28 23:59 UTC.",
        ),
        (
            Reason::With(Category::Nursing),
            "Wie iets van u mag zien, mag ook zien wie u bent. Het gaat hier om: Verpleging en dagelijks functioneren.",
            "Who may see something of you may see who you are. Here that is: Nursing and daily life.",
        ),
        (Reason::NoRule, "U hebt hiervoor geen toestemming gegeven.", "You gave no permission for this."),
    ] {
        assert_eq!((reason.dutch().as_str(), reason.english().as_str()), (dutch, english));
    }
    for (reason, consent) in [(ended(NOW), Some(("c", 3))), (sensitive(labels), Some(("c", 3))), (Reason::Own, None)] {
        assert_eq!(reason.consent(), consent);
    }
}

#[test]
fn every_label_has_a_code_and_two_names() {
    for (label, code, dutch, english) in [
        (Labels::PSYCHIATRY, "psychiatry", "psychiatrie", "psychiatry"),
        (Labels::SEXUAL_HEALTH, "sexual-health", "seksuele gezondheid", "sexual health"),
        (Labels::GENETICS, "genetics", "erfelijkheid", "genetics"),
        (Labels::VIOLENCE, "violence", "geweld", "violence"),
        (Labels::HIV, "hiv", "hiv", "HIV"),
    ] {
        assert_eq!((label.code(), label.dutch(), label.english()), (code, dutch, english));
        assert_eq!(Labels::from_code(code), Some(label));
    }
    for number in 1..=14 {
        let category = Category::from_number(number).expect("a category");
        let carried = Labels::carrying(CategorySet::of(category));
        let names = (category.code(), category.dutch(), category.english());
        assert_eq!((carried.code(), carried.dutch(), carried.english()), names);
        assert_eq!(Category::from_code(category.code()), Some(category));
        assert_eq!(Labels::from_code(category.code()), None, "a category is no label");
    }
}

#[test]
fn every_category_has_a_number_a_code_and_two_names() {
    let set: CategorySet = Category::ALL.into_iter().chain(Category::ALL).collect();
    assert!(set.iter().eq(Category::ALL));
    let names = Category::ALL.map(|one| format!("{} {} {} {}", one.number(), one.code(), one.dutch(), one.english()));
    assert_eq!(
        names,
        [
            "0 identity Wie u bent Who you are",
            "1 medication Medicijnen Medicines",
            "2 allergies Allergieën Allergies",
            "3 problems Klachten en diagnoses Complaints and diagnoses",
            "4 measurements Metingen Measurements",
            "5 results Uitslagen Test results",
            "6 procedures Behandelingen en operaties Treatments and operations",
            "7 encounters Opnames en afspraken Admissions and appointments",
            "8 vaccinations Vaccinaties Vaccinations",
            "9 wishes Wensen en grenzen Wishes and limits",
            "10 nursing Verpleging en dagelijks functioneren Nursing and daily life",
            "11 documents Documenten en brieven Documents and letters",
            "12 mental-health Psychische en sociale zorg Mental and social care",
            "13 own-measurements Eigen metingen Own measurements",
            "14 contacts Persoon en contacten Person and contacts",
            "30 general Algemene informatie General information",
            "31 consent Toestemmingen Consents",
        ]
    );
}
