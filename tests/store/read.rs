//! Reading back what was written, and after the program has stopped.

use bytes::Bytes;
use spil::store::Store;
use spil::store::commit::{Commit, Method, PersonKey};
use spil_fhir_profiles::index::IndexRows;

use super::{Kept, by, condition, next, number};
use crate::support::on_both;

async fn a_resource_reads_back_as_it_was_written(kept: Kept) {
    let change = condition("c1", "1", PersonKey::Bsn("999911120".to_owned()));
    let body = change.body.to_vec();
    kept.write(change).await.expect("written");
    let record = kept.store.current(number("Condition"), "c1", by(0)).await.expect("read").expect("there");
    assert_eq!((record.body, record.version, record.updated, record.deleted), (body, 1, 1000, false));
    assert_eq!((record.category, record.labels, record.source, record.period), (3, 0, 10, Some((5, 9))));
    let person = kept.store.person_of_bsn("999911120").await.expect("read");
    assert_eq!(Some(record.person), person);
    assert!(kept.store.current(number("Condition"), "c2", by(0)).await.expect("read").is_none());
    assert!(kept.store.current(number("Observation"), "c1", by(0)).await.expect("read").is_none());
}

async fn every_version_is_kept(kept: Kept) {
    kept.write(condition("c1", "1", PersonKey::Nobody)).await.expect("written");
    for code in ["2", "3"] {
        let place = kept.place("Condition", "c1").await.expect("there");
        kept.write(next(place, condition("c1", code, PersonKey::Nobody))).await.expect("written");
    }
    let place = kept.place("Condition", "c1").await.expect("there");
    let mut gone = next(place, condition("c1", "3", PersonKey::Nobody));
    (gone.method, gone.body, gone.index) = (Method::Delete, Bytes::new(), IndexRows::default());
    kept.write(gone).await.expect("deleted");
    let versions = kept.store.versions(place.0, None).await.expect("read");
    let numbers: Vec<_> = versions.iter().map(|(record, method)| (record.version, *method, record.deleted)).collect();
    assert_eq!(numbers, [(4, 2, true), (3, 1, false), (2, 1, false), (1, 0, false)]);
    for (at, (record, _)) in versions.iter().enumerate().skip(1) {
        let code = format!("\"code\":\"{}\"", 4 - at);
        assert!(String::from_utf8_lossy(&record.body).contains(&code), "version {}", record.version);
    }
    assert!(versions[0].0.body.is_empty(), "a deletion has no text");
    let one = kept.store.versions(place.0, Some(2)).await.expect("read");
    assert!(String::from_utf8_lossy(&one[0].0.body).contains("\"code\":\"2\""));
    assert!(kept.store.current(number("Condition"), "c1", by(0)).await.expect("read").expect("there").deleted);
    let several = kept.store.several(&[(number("Condition"), "c1".to_owned())], by(0)).await.expect("read");
    assert!(several.is_empty(), "deleted ones are left out");
}

/// How many bytes of text each version in `history` has, oldest first.
async fn kept_in_history(kept: &Kept) -> Vec<i64> {
    let rows = kept.store.rows("SELECT LENGTH(body) FROM history ORDER BY version", Vec::new()).await.expect("read");
    rows.iter().map(|row| row.int(0)).collect()
}

async fn the_text_of_the_current_version_is_kept_once(kept: Kept) {
    let change = |code: &str| condition("c1", code, PersonKey::Nobody);
    let length = i64::try_from(change("1").body.len()).expect("short");
    kept.write(change("1")).await.expect("written");
    assert_eq!(kept_in_history(&kept).await, [0]);
    // As it was written when both tables held it.
    let both = "UPDATE history SET body = (SELECT body FROM resource)";
    kept.store.statements(vec![(both, Vec::new())]).await.expect("done");
    for (code, lengths) in [("2", vec![length, 0]), ("3", vec![length, length, 0])] {
        let place = kept.place("Condition", "c1").await.expect("there");
        kept.write(next(place, change(code))).await.expect("written");
        assert_eq!(kept_in_history(&kept).await, lengths);
    }
    let place = kept.place("Condition", "c1").await.expect("there");
    let versions = kept.store.versions(place.0, None).await.expect("read");
    let texts: Vec<&[u8]> = versions.iter().map(|(record, _)| record.body.as_slice()).collect();
    assert_eq!(texts, [&change("3").body, &change("2").body, &change("1").body]);
}

async fn a_person_is_found_by_number_and_made_once(kept: Kept) {
    let key = |number: &str| PersonKey::Bsn(number.to_owned());
    let changes = vec![
        condition("a", "1", key("999911120")),
        condition("b", "1", key("999911120")),
        condition("c", "1", key("999900006")),
        condition("d", "1", PersonKey::New("p".to_owned())),
        condition("e", "1", PersonKey::New("p".to_owned())),
        condition("f", "1", PersonKey::Unclear),
    ];
    kept.store.commit(Commit { changes, ..Commit::default() }).await.expect("written");
    let mut persons = Vec::new();
    for id in ["a", "b", "c", "d", "e", "f"] {
        persons.push(kept.store.current(number("Condition"), id, by(0)).await.expect("read").expect("there").person);
    }
    assert_eq!((persons[0], persons[3], persons[5]), (persons[1], persons[4], -1));
    assert!(persons[0] != persons[2] && persons[2] != persons[3] && persons[..5].iter().all(|person| *person > 0));
    kept.write(condition("g", "1", key("999900006"))).await.expect("written");
    let again = kept.store.current(number("Condition"), "g", by(0)).await.expect("read").expect("there").person;
    assert_eq!((again, kept.count("person").await), (persons[2], 3));
}

async fn everything_is_there_after_opening_again(kept: Kept) {
    let org = kept.store.register_organisation("o", "90000001", "gp", "Praktijk").await.expect("stored");
    kept.write(condition("c1", "1", PersonKey::Bsn("999911120".to_owned()))).await.expect("written");
    assert_eq!(kept.store.setting_once("name", "one").await.expect("kept"), "one");
    let Kept { store, database } = kept;
    drop(store);
    let store = Store::open(&database.url, 2).await.expect("opens again");
    assert!(store.current(number("Condition"), "c1", by(0)).await.expect("read").is_some());
    assert!(store.person_of_bsn("999911120").await.expect("read").is_some());
    assert_eq!(store.setting_once("name", "two").await.expect("kept"), "one");
    assert_eq!(store.organisations().await.expect("read").first().map(|row| row.org), org);
    assert_eq!(super::verified(&store).await, Ok(1));
}

async fn registering_again_keeps_the_number_and_a_taken_number_is_told(kept: Kept) {
    let store = &kept.store;
    let first = store.register_organisation("o", "90000001", "gp", "Praktijk").await.expect("stored");
    assert_eq!(first, Some(10));
    assert_eq!(store.register_organisation("o", "90000001", "gp", "Andere naam").await.expect("stored"), first);
    assert_eq!(store.register_organisation("p", "90000001", "gp", "Dief").await.expect("stored"), None);
    assert_eq!(store.register_organisation("p", "90000002", "vvt", "Thuiszorg").await.expect("stored"), Some(11));
    assert_eq!(store.organisation(10).await.expect("read").expect("there").name, "Andere naam");
}

on_both! {
    a_resource_reads_back_as_it_was_written,
    every_version_is_kept,
    the_text_of_the_current_version_is_kept_once,
    a_person_is_found_by_number_and_made_once,
    everything_is_there_after_opening_again,
    registering_again_keeps_the_number_and_a_taken_number_is_told,
}
