//! A difference, made small: resources, consents and requests are left out as long as it stays.

use std::fmt::Write as _;

use super::compare::difference;
use super::differ;
use super::requests::Asked;
use super::stage::Stage;
use super::world::World;

/// How often a smaller world is played at most.
const TRIES: usize = 120;

/// A readable case of a difference.
pub async fn case(
    stage: &mut Stage,
    world: &World,
    before: &[Asked],
    asked: &Asked,
    found: &(String, String),
) -> String {
    let (mut world, mut before, mut found) = (world.clone(), before.to_vec(), found.clone());
    let mut left = TRIES;
    let again = still(stage, &world, &before, asked, &mut left).await;
    if again.is_none() {
        return format!("not a second time: {}", told(&world, &before, asked, &found));
    }
    let mut progress = true;
    while progress && left > 0 {
        progress = false;
        for size in [8, 4, 2, 1] {
            let mut at = 0;
            while at < world.things.len() && left > 0 {
                let mut smaller = world.clone();
                smaller.things.drain(at..(at + size).min(smaller.things.len()));
                match still(stage, &smaller, &before, asked, &mut left).await {
                    Some(other) => (world, found, progress) = (smaller, other, true),
                    None => at += size,
                }
            }
        }
        for at in 0..world.things.len() {
            for version in (0..world.things[at].versions.len().saturating_sub(1)).rev() {
                let mut smaller = world.clone();
                smaller.things[at].versions.remove(version);
                if smaller.things[at].versions[0].body.is_none() {
                    continue;
                }
                if let Some(other) = still(stage, &smaller, &before, asked, &mut left).await {
                    (world, found, progress) = (smaller, other, true);
                }
            }
        }
        for at in (0..world.consents.len()).rev() {
            let mut smaller = world.clone();
            smaller.consents.remove(at);
            if let Some(other) = still(stage, &smaller, &before, asked, &mut left).await {
                (world, found, progress) = (smaller, other, true);
            }
        }
        for at in (0..before.len()).rev() {
            let mut fewer = before.clone();
            fewer.remove(at);
            if let Some(other) = still(stage, &world, &fewer, asked, &mut left).await {
                (before, found, progress) = (fewer, other, true);
            }
        }
    }
    told(&world, &before, asked, &found)
}

/// The two answers in a smaller world, if they still differ.
async fn still(
    stage: &mut Stage,
    world: &World,
    before: &[Asked],
    asked: &Asked,
    left: &mut usize,
) -> Option<(String, String)> {
    if *left == 0 {
        return None;
    }
    *left -= 1;
    stage.play(world).await;
    for one in before {
        drop(differ(stage, world, one).await);
    }
    differ(stage, world, asked).await.err()
}

fn told(world: &World, before: &[Asked], asked: &Asked, (whole, blind): &(String, String)) -> String {
    let mut text = format!("=== seed {} asker {:?}\n", world.seed, world.asker);
    for thing in &world.things {
        for version in &thing.versions {
            let body = version.body.as_ref().map_or_else(|| "deleted".to_owned(), ToString::to_string);
            let (category, labels) = (version.category, version.labels);
            writeln!(text, "{} by {:?} ({category:?}, labels {labels}): {body}", thing.name(), thing.by).expect("text");
        }
    }
    for laid in &world.consents {
        writeln!(text, "person {} says {:?}", laid.person, laid.rule).expect("text");
    }
    for one in before {
        writeln!(text, "before: {}", one.text()).expect("text");
    }
    writeln!(text, "asked: {}\n{}", asked.text(), difference(whole, blind)).expect("text");
    text
}
