//! The log is a chain: a record that was changed, taken out or added is found.

use futures_util::future::join_all;
use spil::store::commit::{AuditEntry, Commit, PersonKey};
use spil::store::{Dialect, Store, TrailFilter};

use super::{Kept, audit, condition};
use crate::support::on_both;

async fn every_kind_of_tampering_is_found(kept: Kept) {
    for _ in 0..5 {
        kept.store.commit(Commit { audits: vec![audit(), audit()], ..Commit::default() }).await.expect("recorded");
    }
    assert_eq!(kept.verified().await, Ok(10));
    let table: [(&str, &str, i64); 4] = [
        ("UPDATE audit SET body = '{}' WHERE seq = 4", "its text", 4),
        ("UPDATE audit SET at = 7 WHERE seq = 3", "its moment", 3),
        ("UPDATE audit SET hash = prev WHERE seq = 2", "its hash", 2),
        ("DELETE FROM audit WHERE seq = 1", "the first", 1),
    ];
    for (sql, what, first) in table {
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
        assert_eq!(kept.verified().await, Err(first), "{what}");
    }
}

async fn a_missing_record_in_the_middle_is_found(kept: Kept) {
    for _ in 0..3 {
        kept.store.commit(Commit { audits: vec![audit()], ..Commit::default() }).await.expect("recorded");
    }
    let sql = "DELETE FROM audit WHERE seq = 2";
    kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
    assert_eq!(kept.verified().await, Err(2));
}

/// Who reads and what the chain covers: the columns that the patient's view filters by belong to the record.
async fn the_columns_beside_the_text_cannot_be_changed_unseen(kept: Kept) {
    for sql in [
        "UPDATE audit SET refused = 1 - refused WHERE seq = 1",
        "UPDATE audit SET emergency = 1 - emergency WHERE seq = 1",
        "UPDATE audit SET org = 99 WHERE seq = 1",
    ] {
        kept.store.commit(Commit { audits: vec![audit()], ..Commit::default() }).await.expect("recorded");
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
        assert_eq!(kept.verified().await, Err(1), "{sql}");
        let sql = "UPDATE audit SET refused = 0, emergency = 0, org = 10 WHERE seq = 1";
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("put back");
    }
}

