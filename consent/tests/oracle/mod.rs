//! Proof by comparison: the engine against a naive second one, on random worlds.

pub mod coverage;
pub mod generate;
pub mod naive;
pub mod random;

use coverage::Coverage;
use generate::{World, world};
use random::Random;
use spil_consent::{decide, permits, scope};

/// Runs this many worlds of four items each; stops at the first item on which two answers differ.
pub fn prove(cases: u64, seed: u64) -> Result<Coverage, String> {
    let mut coverage = Coverage::default();
    let mut random = Random(seed);
    for case in 0..cases {
        let world = world(&mut random);
        check(&world, &mut coverage).map_err(|what| format!("case {case} of seed {seed}: {what}"))?;
    }
    Ok(coverage)
}

fn check(world: &World, coverage: &mut Coverage) -> Result<(), String> {
    let World { request, directives, items } = world;
    let scope = scope(request, directives);
    for item in items {
        let decision = decide(request, directives, item);
        let (expected, events) = naive::answer(request, directives, item);
        let answers = [decision.permit, permits(request, directives, item), scope.admits(item)];
        if answers != [expected; 3] || decision.reasons.is_empty() {
            return Err(format!(
                "the naive engine says {expected}; decide, permits and scope say {answers:?}\n{request:#?}\n{item:#?}\n{directives:#?}\n{decision:#?}\n{scope:#?}"
            ));
        }
        for event in events {
            coverage.count(event);
        }
        coverage.count_rules(world, item, expected);
    }
    Ok(())
}
