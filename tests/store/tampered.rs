//! Ten thousand ways to change the audit log by hand, each of them found: most in a copy that goes through the same check, some
//! in the database itself.

use spil::store::Arg;
use spil::store::check::{Fault, KeptCheckpoint, LogRecord, check};
use spil::store::commit::{AuditEntry, Commit};
use spil::store::sql::audit::{chain, chain_without_persons};
use spil::tlog::{Checkpoint, Frontier, Signer, leaf_hash};

use super::{Kept, audit, signer};
use crate::support::on_both;

const RECORDS: usize = 60;
const MUTATIONS: u64 = 10_000;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most).expect("a size")).expect("a place")
    }

    /// Turns a bit.
    fn bend(&mut self, bytes: &mut [u8]) {
        let at = self.below(bytes.len());
        bytes[at] ^= 1 << self.below(8);
    }

    /// Another number.
    fn other(&mut self, number: i64) -> i64 {
        number ^ (1 << self.below(40))
    }
}

#[derive(Clone)]
struct Log {
    records: Vec<LogRecord>,
    checkpoints: Vec<KeptCheckpoint>,
}

impl Log {
    fn check(&self) -> Option<Fault> {
        check(signer().verifier(), &self.records, &self.checkpoints).err()
    }

    /// Numbers what follows and binds it anew, as somebody could who has read the program.
    fn bind_from(&mut self, first: usize, hash: impl Fn(&[u8], [i64; 5], &LogRecord) -> Vec<u8>) {
        for at in first..self.records.len() {
            let prev = at.checked_sub(1).map(|before| self.records[before].hash.clone()).unwrap_or_default();
            let record = &mut self.records[at];
            record.seq = i64::try_from(at + 1).expect("a number");
            let columns = [record.seq, record.at, record.org, record.refused, record.emergency];
            record.hash = hash(&prev, columns, record);
            record.prev = prev;
        }
    }
}

fn with_persons(prev: &[u8], columns: [i64; 5], record: &LogRecord) -> Vec<u8> {
    chain(prev, columns, &record.persons, &record.body)
}

fn without(prev: &[u8], columns: [i64; 5], record: &LogRecord) -> Vec<u8> {
    chain_without_persons(prev, columns, &record.body)
}

/// A log with a checkpoint now and then, the last at its end.
async fn filled(kept: &Kept) -> Log {
    let mut made = 0;
    for round in 0_i64.. {
        if made == RECORDS {
            break;
        }
        let many = (1 + made % 4).min(RECORDS - made);
        let persons = [vec![], vec![1], vec![2, 5], vec![1, 2, 3]];
        let entry = |at: usize| AuditEntry {
            persons: persons[(made + at) % 4].clone(),
            at: round,
            refused: at == 2,
            emergency: at == 3,
            ..audit()
        };
        let audits = (0..many).map(entry).collect();
        kept.store.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
        made += many;
        if round % 5 == 4 || made == RECORDS {
            kept.store.checkpoint(&signer()).await.expect("made");
        }
    }
    let (records, checkpoints) = kept.store.log_copy().await.expect("read");
    assert_eq!(records.len(), RECORDS);
    assert!(checkpoints.len() > 3, "{}", checkpoints.len());
    Log { records, checkpoints }
}

/// Changes one record; whoever looks finds just that one.
fn change_one(record: &mut LogRecord, dice: &mut Dice) -> &'static str {
    match dice.below(9) {
        0 => record.at = dice.other(record.at),
        1 => record.org = dice.other(record.org),
        2 => record.refused = dice.other(record.refused),
        3 => record.emergency = dice.other(record.emergency),
        4 => dice.bend(&mut record.prev),
        5 => dice.bend(&mut record.hash),
        6 => {
            let at = dice.below(record.body.len());
            let letter = char::from(b'a' + u8::try_from(dice.below(26)).expect("a letter"));
            let same = record.body[at..].starts_with(letter);
            record.body.insert(at, letter);
            if !same && dice.below(2) == 0 {
                record.body.remove(at + 1);
            } else if dice.below(2) == 0 {
                record.body.truncate(at);
            }
        }
        7 => record.persons.insert(0, -i64::try_from(dice.below(3)).expect("a number")),
        _ => match record.persons.first_mut() {
            Some(first) if dice.below(2) == 0 => *first = dice.other(*first),
            Some(_) => drop(record.persons.pop()),
            None => record.persons.push(1),
        },
    }
    "one record"
}

/// Changes a checkpoint; the newest is not simply left out, which only somebody elsewhere can see.
fn change_checkpoint(log: &mut Log, dice: &mut Dice) -> &'static str {
    let at = dice.below(log.checkpoints.len());
    let last = log.checkpoints.len() - 1;
    let one = &mut log.checkpoints[at];
    match dice.below(6) {
        0 => one.number = dice.other(one.number),
        1 => one.size = dice.other(one.size),
        2 => dice.bend(&mut one.peaks),
        3 => {
            let mut bytes = one.note.clone().into_bytes();
            dice.bend(&mut bytes);
            one.note = String::from_utf8_lossy(&bytes).into_owned();
        }
        4 => {
            let open = Checkpoint::open(&one.note, signer().verifier()).expect("sound");
            one.note = open.signed(&Signer::new("example.org/audit", [8; 32]).expect("a key"));
        }
        _ if at == last => log.checkpoints.swap(0, last),
        _ => drop(log.checkpoints.remove(at)),
    }
    "a checkpoint"
}

