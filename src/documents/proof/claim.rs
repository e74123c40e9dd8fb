//! What the server says of a document when it signs it: 33 bytes, and nothing of the person or the content.

use super::super::{Document, Kind, Text, dates};
use super::control;

/// What is signed begins with this, so that no other signature of the server can be taken for one of a document.
pub(in super::super) const DOMAIN: &str = "spil document v1\n";

/// The form of the bytes.
const VERSION: u8 = 1;

/// What is said of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What kind of document it is.
    pub kind: Kind,
    /// The number of the document, a UUID.
    pub id: [u8; 16],
    /// When it was made, in seconds since 1970.
    pub made: u64,
    /// The control number.
    number: u64,
    /// How many rows its tables have.
    pub rows: u32,
}

impl Claim {
    /// What is said of this document.
    pub fn of(document: &Document) -> Self {
        Self {
            kind: document.kind,
            id: uuid::Uuid::parse_str(&document.id).unwrap_or_default().into_bytes(),
            made: u64::try_from(document.made_ms.div_euclid(1000)).unwrap_or_default().min((1 << 40) - 1),
            number: control::number(&document.view),
            rows: control::rows(&document.view).min((1 << 24) - 1),
        }
    }

    /// The control number as it is printed.
    pub fn control(&self) -> String {
        control::written(self.number)
    }

    /// When it was made, in words.
    pub fn made_words(&self) -> Text {
        dates::now_words(i64::try_from(self.made).unwrap_or_default().saturating_mul(1000))
    }

    /// The bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION, self.kind.number()];
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&self.made.to_be_bytes()[3..]);
        out.extend_from_slice(&self.number.to_be_bytes()[1..]);
        out.extend_from_slice(&self.rows.to_be_bytes()[1..]);
        out
    }

    /// Reads the bytes back; none when they are not such.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 33] = bytes.try_into().ok()?;
        let number = |from: usize, to: usize| bytes[from..to].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[2..18]);
        let claim = Self {
            kind: Kind::by_number(bytes[1])?,
            id,
            made: number(18, 23),
            number: number(23, 30),
            rows: u32::try_from(number(30, 33)).ok()?,
        };
        (bytes[0] == VERSION && claim.number < 1 << control::BITS).then_some(claim)
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, Kind};

    #[test]
    fn what_is_said_is_read_as_it_was_written() {
        let claim =
            Claim { kind: Kind::Handoff, id: [7; 16], made: 1_772_442_000, number: (1 << 50) - 3, rows: 70_000 };
        let bytes = claim.bytes();
        assert_eq!((bytes.len(), Claim::read(&bytes)), (33, Some(claim)));
        for (at, other) in [(0, 2), (1, 0), (1, 9), (23, 255)] {
            let mut bad = bytes.clone();
            bad[at] = other;
            assert_eq!(Claim::read(&bad), None, "{at}");
        }
        assert_eq!(Claim::read(&bytes[..32]), None);
    }
}
