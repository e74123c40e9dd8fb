//! A small region to sign in to, keys to sign with, and a browser.

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reqwest::header::{COOKIE, HeaderValue, LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use spil::store::sql::auth::{Account, Client, Representation};

use crate::support::Server;

/// Client id of the hospital's system.
pub const SYSTEM: &str = "hospital-system";
/// Client id of the app.
pub const PGO: &str = "pgo-app";
/// Where the app is returned to.
pub const CALLBACK: &str = "http://127.0.0.1:8099/callback";
/// Password of everybody.
pub const PASSWORD: &str = "een lang wachtwoord";

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

/// The region.
pub struct World {
    /// The server.
    pub server: Server,
    /// Key of the hospital's system.
    pub key: Key,
    /// Its second key, ES256.
    pub second: Key,
    /// Number of the hospital.
    pub org: i64,
}

impl World {
    /// A server with one organisation, one system, one app, two patients and one professional.
    pub async fn new() -> Self {
        let server = Server::start().await;
        let (key, second) = (Key::new("first", Algorithm::ES384), Key::new("second", Algorithm::ES256));
        let store = &server.app().store;
        let org = store.register_organisation("hospital", "90000001", "hospital", "Ziekenhuis").await;
        let org = org.expect("organisation").expect("number");
        let system = Client {
            client_id: SYSTEM.to_owned(),
            org: Some(org),
            name: "Ziekenhuis".to_owned(),
            jwks: Some(json!({"keys": [key.jwk(), second.jwk()]}).to_string()),
            redirect_uris: Vec::new(),
            scope: "system/*.cruds".to_owned(),
            active: true,
        };
        store.register_client(&system).await.expect("system");
        let app = Client {
            client_id: PGO.to_owned(),
            name: "Mijn app".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned()],
            scope: "launch/patient openid fhirUser offline_access patient/*.rs".to_owned(),
            active: true,
            ..Client::default()
        };
        store.register_client(&app).await.expect("app");
        let world = Self { server, key, second, org };
        world.patient("wim", "patient-wim", 1).await;
        world.patient("an", "patient-an", 2).await;
        world.professional("dokter").await;
        world
    }

    async fn patient(&self, username: &str, id: &str, person: i64) {
        let app = self.server.app();
        let insert = "INSERT INTO resource (rid, rtype, id, version, updated, deleted, person, category, labels, source, body) \
                      VALUES ($1, $2, $3, 1, 0, 0, $1, 0, 0, 0, $4)";
        let rtype = i64::from(spil_fhir_profiles::definition::type_number("Patient").expect("type"));
        let args = vec![(900_000 + person).into(), rtype.into(), id.into(), b"{}".to_vec().into()];
        app.store.statements(vec![(insert, args)]).await.expect("patient");
        self.account(Account { username: username.to_owned(), patient: Some(id.to_owned()), ..Account::default() })
            .await;
    }

    async fn professional(&self, username: &str) {
        let account = Account {
            username: username.to_owned(),
            practitioner: Some("practitioner-1".to_owned()),
            practitioner_role: Some("01.015".to_owned()),
            org: Some(self.org),
            ..Account::default()
        };
        self.account(account).await;
    }

    async fn account(&self, account: Account) {
        let app = self.server.app();
        let password = spil::auth::hash_password(PASSWORD, app.random.as_ref()).expect("hash");
        let (subject, display) = (format!("sub-{}", account.username), account.username.to_uppercase());
        let account = Account { subject, display, password, ..account };
        app.store.register_account(&account).await.expect("account");
    }

    /// Lets `username` act for a patient until `until`.
    pub async fn represent(&self, username: &str, patient: &str, until: Option<i64>) {
        let to = Representation { patient: patient.to_owned(), relation: "partner".to_owned(), until };
        self.server.app().store.register_representative(username, &to).await.expect("representative");
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.server.app().clock.now() / 1000
    }

    /// Good claims of an assertion for the token endpoint.
    pub fn claims(&self) -> Value {
        json!({
            "iss": SYSTEM, "sub": SYSTEM, "aud": format!("{}/oauth/token", self.server.base()),
            "exp": self.now() + 240, "iat": self.now(), "jti": self.server.app().random.uuid(),
        })
    }

    /// Sends a form; gives status and JSON.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let response = self.server.client().post(format!("{}{path}", self.server.base())).form(fields).send().await;
        let response = response.expect("answer");
        assert_eq!(
            response.headers().get("cache-control").map(HeaderValue::as_bytes),
            Some(&b"no-store"[..]),
            "{path}"
        );
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.expect("text")).expect("json"))
    }

    /// Asks a token with this assertion.
    pub async fn token(&self, assertion: &str, scope: &str) -> (u16, Value) {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ];
        self.post("/oauth/token", &fields).await
    }

    /// A good access token of the hospital's system.
    pub async fn access_token(&self) -> String {
        let (status, body) = self.token(&self.key.sign(json!({}), &self.claims()), "system/*.rs").await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("token").to_owned()
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser<'_> {
        Browser { server: &self.server, cookies: BTreeMap::new() }
    }
}

