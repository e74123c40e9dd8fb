//! Every answer that carried something has exactly one record in the log, also when the program is killed while it answers: the
//! real program, SIGKILL in between, and then a comparison of what was received with what was recorded. `SPIL_CASES` says how
//! many requests.

use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};
use spil::clock::{Clock as _, Random as _, SystemClock, SystemRandom};
use spil::store::Store;
use spil::store::sql::auth::Client;

use crate::support::builders::{bundle, condition, patient, weight};
use crate::support::engine::Database;
use crate::support::keys::Key;
use crate::support::{Engine, on_both, region};

/// Requests, when nobody says how many.
const CASES: u64 = 800;
/// Requests between two kills, about.
const BETWEEN: u64 = 2_000;
/// Who ask at the same time.
const CALLERS: u64 = 6;
/// Patients.
const PATIENTS: u64 = 10;

/// The program on a database of its own, with two organisations; the hospital holds the records of all patients.
struct Program {
    database: Database,
    address: String,
    http: reqwest::Client,
    keys: HashMap<&'static str, Key>,
    child: Mutex<Child>,
    /// Counts kills and starts: odd while the program is down.
    turns: AtomicU64,
    next: AtomicU64,
}

/// What became of a request.
struct Outcome {
    id: String,
    /// None: the answer did not come, or not all of it.
    status: Option<u16>,
    /// What was made.
    made: Option<String>,
}