async fn a_person_reads_the_own_records_only(kept: Kept) {
    let of = |persons: Vec<i64>, at| AuditEntry { persons, at, ..audit() };
    let refused = AuditEntry { refused: true, org: 12, ..of(vec![1], 30) };
    let audits = vec![of(vec![1], 10), of(vec![2], 15), of(vec![1, 2], 20), refused];
    kept.store.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
    let seqs = async |person, filter: TrailFilter| {
        let found = kept.store.trail(person, &filter, 10).await.expect("read");
        found.iter().map(|record| record.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(1, TrailFilter::default()).await, [4, 3, 1]);
    assert_eq!(seqs(2, TrailFilter::default()).await, [3, 2]);
    assert_eq!(seqs(1, TrailFilter { refused: true, ..TrailFilter::default() }).await, [4]);
    assert_eq!(seqs(1, TrailFilter { from: Some(15), to: Some(25), ..TrailFilter::default() }).await, [3]);
    assert_eq!(seqs(1, TrailFilter { before: Some(3), ..TrailFilter::default() }).await, [1]);
    assert_eq!(seqs(1, TrailFilter { org: Some(12), ..TrailFilter::default() }).await, [4]);
    assert!(kept.store.trail_record(1, 2).await.expect("read").is_none());
    assert!(kept.store.trail_record(2, 2).await.expect("read").is_some());
}

async fn a_record_names_the_persons_that_its_commit_makes(kept: Kept) {
    let key = PersonKey::Bsn("999911120".to_owned());
    let record = AuditEntry { persons: Vec::new(), keys: vec![key.clone(), key.clone()], ..audit() };
    let changes = vec![condition("c1", "1", key)];
    kept.store.commit(Commit { changes, audits: vec![record], ..Commit::default() }).await.expect("written");
    let person = kept.store.person_of_bsn("999911120").await.expect("read").expect("there");
    assert_eq!(kept.store.trail(person, &TrailFilter::default(), 10).await.expect("read").len(), 1);
}

async fn the_newest_records_and_the_moved_ones_are_read_as_one(kept: Kept) {
    let (mut expected, mut seq) = (Vec::new(), 0);
    for _ in 0..40 {
        let mut audits = Vec::new();
        for at in 0..60 {
            seq += 1;
            let persons = if seq % 7 == 0 { vec![1, 2] } else { vec![1 + seq % 3] };
            if persons.contains(&1) {
                expected.insert(0, seq);
            }
            audits.push(AuditEntry { persons, at, ..audit() });
        }
        kept.store.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
    }
    let count = async |table: &str| {
        let rows = kept.store.rows(&format!("SELECT COUNT(*) FROM {table}"), Vec::new()).await;
        rows.expect("a count")[0].int(0)
    };
    let (moved, recent) = (count("audit_person").await, count("audit_recent").await);
    match kept.store.dialect() {
        Dialect::Sqlite => assert!(moved > 1_024 && recent > 0 && recent < 1_400, "{moved} and {recent}"),
        Dialect::Postgres => assert_eq!(recent, 0),
    }
    for most in [50, 300, 5_000] {
        let (mut found, mut filter) = (Vec::new(), TrailFilter::default());
        loop {
            let page = kept.store.trail(1, &filter, most).await.expect("read");
            found.extend(page.iter().map(|record| record.seq));
            match page.last() {
                Some(last) => filter.before = Some(last.seq),
                None => break,
            }
        }
        assert_eq!(found, expected, "pages of {most}");
    }
    for seq in &expected {
        assert!(kept.store.trail_record(1, *seq).await.expect("read").is_some());
    }
    assert!(kept.store.trail_record(3, expected[0]).await.expect("read").is_none());
    assert_eq!(kept.verified().await, Ok(2_400), "the chain covers both tables");
}

/// Each writer remembers where it left the log, and must notice that it goes on elsewhere.
async fn two_servers_write_one_chain(kept: Kept) {
    let other = Store::open(&kept.database.url, 2).await.expect("opens");
    let record = || Commit { audits: vec![audit(), audit()], ..Commit::default() };
    for round in 0..100 {
        kept.store.commit(record()).await.expect("recorded");
        if round % 3 == 0 {
            other.commit(record()).await.expect("recorded");
        }
        if round % 10 == 0 {
            let change = condition(&format!("c{round}"), "1", PersonKey::Nobody);
            other.commit(Commit { changes: vec![change], ..record() }).await.expect("written");
        }
    }
    let both = (0..50).map(|at| if at % 2 == 0 { kept.store.commit(record()) } else { other.commit(record()) });
    for done in join_all(both).await {
        done.expect("recorded");
    }
    assert_eq!(kept.verified().await, Ok(2 * (100 + 34 + 10 + 50)));
}

async fn a_log_that_was_emptied_begins_anew(kept: Kept) {
    let record = || Commit { audits: vec![audit()], ..Commit::default() };
    for _ in 0..3 {
        for _ in 0..3 {
            kept.store.commit(record()).await.expect("recorded");
        }
        kept.store.empty().await.expect("emptied");
    }
    kept.store.commit(record()).await.expect("recorded");
    assert_eq!(kept.verified().await, Ok(1));
}

on_both! {
    a_log_that_was_emptied_begins_anew,
    two_servers_write_one_chain,
    the_newest_records_and_the_moved_ones_are_read_as_one,
    every_kind_of_tampering_is_found,
    a_missing_record_in_the_middle_is_found,
    the_columns_beside_the_text_cannot_be_changed_unseen,
    a_person_reads_the_own_records_only,
    a_record_names_the_persons_that_its_commit_makes,
}