/// Follows redirects within the server and keeps cookies.
pub struct Browser<'a> {
    server: &'a Server,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
}

/// Where a browser ended.
#[derive(Debug)]
pub struct Page {
    /// Status.
    pub status: u16,
    /// The last address.
    pub address: String,
    /// The content security policy.
    pub policy: String,
    /// The text; empty when the address is not of the server.
    pub text: String,
}

impl Browser<'_> {
    /// Opens an address.
    pub async fn get(&mut self, address: &str) -> Page {
        let address = self.absolute(address);
        self.go(self.server.client().get(&address), address).await
    }

    /// Sends a form.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        let address = self.absolute(address);
        self.go(self.server.client().post(&address).form(fields), address).await
    }

    /// Signs in; gives the page that the browser ends on.
    pub async fn sign_in(&mut self, path: &str, username: &str, password: &str) -> Page {
        let page = self.get(path).await;
        assert!(page.address.contains("/idp/authorize"), "{page:?}");
        self.fill_in(&page, username, password).await
    }

    /// Fills in the login form of a page.
    pub async fn fill_in(&mut self, page: &Page, username: &str, password: &str) -> Page {
        let request = hidden(&page.text, "request");
        self.post(
            "/idp/authorize",
            &[("request", &request), ("csrf", ""), ("username", username), ("password", password)],
        )
        .await
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.server.base()) } else { address.to_owned() }
    }

    async fn go(&mut self, first: reqwest::RequestBuilder, first_address: String) -> Page {
        let (mut request, mut address) = (first, first_address);
        for _ in 0..10 {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let response = request.header(COOKIE, cookies.join("; ")).send().await.expect("answer");
            for line in response.headers().get_all(SET_COOKIE) {
                let line = line.to_str().expect("text");
                assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
                let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("cookie");
                if value.is_empty() {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            let status = response.status().as_u16();
            let policy = response.headers().get("content-security-policy");
            let policy = policy.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default();
            let Some(location) = response.headers().get(LOCATION).map(|value| value.to_str().expect("text").to_owned())
            else {
                return Page { status, address, policy, text: response.text().await.expect("text") };
            };
            address = self.absolute(&location);
            if !address.starts_with(self.server.base()) {
                return Page { status, address, policy, text: String::new() };
            }
            request = self.server.client().get(&address);
        }
        panic!("too many redirects at {address}");
    }
}

/// The value of a hidden field.
pub fn hidden(text: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = text.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {text}")).1;
    rest.split_once('"').expect("quote").0.to_owned()
}

/// A parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| urlencoding::decode(&value.replace('+', " ")).expect("utf-8").into_owned())
        .next()
}
