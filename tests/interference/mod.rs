//! Non-interference: for random worlds, consents and requests a server answers as one whose database lacks all that the asker
//! may not see. `SPIL_CASES` says how many requests are compared on each engine, `SPIL_SEED` which.

mod carriers;
mod compare;
mod consents;
mod generate;
mod random;
mod requests;
mod rule;
mod searches;
mod shrink;
mod stage;
mod things;
mod world;
mod writes;

use std::collections::BTreeMap;

use requests::{Asked, Pool};
use stage::Stage;
use world::World;

use crate::search::differential::{Dice, number};
use crate::support::{Engine, on_both};

/// How many requests are compared on each engine when nothing else is said.
const CASES: u64 = 1_500;
/// Requests of one world, and how many of them may change it.
const QUESTIONS: usize = 150;
const CHANGES: usize = 12;
/// Pages of an answer that are followed.
const PAGES: usize = 12;
/// Differences after which a run ends.
const ENOUGH: usize = 8;

/// What kind of answer both servers give to a request, or the two answers where they differ; with all their pages.
async fn differ(stage: &Stage, world: &World, asked: &Asked) -> Result<String, (String, String)> {
    let (whole, blind) = (stage.whole.caller(world), stage.blind.caller(world));
    stage.begin();
    let (mut one, mut other) = tokio::join!(asked.send(&whole), asked.send(&blind));
    let kind = compare::kind(&one);
    for _ in 0..PAGES {
        if let Some(found) = compare::differ((&stage.whole.server, &one), (&stage.blind.server, &other)) {
            return Err(found);
        }
        let (Some(next), Some(also)) = (compare::next(&one), compare::next(&other)) else { break };
        stage.begin();
        (one, other) = tokio::join!(whole.get(&next), blind.get(&also));
    }
    Ok(kind)
}

async fn the_answer_is_that_of_a_server_without_the_hidden(engine: Engine) {
    let (cases, seed) = (number("SPIL_CASES", CASES), number("SPIL_SEED", 7));
    // What a server says of a fault of its own.
    drop(tracing_subscriber::fmt().with_env_filter("spil=error").with_test_writer().try_init());
    let mut stage = Stage::new(engine).await;
    let (mut compared, mut worlds, mut hidden) = (0_u64, 0_u64, 0_usize);
    let mut answered: BTreeMap<String, u64> = BTreeMap::new();
    let mut faults = Vec::new();
    while compared < cases && faults.len() < ENOUGH {
        let world = generate::world(seed.wrapping_mul(1_000_003).wrapping_add(worlds), &stage.people);
        worlds += 1;
        hidden += stage.play(&world).await;
        let mut dice = Dice(world.seed ^ 0x5eed);
        let mut done: Vec<Asked> = Vec::new();
        for at in 0..QUESTIONS + 2 * CHANGES {
            let pool = Pool { world: &world, bodies: world.bodies(), hub: &stage.people.hub, bsns: &stage.people.bsns };
            let writes = at >= QUESTIONS && at % 2 == 0;
            let asked = if writes { requests::change(&mut dice, &pool) } else { requests::question(&mut dice, &pool) };
            compared += 1;
            match differ(&stage, &world, &asked).await {
                Ok(kind) => *answered.entry(kind).or_default() += 1,
                Err(found) => {
                    faults.push(shrink::case(&mut stage, &world, &done, &asked, &found).await);
                    break;
                }
            }
            if asked.writes() {
                done.push(asked);
            }
        }
    }
    println!(
        "{engine:?}: {compared} triples of world, consents and request in {worlds} worlds that hide {hidden} resources"
    );
    println!("{engine:?}: answers {answered:?}");
    assert!(faults.is_empty(), "{} differences\n{}", faults.len(), faults.join("\n\n"));
}

on_both! {
    the_answer_is_that_of_a_server_without_the_hidden,
}