/// Changes the order or the number of the records.
fn rearrange(log: &mut Log, dice: &mut Dice) -> &'static str {
    let (one, other) = (dice.below(RECORDS), dice.below(RECORDS - 1));
    let other = other + usize::from(other >= one);
    match dice.below(7) {
        0 => log.records[one].seq = dice.other(log.records[one].seq),
        1 => drop(log.records.remove(one)),
        2 => log.records.swap(one, other),
        3 => {
            // The rows stay where they are, what stands in them changes places.
            log.records.swap(one, other);
            let (first, second) = (log.records[one].seq, log.records[other].seq);
            (log.records[one].seq, log.records[other].seq) = (second, first);
        }
        4 => {
            let copy = log.records[one].clone();
            log.records.insert(other, copy);
            for (seq, record) in (1..).zip(&mut log.records) {
                record.seq = seq;
            }
        }
        5 => log.records.truncate(one),
        _ => drop(log.records.drain(one.min(other)..one.max(other))),
    }
    "order or number"
}

/// Changes something and binds everything after it anew: the chain is whole, but is not what was signed.
fn rewrite(log: &mut Log, dice: &mut Dice) -> &'static str {
    let at = dice.below(RECORDS);
    match dice.below(5) {
        0 => log.records[at].org += 1,
        1 => drop(log.records.remove(at)),
        2 => {
            // A copy of the last one, after it, is what anybody may add.
            let copy = log.records[at.min(RECORDS - 2)].clone();
            log.records.insert(at.min(RECORDS - 2), copy);
        }
        3 => {
            log.records[at].persons = vec![77];
        }
        _ => {
            log.bind_from(at, without);
            return "bound as records used to be";
        }
    }
    log.bind_from(at, with_persons);
    "bound anew"
}

async fn ten_thousand_changes_are_all_found(kept: Kept) {
    let log = filled(&kept).await;
    assert_eq!(log.check(), None);
    let mut dice = Dice(2026);
    for round in 0..MUTATIONS {
        let mut changed = log.clone();
        let mut only = None;
        let what = match dice.below(6) {
            0..3 => {
                let first = dice.below(RECORDS);
                // The first record follows none: there is nothing to bend in what is before it.
                let at = if log.records[first].prev.is_empty() { first + 1 } else { first };
                only = Some(log.records[at].seq);
                change_one(&mut changed.records[at], &mut dice)
            }
            3 => change_checkpoint(&mut changed, &mut dice),
            4 => rearrange(&mut changed, &mut dice),
            _ => rewrite(&mut changed, &mut dice),
        };
        let fault = changed.check().unwrap_or_else(|| panic!("round {round}: {what} was not found"));
        if let Some(seq) = only {
            assert_eq!(fault.record(), Some(seq), "round {round}: {fault}");
        }
        assert!(!fault.to_string().is_empty());
    }
}

/// Whoever can sign anew is found by those who kept a checkpoint elsewhere, and nobody else can.
async fn a_log_that_was_made_anew_with_its_checkpoints_is_found_by_a_kept_one(kept: Kept) {
    let log = filled(&kept).await;
    let newest = Checkpoint::open(&log.checkpoints.last().expect("one").note, signer().verifier()).expect("sound");
    let found = async |elsewhere| kept.store.verify_audit(signer().verifier(), vec![elsewhere]).await.expect("read");
    assert!(found(newest).await.is_ok());
    let mut changed = log.clone();
    changed.records[30].org += 1;
    changed.bind_from(30, with_persons);
    let mut tree = Frontier::default();
    let mut sizes = changed.checkpoints.iter_mut().peekable();
    for record in &changed.records {
        tree.push(leaf_hash(&record.hash));
        if let Some(one) = sizes.next_if(|one| one.size == record.seq) {
            (one.note, one.peaks) = (Checkpoint::of(&tree).signed(&signer()), tree.peaks());
        }
    }
    put(&kept, &changed).await;
    assert_eq!(kept.verified().await, Ok(60), "inside it all fits");
    assert_eq!(found(newest).await.expect_err("not the same"), Fault::Rewritten { from: 1, to: 60 });
    changed.records.truncate(20);
    changed.checkpoints.retain(|one| one.size <= 20);
    put(&kept, &changed).await;
    assert_eq!(kept.verified().await, Ok(20), "inside it all fits");
    assert_eq!(found(newest).await, Err(Fault::Cut { last: 20, size: 60 }));
}

