//! What the engines promise beside the rows: long queries hold up nobody, arguments go where they are named, and a broken
//! connection is replaced.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spil::store::commit::PersonKey;
use spil::store::{Arg, Store, StoreError};

use super::{Kept, condition};
use crate::support::{Engine, Fixture as _, on_both};

/// Counts up without reading anything; takes far longer than a query may hold up others.
const LONG: &str = "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3000000) \
                    SELECT COUNT(*) FROM up";

async fn a_long_query_holds_up_nobody(kept: Kept) {
    kept.write(condition("c1", "1", PersonKey::Nobody)).await.expect("written");
    // The second time it is known to be long, and takes another way.
    for _ in 0..2 {
        let done = AtomicBool::new(false);
        let long = async {
            let rows = kept.store.rows(LONG, Vec::new()).await.expect("an answer");
            done.store(true, Ordering::SeqCst);
            rows[0].int(0)
        };
        let short = async {
            for _ in 0..20 {
                assert!(kept.place("Condition", "c1").await.is_some());
                tokio::task::yield_now().await;
            }
            done.load(Ordering::SeqCst)
        };
        assert_eq!(tokio::join!(long, short), (3_000_000, false), "the short ones were there first");
    }
}

async fn arguments_go_where_they_are_named(kept: Kept) {
    let sql = "SELECT CAST($3 AS TEXT), CAST($1 AS BIGINT), CAST($3 AS TEXT), CAST($2 AS TEXT)";
    let args = |second: Arg| vec![7.into(), second, "three".into()];
    let rows = kept.store.rows(sql, args("two".into())).await.expect("rows");
    let row = &rows[0];
    assert_eq!((row.text(0), row.int(1), row.text(2), row.text(3)), ("three", 7, "three", "two"));
    let rows = kept.store.rows(sql, args(Arg::Text(None))).await.expect("rows");
    assert_eq!(rows[0].opt_text(3), None);
    let few = kept.store.rows(sql, vec![7.into()]).await;
    assert!(few.is_err(), "an argument is missing");
}

async fn readers_cannot_write(kept: Kept) {
    let written = kept.store.rows("INSERT INTO setting (name, value) VALUES ('a', 'b')", Vec::new()).await;
    assert!(written.is_err());
    assert_eq!(kept.count("setting").await, 0);
}

#[tokio::test]
async fn a_broken_connection_of_the_writer_is_replaced() {
    let kept = Kept::on(Engine::Postgres).await;
    kept.write(condition("before", "1", PersonKey::Nobody)).await.expect("written");
    let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    kept.store.rows(end, Vec::new()).await.expect("ended");
    // The first write may still be sent to the connection that is gone; nothing of it is kept.
    for attempt in 0..50 {
        if kept.write(condition("after", "1", PersonKey::Nobody)).await.is_ok() {
            break;
        }
        assert!(attempt < 49, "the writer does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((kept.count("resource").await, kept.count("audit").await), (2, 2));
}

#[tokio::test]
async fn an_encrypted_connection_that_cannot_be_made_is_refused() {
    let opened = Store::open("postgres://spil@127.0.0.1:1/spil?sslmode=require", 1).await;
    let Err(StoreError::Unusable(why)) = opened else { panic!("it was opened") };
    assert!(why.contains("sslmode"), "{why}");
}

on_both! {
    a_long_query_holds_up_nobody,
    arguments_go_where_they_are_named,
    readers_cannot_write,
}
