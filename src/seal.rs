//! Sealed text: AES-256-GCM with a key of the server's own, as unpadded base64url.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Random;
use crate::error::Error;
use crate::store::Store;

/// Seals and opens.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// Loads the key from the store, or makes it at the first start.
    ///
    /// # Errors
    /// When the database fails or the stored key is damaged.
    pub async fn load(store: &Store, random: &dyn Random) -> Result<Self, Error> {
        let mut key = [0; 32];
        random.fill(&mut key);
        let text = store.setting_once("page-key", &URL_SAFE_NO_PAD.encode(key)).await?;
        let key = URL_SAFE_NO_PAD.decode(text).map_err(Error::internal)?;
        let key = UnboundKey::new(&AES_256_GCM, &key).map_err(Error::internal)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals bytes.
    ///
    /// # Errors
    /// When encryption fails, which it does not for lengths that fit in memory.
    pub fn seal(&self, bytes: &[u8], random: &dyn Random) -> Result<String, Error> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut text = bytes.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
            .map_err(Error::internal)?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&text);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`Sealer::seal`] made; none when it was changed.
    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = self.0.open_in_place(nonce, Aad::empty(), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}