/// Makes the tables hold this log.
async fn put(kept: &Kept, log: &Log) {
    let mut all: Vec<(&'static str, Vec<Arg>)> =
        ["audit", "audit_person", "audit_recent", "audit_checkpoint"].map(|table| (empty(table), Vec::new())).into();
    for one in &log.records {
        let numbers = [one.seq, one.at, one.org, one.refused, one.emergency].map(Arg::from);
        let rest = [one.body.clone().into(), one.prev.clone().into(), one.hash.clone().into()];
        let sql = "INSERT INTO audit (seq, at, org, refused, emergency, body, prev, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        all.push((sql, numbers.into_iter().chain(rest).collect()));
        let sql = "INSERT INTO audit_person (person, seq) VALUES ($1, $2)";
        all.extend(one.persons.iter().map(|person| (sql, vec![(*person).into(), one.seq.into()])));
    }
    for one in &log.checkpoints {
        let sql = "INSERT INTO audit_checkpoint (number, size, note, peaks) VALUES ($1, $2, $3, $4)";
        let args = vec![one.number.into(), one.size.into(), one.note.clone().into(), one.peaks.clone().into()];
        all.push((sql, args));
    }
    kept.store.statements(all).await.expect("put");
}

fn empty(table: &str) -> &'static str {
    match table {
        "audit" => "DELETE FROM audit",
        "audit_person" => "DELETE FROM audit_person",
        "audit_recent" => "DELETE FROM audit_recent",
        _ => "DELETE FROM audit_checkpoint",
    }
}

async fn what_is_changed_in_the_database_is_found_there(kept: Kept) {
    let log = filled(&kept).await;
    let table: [(&'static str, Option<i64>); 21] = [
        ("UPDATE audit SET body = body || ' ' WHERE seq = 7", Some(7)),
        ("UPDATE audit SET at = at + 1 WHERE seq = 7", Some(7)),
        ("UPDATE audit SET org = 11 WHERE seq = 60", Some(60)),
        ("UPDATE audit SET refused = 1 - refused WHERE seq = 1", Some(1)),
        ("UPDATE audit SET emergency = 2 WHERE seq = 7", Some(7)),
        ("UPDATE audit SET prev = hash WHERE seq = 7", Some(7)),
        ("UPDATE audit SET hash = prev WHERE seq = 7", Some(7)),
        ("UPDATE audit SET seq = 61 WHERE seq = 7", Some(7)),
        ("DELETE FROM audit WHERE seq = 1", Some(1)),
        ("DELETE FROM audit WHERE seq = 60", Some(60)),
        ("DELETE FROM audit WHERE seq > 12", Some(13)),
        ("DELETE FROM audit", Some(1)),
        ("DELETE FROM audit_person WHERE seq = 4", Some(4)),
        ("DELETE FROM audit_person WHERE seq = 4 AND person = 2", Some(4)),
        ("UPDATE audit_person SET person = 9 WHERE seq = 2", Some(2)),
        ("UPDATE audit_person SET seq = 1 WHERE seq = 2", Some(1)),
        ("INSERT INTO audit_person (person, seq) VALUES (9, 5)", Some(5)),
        ("INSERT INTO audit_recent (person, seq) VALUES (1, 2)", Some(2)),
        ("INSERT INTO audit_person (person, seq) VALUES (9, 900)", Some(900)),
        ("UPDATE audit_checkpoint SET note = replace(note, 'example', 'axample') WHERE number = 2", None),
        ("DELETE FROM audit_checkpoint WHERE number = 1", None),
    ];
    for (sql, record) in table {
        put(&kept, &log).await;
        assert_eq!(kept.verified().await, Ok(60), "before {sql}");
        kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
        let found = kept.store.verify_audit(signer().verifier(), Vec::new()).await.expect("read");
        assert_eq!(found.expect_err(sql).record(), record, "{sql}");
    }
    let mut dice = Dice(7);
    for _ in 0..40 {
        let mut changed = log.clone();
        rearrange(&mut changed, &mut dice);
        let mut seen = std::collections::HashSet::new();
        if changed.records.iter().all(|record| seen.insert(record.seq)) && changed.records != log.records {
            let sorted = |record: &LogRecord| record.seq;
            changed.records.sort_by_key(sorted);
            if changed.records == log.records {
                continue;
            }
            put(&kept, &changed).await;
            let found = kept.store.verify_audit(signer().verifier(), Vec::new()).await.expect("read");
            assert_eq!(found.err(), changed.check());
        }
    }
}

async fn records_from_before_keep_their_hashes(kept: Kept) {
    let mut log = Log { records: filled(&kept).await.records, checkpoints: Vec::new() };
    log.records.truncate(20);
    log.bind_from(0, without);
    put(&kept, &log).await;
    kept.store.commit(Commit { audits: vec![audit(), audit()], ..Commit::default() }).await.expect("recorded");
    kept.store.checkpoint(&signer()).await.expect("made");
    assert_eq!(kept.verified().await, Ok(22));
    let sql = "UPDATE audit SET org = 11 WHERE seq = 7";
    kept.store.statements(vec![(sql, Vec::new())]).await.expect("tampered");
    assert_eq!(kept.verified().await, Err(7));
}

on_both! {
    ten_thousand_changes_are_all_found,
    a_log_that_was_made_anew_with_its_checkpoints_is_found_by_a_kept_one,
    what_is_changed_in_the_database_is_found_there,
    records_from_before_keep_their_hashes,
}
