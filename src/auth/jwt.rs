//! JSON Web Tokens, read strictly: three parts, no member twice, one algorithm that fits the key
//! (<https://www.rfc-editor.org/rfc/rfc7519>, <https://www.rfc-editor.org/rfc/rfc8725>).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

const MAX_LENGTH: usize = 16 * 1024;

/// A token whose signature has not been looked at yet.
pub struct Jwt<'a> {
    /// The protected header.
    pub header: Map<String, Value>,
    /// The claims; believe them after [`Jwt::is_signed_by`].
    pub claims: Map<String, Value>,
    message: &'a str,
    signature: &'a str,
}

impl<'a> Jwt<'a> {
    /// Reads the three parts.
    pub fn parse(token: &'a str) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        Some(Self { header: object(header)?, claims: object(claims)?, message, signature })
    }

    /// A member of the header that is a text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// A claim that is a moment in whole seconds, as ms since 1970.
    pub fn moment(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim).and_then(Value::as_i64).and_then(|seconds| seconds.checked_mul(1000))
    }

    /// Whether the header names a key or an extension that we would have to follow: none of that is done.
    pub fn points_elsewhere(&self) -> bool {
        ["crit", "jku", "jwk", "x5u", "x5c"].iter().any(|name| self.header.contains_key(*name))
    }

    /// Whether `key` signed this with the algorithm of the header, and that algorithm fits the key.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let Some(alg) = self.header("alg").and_then(|alg| key.algorithm(alg)) else { return false };
        crypto::verify(self.signature, self.message.as_bytes(), &key.key, alg).unwrap_or(false)
    }
}

/// A public key of a key set.
pub struct PublicKey {
    /// Key id.
    pub kid: Option<String>,
    algorithms: Vec<(&'static str, Algorithm)>,
    key: DecodingKey,
}

impl PublicKey {
    /// Reads a JSON Web Key that can verify; none for a symmetric, encrypting or unknown key.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|value| value != "sig") {
            return None;
        }
        let (mut algorithms, key) = match (text("kty")?, text("crv")) {
            ("EC", Some("P-256")) => {
                (vec![("ES256", Algorithm::ES256)], DecodingKey::from_ec_components(text("x")?, text("y")?).ok()?)
            }
            ("EC", Some("P-384")) => {
                (vec![("ES384", Algorithm::ES384)], DecodingKey::from_ec_components(text("x")?, text("y")?).ok()?)
            }
            ("RSA", None) => (
                vec![("RS256", Algorithm::RS256), ("RS384", Algorithm::RS384)],
                DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?,
            ),
            _ => return None,
        };
        if let Some(only) = text("alg") {
            algorithms.retain(|(name, _)| *name == only);
        }
        Some(Self { kid: text("kid").map(str::to_owned), algorithms, key })
    }

    fn algorithm(&self, name: &str) -> Option<Algorithm> {
        self.algorithms.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }
}

/// The keys of a key set that can verify.
pub fn key_set(jwks: &str) -> Vec<PublicKey> {
    let set: Value = serde_json::from_str(jwks).unwrap_or_default();
    let keys = set.get("keys").and_then(Value::as_array);
    keys.map(|keys| keys.iter().filter_map(PublicKey::from_jwk).collect()).unwrap_or_default()
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice::<Object>(&bytes).ok().map(|object| object.0)
}

/// An object in which no member stands twice.
struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in which no member stands twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn only_three_parts_of_objects_are_a_token() {
        let (head, body) = (part(r#"{"alg":"ES256"}"#), part(r#"{"iss":"a","exp":3}"#));
        let token = format!("{head}.{body}.sig");
        let jwt = Jwt::parse(&token).expect("three parts");
        assert_eq!((jwt.text("iss"), jwt.moment("exp")), (Some("a"), Some(3000)));
        let twice = part(r#"{"iss":"a","iss":"b"}"#);
        for bad in [
            String::new(),
            head.clone(),
            format!("{head}.{body}"),
            format!("{head}.{body}.x.y"),
            format!("{head}.{twice}.sig"),
            format!("{}.{body}.sig", part("[]")),
        ] {
            assert!(Jwt::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_symmetric_or_encrypting_key_verifies_nothing() {
        let keys = r#"{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-256","use":"enc","x":"AA","y":"AA"},{"kty":"EC"}]}"#;
        assert!(key_set(keys).is_empty());
        assert!(key_set("no json").is_empty());
    }
}
