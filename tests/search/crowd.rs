//! A caller whom thousands of persons permit something, each something else: the statement stays as long as for some of them,
//! and finds what the engine admits.

use std::collections::BTreeSet;
use std::sync::Arc;

use spil::store::sql::search::{Sql, Visibility, page, total};
use spil::store::{Asker, Dialect};
use spil_consent::{Category, CategorySet, Item, Labels, Scope, Test};
use spil_fhir_profiles::definition::type_number;

use super::support::{Db, engines, query};

const PERSONS: i64 = 3_000;
/// Beyond the region.
const FIRST: i64 = 1_000;
const KINDS: i64 = 8;

/// Person, number within the person's, category, labels, source, clinical time.
struct Held {
    person: i64,
    at: i64,
    category: Category,
    labels: Labels,
    source: i64,
    period: Option<(i64, i64)>,
}

impl Held {
    fn id(&self) -> String {
        id(self.person, self.at)
    }

    fn item<'t>(&self, id: &'t str) -> Item<'t> {
        Item {
            holder: self.source,
            holder_kind: "hospital",
            category: self.category,
            labels: self.labels,
            class: "Encounter",
            id,
            period: self.period,
            in_handoff: false,
        }
    }
}

fn id(person: i64, at: i64) -> String {
    format!("k{person}-{at}")
}

fn held() -> Vec<Held> {
    let of = |person: i64| {
        (0..3).map(move |at| Held {
            person,
            at,
            category: if (person + at) % 2 == 0 { Category::Results } else { Category::Encounters },
            labels: if at == 0 { Labels::NONE } else { Labels(1 << (9 + (person + at) % 3)) },
            source: 10 + (person + at) % 3,
            period: (at < 2).then_some((person * 10 + at * 60, person * 10 + at * 60 + 30)),
        })
    };
    (FIRST..FIRST + PERSONS).flat_map(of).collect()
}

/// What one person permits.
fn permitted(person: i64) -> Scope {
    let instance = |person, at| ("Encounter".to_owned(), id(person, at));
    let set = |all: &[Category]| Scope::Test(Test::CategoryIn(all.iter().copied().collect::<CategorySet>()));
    let (start, end) = (person * 10, person * 10 + 50);
    match person % KINDS {
        0 => Scope::Test(Test::InstanceIn(vec![instance(person, 1), instance(person + 1, 0)])),
        1 => {
            // The next person's is named too, which opens or closes nothing.
            let some = Test::InstanceIn(vec![instance(person, 0), instance(person + KINDS, 1)]);
            Scope::every([set(&[Category::Results, Category::Encounters]), Scope::Test(some).negate()])
        }
        2 => Scope::Test(Test::PeriodWithin(start, end)),
        3 => Scope::Test(Test::PeriodMayOverlap(start, end)).negate(),
        4 => Scope::Test(Test::PeriodMayOverlap(start, end)),
        5 => Scope::any([
            Scope::Test(Test::HolderIs(10 + person % 3)),
            Scope::Test(Test::ClassIn(vec![if person % 2 == 0 { "Encounter" } else { "Patient" }.to_owned()])),
        ]),
        6 => Scope::Test(Test::LabelsWithin(Labels(1 << (9 + person % 3)))),
        _ => Scope::every([
            set(&[if person % 4 < 2 { Category::Results } else { Category::Encounters }]),
            Scope::Test(Test::PeriodWithin(start - person % 5, end)).negate(),
        ]),
    }
}

fn crowd(persons: i64, permitted: impl Fn(i64) -> Scope) -> Visibility {
    let mut granted: Vec<(Vec<i64>, Scope)> = Vec::new();
    for person in FIRST..FIRST + persons {
        let scope = permitted(person);
        match granted.iter_mut().find(|(_, other)| *other == scope) {
            Some((members, _)) => members.push(person),
            None => granted.push((vec![person], scope)),
        }
    }
    Visibility {
        own: Some(99),
        granted,
        orgs_by_kind: Arc::default(),
        handoff: Some(Asker { org: 99, now: 0 }),
        ..Visibility::default()
    }
}

async fn fill(db: &mut Db, held: &[Held]) {
    let rtype = type_number("Encounter").expect("a type");
    let body = if db.dialect() == Dialect::Sqlite { "x'7b7d'" } else { "'\\x7b7d'" };
    for (chunk, some) in held.chunks(500).enumerate() {
        let row = |(at, one): (usize, &Held)| {
            let rid = 10_000 + chunk * 500 + at;
            let (from, to) = one
                .period
                .map_or(("NULL".to_owned(), "NULL".to_owned()), |(from, to)| (from.to_string(), to.to_string()));
            let (person, category, source) = (one.person, one.category.number(), one.source);
            let labels = one.labels.0;
            format!(
                "({rid}, {rtype}, '{}', 1, 1, 0, {person}, {category}, {labels}, {source}, {from}, {to}, {body})",
                one.id()
            )
        };
        let rows: Vec<String> = some.iter().enumerate().map(row).collect();
        let text = format!("INSERT INTO resource VALUES {}", rows.join(", "));
        db.rows(Sql { text, args: Vec::new() }).await;
    }
}

/// Steps of the plan that read what persons permit from its start for each row, instead of by an index.
async fn read_again(db: &mut Db, sql: &Sql) -> Vec<String> {
    if db.dialect() == Dialect::Postgres {
        return Vec::new();
    }
    let text = format!("EXPLAIN QUERY PLAN {}", sql.text);
    let plan = db.rows(Sql { text, args: sql.args.clone() }).await;
    plan.iter().map(|row| row.text(3).to_owned()).filter(|step| step.starts_with("SCAN n")).collect()
}

#[tokio::test]
async fn a_statement_does_not_grow_with_the_persons() {
    let held = held();
    let everyone_alike = |_| Scope::Test(Test::InstanceIn(vec![("Encounter".to_owned(), id(FIRST, 0))]));
    let mut asked = query("Encounter?_total=accurate");
    asked.count = 20_000;
    for mut db in engines().await {
        fill(&mut db, &held).await;
        let dialect = db.dialect();
        for permitted in [&permitted as &dyn Fn(i64) -> Scope, &everyone_alike] {
            let all = crowd(PERSONS, permitted);
            let (many, some) = (page(dialect, &asked, &all), page(dialect, &asked, &crowd(PERSONS / 3, permitted)));
            assert_eq!(many.text, some.text, "{dialect:?}");
            assert!(many.args.len() == some.args.len() && many.args.len() < 40, "{}", many.args.len());
            assert_eq!(read_again(&mut db, &many).await, Vec::<String>::new());
            let found: BTreeSet<String> = db.rows(many).await.iter().map(|row| row.text(2).to_owned()).collect();
            let admitted = held.iter().filter(|one| permitted(one.person).admits(&one.item(&one.id())));
            let expected: BTreeSet<String> = admitted.map(Held::id).collect();
            assert!(!expected.is_empty() && expected.len() < held.len());
            assert_eq!(found.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new(), "{dialect:?}");
            let count = db.rows(total(dialect, &asked, &all)).await[0].int(0);
            assert_eq!(usize::try_from(count).expect("a count"), expected.len());
        }
    }
}
