//! Values that travel through a browser or a client and must come back unchanged: HMAC-SHA256 over the bytes.

use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Seals and unseals with one key.
pub struct Seal(hmac::Key);

const TAG: usize = 32;

impl Seal {
    /// A seal with this key.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// `bytes` with their tag, as base64url.
    pub fn seal(&self, bytes: &[u8]) -> String {
        let mut sealed = hmac::sign(&self.0, bytes).as_ref().to_vec();
        sealed.extend_from_slice(bytes);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The bytes that were sealed, or none when anything was changed.
    pub fn unseal(&self, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (tag, bytes) = sealed.split_at_checked(TAG)?;
        hmac::verify(&self.0, bytes, tag).ok()?;
        Some(bytes.to_vec())
    }

    /// A value that only this server can derive from `text`, for one purpose.
    pub fn derive(&self, purpose: &str, text: &str) -> String {
        let message = format!("{purpose}\0{text}");
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, message.as_bytes()))
    }
}

/// SHA-256 of a secret as base64url: what is stored of it, and what PKCE compares.
pub fn sha256(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// Whether two texts are equal, in a time that does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_comes_back_and_what_is_changed_does_not() {
        let seal = Seal::new(b"key");
        let sealed = seal.seal(b"page 2");
        assert_eq!(seal.unseal(&sealed).as_deref(), Some(&b"page 2"[..]));
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ascii");
            assert_ne!(seal.unseal(&changed).as_deref(), Some(&b"page 2"[..]), "byte {at}");
        }
        assert_eq!(Seal::new(b"other").unseal(&sealed), None);
        assert_eq!(seal.unseal(""), None);
    }
}
