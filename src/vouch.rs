//! What the server vouches for: bytes with an Ed25519 signature of a key of its own, as unpadded base64url.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Random;
use crate::error::Error;
use crate::store::Store;

/// Bytes of a signature.
const SIGNATURE: usize = 64;
/// A longer token is not looked at.
const MOST: usize = 512;

/// Signs, and knows its own signatures.
pub struct Voucher(Ed25519KeyPair);

impl Voucher {
    /// Loads the key from the store, or makes it at the first start.
    ///
    /// # Errors
    /// When the database fails or the stored key is damaged.
    pub async fn load(store: &Store, random: &dyn Random) -> Result<Self, Error> {
        let mut seed = [0; 32];
        random.fill(&mut seed);
        let text = store.setting_once("document-key", &URL_SAFE_NO_PAD.encode(seed)).await?;
        let seed: Vec<u8> = URL_SAFE_NO_PAD.decode(text).map_err(Error::internal)?;
        Self::from_seed(&seed)
    }

    /// The key that 32 random bytes make.
    ///
    /// # Errors
    /// When they are not 32 bytes.
    pub fn from_seed(seed: &[u8]) -> Result<Self, Error> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(Error::internal)
    }

    /// A token of these bytes. `domain` says what they are, so that no token can be taken for one of another kind.
    pub fn token(&self, domain: &str, bytes: &[u8]) -> String {
        let signature = self.0.sign(&[domain.as_bytes(), bytes].concat());
        URL_SAFE_NO_PAD.encode([bytes, signature.as_ref()].concat())
    }

    /// The bytes of a token that this key made in this domain.
    pub fn open(&self, domain: &str, token: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(Some(token).filter(|token| token.len() <= MOST)?).ok()?;
        let signature = bytes.split_off(bytes.len().checked_sub(SIGNATURE)?);
        let key = UnparsedPublicKey::new(&ED25519, self.0.public_key().as_ref());
        key.verify(&[domain.as_bytes(), &bytes].concat(), &signature).ok()?;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Voucher;

    #[test]
    fn a_token_is_known_whole_by_its_own_key_and_in_its_own_domain_only() {
        let voucher = Voucher::from_seed(&[7; 32]).expect("a key");
        let token = voucher.token("one\n", b"bytes");
        assert_eq!(voucher.open("one\n", &token).as_deref(), Some(&b"bytes"[..]));
        assert_eq!(voucher.open("two\n", &token), None);
        assert_eq!(voucher.open("one", &token), None, "what is signed begins with the domain");
        assert_eq!(Voucher::from_seed(&[8; 32]).expect("a key").open("one\n", &token), None);
        for at in 0..token.len() {
            let mut bad = token.clone().into_bytes();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(voucher.open("one\n", &String::from_utf8(bad).expect("ASCII")), None, "{at}");
        }
        for bad in ["", "AA", "é", &token[1..], &format!("{token}A"), &format!("{token}="), &"A".repeat(10_000)] {
            assert_eq!(voucher.open("one\n", bad), None, "{bad}");
        }
        assert!(Voucher::from_seed(&[7; 31]).is_err());
    }
}
