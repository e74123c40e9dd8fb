//! Every example of Nictiz, broken in every way that its profile makes possible: each fault must be told as an error at its
//! place. A change that is no fault by the profile must have one of the known reasons, and these are counted.

mod breaks;
mod invariants;
mod sample;
mod walk;

use std::collections::BTreeMap;

use serde_json::Value;

use super::Library;
use super::nictiz::{examples, library};
use super::validate;
use crate::validate::Severity;
use walk::Walk;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fault {
    Required,
    TooMany,
    Prohibited,
    Type,
    Fixed,
    Binding,
    Target,
    Extension,
    Slice,
    Unknown,
    Length,
    Json,
}

/// Why a change is no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// The value set is not among the definitions, or names codes by rules that need all of SNOMED CT or LOINC.
    ValueSetNotHere,
    /// The binding may be extended, or only recommends.
    BindingIsLoose,
    /// What is changed does not belong to its slice any more, and the list is open to it.
    SliceIsOpen,
    /// The reference may point at anything, or at something that the profile leaves open.
    AnyTarget,
    /// Every type that R4 knows here is allowed.
    AnyType,
    /// No example value is known for the type.
    NoSample,
    /// The extension may stand anywhere.
    AnyPlace,
}

/// A broken copy: what is wrong, where that may be told, and why it need not be told.
pub(super) struct Mutant {
    pub(super) fault: Fault,
    pub(super) places: Vec<String>,
    pub(super) resource: Value,
    pub(super) reason: Option<Reason>,
}

/// What became of all mutants.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) found: BTreeMap<Fault, usize>,
    pub(super) excused: BTreeMap<(Fault, Reason), usize>,
    /// What could not even be made.
    pub(super) unmade: BTreeMap<(Fault, Reason), usize>,
    pub(super) missed: Vec<String>,
}

impl Tally {
    /// Breaks one example.
    pub(super) fn add(&mut self, name: &str, example: &Value, library: &Library) {
        let mut walk = Walk::new(example, library);
        walk.run();
        for (key, count) in &walk.unmade {
            *self.unmade.entry(*key).or_default() += count;
        }
        for mutant in walk.mutants {
            let issues = validate(&mutant.resource, &[], library);
            let hit = issues
                .iter()
                .any(|issue| issue.severity == Severity::Error && mutant.places.contains(&issue.expression));
            match (hit, mutant.reason) {
                (true, _) => *self.found.entry(mutant.fault).or_default() += 1,
                (false, Some(reason)) => *self.excused.entry((mutant.fault, reason)).or_default() += 1,
                (false, None) => {
                    let told: Vec<_> = issues.iter().filter(|one| one.severity == Severity::Error).collect();
                    self.missed.push(format!("{name}: {:?} at {:?}, told: {told:?}", mutant.fault, mutant.places));
                }
            }
        }
    }

    fn join(mut self, other: Self) -> Self {
        for (fault, count) in other.found {
            *self.found.entry(fault).or_default() += count;
        }
        for (into, from) in [(&mut self.excused, other.excused), (&mut self.unmade, other.unmade)] {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        self.missed.extend(other.missed);
        self
    }
}

/// All examples, on all processors.
pub(super) fn tally(examples: &[(String, Value)], library: &Library) -> Tally {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let work = |first: usize| {
            move || {
                let mut tally = Tally::default();
                for (name, example) in examples.iter().skip(first).step_by(threads) {
                    tally.add(name, example, library);
                }
                tally
            }
        };
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(work(first))).collect();
        let done = running.into_iter().map(|one| one.join().expect("a thread"));
        done.fold(Tally::default(), Tally::join)
    })
}

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
pub(super) fn report(tally: &Tally) {
    eprintln!("found at the right place: {:?}", tally.found);
    eprintln!("no fault by the profile: {:?}", tally.excused);
    eprintln!("could not be made: {:?}", tally.unmade);
}

/// How many changes are no fault, by what was changed and why: the examples and their profiles do not change.
const EXCUSED: [(Fault, Reason, usize); 7] = [
    (Fault::Required, Reason::SliceIsOpen, 40),
    (Fault::TooMany, Reason::SliceIsOpen, 2),
    (Fault::Type, Reason::SliceIsOpen, 127),
    (Fault::Fixed, Reason::SliceIsOpen, 203),
    (Fault::Binding, Reason::ValueSetNotHere, 77),
    (Fault::Binding, Reason::BindingIsLoose, 59),
    (Fault::Binding, Reason::SliceIsOpen, 42),
];

#[test]
fn every_dutch_example_broken_in_every_way_is_found_at_its_fault_if_present() {
    let Some(library) = library() else { return };
    let examples = examples();
    assert_eq!(examples.len(), 271);
    let tally = tally(&examples, &library);
    report(&tally);
    assert!(
        tally.missed.is_empty(),
        "{} of them:\n{}",
        tally.missed.len(),
        tally.missed[..tally.missed.len().min(40)].join("\n")
    );
    let excused: Vec<_> = tally.excused.iter().map(|((fault, reason), count)| (*fault, *reason, *count)).collect();
    assert_eq!(excused, EXCUSED);
    for fault in [
        Fault::Required,
        Fault::TooMany,
        Fault::Type,
        Fault::Fixed,
        Fault::Binding,
        Fault::Target,
        Fault::Slice,
        Fault::Unknown,
        Fault::Json,
        Fault::Extension,
    ] {
        assert!(tally.found.get(&fault).is_some_and(|count| *count > 0), "{fault:?}");
    }
}
