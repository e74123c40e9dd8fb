//! Search values and handoff items follow the current version.

use bytes::Bytes;
use spil::store::Asker;
use spil::store::commit::{Commit, Lent, Method, PersonKey};
use spil_fhir_profiles::index::IndexRows;

use super::{Kept, condition, next, number};
use crate::support::on_both;

async fn codes(kept: &Kept) -> Vec<String> {
    let rows = kept.store.rows("SELECT code FROM ix_token WHERE code IN ('1', '2') ORDER BY code", Vec::new()).await;
    rows.expect("rows").iter().map(|row| row.text(0).to_owned()).collect()
}

async fn the_values_are_those_of_the_current_version(kept: Kept) {
    kept.write(condition("c1", "1", PersonKey::Nobody)).await.expect("written");
    assert_eq!(codes(&kept).await, ["1"]);
    let dates = kept.count("ix_date").await;
    let place = kept.place("Condition", "c1").await.expect("there");
    kept.write(next(place, condition("c1", "2", PersonKey::Nobody))).await.expect("written");
    assert_eq!((codes(&kept).await, kept.count("ix_date").await), (vec!["2".to_owned()], dates));
    let place = kept.place("Condition", "c1").await.expect("there");
    let mut gone = next(place, condition("c1", "2", PersonKey::Nobody));
    (gone.method, gone.body, gone.index) = (Method::Delete, Bytes::new(), IndexRows::default());
    kept.write(gone).await.expect("deleted");
    for table in ["ix_token", "ix_date", "ix_string", "ix_reference"] {
        assert_eq!(kept.count(table).await, 0, "{table}");
    }
}

async fn a_handoff_lends_what_it_names_of_its_person_and_sender(kept: Kept) {
    let person = || PersonKey::Bsn("999911120".to_owned());
    let mut foreign = condition("foreign", "1", person());
    foreign.source = 11;
    let others = condition("other", "1", PersonKey::Bsn("999900006".to_owned()));
    let changes = vec![condition("own", "1", person()), condition("unnamed", "1", person()), foreign, others];
    kept.store.commit(Commit { changes, ..Commit::default() }).await.expect("written");
    let names = ["own", "foreign", "other", "absent"].map(|id| (number("Condition"), id.to_owned())).to_vec();
    let mut task = condition("task", "1", person());
    task.rtype = number("Task");
    task.handoff = vec![Lent { org: 12, until: 1_000, names }];
    kept.write(task.clone()).await.expect("written");
    let lent_at = async |org, now| {
        let mut lent = Vec::new();
        for id in ["own", "unnamed", "foreign", "other"] {
            if kept
                .store
                .current(number("Condition"), id, Asker { org, now })
                .await
                .expect("read")
                .expect("there")
                .in_handoff
            {
                lent.push(id);
            }
        }
        lent
    };
    let lent = async |org| lent_at(org, 0).await;
    assert_eq!((lent(12).await, lent(13).await), (vec!["own"], Vec::<&str>::new()));
    // To the millisecond.
    assert_eq!((lent_at(12, 999).await, lent_at(12, 1_000).await), (vec!["own"], Vec::<&str>::new()));
    let place = kept.place("Task", "task").await.expect("there");
    task.handoff = Vec::new();
    kept.write(next(place, task)).await.expect("written");
    assert_eq!(lent(12).await, Vec::<&str>::new());
}

on_both! {
    the_values_are_those_of_the_current_version,
    a_handoff_lends_what_it_names_of_its_person_and_sender,
}
