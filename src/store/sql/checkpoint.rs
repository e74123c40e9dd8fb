//! Checkpoints of the audit log, and reading the log out to check it. A checkpoint is made of the hashes that were stored since
//! the one before it, beside the writer: a record costs nothing more for being in the tree.

use std::collections::HashMap;
use std::fmt;

use crate::store::Store;
use crate::store::check::{Checker, Fault, KeptCheckpoint, LogRecord, Whole};
use crate::store::tx::StoreError;
use crate::store::value::Row;
use crate::tlog::{
    Checkpoint, Consistency, Frontier, Inclusion, Signer, Verifier, consistency_ranges, inclusion_ranges, leaf_hash,
    range_roots,
};

/// Records that are read at once.
const PAGE: i64 = 1_000;
/// Whom so many records are about is read at once: there is no way to it by number of the record.
const WINDOW: i64 = 100_000;

const KEPT: &str = "SELECT number, size, note, peaks FROM audit_checkpoint";
const PERSONS: &str = "SELECT seq, person FROM audit_person WHERE seq > $1 AND seq <= $2 \
                       UNION ALL SELECT seq, person FROM audit_recent WHERE seq > $1 AND seq <= $2";
const RECORDS: &str = "SELECT seq, at, org, refused, emergency, body, prev, hash FROM audit \
                       WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
const STRAY: &str = "SELECT MIN(p.seq) FROM (SELECT seq FROM audit_person UNION ALL SELECT seq FROM audit_recent) p \
                     WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = p.seq)";

/// Why no checkpoint can be made, or nothing can be proved.
#[derive(Debug)]
pub enum CheckpointError {
    /// The database failed.
    Store(StoreError),
    /// The log is not what the newest checkpoint has seen: nothing of it is signed.
    Damaged(String),
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Damaged(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for CheckpointError {}

impl From<StoreError> for CheckpointError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn kept(row: &Row) -> KeptCheckpoint {
    KeptCheckpoint {
        number: int(row, 0),
        size: int(row, 1),
        note: row.text(2).to_owned(),
        peaks: row.bytes(3).to_vec(),
    }
}

fn damaged(why: &str) -> CheckpointError {
    CheckpointError::Damaged(why.to_owned())
}

impl Store {
    /// The newest checkpoint.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, StoreError> {
        let rows = self.rows(&format!("{KEPT} ORDER BY number DESC LIMIT 1"), Vec::new()).await?;
        Ok(rows.first().map(kept))
    }

    /// Makes a checkpoint when there are records that none has seen; gives the newest, or none of an empty log.
    ///
    /// # Errors
    /// When the database fails, or the log does not go on from the newest checkpoint.
    pub async fn checkpoint(&self, signer: &Signer) -> Result<Option<KeptCheckpoint>, CheckpointError> {
        let newest = self.newest_checkpoint().await?;
        let end = self.log_end().await?;
        let (number, mut tree) = match &newest {
            None => (0, Frontier::default()),
            Some(newest) => (newest.number, tree_of(newest, signer.verifier())?),
        };
        let size = newest.as_ref().map_or(0, |newest| newest.size);
        if end < size {
            let text = format!("the audit log ends at record {end}, and its newest checkpoint has seen {size}");
            return Err(CheckpointError::Damaged(text));
        }
        if end == size {
            return Ok(newest);
        }
        self.leaves(size, end, |leaf| tree.push(leaf)).await?;
        let note = Checkpoint::of(&tree).signed(signer);
        // Another server may have been faster: then its checkpoint is the newest.
        let sql = "INSERT INTO audit_checkpoint (number, size, note, peaks) SELECT $1, $2, $3, $4 \
                   WHERE NOT EXISTS (SELECT 1 FROM audit_checkpoint WHERE number >= $1)";
        let new = KeptCheckpoint { number: number + 1, size: end, note, peaks: tree.peaks() };
        let args = vec![new.number.into(), new.size.into(), new.note.clone().into(), new.peaks.clone().into()];
        match self.statements(vec![(sql, args)]).await?.first() {
            Some(1) => Ok(Some(new)),
            _ => Ok(self.newest_checkpoint().await?),
        }
    }

    /// The number of the last record; 0 when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_end(&self) -> Result<i64, StoreError> {
        let rows = self.rows("SELECT seq FROM audit ORDER BY seq DESC LIMIT 1", Vec::new()).await?;
        Ok(rows.first().map_or(0, |row| row.int(0)))
    }

