//! The server that is measured, in this process, with two organisations: a hospital that holds the records and a practice that
//! every patient permits to see them.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom as KeyRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use spil::access::{Access, Interaction};
use spil::app::App;
use spil::clock::{SystemClock, SystemRandom};
use spil::config::Config;
use spil::ctx::{Actor, Ctx};
use spil::store::sql::auth::Client;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::client::{Connection, request};

/// Kind, `Organization` id and URA number of the two.
const ORGANISATIONS: [(&str, &str, &str); 2] = [("hospital", "org-hospital", "90000103"), ("gp", "org-gp", "90000101")];
/// What the practice is permitted to see.
const CATEGORIES: [&str; 13] = [
    "medication",
    "allergies",
    "problems",
    "measurements",
    "results",
    "procedures",
    "encounters",
    "vaccinations",
    "wishes",
    "nursing",
    "documents",
    "mental-health",
    "contacts",
];

/// A running server.
pub struct World {
    /// The program.
    pub app: Arc<App>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Process of the database server, if it is not ours.
    pub database: Option<u64>,
    keys: Vec<EncodingKey>,
    serving: JoinHandle<()>,
}

impl World {
    /// Starts a server on an empty database and registers the organisations.
    pub async fn start(url: &str) -> Self {
        let (app, address, serving) = serve(url, None).await;
        let backend = app.store.dialect() == spil::store::Dialect::Postgres;
        let database = if backend {
            let rows = app.store.rows("SELECT pg_backend_pid()", Vec::new()).await.expect("a process number");
            super::machine::parent_of(rows[0].int(0).unsigned_abs())
        } else {
            None
        };
        let mut world = Self { app, address, database, keys: Vec::new(), serving };
        for (kind, id, ura) in ORGANISATIONS {
            world.register(kind, id, ura).await;
        }
        world
    }

    async fn register(&mut self, kind: &str, id: &str, ura: &str) {
        let store = &self.app.store;
        let org = store.register_organisation(id, ura, kind, kind).await.expect("organisation").expect("a number");
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &KeyRandom::new()).expect("a key");
        let key = EncodingKey::from_ec_der(der.as_ref());
        let mut jwk = json!(Jwk::from_encoding_key(&key, Algorithm::ES384).expect("a public key"));
        jwk["kid"] = json!("key");
        let client = Client {
            client_id: kind.to_owned(),
            org: Some(org),
            name: kind.to_owned(),
            jwks: Some(json!({"keys": [jwk]}).to_string()),
            scope: "system/*.cruds".to_owned(),
            active: true,
            ..Client::default()
        };
        store.register_client(&client).await.expect("a client");
        self.keys.push(key);
    }

    /// An access token of the hospital (0) or the practice (1), for the next five minutes.
    pub async fn token(&self, organisation: usize) -> String {
        let client = ORGANISATIONS[organisation].0;
        let now = self.app.clock.now() / 1000;
        let claims = json!({
            "iss": client, "sub": client, "aud": format!("{}/oauth/token", self.app.config.server.base),
            "iat": now, "exp": now + 200, "jti": self.app.random.uuid(),
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "ES384", "typ": "JWT", "kid": "key"});
        let text = format!("{}.{}", encode(&header), encode(&claims));
        let signature = crypto::sign(text.as_bytes(), &self.keys[organisation], Algorithm::ES384).expect("a signature");
        let form = format!(
            "grant_type=client_credentials&scope=system%2F*.cruds&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={text}.{signature}"
        );
        let media = "application/x-www-form-urlencoded";
        let mut connection = Connection::open(self.address).await;
        let answer = connection.send(&request("POST", "/oauth/token", "", media, form.as_bytes())).await;
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        body["access_token"].as_str().unwrap_or_else(|| panic!("{} {body}", answer.status)).to_owned()
    }

    /// Lets every patient permit the practice everything.
    pub async fn permit_practice(&self, patients: &[String]) {
        let ctx = Ctx {
            actor: Actor::Hub,
            purpose: "TREAT".to_owned(),
            reason: None,
            scopes: None,
            request_id: "bench".to_owned(),
            now: self.app.clock.now(),
        };
        let access = Access::new(Arc::clone(&self.app), ctx);
        for patient in patients {
            let create =
                Interaction::Create { rtype: "Consent".to_owned(), body: consent(patient), if_none_exist: None };
            access.write(create).await.expect("a consent");
        }
    }

    /// Stops serving.
    pub fn stop(self) {
        self.serving.abort();
    }
}

/// Starts the program on a database and serves it.
pub async fn serve(url: &str, base: Option<&str>) -> (Arc<App>, SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut config = Config::default();
    config.server.base = base.map_or_else(|| format!("http://{address}"), str::to_owned);
    config.database.url = url.to_owned();
    let app = spil::server::start(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await;
    let app = app.expect("the server starts");
    let running = spil::server::serve(Arc::clone(&app), listener, std::future::pending());
    let serving = tokio::spawn(async move { running.await.expect("the server runs") });
    (app, address, serving)
}

fn consent(patient: &str) -> Value {
    let concept = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    let categories = "https://spil.example/fhir/CodeSystem/data-category";
    let codes: Vec<Value> = CATEGORIES.iter().map(|code| concept(categories, code)).collect();
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "patient": {"reference": format!("Patient/{patient}")},
        "dateTime": "2026-01-01",
        "policy": [{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}],
        "provision": {
            "type": "permit",
            "period": {"start": "2020-01-01", "end": "2090-01-01"},
            "actor": [{
                "role": concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                "reference": {"reference": format!("Organization/{}", ORGANISATIONS[1].1)},
            }],
            "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}],
            "code": codes,
        },
    })
}
