//! A commit is written whole when everything that it relies on still holds, and otherwise not at all.

use spil::store::Arg;
use spil::store::commit::{Check, Commit, CommitError, PersonKey};

use super::{Kept, audit, condition, expect, next, number};
use crate::support::on_both;

fn check(rids: Vec<i64>) -> Check {
    Check {
        sql: "SELECT rid FROM resource WHERE rtype = $1 AND deleted = 0".to_owned(),
        args: vec![i64::from(number("Condition")).into()],
        rids,
    }
}

fn changed(result: Result<(), CommitError>) -> bool {
    matches!(result, Err(CommitError::Changed))
}

async fn an_expected_version_must_be_current(kept: Kept) {
    let guarded = |id: &str, current, change| Commit {
        expect: vec![expect(id, current)],
        changes: vec![change],
        audits: vec![audit()],
        ..Commit::default()
    };
    let new = || condition("c1", "1", PersonKey::Nobody);
    assert!(changed(kept.store.commit(guarded("c1", Some((1, 1)), new())).await), "there is none");
    kept.store.commit(guarded("c1", None, new())).await.expect("written");
    assert!(changed(kept.store.commit(guarded("c1", None, new())).await), "there is one");
    let place = kept.place("Condition", "c1").await.expect("there");
    kept.store.commit(guarded("c1", Some(place), next(place, new()))).await.expect("written");
    assert!(changed(kept.store.commit(guarded("c1", Some(place), next(place, new()))).await), "it moved on");
    assert_eq!((kept.count("history").await, kept.count("audit").await), (2, 2), "what was refused left nothing");
}

async fn a_search_must_still_find_the_same(kept: Kept) {
    let commit = |rids, id: &str| Commit {
        checks: vec![check(rids)],
        changes: vec![condition(id, "1", PersonKey::Nobody)],
        ..Commit::default()
    };
    assert!(changed(kept.store.commit(commit(vec![7], "a")).await));
    kept.store.commit(commit(Vec::new(), "a")).await.expect("written");
    assert!(changed(kept.store.commit(commit(Vec::new(), "b")).await));
    let place = kept.place("Condition", "a").await.expect("there");
    kept.store.commit(commit(vec![place.0], "b")).await.expect("written");
    assert_eq!(kept.count("resource").await, 2);
}

async fn the_permissions_relied_on_must_not_have_moved(kept: Kept) {
    kept.write(condition("a", "1", PersonKey::Bsn("999911120".to_owned()))).await.expect("written");
    let person = kept.store.person_of_bsn("999911120").await.expect("read").expect("there");
    let relying = |policy| Commit { policies: vec![(person, policy)], audits: vec![audit()], ..Commit::default() };
    kept.store.commit(relying(0)).await.expect("recorded");
    let mut consent = condition("k", "1", PersonKey::Known(person));
    consent.policy_users = Some(vec![(2, "10".to_owned()), (1, "gp".to_owned())]);
    kept.write(consent.clone()).await.expect("written");
    assert_eq!(kept.store.policy(person).await.expect("read"), 1);
    assert!(changed(kept.store.commit(relying(0)).await));
    kept.store.commit(relying(1)).await.expect("recorded");
    for (org, kind, expected) in [(10, "vvt", 1), (11, "gp", 1), (11, "vvt", 0)] {
        let found = kept.store.candidates(org, kind, None).await.expect("read");
        assert_eq!(found.len(), expected, "{org} {kind}");
    }
    let place = kept.place("Condition", "k").await.expect("there");
    consent.policy_users = Some(Vec::new());
    kept.write(next(place, consent)).await.expect("written");
    assert!(kept.store.candidates(10, "gp", None).await.expect("read").is_empty());
    assert_eq!(kept.store.policy(person).await.expect("read"), 2);
}

async fn a_commit_that_fails_leaves_nothing(kept: Kept) {
    kept.write(condition("a", "1", PersonKey::Nobody)).await.expect("written");
    let before = (kept.count("resource").await, kept.count("ix_token").await, kept.count("audit").await);
    // The same id twice breaks the key of the table.
    let changes = vec![
        condition("b", "1", PersonKey::Bsn("999911120".to_owned())),
        condition("c", "1", PersonKey::Nobody),
        condition("c", "1", PersonKey::Nobody),
    ];
    let failed = kept.store.commit(Commit { changes, audits: vec![audit()], ..Commit::default() }).await;
    assert!(matches!(failed, Err(CommitError::Store(_))), "{failed:?}");
    assert_eq!((kept.count("resource").await, kept.count("ix_token").await, kept.count("audit").await), before);
    assert_eq!(kept.count("person").await, 0);
    kept.write(condition("d", "1", PersonKey::Nobody)).await.expect("the writer goes on");
    assert_eq!(kept.verified().await, Ok(2));
}

async fn statements_are_all_done_or_none(kept: Kept) {
    let insert = "INSERT INTO setting (name, value) VALUES ($1, $2)";
    let args = |name: &str| -> Vec<Arg> { vec![name.into(), "x".into()] };
    let touched = kept.store.statements(vec![(insert, args("a")), (insert, args("b"))]).await.expect("done");
    assert_eq!(touched, [1, 1]);
    assert!(kept.store.statements(vec![(insert, args("c")), (insert, args("a"))]).await.is_err());
    let update = "UPDATE setting SET value = 'y'";
    assert_eq!(kept.store.statements(vec![(update, Vec::new())]).await.expect("done"), [2], "c was not kept");
}

async fn a_thousand_resources_are_written_in_one_commit(kept: Kept) {
    let changes = (0..1000).map(|at| condition(&format!("c{at}"), "1", PersonKey::Nobody)).collect();
    kept.store.commit(Commit { changes, audits: vec![audit()], ..Commit::default() }).await.expect("written");
    assert_eq!((kept.count("resource").await, kept.count("history").await), (1000, 1000));
    assert_eq!(kept.count("audit").await, 1);
}

on_both! {
    an_expected_version_must_be_current,
    a_search_must_still_find_the_same,
    the_permissions_relied_on_must_not_have_moved,
    a_commit_that_fails_leaves_nothing,
    statements_are_all_done_or_none,
    a_thousand_resources_are_written_in_one_commit,
}
