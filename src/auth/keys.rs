//! The server's own signing key: ES256, made at the first start, kept in the database.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::jwt::PublicKey;
use crate::error::Error;

/// Signs tokens, and knows the public half.
pub struct Signing {
    key: EncodingKey,
    jwk: Value,
    /// The public half.
    pub public: PublicKey,
    /// Thumbprint of the key (<https://www.rfc-editor.org/rfc/rfc7638>).
    pub kid: String,
}

impl Signing {
    /// A new private key as PKCS#8.
    pub fn make() -> Result<Vec<u8>, Error> {
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        pair.map(|der| der.as_ref().to_vec()).map_err(|_| Error::internal("no signing key could be made"))
    }

    /// Reads a private key from PKCS#8.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        let key = EncodingKey::from_ec_der(der);
        let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(Error::internal)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(Error::internal)?;
        let AlgorithmParameters::EllipticCurve(point) = &jwk.algorithm else {
            return Err(Error::internal("the signing key is not of an elliptic curve"));
        };
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "x": point.x, "y": point.y, "use": "sig", "alg": "ES256", "kid": kid,
        });
        let public = PublicKey::from_jwk(&jwk).ok_or_else(|| Error::internal("the signing key cannot verify"))?;
        Ok(Self { key, jwk, public, kid })
    }

    /// The claims as a signed token of type `typ`.
    pub fn sign(&self, typ: &str, claims: &Value) -> Result<String, Error> {
        let header = json!({"typ": typ, "alg": "ES256", "kid": self.kid});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let signature = crypto::sign(message.as_bytes(), &self.key, Algorithm::ES256).map_err(Error::internal)?;
        Ok(format!("{message}.{signature}"))
    }

    /// The public key set.
    pub fn jwks(&self) -> Value {
        json!({"keys": [self.jwk]})
    }
}
