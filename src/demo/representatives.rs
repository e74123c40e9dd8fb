//! Who may act for whom at the start: a husband for his wife, parents for their children.

use super::Representative;
use super::clock::Clock;
use super::people::Person;

struct Rule {
    patient: &'static str,
    by: &'static str,
    relation: &'static str,
    reason: &'static str,
    agreed: bool,
}

/// A mandate in writing lasts so many days.
const YEARS: i64 = 5 * 365;

const RULES: [Rule; 4] = [
    Rule {
        patient: "annie",
        by: "cor",
        relation: "spouse",
        reason: "Echtgenoot, schriftelijk gemachtigd; patiënt is wilsonbekwaam door dementie",
        agreed: false,
    },
    Rule { patient: "sem", by: "lotte", relation: "parent", reason: "Ouder met gezag", agreed: false },
    Rule { patient: "sem", by: "ruben", relation: "parent", reason: "Ouder met gezag", agreed: false },
    Rule {
        patient: "noor",
        by: "emre",
        relation: "parent",
        reason: "Ouder met gezag; kind beslist mee vanaf 12 jaar",
        agreed: true,
    },
];

/// The representatives at the start. A parent acts until the child is sixteen, and from twelve on
/// only if the child agrees.
pub fn representatives(people: &[Person], clock: &Clock) -> Vec<Representative> {
    RULES
        .iter()
        .filter_map(|rule| people.iter().find(|person| person.spec.key == rule.patient).map(|person| (rule, person)))
        .map(|(rule, person)| {
            let parent = rule.relation == "parent";
            Representative {
                patient_id: person.id.clone(),
                representative_username: rule.by.to_owned(),
                relation: rule.relation.to_owned(),
                reason: rule.reason.to_owned(),
                from: if parent { person.birth_date.clone() } else { clock.date(400) },
                until: Some(if parent { Clock::birthday(&person.birth_date, 16) } else { clock.date(-YEARS) }),
                agreed: rule.agreed,
            }
        })
        .collect()
}
