//! Random dates, numbers and queries: the engine finds what a naive reading of the standard finds.

use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use spil::search::{DateTest, Filter, NumberTest, Prefix, Query, Test};
use spil::store::Dialect;
use spil::store::sql::search::{Sql, page};
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::parameters::parameters;

use super::support::{Db, engines, everything};

const PREFIXES: [Prefix; 9] = [
    Prefix::Equal,
    Prefix::NotEqual,
    Prefix::Greater,
    Prefix::Less,
    Prefix::GreaterOrEqual,
    Prefix::LessOrEqual,
    Prefix::StartsAfter,
    Prefix::EndsBefore,
    Prefix::Approximately,
];
const FIRST: i64 = 1000;

fn number(rtype: &str, code: &str) -> u16 {
    parameters().get(rtype, code).expect("a parameter").number
}

/// The standard, sentence by sentence, over half-open ranges.
fn naive_date(test: &DateTest, (low, high): (i64, i64)) -> bool {
    let contains = test.low <= low && high <= test.high;
    let reaches_above = high > test.high;
    let reaches_below = low < test.low;
    let overlaps = low < test.high && test.low < high;
    match test.prefix {
        Prefix::Equal => contains,
        Prefix::NotEqual => !contains,
        Prefix::Greater => reaches_above,
        Prefix::Less => reaches_below,
        Prefix::GreaterOrEqual => reaches_above || contains,
        Prefix::LessOrEqual => reaches_below || contains,
        Prefix::StartsAfter => !overlaps && reaches_above,
        Prefix::EndsBefore => !overlaps && reaches_below,
        Prefix::Approximately => overlaps,
    }
}

/// Whole numbers of tenths, exact.
fn naive_number(prefix: Prefix, asked: i64, stored: i64) -> bool {
    match prefix {
        Prefix::Equal => asked == stored,
        Prefix::NotEqual => asked != stored,
        Prefix::Greater | Prefix::StartsAfter => stored > asked,
        Prefix::Less | Prefix::EndsBefore => stored < asked,
        Prefix::GreaterOrEqual => stored >= asked,
        Prefix::LessOrEqual => stored <= asked,
        Prefix::Approximately => (stored - asked).abs() * 10 <= asked.abs(),
    }
}

async fn fill(db: &mut Db, rows: &[(Vec<(i64, i64)>, i64)], date: u16, probability: u16) {
    let rtype = type_number("RiskAssessment").expect("a type");
    let body = if db.dialect() == Dialect::Sqlite { "x'7b7d'" } else { "'\\x7b7d'" };
    for (at, (dates, tenths)) in rows.iter().enumerate() {
        let rid = FIRST + i64::try_from(at).expect("few");
        let text =
            format!("INSERT INTO resource VALUES ({rid}, {rtype}, 'r{rid}', 1, 1, 0, 9, 3, 0, 10, NULL, NULL, {body})");
        db.rows(Sql { text, args: Vec::new() }).await;
        for (low, high) in dates {
            let text = format!("INSERT INTO ix_date VALUES ({rid}, {date}, 0, 9, {low}, {high})");
            db.rows(Sql { text, args: Vec::new() }).await;
        }
        let text = format!("INSERT INTO ix_number VALUES ({rid}, {probability}, 0, 9, {tenths}e-1, {tenths}e-1)");
        db.rows(Sql { text, args: Vec::new() }).await;
    }
}

#[tokio::test]
async fn random_searches_find_what_a_naive_reading_finds() {
    let (date, probability) = (number("RiskAssessment", "date"), number("RiskAssessment", "probability"));
    let range = || (0i64..40, 1i64..15).prop_map(|(low, width)| (low, low + width));
    let rows = proptest::collection::vec((proptest::collection::vec(range(), 0..3), -50i64..50), 60);
    let asked = (0usize..9, range(), 0usize..9, -50i64..50, any::<bool>(), any::<bool>());
    let mut runner = TestRunner::deterministic();
    let rows = rows.new_tree(&mut runner).expect("rows").current();
    for mut db in engines().await {
        fill(&mut db, &rows, date, probability).await;
        for _ in 0..400 {
            let (first, (low, high), second, tenths, bound, with_number) =
                asked.new_tree(&mut runner).expect("a query").current();
            let on_date = DateTest { prefix: PREFIXES[first], low, high };
            let prefix = PREFIXES[second];
            let text = format!("{tenths}e-1");
            let value: f64 = text.parse().expect("a number");
            let half: f64 = if prefix == Prefix::Approximately { value.abs() / 10.0 } else { 0.05 };
            let on_number = NumberTest { prefix, value, low: value - half, high: value + half };
            let mut query = Query::new(type_number("RiskAssessment").expect("a type"), 100);
            query.filters.push(Filter::Value { param: date, test: Test::Date(vec![on_date]) });
            if with_number {
                query.filters.push(Filter::Value { param: probability, test: Test::Number(vec![on_number]) });
            }
            query.person = bound.then_some(9);
            let found: Vec<i64> =
                db.rows(page(db.dialect(), &query, &everything())).await.iter().map(|row| row.int(0)).collect();
            let mut expected: Vec<i64> = rows
                .iter()
                .zip(FIRST..)
                .filter(|((dates, stored), _)| {
                    dates.iter().any(|range| naive_date(&on_date, *range))
                        && (!with_number || naive_number(prefix, tenths, *stored))
                })
                .map(|(_, rid)| rid)
                .collect();
            expected.reverse();
            assert_eq!(found, expected, "{:?} {query:?}", db.dialect());
        }
    }
}
