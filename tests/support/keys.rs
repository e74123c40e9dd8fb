//! Keys that systems sign with.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::Server;

/// A private key with its name.
pub struct Key {
    /// Key id.
    pub kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    /// A new key for ES256 or ES384.
    pub fn new(kid: &str, algorithm: Algorithm) -> Self {
        let curve = match algorithm {
            Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            _ => &ECDSA_P384_SHA384_FIXED_SIGNING,
        };
        let der = EcdsaKeyPair::generate_pkcs8(curve, &SystemRandom::new()).expect("key");
        Self { kid: kid.to_owned(), algorithm, private: EncodingKey::from_ec_der(der.as_ref()) }
    }

    /// A new RSA key for RS256 or RS384.
    pub fn rsa(kid: &str, algorithm: Algorithm) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("key");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("der");
        let body = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        Self { kid: kid.to_owned(), algorithm, private: EncodingKey::from_rsa_pem(pem.as_bytes()).expect("pem") }
    }

    /// The key that the server signs with, to forge what only a faulty server would sign.
    pub async fn of_server(server: &Server) -> Self {
        let der = server.app().store.setting("signing-key").await.expect("store").expect("key");
        let private = EncodingKey::from_ec_der(&STANDARD.decode(der).expect("base64"));
        let jwk = Jwk::from_encoding_key(&private, Algorithm::ES256).expect("jwk");
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).expect("thumbprint");
        Self { kid, algorithm: Algorithm::ES256, private }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.private, self.algorithm).expect("jwk")).expect("json");
        jwk["kid"] = json!(self.kid);
        jwk
    }

    /// A token with this header (completed with `alg` and `kid` when absent).
    pub fn sign(&self, mut header: Value, claims: &Value) -> String {
        if header.get("alg").is_none() {
            header["alg"] = json!(format!("{:?}", self.algorithm));
        }
        if header.get("kid").is_none() {
            header["kid"] = json!(self.kid);
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let signature = crypto::sign(message.as_bytes(), &self.private, self.algorithm).expect("signature");
        format!("{message}.{signature}")
    }
}
