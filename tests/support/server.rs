//! A whole server in process: its own database, its own clock, a free port.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use spil::app::App;
use spil::clock::{Clock, Random, SystemRandom};
use spil::config::Config;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::engine::{Database, Engine, Fixture};
use super::keys::Key;
use super::region;

/// The moment at which every test begins: 2026-03-02T09:00:00Z.
pub const START: i64 = 1_772_442_000_000;

/// A clock that stands still until it is moved.
pub struct TestClock(AtomicI64, AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn earliest(&self) -> i64 {
        self.now().min(self.1.load(Ordering::SeqCst))
    }
}

/// A running server with the six organisations of the region registered.
pub struct Server {
    app: Arc<App>,
    base: String,
    http: reqwest::Client,
    clock: Arc<TestClock>,
    serving: JoinHandle<()>,
    /// Goes when the server does.
    database: Database,
    /// The key of each organisation's system, by kind.
    pub(super) keys: HashMap<&'static str, Key>,
    /// Access tokens by caller, with the moment that they end.
    pub(super) tokens: Mutex<HashMap<String, (String, i64)>>,
    /// How many persons were made.
    pub(super) persons: AtomicU32,
}

impl Server {
    /// Starts a server on a new database.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, Arc::new(SystemRandom)).await
    }

    /// The same with other randomness.
    pub async fn start_with(engine: Engine, random: Arc<dyn Random>) -> Self {
        Self::start_set(engine, random, |_| ()).await
    }

    /// The same with other settings.
    pub async fn start_set(engine: Engine, random: Arc<dyn Random>, set: impl FnOnce(&mut Config)) -> Self {
        let database = Database::fresh(engine);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config::default();
        config.server.base.clone_from(&base);
        config.database.url.clone_from(&database.url);
        config.database.readers = 4;
        config.idp.built_in = true;
        config.handoff.days_after = 7;
        config.notify.private = true;
        // Told is when a test says so; one test has the server do it.
        config.notify.send = false;
        set(&mut config);
        let clock = Arc::new(TestClock(AtomicI64::new(START), AtomicI64::new(i64::MAX)));
        let app = spil::server::start(config, clock.clone(), random).await.expect("the server starts");
        let running = spil::server::serve(Arc::clone(&app), listener, std::future::pending());
        let serving = tokio::spawn(async move { running.await.expect("the server runs") });
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let mut server = Self {
            app,
            base,
            http: http.expect("a client"),
            clock,
            serving,
            database,
            keys: HashMap::new(),
            tokens: Mutex::default(),
            persons: AtomicU32::new(0),
        };
        region::register(&mut server).await;
        server
    }

    /// Scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The base of the FHIR API.
    pub fn fhir(&self) -> String {
        format!("{}/fhir", self.base)
    }

    /// The program behind it.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// An HTTP client that follows no redirects.
    pub fn client(&self) -> &reqwest::Client {
        &self.http
    }

    /// The address of the database.
    pub fn database(&self) -> &str {
        &self.database.url
    }

    /// The key of the system of the organisation of this kind.
    pub fn key(&self, kind: &str) -> &Key {
        &self.keys[kind]
    }

    /// The time, ms since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Moves the clock on, ms.
    pub fn advance(&self, by: i64) {
        self.clock.0.fetch_add(by, Ordering::SeqCst);
    }

    /// Sets the clock, ms since 1970.
    pub fn set_clock(&self, to: i64) {
        self.clock.0.store(to, Ordering::SeqCst);
    }

    /// Puts the clock in doubt: it may be as early as this.
    pub fn doubt(&self, earliest: i64) {
        self.clock.1.store(earliest, Ordering::SeqCst);
    }

    /// How many audit records there are.
    pub async fn audits(&self) -> i64 {
        let rows = self.app.store.rows("SELECT COUNT(*) FROM audit", Vec::new()).await.expect("a count");
        rows[0].int(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Fixture for Server {
    async fn on(engine: Engine) -> Self {
        Self::start(engine).await
    }
}
