//! The engine answers as a second one does that was written apart from it.

#[path = "oracle/mod.rs"]
mod oracle;

use std::io::Write as _;

#[test]
fn two_engines_give_the_same_answers() {
    let coverage = oracle::prove(8_000, 1).unwrap_or_else(|difference| panic!("{difference}"));
    let mut out = std::io::stdout().lock();
    for (event, count) in &coverage.0 {
        writeln!(out, "{count:>8} {event}").expect("stdout");
    }
    assert_eq!(coverage.missing(), Vec::<&str>::new(), "not covered");
}
