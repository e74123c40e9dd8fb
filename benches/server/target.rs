//! The server that is asked: ours in a process of its own, or any other by its address.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom as KeyRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use spil::clock::{Clock as _, Random as _, SystemClock, SystemRandom};

use super::client::{Connection, Site};

/// A server with what it takes to ask it.
#[derive(Clone)]
pub struct Target {
    /// Where.
    pub site: Site,
    /// Its process, if it is ours.
    pub process: Option<u64>,
    /// The process whose family serves the database, if any.
    pub database: Option<u64>,
    /// How a caller is known.
    pub auth: Auth,
}

/// How a caller is known to a server.
#[derive(Clone)]
pub enum Auth {
    /// By a token that was given to us; empty for none.
    Fixed(String),
    /// By the keys of registered clients, for tokens of five minutes from a server with this base.
    Keys(Arc<Vec<ClientKey>>, String),
}

/// A client with its key.
pub struct ClientKey {
    /// Its id.
    pub id: String,
    key: EncodingKey,
}

impl ClientKey {
    /// A new key for client `id`.
    pub fn new(id: &str) -> Self {
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &KeyRandom::new()).expect("a key");
        Self { id: id.to_owned(), key: EncodingKey::from_ec_der(der.as_ref()) }
    }

    /// The public key as a set.
    pub fn key_set(&self) -> String {
        let mut jwk = json!(Jwk::from_encoding_key(&self.key, Algorithm::ES384).expect("a public key"));
        jwk["kid"] = json!("key");
        json!({"keys": [jwk]}).to_string()
    }

    /// The form that asks for a token at a server with this base (SMART Backend Services,
    /// <https://hl7.org/fhir/smart-app-launch/backend-services.html>).
    fn form(&self, base: &str) -> String {
        let now = SystemClock.now() / 1000;
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": format!("{base}/oauth/token"),
            "iat": now, "exp": now + 200, "jti": SystemRandom.uuid(),
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "ES384", "typ": "JWT", "kid": "key"});
        let text = format!("{}.{}", encode(&header), encode(&claims));
        let signature = crypto::sign(text.as_bytes(), &self.key, Algorithm::ES384).expect("a signature");
        format!(
            "grant_type=client_credentials&scope=system%2F*.cruds&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={text}.{signature}"
        )
    }
}

impl Target {
    /// A token of caller number `caller`.
    pub async fn token(&self, caller: usize) -> String {
        let (keys, base) = match &self.auth {
            Auth::Fixed(token) => return token.clone(),
            Auth::Keys(keys, base) => (keys, base),
        };
        let form = keys[caller].form(base);
        let request = self.site.rooted("").request(
            "POST",
            "/oauth/token",
            "",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
        );
        let answer = Connection::open(self.site.address).await.send(&request).await;
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        body["access_token"].as_str().unwrap_or_else(|| panic!("{} {body}", answer.status)).to_owned()
    }
}