    /// The leaves of the records after `from` up to `to`.
    async fn leaves(&self, from: i64, to: i64, mut take: impl FnMut([u8; 32])) -> Result<(), CheckpointError> {
        let sql = "SELECT seq, hash FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
        let mut last = from;
        while last < to {
            let rows = self.rows(sql, vec![last.into(), to.into(), PAGE.into()]).await?;
            if rows.is_empty() {
                return Err(damaged(&Fault::Missing(last + 1).to_string()));
            }
            for row in rows {
                if row.int(0) != last + 1 {
                    return Err(damaged(&Fault::Missing(last + 1).to_string()));
                }
                take(leaf_hash(row.bytes(1)));
                last += 1;
            }
        }
        Ok(())
    }

    /// Proves that a record is in the tree of the newest checkpoint; none when there is no such record.
    ///
    /// # Errors
    /// When the database fails or the log is not what the checkpoint has seen.
    pub async fn prove(&self, seq: i64, signer: &Signer) -> Result<Option<(LogRecord, Inclusion)>, CheckpointError> {
        let Some(newest) = self.checkpoint(signer).await? else { return Ok(None) };
        if seq < 1 || seq > newest.size {
            return Ok(None);
        }
        let Some(record) = self.log_record(seq).await? else { return Ok(None) };
        let (index, size) = (number(seq - 1)?, number(newest.size)?);
        let ranges = inclusion_ranges(index, size);
        let mut roots = range_roots(&ranges);
        self.leaves(0, newest.size, |leaf| roots.push(leaf)).await?;
        let proof = Inclusion { extra: Vec::new(), index, path: roots.roots(), note: newest.note };
        match proof.holds(leaf_hash(&record.hash), signer.verifier()) {
            Ok(Some(_)) if record.fits(&record.prev) => Ok(Some((record, proof))),
            _ => Err(damaged("the log is not what its newest checkpoint has seen: `spil audit verify` tells where")),
        }
    }

    /// Proves that the log begins with what an older checkpoint says.
    ///
    /// # Errors
    /// When the database fails, or it does not.
    pub async fn prove_since(&self, old: Checkpoint, signer: &Signer) -> Result<Consistency, CheckpointError> {
        let newest = self.checkpoint(signer).await?.ok_or_else(|| damaged("the log is empty"))?;
        let ranges = consistency_ranges(old.size, number(newest.size)?);
        let mut roots = range_roots(&ranges);
        self.leaves(0, newest.size, |leaf| roots.push(leaf)).await?;
        let proof = Consistency { old: old.size, path: roots.roots(), note: newest.note };
        match proof.holds(old, signer.verifier()) {
            Ok(Some(_)) => Ok(proof),
            _ => Err(damaged("the log does not begin with what that checkpoint says")),
        }
    }

    /// One record as it stands in the tables.
    async fn log_record(&self, seq: i64) -> Result<Option<LogRecord>, StoreError> {
        let rows = self.rows(RECORDS, vec![(seq - 1).into(), seq.into(), 1.into()]).await?;
        let mut persons = self.log_persons(seq - 1, seq).await?;
        Ok(rows.first().map(|row| record(row, &mut persons)))
    }

