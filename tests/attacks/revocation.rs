//! Withdrawal with two server processes on one database: whatever is asked of either after a withdrawal was answered
//! gives nothing. `SPIL_REVOCATIONS=10000` says how often.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use serde_json::json;

use crate::support::builders::condition;
use crate::support::world::{CODE, PATIENT, World};
use crate::support::{Caller, Engine, Fixture as _, Response};

/// What is asked again and again; the last two continue a page that was made while it was permitted.
const ASKED: [&str; 15] = [
    "Condition/c1",
    "Condition/c1/_history/1",
    "Condition/c1/_history",
    "Condition?patient=Patient/h1",
    "Condition?_total=accurate&_count=1",
    "Condition?_summary=count",
    "Patient?_id=h1&_revinclude=Condition:patient",
    "Patient?_has:Condition:patient:code=13645005",
    "Patient/h1/$everything",
    "Patient/h1/Condition",
    "Condition/_history?_count=5",
    "$graphql?query={ConditionList{code{coding{code}}}}",
    "Composition/d1/$document",
    "page of a search",
    "page of everything",
];
const PAGES: usize = ASKED.len() - 2;
const READERS: usize = 8;
/// Up to so many withdrawals each reader looks several times before the next one; of more, about once.
const FEW: usize = 100;
/// How long the second process may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the readers and the patient know of each other.
#[derive(Default)]
struct State {
    /// Odd from the moment that a withdrawal was answered until just before it is permitted again.
    phase: AtomicU64,
    done: AtomicBool,
    /// Answers that were begun and ended in the phase.
    looks: AtomicUsize,
    /// Answers with something in them while it was permitted, and answers while it was withdrawn, by what was asked.
    shown: [AtomicUsize; ASKED.len()],
    shut: [AtomicUsize; ASKED.len()],
    /// Links to a next page.
    pages: Mutex<[String; 2]>,
}

/// The other process.
struct Second {
    child: Child,
    base: String,
}

