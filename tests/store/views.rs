//! What readers of `SQLite` keep open from query to query: they must see every commit, and the log must not grow under them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spil::store::Store;

use super::Kept;
use crate::support::{Engine, Fixture as _};

const INSERT: &str = "INSERT INTO filler VALUES ($1, $2)";
const COUNT: &str = "SELECT COUNT(*) FROM filler";

async fn count(store: &Store) -> i64 {
    store.rows(COUNT, Vec::new()).await.expect("a count")[0].int(0)
}

async fn filled(store: &Store, from: i64, to: i64) {
    let rows = (from..to).map(|row| (INSERT, vec![row.into(), vec![0_u8; 3_000].into()])).collect();
    store.statements(rows).await.expect("written");
}

async fn with_filler() -> Kept {
    let kept = Kept::on(Engine::Sqlite).await;
    kept.store.statements(vec![("CREATE TABLE filler (n BIGINT, x BLOB)", Vec::new())]).await.expect("a table");
    kept
}

#[tokio::test]
async fn what_is_committed_is_seen_by_the_next_query_of_every_store_on_the_file() {
    let kept = with_filler().await;
    let other = Store::open(&kept.database.url, 4).await.expect("it opens");
    for row in 0..200 {
        filled(&kept.store, row, row + 1).await;
        assert_eq!((count(&kept.store).await, count(&other).await), (row + 1, row + 1));
    }
}

#[tokio::test]
async fn what_another_process_commits_is_seen_soon() {
    let kept = with_filler().await;
    assert_eq!(count(&kept.store).await, 0);
    let path = kept.database.url.strip_prefix("sqlite:").expect("a file");
    let foreign = rusqlite::Connection::open(path).expect("it opens");
    foreign.busy_timeout(Duration::from_secs(10)).expect("a time");
    foreign.execute("INSERT INTO filler VALUES (1, NULL)", ()).expect("written");
    let mut seen = 0;
    for _ in 0..1_000 {
        seen = count(&kept.store).await;
        if seen == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(seen, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_log_is_emptied_while_others_read() {
    let kept = with_filler().await;
    let over = Arc::new(AtomicBool::new(false));
    let reading: Vec<_> = (0..2)
        .map(|_| {
            let (store, over) = (kept.store.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    store.rows("SELECT n FROM filler ORDER BY rowid DESC LIMIT 1", Vec::new()).await.expect("rows");
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    // Fifty thousand pages, each in the log once: two hundred megabytes.
    for part in 0..500 {
        filled(&kept.store, part * 100, part * 100 + 100).await;
    }
    over.store(true, Ordering::Relaxed);
    for one in reading {
        one.await.expect("no failure");
    }
    let path = kept.database.url.strip_prefix("sqlite:").expect("a file");
    let log = std::fs::metadata(Path::new(&format!("{path}-wal"))).expect("a log").len();
    assert!(log < 185_000_000, "the log has {log} bytes");
    assert_eq!(count(&kept.store).await, 50_000);
}
