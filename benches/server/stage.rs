//! The course of a run: load, measure, load more, measure again.

use std::sync::Arc;

use super::Database;
use super::bench::Bench;
use super::client::Site;
use super::dataset::Dataset;
use super::fill::{Filled, Source, fill};
use super::load::float;
use super::machine;
use super::options::Options;
use super::report::{Report, head, say};
use super::target::{Auth, Target};
use super::world::World;

/// The first figures are taken when so many resources are stored.
const FIRST: usize = 10_000;
/// So many connections load.
const LOADERS: usize = 8;
/// So many patients permit the practice.
const PERMITTING: usize = 500;

/// Our server on one engine, in a process of its own.
pub async fn our_server(report: &mut Report, options: &Options, source: &Arc<Source>, engine: &str) {
    let database = Database::new(engine);
    let mut world = World::start(&database.url).await;
    report.fact(format!("{engine}: start until ready, empty"), world.process().start, "ms");
    let first = fill(&world.target(), source, FIRST.min(options.resources), LOADERS).await;
    filled(report, engine, source, &first);
    memory(report, engine, &world, "after the load");
    let consents = if options.resources > FIRST { 0 } else { options.consents };
    permit(report, consents, engine, &mut world, source, &first).await;
    head();
    let mut stored = first.resources;
    bench(report, options, engine, stored, &mut world, &database.url).run(&first, source).await;
    if options.resources > FIRST {
        let more = fill(&world.target(), source, options.resources - stored.min(options.resources), LOADERS).await;
        stored += more.resources;
        say("");
        filled(report, engine, source, &more);
        memory(report, engine, &world, "after the load");
        permit(report, options.consents, engine, &mut world, source, &more).await;
        head();
        bench(report, options, engine, stored, &mut world, &database.url).run(&more, source).await;
    }
    memory(report, engine, &world, "after everything");
    world.pause();
    world.resume().await;
    report.fact(format!("{engine}: start until ready, {stored} stored"), world.process().start, "ms");
    memory(report, engine, &world, "just started");
}

/// Stores the consents under which is read: so many, or only those that are needed.
async fn permit(
    report: &mut Report,
    consents: usize,
    engine: &str,
    world: &mut World,
    source: &Arc<Source>,
    filled: &Filled,
) {
    if consents == 0 {
        let data = Dataset::of(&world.target().site, source, filled);
        return world.permit_practice(&data.patients[..data.patients.len().min(PERMITTING)]).await;
    }
    world.permit_widely(consents).await;
    report.fact(format!("{engine}: consents stored"), float(consents as u64), "");
}

/// Another server.
///
/// # Errors
/// With a text when its address cannot be used.
pub async fn other_server(
    report: &mut Report,
    options: &Options,
    source: &Arc<Source>,
    base: &str,
) -> Result<(), String> {
    let auth = Auth::Fixed(options.token.clone());
    let target = Target { site: Site::at(base)?, process: None, database: None, auth };
    let first = fill(&target, source, FIRST.min(options.resources), LOADERS).await;
    filled(report, "other", source, &first);
    head();
    let mut bench = Bench::new(report, options, "other", target.clone(), first.resources);
    bench.run(&first, source).await;
    if options.resources > FIRST {
        let more = fill(&target, source, options.resources - first.resources, LOADERS).await;
        filled(report, "other", source, &more);
        head();
        let stored = first.resources + more.resources;
        Bench::new(report, options, "other", target, stored).run(&more, source).await;
    }
    Ok(())
}

fn bench<'a>(
    report: &'a mut Report,
    options: &'a Options,
    engine: &'a str,
    stored: usize,
    world: &'a mut World,
    url: &'a str,
) -> Bench<'a> {
    let target = world.target();
    let mut bench = Bench::new(report, options, engine, target, stored);
    bench.world = Some((world, url));
    bench
}

fn filled(report: &mut Report, server: &str, source: &Source, filled: &Filled) {
    say(&format!("{server}: {} loaded, {} transactions refused", source.origin, filled.refused));
    let count = float(filled.resources as u64);
    report.fact(format!("{server}: resources loaded over {LOADERS} connections"), count, "");
    report.fact(format!("{server}: resources loaded per second"), count / filled.seconds, "");
    for (name, rate) in [("first", filled.tenths.first()), ("last", filled.tenths.last())] {
        report.fact(format!("{server}: the same in the {name} tenth"), rate.copied().unwrap_or_default(), "");
    }
    report.fact(format!("{server}: CPU of the server per resource"), filled.cpu[0], "µs");
    report.fact(format!("{server}: CPU of the database server per resource"), filled.cpu[1], "µs");
    report.fact(format!("{server}: load of the machine"), machine::load(), "");
}

fn memory(report: &mut Report, engine: &str, world: &World, when: &str) {
    let (now, most) = world.process().memory();
    report.fact(format!("{engine}: memory of the server {when}"), now, "MB");
    report.fact(format!("{engine}: most memory of the server until then"), most, "MB");
}
