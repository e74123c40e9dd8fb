//! The people with a story, one file each: every organisation writes its own part.

mod child;
mod copd;
mod dementia;
mod doctor;
mod elder;
mod handover;
mod husband;
mod psychiatric;
mod teenager;
mod transfer;

use super::SourceBundle;
use super::build::Source;
use super::clock::Clock;
use super::people::Person;
use super::random::Random;

/// Opens the records of one person.
pub struct Desk<'a> {
    person: &'a Person,
    clock: &'a Clock,
    random: &'a Random,
}

impl<'a> Desk<'a> {
    /// The desk for one person.
    pub fn new(person: &'a Person, clock: &'a Clock, random: &'a Random) -> Self {
        Self { person, clock, random }
    }

    /// The record at an organisation of this kind.
    pub fn open(&self, kind: &str) -> Source<'a> {
        Source::open(kind, self.person, self.clock, self.random)
    }
}

type Story = fn(&Desk) -> Vec<SourceBundle>;

const STORIES: [(&str, Story); 9] = [
    ("truus", elder::records),
    ("henk", copd::records),
    ("mark", psychiatric::records),
    ("annie", dementia::records),
    ("cor", husband::records),
    ("saskia", doctor::records),
    ("sem", child::records),
    ("noor", teenager::records),
    ("klaas", transfer::records),
];

/// The records of everyone with a story.
pub fn records(people: &[Person], clock: &Clock, random: &Random) -> Vec<SourceBundle> {
    STORIES
        .iter()
        .filter_map(|(key, story)| people.iter().find(|person| person.spec.key == *key).map(|person| (person, story)))
        .flat_map(|(person, story)| story(&Desk::new(person, clock, random)))
        .collect()
}
