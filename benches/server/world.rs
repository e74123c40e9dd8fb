//! The server that is measured, in a process of its own, with two organisations: a hospital that holds the records and a
//! practice that every patient permits to see them.

use std::sync::Arc;

use serde_json::{Value, json};
use spil::access::{Access, Entry, Interaction};
use spil::app::App;
use spil::clock::{SystemClock, SystemRandom};
use spil::config::Config;
use spil::ctx::{Actor, Ctx};
use spil::demo::Region;
use spil::store::sql::auth::Client;
use spil::store::{Dialect, Store};
use tokio::net::TcpListener;

use super::client::Site;
use super::machine;
use super::process::{Process, SERVE, tell};
use super::target::{Auth, ClientKey, Target};

/// Base URL of the server, whatever address it has.
const BASE: &str = "http://bench";
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

/// A server on a database.
pub struct World {
    url: String,
    keys: Arc<Vec<ClientKey>>,
    /// Our own look at the database, beside the server's.
    pub store: Store,
    database: Option<u64>,
    process: Option<Process>,
}

impl World {
    /// Registers the organisations in an empty database and starts a server on it.
    pub async fn start(url: &str) -> Self {
        let keys: Vec<ClientKey> = ORGANISATIONS.iter().map(|(kind, _, _)| ClientKey::new(kind)).collect();
        let app = program(url).await;
        for ((kind, id, ura), key) in ORGANISATIONS.iter().zip(&keys) {
            let org = app.store.register_organisation(id, ura, kind, kind).await.expect("organisation");
            let client = Client {
                client_id: (*kind).to_owned(),
                org: Some(org.expect("a number")),
                name: (*kind).to_owned(),
                jwks: Some(key.key_set()),
                scope: "system/*.cruds".to_owned(),
                active: true,
                ..Client::default()
            };
            app.store.register_client(&client).await.expect("a client");
        }
        let store = app.store.clone();
        let database = if store.dialect() == Dialect::Postgres {
            let rows = store.rows("SELECT pg_backend_pid()", Vec::new()).await.expect("a process number");
            machine::parent_of(rows[0].int(0).unsigned_abs())
        } else {
            None
        };
        let mut world = Self { url: url.to_owned(), keys: Arc::new(keys), store, database, process: None };
        world.resume().await;
        world
    }

    /// The running server as something to ask.
    pub fn target(&self) -> Target {
        let process = self.process();
        Target {
            site: Site::at(&format!("http://{}/fhir", process.address)).expect("an address"),
            process: Some(process.number()),
            database: self.database,
            auth: Auth::Keys(Arc::clone(&self.keys), BASE.to_owned()),
        }
    }

    /// The process of the server.
    pub fn process(&self) -> &Process {
        self.process.as_ref().expect("the server runs")
    }

    /// Stops the server: what follows has the database for itself.
    pub fn pause(&mut self) {
        self.process = None;
    }

    /// Starts a stopped server again.
    pub async fn resume(&mut self) {
        self.process = Some(Process::start(SERVE, &[&self.url, BASE], "/health/ready").await);
    }

    /// Registers the organisations of a region, and stores what the hub knows of it.
    pub async fn know(&mut self, region: &Region) {
        self.pause();
        let app = program(&self.url).await;
        for one in region.organisations.iter().filter(|one| own(&one.ura).is_none()) {
            let number = app.store.register_organisation(&one.id, &one.ura, &one.kind, &one.name).await;
            number.expect("organisation").expect("a number");
        }
        let access = hub(app);
        for entry in region.directory["entry"].as_array().into_iter().flatten() {
            let body = entry["resource"].clone();
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let (rtype, id) = (text("resourceType"), text("id"));
            access.write(Interaction::Update { rtype, id, body, if_match: None }).await.expect("a place in the region");
        }
        self.resume().await;
    }

    /// Lets patients permit the practice everything.
    pub async fn permit_practice(&mut self, patients: &[String]) {
        let (_, practice, _) = ORGANISATIONS[1];
        self.permit(patients.iter().map(|patient| consent(patient, practice)).collect()).await;
    }

    /// Stores so many consents, each patient's first for the practice and the others for as many other organisations.
    pub async fn permit_widely(&mut self, count: usize) {
        let number = spil_fhir_profiles::definition::type_number("Patient").expect("a type");
        let sql = "SELECT id FROM resource WHERE rtype = $1 AND deleted = 0 ORDER BY id";
        let rows = self.store.rows(sql, vec![i64::from(number).into()]).await.expect("the patients");
        let patients: Vec<String> = rows.iter().map(|row| row.text(0).to_owned()).collect();
        let (_, practice, _) = ORGANISATIONS[1];
        let mut organisations = vec![practice.to_owned()];
        while organisations.len() * patients.len() < count {
            let at = organisations.len();
            let (id, ura) = (format!("org-other-{at}"), (91_000_000 + at).to_string());
            let stored = self.store.register_organisation(&id, &ura, "vvt", &id).await;
            stored.expect("organisation").expect("a number");
            organisations.push(id);
        }
        let pairs = organisations.iter().flat_map(|one| patients.iter().map(move |patient| consent(patient, one)));
        self.permit(pairs.take(count).collect()).await;
    }

    async fn permit(&mut self, consents: Vec<Value>) {
        self.pause();
        let access = hub(program(&self.url).await);
        for some in consents.chunks(200) {
            let create = |body: &Value| Interaction::Create {
                rtype: "Consent".to_owned(),
                body: body.clone(),
                if_none_exist: None,
            };
            let entries = some.iter().enumerate();
            let entries = entries.map(|(at, body)| Entry { at, full_url: None, interaction: create(body) });
            let entries: Vec<Entry> = entries.collect();
            access.transaction(&entries).await.expect("consents");
        }
        self.resume().await;
    }
}

/// The door as the hub itself comes to it.
fn hub(app: Arc<App>) -> Access {
    let ctx = Ctx {
        actor: Actor::Hub,
        purpose: "TREAT".to_owned(),
        reason: None,
        scopes: None,
        request_id: "bench".to_owned(),
        now: app.clock.now(),
    };
    Access::new(app, ctx)
}

/// Id of that of our two organisations that has this URA number.
pub fn own(ura: &str) -> Option<&'static str> {
    ORGANISATIONS.iter().find(|(_, _, number)| *number == ura).map(|(_, id, _)| *id)
}

/// The program on a database, not serving.
async fn program(url: &str) -> Arc<App> {
    let mut config = Config::default();
    BASE.clone_into(&mut config.server.base);
    url.clone_into(&mut config.database.url);
    spil::server::start(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await.expect("the server starts")
}

/// Serves a database until killed; writes its address into `file`.
pub async fn serve(file: &str, url: &str, base: &str) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut config = Config::default();
    base.clone_into(&mut config.server.base);
    url.clone_into(&mut config.database.url);
    let app = spil::server::start(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await;
    tell(file, address);
    let running = spil::server::serve(app.expect("the server starts"), listener, std::future::pending());
    running.await.expect("the server runs until killed");
}

fn consent(patient: &str, organisation: &str) -> Value {
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
                "reference": {"reference": format!("Organization/{organisation}")},
            }],
            "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}],
            "code": codes,
        },
    })
}