    /// Whom the records after `from` up to `to` are about. There is no way to them by number of the record: all are looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_persons(&self, from: i64, to: i64) -> Result<HashMap<i64, Vec<i64>>, StoreError> {
        let mut persons: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in self.rows(PERSONS, vec![from.into(), to.into()]).await? {
            persons.entry(int(&row, 0)).or_default().push(int(&row, 1));
        }
        for of_one in persons.values_mut() {
            of_one.sort_unstable();
        }
        Ok(persons)
    }

    /// Checks every record and every checkpoint, and that the log begins with what checkpoints say that were kept `elsewhere`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(
        &self,
        key: &Verifier,
        elsewhere: Vec<Checkpoint>,
    ) -> Result<Result<Whole, Fault>, StoreError> {
        // Checkpoints first: one that is made meanwhile may have seen more than the last record that is looked at.
        let newest = self.newest_checkpoint().await?.map_or(0, |newest| newest.number);
        let end = self.log_end().await?;
        let mut checker = Checker::new(key, elsewhere);
        let read = self.check_all(&mut checker, newest, end).await?;
        let found = read.and_then(|()| checker.end());
        let first = found.as_ref().err().and_then(Fault::record).unwrap_or(i64::MAX);
        Ok(match self.stray().await?.filter(|seq| *seq < first) {
            Some(seq) => Err(Fault::Stray(seq)),
            None => found,
        })
    }

    async fn check_all(
        &self,
        checker: &mut Checker<'_>,
        newest: i64,
        end: i64,
    ) -> Result<Result<(), Fault>, StoreError> {
        let (mut last, mut number, mut window) = (0, 0, 0);
        let mut persons = HashMap::new();
        loop {
            let rows = self.rows(RECORDS, vec![last.into(), end.into(), PAGE.into()]).await?;
            for row in &rows {
                if let Err(fault) = self.give_checkpoints(checker, &mut number, newest).await? {
                    return Ok(Err(fault));
                }
                if row.int(0) > window {
                    (persons, window) = (self.log_persons(last, last + WINDOW).await?, last + WINDOW);
                }
                if let Err(fault) = checker.record(&record(row, &mut persons)) {
                    return Ok(Err(fault));
                }
                last = row.int(0);
            }
            if rows.is_empty() {
                return self.give_checkpoints(checker, &mut number, newest).await;
            }
        }
    }

    /// Gives the next checkpoints, if there are to be some.
    async fn give_checkpoints(
        &self,
        checker: &mut Checker<'_>,
        last: &mut i64,
        newest: i64,
    ) -> Result<Result<(), Fault>, StoreError> {
        while checker.wants_checkpoints() {
            let sql = format!("{KEPT} WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3");
            let rows = self.rows(&sql, vec![(*last).into(), newest.into(), PAGE.into()]).await?;
            *last = rows.last().map_or(*last, |row| row.int(0));
            if let Err(fault) = checker.checkpoints(rows.iter().map(kept).collect()) {
                return Ok(Err(fault));
            }
        }
        Ok(Ok(()))
    }

    /// The first record that is not there and that a person is named for.
    async fn stray(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.rows(STRAY, Vec::new()).await?.first().and_then(|row| row.opt_int(0)))
    }

    /// The whole log with its checkpoints, to be checked elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_copy(&self) -> Result<(Vec<LogRecord>, Vec<KeptCheckpoint>), StoreError> {
        let checkpoints = self.rows(&format!("{KEPT} ORDER BY number"), Vec::new()).await?;
        let rows = self.rows(RECORDS, vec![0.into(), i64::MAX.into(), i64::MAX.into()]).await?;
        let mut persons = self.log_persons(0, i64::MAX).await?;
        let records = rows.iter().map(|row| record(row, &mut persons)).collect();
        Ok((records, checkpoints.iter().map(kept).collect()))
    }
}

/// A number; what is none in the database is one that no record has.
fn int(row: &Row, at: usize) -> i64 {
    row.opt_int(at).unwrap_or(i64::MIN)
}

fn record(row: &Row, persons: &mut HashMap<i64, Vec<i64>>) -> LogRecord {
    LogRecord {
        seq: int(row, 0),
        at: int(row, 1),
        org: int(row, 2),
        refused: int(row, 3),
        emergency: int(row, 4),
        persons: persons.remove(&int(row, 0)).unwrap_or_default(),
        body: row.text(5).to_owned(),
        prev: row.bytes(6).to_vec(),
        hash: row.bytes(7).to_vec(),
    }
}

/// The tree that a checkpoint was made of.
fn tree_of(kept: &KeptCheckpoint, verifier: &Verifier) -> Result<Frontier, CheckpointError> {
    let open = Checkpoint::open(&kept.note, verifier);
    let open = open.map_err(|error| damaged(&format!("the newest checkpoint: {error}")))?;
    Frontier::of(open.size, &kept.peaks)
        .filter(|tree| Checkpoint::of(tree) == open && Ok(kept.size) == i64::try_from(open.size))
        .ok_or_else(|| damaged("the newest checkpoint is not as it was made"))
}

fn number(value: i64) -> Result<u64, CheckpointError> {
    u64::try_from(value).map_err(|_| damaged("a number below zero"))
}
