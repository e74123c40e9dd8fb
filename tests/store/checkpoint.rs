//! Checkpoints are made of what was stored since the last one, and proofs of what they have seen.

use spil::store::commit::{AuditEntry, Commit};
use spil::store::{CheckpointError, Store};
use spil::tlog::{Checkpoint, Consistency, Inclusion, leaf_hash};

use super::{Kept, audit, signer};
use crate::support::on_both;

async fn record(store: &Store, many: usize) {
    let audits = (0..many).map(|_| audit()).collect();
    store.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
}

async fn a_checkpoint_is_made_when_something_was_written(kept: Kept) {
    let signer = signer();
    assert_eq!(kept.store.checkpoint(&signer).await.expect("read"), None);
    for (many, number) in [(3, 1), (0, 1), (1, 2), (1_500, 3), (0, 3)] {
        if many > 0 {
            record(&kept.store, many).await;
        }
        let newest = kept.store.checkpoint(&signer).await.expect("made").expect("one");
        assert_eq!((newest.number, newest.size), (number, kept.count("audit").await));
        let open = Checkpoint::open(&newest.note, signer.verifier()).expect("signed");
        assert_eq!(i64::try_from(open.size), Ok(newest.size));
        assert_eq!(kept.store.newest_checkpoint().await.expect("read"), Some(newest));
    }
    let whole = kept.store.verify_audit(signer.verifier(), Vec::new()).await.expect("read").expect("whole");
    assert_eq!((whole.records, whole.witnessed, whole.checkpoints), (1_504, 1_504, 3));
}

async fn two_servers_make_one_row_of_checkpoints(kept: Kept) {
    let (signer, other) = (signer(), Store::open(&kept.database.url, 2).await.expect("opens"));
    for _ in 0..10 {
        record(&kept.store, 2).await;
        record(&other, 1).await;
        let (one, two) = tokio::join!(kept.store.checkpoint(&signer), other.checkpoint(&signer));
        assert!(one.expect("made").is_some() && two.expect("made").is_some());
    }
    let whole = kept.store.verify_audit(signer.verifier(), Vec::new()).await.expect("read").expect("whole");
    assert_eq!((whole.records, whole.witnessed), (30, 30));
}

async fn nothing_is_signed_that_does_not_go_on_from_the_last_checkpoint(kept: Kept) {
    let signer = signer();
    record(&kept.store, 9).await;
    kept.store.checkpoint(&signer).await.expect("made");
    let refused = async |sql: &'static str, back: &'static str| {
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
        let done = kept.store.checkpoint(&signer).await;
        assert!(matches!(done, Err(CheckpointError::Damaged(_))), "{sql}");
        kept.store.statements(vec![(back, Vec::new())]).await.expect("put back");
    };
    record(&kept.store, 2).await;
    let set = "UPDATE audit_checkpoint SET size = 9";
    refused("UPDATE audit_checkpoint SET size = 8", set).await;
    refused(
        "UPDATE audit_checkpoint SET note = replace(note, 'audit', 'audjt')",
        "UPDATE audit_checkpoint SET note = replace(note, 'audjt', 'audit')",
    )
    .await;
    refused("UPDATE audit SET seq = 99 WHERE seq = 10", "UPDATE audit SET seq = 10 WHERE seq = 99").await;
    assert_eq!(kept.store.checkpoint(&signer).await.expect("made").expect("one").size, 11);
    refused("DELETE FROM audit WHERE seq > 4", set).await;
    assert_eq!(kept.count("audit_checkpoint").await, 2);
}

async fn a_record_is_proved_to_be_there_and_a_log_to_go_on(kept: Kept) {
    let signer = signer();
    let mut kept_elsewhere = Vec::new();
    for many in [1, 2, 4, 6] {
        let persons = vec![1, 2];
        let entry = AuditEntry { persons, ..audit() };
        let audits = vec![entry; many];
        kept.store.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
        let newest = kept.store.checkpoint(&signer).await.expect("made").expect("one");
        kept_elsewhere.push(Checkpoint::open(&newest.note, signer.verifier()).expect("signed"));
    }
    for seq in 1..=13 {
        let (record, proof) = kept.store.prove(seq, &signer).await.expect("read").expect("there");
        assert_eq!((record.seq, record.persons.as_slice()), (seq, [1, 2].as_slice()));
        let read = Inclusion::read(&proof.text()).expect("a proof");
        assert!(read.holds(leaf_hash(&record.hash), signer.verifier()).expect("signed").is_some());
    }
    for absent in [0, 14, -1, i64::MIN + 1] {
        assert!(kept.store.prove(absent, &signer).await.expect("read").is_none(), "{absent}");
    }
    for old in &kept_elsewhere {
        let proof = kept.store.prove_since(*old, &signer).await.expect("it goes on");
        let read = Consistency::read(&proof.text()).expect("a proof");
        assert_eq!(read.holds(*old, signer.verifier()).expect("signed").map(|new| new.size), Some(13));
    }
    let longer = Checkpoint { size: 14, ..kept_elsewhere[3] };
    let other = Checkpoint { root: [0; 32], ..kept_elsewhere[1] };
    for wrong in [longer, other] {
        assert!(matches!(kept.store.prove_since(wrong, &signer).await, Err(CheckpointError::Damaged(_))));
    }
    kept.store.statements(vec![("UPDATE audit SET org = 5 WHERE seq = 3", Vec::new())]).await.expect("tampered");
    assert!(matches!(kept.store.prove(3, &signer).await, Err(CheckpointError::Damaged(_))));
}

on_both! {
    a_checkpoint_is_made_when_something_was_written,
    two_servers_make_one_row_of_checkpoints,
    nothing_is_signed_that_does_not_go_on_from_the_last_checkpoint,
    a_record_is_proved_to_be_there_and_a_log_to_go_on,
}
