//! What is signed: how many leaves the tree has, and its root (<https://c2sp.org/tlog-checkpoint>).

use super::merkle::{Frontier, Hash};
use super::note::{NoteError, Signer, Verifier};
use super::{hash_of, line_of, number_of};

/// A tree at a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many leaves.
    pub size: u64,
    /// The root.
    pub root: Hash,
}

impl Checkpoint {
    /// The checkpoint of a tree.
    pub fn of(tree: &Frontier) -> Self {
        Self { size: tree.size(), root: tree.root() }
    }

    /// As a signed note.
    pub fn signed(&self, signer: &Signer) -> String {
        signer.sign(&format!("{}\n{}\n{}\n", signer.verifier().name(), self.size, line_of(&self.root)))
    }

    /// Reads a note that the log has signed.
    ///
    /// # Errors
    /// When it is not signed with this key, or is not a checkpoint of the log of that name.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, NoteError> {
        let mut lines = verifier.open(note)?.lines();
        let origin = lines.next().unwrap_or_default();
        let size = lines.next().and_then(number_of);
        let root = lines.next().and_then(hash_of);
        match (size, root) {
            (Some(size), Some(root)) if origin == verifier.name() && lines.all(|line| !line.is_empty()) => {
                Ok(Self { size, root })
            }
            _ => Err(NoteError::Form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, Signer};

    #[test]
    fn only_a_checkpoint_of_this_log_is_read() {
        let signer = Signer::new("example.org/log", [7; 32]).expect("a key");
        let checkpoint = Checkpoint { size: 12, root: [9; 32] };
        let note = checkpoint.signed(&signer);
        assert_eq!(Checkpoint::open(&note, signer.verifier()), Ok(checkpoint));
        let root = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
        let read = |text: &str| Checkpoint::open(&signer.sign(text), signer.verifier());
        assert_eq!(read(&format!("example.org/log\n12\n{root}\nmore\n")), Ok(checkpoint));
        for text in [
            format!("example.org/other\n12\n{root}\n"),
            format!("example.org/log\n012\n{root}\n"),
            format!("example.org/log\n-1\n{root}\n"),
            format!("example.org/log\n12\n{}\n", &root[4..]),
            format!("example.org/log\n12\n{root}\n\nmore\n"),
            "example.org/log\n12\n".to_owned(),
        ] {
            assert!(read(&text).is_err(), "{text}");
        }
    }
}
