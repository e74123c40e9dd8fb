//! What a proof is about, as it goes with it: the record, or its hash alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::store::check::LogRecord;
use crate::tlog::{Hash, leaf_hash};

#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Proved {
    Hash {
        hash: String,
    },
    Record {
        seq: i64,
        at: i64,
        org: i64,
        refused: i64,
        emergency: i64,
        persons: Vec<i64>,
        body: String,
        prev: String,
        hash: String,
    },
}

/// The hash alone: it tells nothing.
pub fn hash(record: &LogRecord) -> Vec<u8> {
    json!(Proved::Hash { hash: STANDARD.encode(&record.hash) }).to_string().into_bytes()
}

/// The record with what its hash is made of.
pub fn record(record: &LogRecord) -> Vec<u8> {
    let record = Proved::Record {
        seq: record.seq,
        at: record.at,
        org: record.org,
        refused: record.refused,
        emergency: record.emergency,
        persons: record.persons.clone(),
        body: record.body.clone(),
        prev: STANDARD.encode(&record.prev),
        hash: STANDARD.encode(&record.hash),
    };
    json!(record).to_string().into_bytes()
}

/// The leaf, and the record if it is told; none when the record is not of that hash or place.
pub fn leaf(extra: &[u8], index: u64) -> Option<(Hash, Option<String>)> {
    match serde_json::from_slice(extra).ok()? {
        Proved::Hash { hash } => Some((leaf_hash(&STANDARD.decode(hash).ok()?), None)),
        Proved::Record { seq, at, org, refused, emergency, persons, body, prev, hash } => {
            let (prev, hash) = (STANDARD.decode(prev).ok()?, STANDARD.decode(hash).ok()?);
            let record = LogRecord { seq, at, org, refused, emergency, persons, body, prev, hash };
            let in_place = u64::try_from(record.seq).ok() == Some(index + 1);
            let fits = in_place && record.fits(&record.prev);
            fits.then(|| (leaf_hash(&record.hash), Some(record.body)))
        }
    }
}
