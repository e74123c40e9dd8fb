//! Proofs that can be checked elsewhere, as texts: that a record is in the log (<https://c2sp.org/tlog-proof>), and that a log
//! begins with an older one (the request of <https://c2sp.org/tlog-witness>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::merkle::{Hash, is_consistent, root_of_path};
use super::note::{NoteError, Verifier};
use super::{Checkpoint, hash_of, line_of, number_of};

const FORM: &str = "c2sp.org/tlog-proof@v1";
/// A path has one hash for each level of the tree.
const MOST: usize = 64;

/// That a leaf is in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// What the hash of the leaf is made of, for whoever checks.
    pub extra: Vec<u8>,
    /// Place of the leaf, from 0.
    pub index: u64,
    /// From its sibling up.
    pub path: Vec<Hash>,
    /// The signed checkpoint of the tree.
    pub note: String,
}

impl Inclusion {
    /// As text.
    pub fn text(&self) -> String {
        let extra = STANDARD.encode(&self.extra);
        lines(format!("{FORM}\nextra {extra}\nindex {}\n", self.index), &self.path, &self.note)
    }

    /// Reads the text; whether it proves anything is asked with [`Inclusion::holds`].
    pub fn read(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut head = head.lines();
        if head.next() != Some(FORM) {
            return None;
        }
        let mut line = head.next()?;
        let mut extra = Vec::new();
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = STANDARD.decode(encoded).ok()?;
            line = head.next()?;
        }
        let index = number_of(line.strip_prefix("index ")?)?;
        Some(Self { extra, index, path: hashes(head)?, note: note.to_owned() })
    }

    /// Whether the leaf is in the tree that the log has signed; gives the checkpoint.
    ///
    /// # Errors
    /// When the log has not signed it.
    pub fn holds(&self, leaf: Hash, verifier: &Verifier) -> Result<Option<Checkpoint>, NoteError> {
        let checkpoint = Checkpoint::open(&self.note, verifier)?;
        let root = root_of_path(leaf, self.index, checkpoint.size, &self.path);
        Ok((root == Some(checkpoint.root)).then_some(checkpoint))
    }
}

/// That a tree begins with an older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// Size of the older tree.
    pub old: u64,
    /// The proof.
    pub path: Vec<Hash>,
    /// The signed checkpoint of the newer tree.
    pub note: String,
}

impl Consistency {
    /// As text.
    pub fn text(&self) -> String {
        lines(format!("old {}\n", self.old), &self.path, &self.note)
    }

    /// Reads the text.
    pub fn read(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut head = head.lines();
        let old = number_of(head.next()?.strip_prefix("old ")?)?;
        Some(Self { old, path: hashes(head)?, note: note.to_owned() })
    }

    /// Whether the log that was signed begins with what an older checkpoint says; gives the newer one.
    ///
    /// # Errors
    /// When the log has not signed the newer one.
    pub fn holds(&self, old: Checkpoint, verifier: &Verifier) -> Result<Option<Checkpoint>, NoteError> {
        let new = Checkpoint::open(&self.note, verifier)?;
        let holds = self.old == old.size && is_consistent((old.size, old.root), (new.size, new.root), &self.path);
        Ok(holds.then_some(new))
    }
}

fn lines(mut text: String, path: &[Hash], note: &str) -> String {
    for hash in path {
        text.push_str(&line_of(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(note);
    text
}

fn hashes<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Vec<Hash>> {
    let hashes: Vec<Hash> = lines.map(hash_of).collect::<Option<_>>()?;
    (hashes.len() <= MOST).then_some(hashes)
}
