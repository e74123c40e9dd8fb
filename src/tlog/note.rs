//! Signed notes with Ed25519 (<https://c2sp.org/signed-note>), and how their keys are written down.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The kind of signature: Ed25519 over the text.
const KIND: u8 = 1;
/// What a private key begins with when it is written down.
const PRIVATE: &str = "PRIVATE+KEY+";
/// How a line of a signature begins.
const DASH: &str = "\u{2014} ";
/// A longer note is not looked at, in bytes.
const MOST: usize = 64 * 1024;

/// Why a note or a key is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteError {
    /// It is not written as a note.
    Form,
    /// The key that is trusted has not signed it.
    NotSigned,
    /// There is a signature with the name of the key that is trusted, and it is not of this text.
    Forged,
    /// A key is not written as one.
    Key,
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "it is not a signed checkpoint",
            Self::NotSigned => "it is not signed with the key of this log",
            Self::Forged => "its signature is not of this text",
            Self::Key => "the key cannot be read",
        })
    }
}

impl std::error::Error for NoteError {}

/// Whose signature is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    public: [u8; 32],
}

/// The number by which a signature names its key.
fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let text = [name.as_bytes(), b"\n", &[KIND], public].concat();
    let hash = digest(&SHA256, &text);
    let mut id = [0; 4];
    id.copy_from_slice(&hash.as_ref()[..4]);
    id
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '+')
}

/// Name, number and 32 bytes of a key that is written down.
fn read_key(text: &str) -> Result<(String, String, [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key);
    };
    let bytes = STANDARD.decode(bytes).map_err(|_| NoteError::Key)?;
    match bytes.split_first() {
        Some((&KIND, key)) if is_name(name) => {
            Ok((name.to_owned(), id.to_owned(), key.try_into().map_err(|_| NoteError::Key)?))
        }
        _ => Err(NoteError::Key),
    }
}

impl Verifier {
    /// Reads a public key as it is written down: name, number and key with `+` between them.
    ///
    /// # Errors
    /// [`NoteError::Key`] when it is not one.
    pub fn read(text: &str) -> Result<Self, NoteError> {
        let (name, id, public) = read_key(text.trim())?;
        if id != hex(key_id(&name, &public)) {
            return Err(NoteError::Key);
        }
        Ok(Self { name, public })
    }

    /// The name of the key: what the log is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that is signed; signatures of others are not looked at.
    ///
    /// # Errors
    /// When it is no note, or not signed with this key.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let is_text = note.chars().all(|letter| letter == '\n' || letter >= ' ');
        let end = note.rfind("\n\n").filter(|_| is_text && note.len() <= MOST).ok_or(NoteError::Form)?;
        let (text, lines) = (&note[..=end], &note[end + 2..]);
        if !lines.ends_with('\n') {
            return Err(NoteError::Form);
        }
        let id = key_id(&self.name, &self.public);
        let mut signed = Err(NoteError::NotSigned);
        for line in lines.lines() {
            let (name, signature) =
                line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Form)?;
            let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
            let (of, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Form)?;
            if name != self.name || *of != id {
                continue;
            }
            let key = UnparsedPublicKey::new(&ED25519, &self.public);
            key.verify(text.as_bytes(), signature).map_err(|_| NoteError::Forged)?;
            signed = Ok(text);
        }
        signed
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[KIND][..], &self.public].concat());
        write!(f, "{}+{}+{key}", self.name, hex(key_id(&self.name, &self.public)))
    }
}

/// Signs notes.
pub struct Signer {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
    verifier: Verifier,
}

impl Signer {
    /// A key of 32 random bytes with a name.
    ///
    /// # Errors
    /// [`NoteError::Key`] when it cannot be called so.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| NoteError::Key)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        if !is_name(name) {
            return Err(NoteError::Key);
        }
        Ok(Self { seed, pair, verifier: Verifier { name: name.to_owned(), public } })
    }

    /// Reads a private key as it is written down.
    ///
    /// # Errors
    /// [`NoteError::Key`] when it is not one.
    pub fn read(text: &str) -> Result<Self, NoteError> {
        let (name, id, seed) = read_key(text.strip_prefix(PRIVATE).ok_or(NoteError::Key)?)?;
        let signer = Self::new(&name, seed)?;
        if id != hex(key_id(&name, &signer.verifier.public)) {
            return Err(NoteError::Key);
        }
        Ok(signer)
    }

    /// The private key, to be kept where nobody else reads.
    pub fn written(&self) -> String {
        let Verifier { name, public } = &self.verifier;
        let seed = STANDARD.encode([&[KIND][..], &self.seed].concat());
        format!("{PRIVATE}{name}+{}+{seed}", hex(key_id(name, public)))
    }

    /// The public half.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The text, which ends with a newline, with its signature.
    pub fn sign(&self, text: &str) -> String {
        let Verifier { name, public } = &self.verifier;
        let signature = [&key_id(name, public)[..], self.pair.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::{NoteError, Signer, Verifier};

    /// The worked example of the package in which notes were first described.
    #[test]
    fn a_note_of_another_program_is_read() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let note = format!("{text}\n\u{2014} PeterNeumann {signature}\n");
        let verifier = Verifier::read(key).expect("a key");
        assert_eq!((verifier.open(&note), verifier.to_string().as_str()), (Ok(text), key));
    }

    #[test]
    fn what_was_not_signed_is_refused() {
        let signer = Signer::new("example.org/log", [7; 32]).expect("a key");
        let key = signer.verifier();
        let note = signer.sign("one\ntwo\n");
        assert_eq!(key.open(&note), Ok("one\ntwo\n"));
        let other = Signer::new("example.org/log", [8; 32]).expect("a key");
        let both = format!("{note}{}", other.sign("one\ntwo\n").lines().last().expect("a line"));
        assert_eq!(key.open(&format!("{both}\n")), Ok("one\ntwo\n"), "the line of another is no matter");
        assert_eq!(key.open(&other.sign("one\ntwo\n")), Err(NoteError::NotSigned));
        assert_eq!(key.open(&note.replace("two", "six")), Err(NoteError::Forged));
        for bad in ["", "one\n", "one\n\n", &note[..note.len() - 1], &note.replace("one", "o\tne"), &both] {
            assert!(key.open(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        let signer = Signer::new("example.org/log", [7; 32]).expect("a key");
        let read = Signer::read(&signer.written()).expect("a key");
        assert_eq!(read.verifier(), signer.verifier());
        assert_eq!(Verifier::read(&signer.verifier().to_string()).as_ref(), Ok(signer.verifier()));
        for bad in [signer.written().replace("log", "lag"), "PRIVATE+KEY+a".to_owned(), String::new()] {
            assert!(Signer::read(&bad).is_err(), "{bad}");
        }
        assert!(Verifier::read(&signer.verifier().to_string().replace("log", "lag")).is_err());
        for name in ["", "a b", "a+b", "a\u{2003}b"] {
            assert!(Signer::new(name, [7; 32]).is_err(), "{name}");
        }
    }
}
