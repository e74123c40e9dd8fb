//! Many writers at once: what waits is written together, and is right all the same.

use futures_util::future::join_all;
use spil::store::commit::{Check, Commit, CommitError, PersonKey};

use super::{Kept, audit, condition, expect, next, number};
use crate::support::on_both;

async fn many_writers_at_once_all_get_their_answer(kept: Kept) {
    let writes = (0..200).map(|at| kept.write(condition(&format!("c{at}"), "1", PersonKey::Nobody)));
    for done in join_all(writes).await {
        done.expect("written");
    }
    assert_eq!((kept.count("resource").await, kept.count("audit").await), (200, 200));
    assert_eq!(kept.verified().await, Ok(200));
    let rids = kept.store.rows("SELECT COUNT(DISTINCT rid) FROM resource", Vec::new()).await.expect("rows");
    assert_eq!(rids[0].int(0), 200);
}

async fn of_many_changes_of_one_version_one_is_written(kept: Kept) {
    kept.write(condition("c1", "1", PersonKey::Nobody)).await.expect("written");
    let place = kept.place("Condition", "c1").await.expect("there");
    let writes = (0..20).map(|at| {
        let change = next(place, condition("c1", &at.to_string(), PersonKey::Nobody));
        kept.store.commit(Commit {
            expect: vec![expect("c1", Some(place))],
            changes: vec![change],
            audits: vec![audit()],
            ..Commit::default()
        })
    });
    let done = join_all(writes).await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1);
    assert!(done.iter().filter_map(|one| one.as_ref().err()).all(|error| matches!(error, CommitError::Changed)));
    assert_eq!(kept.place("Condition", "c1").await, Some((place.0, 2)));
}

async fn of_many_conditional_creates_one_is_written(kept: Kept) {
    let writes = (0..20).map(|at| {
        let check = Check {
            sql: "SELECT rid FROM resource WHERE rtype = $1".to_owned(),
            args: vec![i64::from(number("Condition")).into()],
            rids: Vec::new(),
        };
        let change = condition(&format!("c{at}"), "1", PersonKey::Nobody);
        kept.store.commit(Commit { checks: vec![check], changes: vec![change], ..Commit::default() })
    });
    assert_eq!(join_all(writes).await.iter().filter(|one| one.is_ok()).count(), 1);
    assert_eq!(kept.count("resource").await, 1);
}

async fn one_that_fails_harms_no_other_of_its_group(kept: Kept) {
    kept.write(condition("taken", "1", PersonKey::Nobody)).await.expect("written");
    let writes = (0..20).map(|at| {
        let id = if at % 5 == 0 { "taken".to_owned() } else { format!("c{at}") };
        kept.write(condition(&id, "1", PersonKey::Nobody))
    });
    assert_eq!(join_all(writes).await.iter().filter(|one| one.is_ok()).count(), 16);
    assert_eq!((kept.count("resource").await, kept.count("audit").await), (17, 17));
    assert_eq!(kept.verified().await, Ok(17));
}

async fn one_person_is_made_by_many_writers(kept: Kept) {
    let writes =
        (0..20).map(|at| kept.write(condition(&format!("c{at}"), "1", PersonKey::Bsn("999911120".to_owned()))));
    for done in join_all(writes).await {
        done.expect("written");
    }
    assert_eq!(kept.count("person").await, 1);
}

on_both! {
    many_writers_at_once_all_get_their_answer,
    of_many_changes_of_one_version_one_is_written,
    of_many_conditional_creates_one_is_written,
    one_that_fails_harms_no_other_of_its_group,
    one_person_is_made_by_many_writers,
}
