//! Who decides about a record, at every age and on every ground.

use spil_consent::{Capacity, Represented, Say, Standing, acting, own};

const NOW: i64 = 1_000;

fn aged(age: u8) -> Represented {
    Represented { age: Some(age), died: false }
}

fn standing(relation: &str, until: Option<i64>, agreed: bool) -> Standing {
    Standing { capacity: Capacity::of(relation), until, agreed }
}

#[test]
fn a_child_decides_with_its_parents_from_twelve_and_alone_from_sixteen() {
    for (age, say) in [
        (0, Say::Nothing),
        (11, Say::Nothing),
        (12, Say::Together),
        (15, Say::Together),
        (16, Say::Alone),
        (17, Say::Alone),
        (18, Say::Alone),
        (90, Say::Alone),
    ] {
        assert_eq!(own(aged(age)), Some(say), "{age}");
    }
    assert_eq!(own(Represented { age: None, died: false }), Some(Say::Alone));
}

#[test]
fn a_parent_acts_until_twelve_then_if_the_child_agrees_and_never_from_sixteen() {
    for relation in ["parent", "guardian"] {
        for (age, agreed, say) in [
            (0, false, Some(Say::Alone)),
            (11, false, Some(Say::Alone)),
            (12, false, None),
            (12, true, Some(Say::Together)),
            (15, false, None),
            (15, true, Some(Say::Together)),
            (16, true, None),
            (40, true, None),
        ] {
            assert_eq!(acting(standing(relation, None, agreed), aged(age), NOW), say, "{relation} {age} {agreed}");
        }
        let unknown = Represented { age: None, died: false };
        assert_eq!(acting(standing(relation, None, true), unknown, NOW), None, "an age that nobody knows");
    }
}

#[test]
fn who_a_court_appointed_acts_for_whom_is_old_enough() {
    for relation in ["curator", "mentor"] {
        assert_eq!(acting(standing(relation, None, false), aged(15), NOW), None);
        assert_eq!(acting(standing(relation, None, false), aged(16), NOW), Some(Say::Alone));
        assert_eq!(acting(standing(relation, None, false), Represented { age: None, died: false }, NOW), None);
    }
}

#[test]
fn a_mandate_has_an_end_and_is_not_given_by_a_child() {
    let good = standing("partner", Some(NOW + 1), false);
    assert_eq!(acting(good, aged(16), NOW), Some(Say::Alone));
    assert_eq!(acting(good, Represented { age: None, died: false }, NOW), Some(Say::Alone));
    assert_eq!(acting(good, aged(15), NOW), None);
    assert_eq!(acting(standing("partner", None, false), aged(40), NOW), None);
}

#[test]
fn everything_ends_at_its_moment_and_with_death() {
    for relation in ["parent", "guardian", "curator", "mentor", "partner"] {
        let age = if Capacity::of(relation) == Capacity::Parent { 8 } else { 80 };
        let until = |until| acting(standing(relation, Some(until), true), aged(age), NOW);
        assert_eq!(until(NOW + 1), Some(Say::Alone), "{relation}");
        assert_eq!(until(NOW), None, "{relation}");
        let died = Represented { age: Some(age), died: true };
        assert_eq!(acting(standing(relation, Some(NOW + 1), true), died, NOW), None, "{relation}");
        assert_eq!(own(died), None);
    }
}

#[test]
fn what_the_law_makes_is_not_ended_with_a_button() {
    for (relation, legal) in
        [("parent", true), ("guardian", true), ("curator", true), ("mentor", true), ("partner", false), ("", false)]
    {
        assert_eq!(Capacity::of(relation).is_legal(), legal, "{relation}");
    }
}
