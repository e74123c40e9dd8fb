//! The log is a chain: a record that was changed, taken out or added is found.

use spil::store::TrailFilter;
use spil::store::commit::{AuditEntry, Commit, PersonKey};

use super::{Kept, audit, condition};
use crate::support::on_both;

async fn every_kind_of_tampering_is_found(kept: Kept) {
    for _ in 0..5 {
        kept.store.commit(Commit { audits: vec![audit(), audit()], ..Commit::default() }).await.expect("recorded");
    }
    assert_eq!(kept.store.verify_audit().await.expect("read"), Ok(10));
    let table: [(&str, &str, i64); 4] = [
        ("UPDATE audit SET body = '{}' WHERE seq = 4", "its text", 4),
        ("UPDATE audit SET at = 7 WHERE seq = 3", "its moment", 3),
        ("UPDATE audit SET hash = prev WHERE seq = 2", "its hash", 2),
        ("DELETE FROM audit WHERE seq = 1", "the first", 1),
    ];
    for (sql, what, first) in table {
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
        assert_eq!(kept.store.verify_audit().await.expect("read"), Err(first), "{what}");
    }
}

async fn a_missing_record_in_the_middle_is_found(kept: Kept) {
    for _ in 0..3 {
        kept.store.commit(Commit { audits: vec![audit()], ..Commit::default() }).await.expect("recorded");
    }
    let sql = "DELETE FROM audit WHERE seq = 2";
    kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
    assert_eq!(kept.store.verify_audit().await.expect("read"), Err(2));
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
        assert_eq!(kept.store.verify_audit().await.expect("read"), Err(1), "{sql}");
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

on_both! {
    every_kind_of_tampering_is_found,
    a_missing_record_in_the_middle_is_found,
    the_columns_beside_the_text_cannot_be_changed_unseen,
    a_person_reads_the_own_records_only,
    a_record_names_the_persons_that_its_commit_makes,
}
