//! A small region to sign in to.

use jsonwebtoken::Algorithm;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use spil::store::sql::auth::{Account, Client, Representation};

pub use crate::support::browser::{Browser, Page, hidden, parameter};
pub use crate::support::keys::Key;
use crate::support::{Engine, Fixture, Server};

/// Client id of the hospital's system.
pub const SYSTEM: &str = "hospital-system";
/// Client id of the app.
pub const PGO: &str = "pgo-app";
/// Where the app is returned to.
pub const CALLBACK: &str = "http://127.0.0.1:8099/callback";
/// Password of everybody.
pub const PASSWORD: &str = "een lang wachtwoord";

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
    async fn new(engine: Engine) -> Self {
        let server = Server::start(engine).await;
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
        let until = until.or_else(|| Some(self.server.app().clock.now() + 365 * 24 * 3600 * 1000));
        let to = Representation { patient: patient.to_owned(), relation: "partner".to_owned(), until, agreed: None };
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
        Browser::new(&self.server)
    }
}

impl Fixture for World {
    async fn on(engine: Engine) -> Self {
        Self::new(engine).await
    }
}
