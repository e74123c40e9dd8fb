//! Proves the engine on as many random cases as you have time for:
//! `cargo run --release -p spil-consent --example prove -- --cases 1000000 --seed 7`.

#[path = "../tests/oracle/mod.rs"]
mod oracle;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use oracle::generate::world;
use oracle::random::Random;
use spil_consent::{decide, permits, scope};

fn main() -> ExitCode {
    let cases = argument("--cases").unwrap_or(100_000);
    let seed = argument("--seed").unwrap_or(1);
    let report = match oracle::prove(cases, seed) {
        Err(difference) => format!("{difference}\n"),
        Ok(coverage) => {
            let lines = coverage.0.iter().map(|(event, count)| format!("{count:>12} {event}\n"));
            let missing = coverage.missing();
            let end = if missing.is_empty() { String::new() } else { format!("never happened: {missing:?}\n") };
            let summary = format!("{cases} cases (4 items each), seed {seed}: no difference\n{}", speed(seed));
            lines.chain([end, summary]).collect()
        }
    };
    let failed = !report.contains("no difference") || report.contains("never happened");
    let written = std::io::stdout().lock().write_all(report.as_bytes());
    if failed || written.is_err() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn argument(name: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}

/// Time of one answer with twenty directives.
fn speed(seed: u64) -> String {
    let mut random = Random(seed);
    let mut worlds = Vec::new();
    while worlds.len() < 500 {
        let mut first = world(&mut random);
        while first.directives.len() < 20 {
            first.directives.extend(world(&mut random).directives);
        }
        first.directives.truncate(20);
        if first.directives.iter().all(|directive| directive.unreadable().is_none()) {
            worlds.push(first);
        }
    }
    let mut text = String::new();
    let mut time = |what: &str, each: u64, run: &mut dyn FnMut() -> usize| {
        let mut permitted = 0;
        let mut round = || {
            let start = Instant::now();
            permitted = run();
            start.elapsed().as_nanos() / u128::from(each)
        };
        let nanoseconds = (0..50).map(|_| round()).min().unwrap_or_default();
        let _ = writeln!(text, "{what}: {nanoseconds} ns ({permitted} of {each})");
    };
    let count = worlds.len() as u64;
    let items = || worlds.iter().flat_map(|world| world.items.iter().map(move |item| (world, item)));
    time("decide, 20 directives", count * 4, &mut || {
        items().filter(|(world, item)| decide(&world.request, &world.directives, item).permit).count()
    });
    let permitted: Vec<_> = items().filter(|(world, item)| permits(&world.request, &world.directives, item)).collect();
    time("decide what is permitted, 20 directives", permitted.len() as u64, &mut || {
        permitted.iter().filter(|(world, item)| decide(&world.request, &world.directives, item).permit).count()
    });
    time("permits, 20 directives", count * 4, &mut || {
        items().filter(|(world, item)| permits(&world.request, &world.directives, item)).count()
    });
    time("scope, 20 directives", count, &mut || {
        worlds.iter().filter(|world| scope(&world.request, &world.directives).admits(&world.items[0])).count()
    });
    text
}