impl Second {
    async fn start(world: &World) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let listen = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut command = Command::new(env!("CARGO_BIN_EXE_spil"));
        command.args(["serve", "--listen", &listen]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("SPIL_SERVER_BASE", world.server.base()).env("SPIL_IDP_BUILT_IN", "true");
        command.env("SPIL_DATABASE_URL", world.server.database());
        let second = Self { child: command.spawn().expect("the program starts"), base: format!("http://{listen}") };
        let ready = async {
            let address = format!("{}/health/ready", second.base);
            while world.server.client().get(&address).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.expect("the second process is ready");
        second
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The second process has the clock of the machine, so the first one goes by it too.
#[expect(clippy::disallowed_methods, reason = "a process of its own has the clock of the machine")]
fn tick(world: &World) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    world.server.set_clock(i64::try_from(now).expect("a moment"));
}

fn shows(answer: &Response) -> bool {
    let text = answer.text();
    let counted = text.split("\"total\":").nth(1).is_some_and(|rest| !rest.starts_with('0'));
    let parts = ["\"fullUrl\"", "\"subject\"", &format!("\"code\":\"{CODE}\"")];
    counted || parts.iter().any(|part| text.contains(part))
}

/// The link to the next page, at either process.
async fn next(gp: &Caller<'_>, path: &str) -> String {
    let page = gp.get(path).await.expect(200).json();
    let links = page["link"].as_array().expect("links");
    let next = links.iter().find(|link| link["relation"] == "next").unwrap_or_else(|| panic!("{path}: {page}"));
    next["url"].as_str().expect("url").to_owned()
}

async fn reader(world: &World, bases: &[String; 2], number: usize, state: &State) {
    let gp = world.server.gp();
    for turn in number.. {
        if state.done.load(Ordering::SeqCst) {
            return;
        }
        let asked = turn % ASKED.len();
        let base = &bases[(turn / ASKED.len() + number) % 2];
        let before = state.phase.load(Ordering::SeqCst);
        let address = match asked.checked_sub(PAGES) {
            Some(page) => state.pages.lock().expect("no panic")[page].replace(&bases[0], base),
            None => format!("{base}/fhir/{}", ASKED[asked]),
        };
        let answer = gp.get(&address).await;
        if state.phase.load(Ordering::SeqCst) != before {
            continue;
        }
        assert!(answer.status < 500 && answer.status != 401, "{address}: {} {}", answer.status, answer.text());
        if before % 2 == 1 {
            assert!(!shows(&answer), "withdrawn, and {address} gave {}", answer.text());
            state.shut[asked].fetch_add(1, Ordering::SeqCst);
        } else if shows(&answer) {
            state.shown[asked].fetch_add(1, Ordering::SeqCst);
        }
        state.looks.fetch_add(1, Ordering::SeqCst);
    }
}

/// Waits until the readers have looked so often in this phase.
async fn looked(state: &State, looks: usize) {
    let until = state.looks.load(Ordering::SeqCst) + looks;
    while state.looks.load(Ordering::SeqCst) < until {
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
}

/// Withdraws and permits again; now and then with a new consent, at either process.
async fn patient(world: &World, bases: &[String; 2], rounds: usize, state: &State) {
    let anna = world.server.patient(&world.anna);
    let to = |status: &str| json!([{"op": "replace", "path": "/status", "value": status}]);
    let found = anna.get("Consent?status=active").await.expect(200).matches();
    let mut path = found.first().expect("a permission").clone();
    let looks = if rounds > FEW { READERS } else { 3 * READERS };
    for round in 0..rounds {
        tick(world);
        looked(state, looks).await;
        let at = format!("{}/fhir/", bases[round % 2]);
        let deletes = round % 3 == 2;
        if deletes {
            anna.delete(&format!("{at}{path}")).await.expect(204);
        } else {
            anna.patch(&format!("{at}{path}"), &to("inactive")).await.expect(200);
        }
        state.phase.fetch_add(1, Ordering::SeqCst);
        looked(state, looks).await;
        state.phase.fetch_add(1, Ordering::SeqCst);
        let at = format!("{}/fhir/", bases[(round / 2) % 2]);
        if deletes {
            path = format!("Consent/{}", world.permit("org-gp").await);
        } else {
            anna.patch(&format!("{at}{path}"), &to("active")).await.expect(200);
        }
        if round % 1_000 == 999 {
            println!("{} withdrawals", round + 1);
        }
        if round % 50 == 49 {
            let pages = [
                next(&world.server.gp(), "Condition?_count=1").await,
                next(&world.server.gp(), "Patient/h1/$everything?_count=1").await,
            ];
            *state.pages.lock().expect("no panic") = pages;
        }
    }
    state.done.store(true, Ordering::SeqCst);
}

/// How often it is withdrawn.
fn rounds() -> usize {
    let text = std::env::var_os("SPIL_REVOCATIONS").and_then(|text| text.into_string().ok());
    text.map_or(12, |text| text.parse().expect("SPIL_REVOCATIONS is a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_begun_after_a_withdrawal_contains_anything() {
    let rounds = rounds();
    let world = World::on(Engine::Postgres).await;
    for at in 0..3 {
        world.server.hospital().put(&format!("Condition/x{at}"), &condition(PATIENT, CODE)).await.expect(201);
    }
    tick(&world);
    let second = Second::start(&world).await;
    let bases = [world.server.base().to_owned(), second.base.clone()];
    let gp = world.server.gp();
    let state = State::default();
    *state.pages.lock().expect("no panic") =
        [next(&gp, "Condition?_count=1").await, next(&gp, "Patient/h1/$everything?_count=1").await];
    let readers = (0..READERS).map(|number| reader(&world, &bases, number, &state));
    tokio::join!(join_all(readers), patient(&world, &bases, rounds, &state));
    let counts = |all: &[AtomicUsize; ASKED.len()]| -> Vec<usize> {
        all.iter().map(|count| count.load(Ordering::SeqCst)).collect()
    };
    let (shown, shut) = (counts(&state.shown), counts(&state.shut));
    for (asked, (shown, shut)) in ASKED.iter().zip(shown.iter().zip(&shut)) {
        assert!(*shown > 0 && *shut > 0, "{asked}: shown {shown} times while permitted, shut {shut} times");
    }
    let total: [usize; 2] = [shown.iter().sum(), shut.iter().sum()];
    println!(
        "{rounds} withdrawals: {} answers while permitted, {} after a withdrawal and nothing in them",
        total[0], total[1]
    );
    assert_eq!(gp.get("Condition/absent").await.status, 404);
    assert!(world.sound().await, "the log is damaged");
}