fn spawn(database: &Database, address: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_spil"))
        .args(["serve", "--listen", address, "--database", &database.url])
        .env("SPIL_SERVER_BASE", format!("http://{address}"))
        .env("SPIL_AUDIT_CHECKPOINT_SECONDS", "1")
        .env("RUST_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("spil starts")
}

impl Program {
    async fn start(engine: Engine) -> Self {
        let database = Database::fresh(engine);
        let store = Store::open(&database.url, 1).await.expect("opens");
        let mut keys = HashMap::new();
        for (kind, ura, name) in region::ORGANISATIONS {
            let org = store.register_organisation(&region::organization(kind), ura, kind, name).await.expect("stored");
            let key = Key::new("key", Algorithm::ES384);
            let client = Client {
                client_id: region::client_id(kind),
                org,
                name: name.to_owned(),
                jwks: Some(json!({"keys": [key.jwk()]}).to_string()),
                scope: "system/*.cruds".to_owned(),
                active: true,
                ..Client::default()
            };
            store.register_client(&client).await.expect("client");
            keys.insert(kind, key);
        }
        drop(store);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let child = Mutex::new(spawn(&database, &address));
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (turns, next) = (AtomicU64::new(0), AtomicU64::new(0));
        let program = Self { database, address, http, keys, child, turns, next };
        program.ready().await;
        program.fill().await;
        program
    }

    async fn ready(&self) {
        for _ in 0..1_200 {
            let answer = self.http.get(format!("http://{}/health/ready", self.address)).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("spil does not become ready");
    }

    async fn fill(&self) {
        let mut entries = Vec::new();
        let names: Vec<[String; 2]> =
            (0..PATIENTS).map(|at| [format!("Patient/p{at}"), format!("Observation/o{at}")]).collect();
        for (at, [patient_name, observation]) in (0..).zip(&names) {
            entries.push(("PUT", patient_name.as_str(), patient(&region::bsn(at))));
            entries.push(("PUT", observation.as_str(), weight(patient_name, "2026-01-05", "72.5")));
        }
        let token = self.token("hospital").await.expect("a token");
        let (status, text) = self.ask(&token, "setup", Method::POST, "", Some(bundle("transaction", entries))).await;
        assert_eq!(status, Some(200), "{text}");
    }

    /// An access token; none while the program is down.
    async fn token(&self, kind: &str) -> Option<String> {
        let (endpoint, now) = (format!("http://{}/oauth/token", self.address), SystemClock.now() / 1_000);
        let id = region::client_id(kind);
        let claims = json!({
            "iss": id, "sub": id, "aud": endpoint, "iat": now, "exp": now + 120, "jti": SystemRandom.uuid(),
        });
        let assertion = self.keys[kind].sign(json!({}), &claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "system/*.cruds"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let answer: Value = self.http.post(&endpoint).form(&form).send().await.ok()?.json().await.ok()?;
        answer["access_token"].as_str().map(str::to_owned)
    }

    /// Sends a request under an id; the status is there when all of the answer came.
    async fn ask(
        &self,
        token: &str,
        id: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (Option<u16>, String) {
        let mut request = self.http.request(method, format!("http://{}/fhir/{path}", self.address));
        request = request.bearer_auth(token).header("x-request-id", id);
        if let Some(body) = body {
            request = request.header("content-type", "application/fhir+json").body(body.to_string());
        }
        let Ok(answer) = request.send().await else { return (None, String::new()) };
        let status = answer.status().as_u16();
        match answer.text().await {
            Ok(text) => (Some(status), text),
            Err(_) => (None, String::new()),
        }
    }

    /// One caller: asks until enough was asked, whatever happens to the program.
    async fn call(&self, cases: u64) -> Vec<Outcome> {
        let (mut outcomes, mut tokens) = (Vec::new(), None);
        loop {
            let turn = self.turns.load(Ordering::SeqCst);
            let (hospital, vvt) = match &tokens {
                Some((until, hospital, vvt)) if *until > SystemClock.now() => (hospital, vvt),
                _ => {
                    if let (Some(hospital), Some(vvt)) = (self.token("hospital").await, self.token("vvt").await) {
                        tokens = Some((SystemClock.now() + 120_000, hospital, vvt));
                    } else {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    continue;
                }
            };
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            if number >= cases {
                return outcomes;
            }
            let (at, id) = (number / 10 % PATIENTS, format!("case-{number}"));
            let (token, method, path, body, expected) = match number % 10 {
                0 => (vvt, Method::GET, format!("Observation/o{at}"), None, 404),
                1 => (hospital, Method::GET, "Observation/absent".to_owned(), None, 404),
                2 => (hospital, Method::GET, format!("Observation?patient=Patient/p{at}"), None, 200),
                3 => (
                    hospital,
                    Method::POST,
                    "Condition".to_owned(),
                    Some(condition(&format!("Patient/p{at}"), "1")),
                    201,
                ),
                4 => {
                    let body = weight(&format!("Patient/p{at}"), "2026-01-05", &number.to_string());
                    (hospital, Method::PUT, format!("Observation/o{at}"), Some(body), 200)
                }
                5 => (hospital, Method::GET, format!("Observation/o{at}/_history?_count=5"), None, 200),
                6 => (hospital, Method::GET, format!("Patient/p{at}/$everything?_count=10"), None, 200),
                _ => (hospital, Method::GET, format!("Observation/o{at}"), None, 200),
            };
            let (status, text) = self.ask(token, &id, method, &path, body).await;
            if let Some(status) = status {
                assert_eq!(status, expected, "{path}: {text}");
            } else {
                let now = self.turns.load(Ordering::SeqCst);
                assert!(turn % 2 == 1 || now != turn, "{path}: no answer, and nobody killed the program");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let made = (status == Some(201)).then(|| serde_json::from_str::<Value>(&text).expect("JSON"));
            let made = made.map(|made| made["id"].as_str().expect("an id").to_owned());
            outcomes.push(Outcome { id, status, made });
        }
    }

    /// Kills the program after about so many requests, and starts it again; gives how often.
    async fn kill(&self, cases: u64, times: u64) -> u64 {
        for time in 1..=times {
            while self.next.load(Ordering::SeqCst) < cases * time / (times + 1) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            self.turns.fetch_add(1, Ordering::SeqCst);
            {
                let mut child = self.child.lock().expect("no panic");
                // SIGKILL: nothing is finished, nothing is closed.
                child.kill().expect("killed");
                child.wait().expect("ended");
                *child = spawn(&self.database, &self.address);
            }
            self.ready().await;
            self.turns.fetch_add(1, Ordering::SeqCst);
        }
        times
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let mut child = self.child.lock().expect("no panic");
        drop(child.kill());
        drop(child.wait());
    }
}

/// How many records there are of each request, and which resources.
async fn stored(store: &Store) -> (HashMap<String, u32>, HashMap<String, u32>) {
    let (mut records, mut made, mut last) = (HashMap::new(), HashMap::new(), 0);
    loop {
        let sql = "SELECT seq, body FROM audit WHERE seq > $1 ORDER BY seq LIMIT 5000";
        let rows = store.rows(sql, vec![last.into()]).await.expect("read");
        for row in &rows {
            let body: Value = serde_json::from_str(row.text(1)).expect("JSON");
            *records.entry(body["request"].as_str().expect("an id").to_owned()).or_default() += 1;
            last = row.int(0);
        }
        if rows.is_empty() {
            break;
        }
    }
    for row in store.rows("SELECT id FROM resource", Vec::new()).await.expect("read") {
        *made.entry(row.text(0).to_owned()).or_default() += 1;
    }
    (records, made)
}

#[expect(clippy::disallowed_methods, reason = "who runs the tests says how much")]
fn cases() -> u64 {
    std::env::var("SPIL_CASES").ok().map_or(CASES, |text| text.parse().expect("SPIL_CASES is a number"))
}

async fn every_answer_that_came_has_one_record(engine: Engine) {
    let cases = cases();
    let begun = Instant::now();
    let program = Program::start(engine).await;
    let callers = (0..CALLERS).map(|_| program.call(cases));
    let (outcomes, kills) =
        tokio::join!(futures_util::future::join_all(callers), program.kill(cases, (cases / BETWEEN).max(3)));
    let id = program.child.lock().expect("no panic").id().to_string();
    assert!(Command::new("kill").arg(id).status().expect("kill runs").success());
    assert!(program.child.lock().expect("no panic").wait().expect("ended").success());

    let store = Store::open(&program.database.url, 1).await.expect("opens");
    let (records, resources) = stored(&store).await;
    let (mut came, mut lost, mut recorded) = (0, 0, 0);
    for outcome in outcomes.iter().flatten() {
        let count = records.get(&outcome.id).copied().unwrap_or_default();
        if let Some(status) = outcome.status {
            came += 1;
            assert_eq!(count, 1, "{} was answered with {status}", outcome.id);
        } else {
            (lost, recorded) = (lost + 1, recorded + count);
            assert!(count <= 1, "{} was answered once at most", outcome.id);
        }
        if let Some(made) = &outcome.made {
            assert_eq!(resources.get(made), Some(&1), "{made} was acknowledged");
        }
    }
    assert_eq!(came + lost, cases);
    let of_cases = records.iter().filter(|(id, _)| id.starts_with("case-")).map(|(_, count)| u64::from(*count));
    assert_eq!(of_cases.sum::<u64>(), came + u64::from(recorded), "no record of what nobody asked");
    let key = store.setting("log-key").await.expect("read").expect("a key");
    let key = spil::tlog::Signer::read(&key).expect("a key");
    let whole = store.verify_audit(key.verifier(), Vec::new()).await.expect("read").expect("whole");
    assert_eq!(whole.records, whole.witnessed, "the program makes a checkpoint when it stops");
    println!(
        "{engine:?}: {cases} requests, {kills} kills, {came} answers with one record each, {lost} requests without an \
         answer of which {recorded} have a record, {} checkpoints, {:.0?}",
        whole.checkpoints,
        begun.elapsed()
    );
}

on_both! {
    every_answer_that_came_has_one_record,
}
