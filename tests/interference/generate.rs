//! A random world of a seed.

use super::consents::{Names, PROFESSIONALS, rule};
use super::rule::People;
use super::things::{About, Maker};
use super::world::{Asker, By, Laid, PERSONS, World};
use crate::search::differential::Dice;

const KINDS: [&str; 6] = ["gp", "hospital", "vvt", "gp_post", "pharmacy", "mental_health"];
/// What is written, and how often.
const TYPES: [(&str, usize); 25] = [
    ("Condition", 5),
    ("Observation", 5),
    ("Encounter", 4),
    ("MedicationRequest", 4),
    ("AllergyIntolerance", 2),
    ("Procedure", 2),
    ("Immunization", 1),
    ("Flag", 1),
    ("Goal", 1),
    ("CarePlan", 2),
    ("RelatedPerson", 2),
    ("DiagnosticReport", 2),
    ("Binary", 2),
    ("DocumentReference", 2),
    ("Bundle", 3),
    ("ServiceRequest", 2),
    ("List", 2),
    ("Composition", 3),
    ("Provenance", 2),
    ("Group", 1),
    ("Consent", 1),
    ("Task", 2),
    ("Practitioner", 1),
    ("Location", 1),
    ("Observation", 2),
];

/// The world of a seed.
pub fn world(seed: u64, people: &People) -> World {
    let mut dice = Dice(seed);
    let mut kinds = KINDS.to_vec();
    let mut orgs = Vec::new();
    for _ in 0..3 + dice.below(2) {
        orgs.push(kinds.remove(dice.below(kinds.len().min(4))));
    }
    let asker = asker(&mut dice, &orgs);
    let persons = 2 + dice.below(PERSONS - 1);
    let mut maker = Maker { dice: &mut dice, people, made: Vec::new(), prefix: String::new() };
    for person in 0..persons {
        for kind in &orgs {
            if !maker.dice.chance(4) {
                maker.patient(person, kind);
            }
        }
    }
    let mut abouts: Vec<Option<About>> = vec![None; maker.made.len()];
    let bag: Vec<&'static str> = TYPES.iter().flat_map(|(rtype, often)| std::iter::repeat_n(*rtype, *often)).collect();
    let wanted = 14 + maker.dice.below(34);
    for at in 0..wanted {
        let rtype = maker.dice.text(&bag);
        let person = maker.dice.below(persons);
        let by_patient = rtype == "Observation" && maker.dice.chance(8);
        let by = if by_patient { By::Patient(person) } else { By::Org(maker.dice.text(&orgs)) };
        let about = About { person, by };
        let Some(made) = maker.make(rtype, about) else { continue };
        let id = format!("{}{at}", rtype.to_lowercase().chars().take(4).collect::<String>());
        maker.keep(rtype, id, by, made);
        abouts.push(Some(about));
    }
    for (at, about) in abouts.iter().enumerate() {
        // What the patient wrote stays: an app of the patient is a caller of its own.
        let Some(about) = about.filter(|about| matches!(about.by, By::Org(_))) else { continue };
        if maker.made[at].rtype == "Task" {
            continue;
        }
        while maker.dice.chance(4) && maker.made[at].now().body.is_some() {
            maker.change(at, about);
        }
    }
    let things = maker.made;
    let named: Vec<_> = things.iter().map(|thing| (thing.rtype.to_owned(), thing.id.clone())).collect();
    let mut named_orgs = orgs;
    if let By::Org(kind) = asker.by {
        named_orgs.insert(0, kind);
    }
    let pool = Names { orgs: &named_orgs, instances: &named };
    let mut consents = Vec::new();
    for person in 0..persons {
        for _ in 0..dice.below(4) {
            consents.push(Laid { person, rule: rule(&mut dice, &pool) });
        }
    }
    World { seed, things, consents, asker }
}

fn asker(dice: &mut Dice, orgs: &[&'static str]) -> Asker {
    if dice.chance(6) {
        return Asker { by: By::Patient(dice.below(2)), purpose: "PATRQT", professional: None };
    }
    let kind = if dice.chance(8) { dice.text(&KINDS) } else { dice.text(orgs) };
    let purpose = dice.text(&["TREAT", "TREAT", "TREAT", "TREAT", "TREAT", "TREAT", "CAREMGT", "BTG"]);
    let professional = if dice.chance(3) { Some(dice.text(&PROFESSIONALS)) } else { None };
    Asker { by: By::Org(kind), purpose, professional }
}
