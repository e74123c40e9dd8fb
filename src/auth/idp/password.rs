//! Passwords of demo accounts: Argon2id.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::clock::Random;
use crate::error::Error;

/// The hash of a password, to be kept.
pub fn hash(password: &str, random: &dyn Random) -> Result<String, Error> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    salted(password, &salt)
}

fn salted(password: &str, salt: &[u8]) -> Result<String, Error> {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

/// Whether the password belongs to the hash. Without a hash as much work is done, and the answer is no.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| salted("nobody", b"nobody has this.").unwrap_or_default()).as_str();
    let compared = hash.unwrap_or_else(nobody);
    let is_equal = PasswordHash::new(compared)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    is_equal && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_somebody_is_right() {
        let hash = salted("geheim", b"0123456789abcdef").expect("hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_right("geheim", Some(&hash)));
        assert!(!is_right("Geheim", Some(&hash)));
        assert!(!is_right("", Some(&hash)));
        assert!(!is_right("nobody", None));
        assert!(!is_right("geheim", Some("no hash")));
    }
}
